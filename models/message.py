"""The outbox and the claims of scheduled jobs."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, UTCDateTime, by_value
from models.enums import Channel, Delivery, MessageKind, MessageState


class Message(Base):
    """One message to one recipient by one channel for one occurrence of one cause: the key is unique.

    `params` fill the text and are safe to read for anybody: counts, dates, case numbers, never a name or a reason.
    """

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("key"),
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent_has_time"),
        CheckConstraint("(channel = 'in_app') <= (staff_id IS NOT NULL)", name="in_app_is_for_staff"),
        Index("ix_messages_state_next_attempt_at", "state", "next_attempt_at"),
        Index("ix_messages_staff_id_channel_read_at", "staff_id", "channel", "read_at"),
        Index("ix_messages_task_id", "task_id"),
        Index("ix_messages_case_id", "case_id"),
        Index("ix_messages_link_id", "link_id"),
        Index("ix_messages_meeting_id", "meeting_id"),
        Index("ix_messages_repeats_id", "repeats_id"),
        Index("ix_messages_report_issue_id", "report_issue_id"),
        Index("ix_messages_provider_id", "provider_id"),
        Index("ix_messages_created_at", "created_at"),
        Index("ix_messages_bundle", "bundle"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(200))
    kind: Mapped[MessageKind] = mapped_column(by_value(MessageKind, "kind"))
    channel: Mapped[Channel] = mapped_column(by_value(Channel, "channel"))
    # Rows with the same bundle go out as one e-mail (a secretary gets one in the morning, not eight).
    bundle: Mapped[str] = mapped_column(String(200))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    to_address: Mapped[str | None] = mapped_column(String(254))
    language: Mapped[str] = mapped_column(String(5), default="sv")
    params: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    task_id: Mapped[int | None] = mapped_column(ForeignKey("tasks.id"))
    link_id: Mapped[int | None] = mapped_column(ForeignKey("employer_links.id"))
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meetings.id"))
    report_issue_id: Mapped[int | None] = mapped_column(ForeignKey("report_issues.id"))
    # Sent once more because a person wanted it: the message it repeats, and who did.
    repeats_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"))
    asked_by: Mapped[str] = mapped_column(String(160), default="", server_default=text("''"))
    state: Mapped[MessageState] = mapped_column(by_value(MessageState, "state"), default=MessageState.QUEUED)
    reason: Mapped[str] = mapped_column(String(300), default="")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    next_attempt_at: Mapped[datetime] = mapped_column(UTCDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    claimed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    claimed_by: Mapped[str | None] = mapped_column(String(60))
    sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    # An SMS: how the provider calls it, and what it said became of it.
    provider_id: Mapped[str | None] = mapped_column(String(80))
    delivery: Mapped[Delivery | None] = mapped_column(by_value(Delivery, "delivery"))
    delivered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class JobRun(Base):
    """The claim of one occurrence of a scheduled job: whoever inserts the row runs it."""

    __tablename__ = "job_runs"
    __table_args__ = (UniqueConstraint("job", "occurrence"), Index("ix_job_runs_claimed_at", "claimed_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    job: Mapped[str] = mapped_column(String(60))
    occurrence: Mapped[datetime] = mapped_column(UTCDateTime)
    claimed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    claimed_by: Mapped[str] = mapped_column(String(60))
    finished_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    failures: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    result: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    error: Mapped[str | None] = mapped_column(String(500))


class MessageText(Base):
    """A text as the municipality has written it (the shipped ones are files in templates/messages/). Rows are only
    ever added; the last one of a name and language holds; an empty body goes back to the shipped text."""

    __tablename__ = "message_texts"
    __table_args__ = (Index("ix_message_texts_name_language", "name", "language"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    language: Mapped[str] = mapped_column(String(5))
    subject: Mapped[str] = mapped_column(String(200), default="")
    body: Mapped[str] = mapped_column(Text, default="")
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    made_by: Mapped[str] = mapped_column(String(160))
