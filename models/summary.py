"""What the lists of cases read: one narrow row a case, derived from its facts."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, UTCDateTime


class CaseSummary(Base):
    """Derived by caseload.summaries.recompute_summaries, never edited. Dates only: what they mean today is a
    comparison in the query, so that nothing here goes stale at midnight.

    The unit comes first in the key: SQLite keeps the rows in its order, and counting a unit's 2 000 cases reads one
    stretch of them.
    """

    __tablename__ = "case_summaries"
    __table_args__ = (
        Index("ix_case_summaries_case_id", "case_id", unique=True),
        Index("ix_case_summaries_secretary_id", "secretary_id"),
        {"sqlite_with_rowid": False},
    )

    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    secretary_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    first_contact_on: Mapped[date]
    closed_on: Mapped[date | None]
    # Each clock's due and stop day; a clock that the case does not have has neither.
    first_meeting_due_on: Mapped[date | None]
    first_meeting_stopped_on: Mapped[date | None]
    plan_due_on: Mapped[date | None]
    plan_stopped_on: Mapped[date | None]
    activation_due_on: Mapped[date | None]
    activation_stopped_on: Mapped[date | None]
    last_held_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    # The plan agreed last.
    plan_agreed_on: Mapped[date | None]
    plan_ends_on: Mapped[date | None]
    # The first session without a mark, and the first with the employer's "not here" and no mark; they may lie ahead.
    unmarked_from: Mapped[date | None]
    to_judge_from: Mapped[date | None]
    # The open follow-up task of the municipality's side that is due first.
    next_task_rule: Mapped[str | None] = mapped_column(String(60))
    next_task_due_on: Mapped[date | None]
