"""Meetings between a participant and the municipality."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, UTCDateTime, by_value
from models.enums import MeetingKind, MeetingOutcome, MeetingWay


class Meeting(Base):
    """A moved meeting stays as it was, with outcome `moved`; the new one points back at it."""

    __tablename__ = "meetings"
    __table_args__ = (
        UniqueConstraint("case_id", "at"),
        Index("ix_meetings_at", "at"),
        # Booked ones that have passed, and those ahead: few among many held.
        Index("ix_meetings_outcome_at", "outcome", "at"),
        Index("ix_meetings_staff_id_at", "staff_id", "at"),
        Index("ix_meetings_moved_from_id", "moved_from_id"),
        CheckConstraint("moved_from_id IS NULL OR moved_from_id <> id", name="not_moved_from_itself"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    kind: Mapped[MeetingKind] = mapped_column(by_value(MeetingKind, "kind"))
    outcome: Mapped[MeetingOutcome] = mapped_column(by_value(MeetingOutcome, "outcome"))
    way: Mapped[MeetingWay | None] = mapped_column(by_value(MeetingWay, "way"))
    place: Mapped[str] = mapped_column(String(160), default="")
    # Who holds it; empty on imported meetings: then the secretary of the case.
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    moved_from_id: Mapped[int | None] = mapped_column(ForeignKey("meetings.id"))
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own form
