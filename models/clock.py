"""Clocks of a case: when something must have happened, and when it did."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, UTCDateTime, by_value
from models.enums import ClockKind, DayKind, PauseReason


class ClockTarget(Base):
    """The target of a clock, dated: a case keeps the target that held on its start date.

    Without unit: all units that have none of their own. The product's defaults stand in clocks/targets.py.
    """

    __tablename__ = "clock_targets"
    __table_args__ = (
        UniqueConstraint("unit_id", "kind", "valid_from"),
        CheckConstraint("days BETWEEN 0 AND 366", name="days_in_a_year"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    kind: Mapped[ClockKind] = mapped_column(by_value(ClockKind, "kind"))
    days: Mapped[int]
    day_kind: Mapped[DayKind] = mapped_column(by_value(DayKind, "day_kind"), default=DayKind.CALENDAR)
    valid_from: Mapped[date]


class Clock(Base):
    """Derived from facts by clocks.service.recompute, never edited: lists and figures read these columns.

    `stopped_on` is the earliest date of a fact that stops the clock, whatever today is. Whether it counts
    as of a day, and the status, are comparisons in the query. `due_on` is the deadline with the pauses counted in,
    `target_on` the one without them: both are shown.
    """

    __tablename__ = "clocks"
    __table_args__ = (
        UniqueConstraint("case_id", "kind"),
        Index("ix_clocks_kind_due_on", "kind", "due_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    kind: Mapped[ClockKind] = mapped_column(by_value(ClockKind, "kind"))
    started_on: Mapped[date]
    target_on: Mapped[date]
    due_on: Mapped[date]
    stopped_on: Mapped[date | None]


class ClockPause(Base):
    """Days that a clock of a case does not count (`clock` empty: all of them), with the reason why.

    Taken back, the row stays and says when.
    """

    __tablename__ = "clock_pauses"
    __table_args__ = (
        CheckConstraint("ends_on >= starts_on", name="ends_after_start"),
        CheckConstraint("reason <> 'other' OR length(note) > 0", name="other_has_note"),
        Index("ix_clock_pauses_case_id", "case_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    clock: Mapped[ClockKind | None] = mapped_column(by_value(ClockKind, "clock"))
    reason: Mapped[PauseReason] = mapped_column(by_value(PauseReason, "reason"))
    note: Mapped[str] = mapped_column(Text, default="")
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    made_by: Mapped[str] = mapped_column(String(160))
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
