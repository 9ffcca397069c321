"""Follow-up tasks (bevakningar): dated things somebody must do, derived from rules and facts."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, UTCDateTime, by_value
from models.enums import Owner, TaskState


class Task(Base):
    """Rule + key say what caused it: the same cause never makes a second row.

    A task that a person closed (done, not relevant) stays closed for that cause. One that the machine
    withdrew because its cause went opens again if the cause comes back.
    """

    __tablename__ = "tasks"
    __table_args__ = (
        UniqueConstraint("case_id", "rule", "key"),
        CheckConstraint("(state = 'open') = (closed_at IS NULL)", name="closed_has_time"),
        CheckConstraint("(postponed_to IS NULL) = (postponed_from IS NULL)", name="postponed_from_and_to"),
        CheckConstraint("state <> 'not_relevant' OR length(reason) > 0", name="not_relevant_has_reason"),
        Index("ix_tasks_state_due_on", "state", "due_on"),
        # One person's tasks: through their cases, only the open ones.
        Index("ix_tasks_case_id_state_due_on", "case_id", "state", "due_on"),
        Index("ix_tasks_state_escalates_on", "state", "escalates_on"),
        Index("ix_tasks_rule_state", "rule", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    rule: Mapped[str] = mapped_column(String(60))
    key: Mapped[str] = mapped_column(String(80))
    owner: Mapped[Owner] = mapped_column(by_value(Owner, "owner"))
    due_on: Mapped[date]
    escalates_on: Mapped[date | None]
    escalates_to: Mapped[Owner | None] = mapped_column(by_value(Owner, "escalates_to"))
    # A person put it off until then, first from that day; `due_on` already counts it in.
    postponed_to: Mapped[date | None]
    postponed_from: Mapped[date | None]
    state: Mapped[TaskState] = mapped_column(by_value(TaskState, "state"), default=TaskState.OPEN)
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    closed_by: Mapped[str | None] = mapped_column(String(160))
    reason: Mapped[str] = mapped_column(Text, default="")
