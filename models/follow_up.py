"""Follow-up rules as the municipality has set them, how single cases depart from them, and who stands in for whom."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, UTCDateTime, by_value
from models.enums import DayKind, ExceptionKind


class RuleVersion(Base):
    """One version of a follow-up rule, from a date on. Rows are only ever added: the past keeps its own.

    Without unit: all units that have none of their own. `definition` is the rule in the form of the rules file
    (followups/rule_file.py). Of two versions from the same day the one saved last holds.
    """

    __tablename__ = "rule_versions"
    __table_args__ = (Index("ix_rule_versions_unit_id", "unit_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(60))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    valid_from: Mapped[date]
    definition: Mapped[dict[str, Any]] = mapped_column(JSON)
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    made_by: Mapped[str] = mapped_column(String(160))
    reason: Mapped[str] = mapped_column(Text, default="")


class RuleException(Base):
    """A pause of one rule or of all (`rule` empty), or an interval of its own, for one case. It ends by itself after
    `ends_on`; ended earlier by a person, `ends_on` is that day."""

    __tablename__ = "rule_exceptions"
    __table_args__ = (
        CheckConstraint("ends_on >= starts_on", name="ends_after_start"),
        CheckConstraint("(kind = 'interval') = (days IS NOT NULL)", name="interval_has_days"),
        CheckConstraint("kind <> 'interval' OR rule IS NOT NULL", name="interval_is_of_one_rule"),
        CheckConstraint("days IS NULL OR days BETWEEN 1 AND 366", name="days_in_a_year"),
        CheckConstraint("length(reason) > 0", name="has_reason"),
        Index("ix_rule_exceptions_case_id_ends_on", "case_id", "ends_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    kind: Mapped[ExceptionKind] = mapped_column(by_value(ExceptionKind, "kind"))
    rule: Mapped[str | None] = mapped_column(String(60))
    days: Mapped[int | None]
    day_kind: Mapped[DayKind] = mapped_column(by_value(DayKind, "day_kind"), default=DayKind.CALENDAR)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    reason: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    made_by: Mapped[str] = mapped_column(String(160))
    # Taken back before it began: it never counted.
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Cover(Base):
    """A colleague (`cover`) stands in for somebody from a day to a day: sees and gets their tasks. Ends by itself."""

    __tablename__ = "covers"
    __table_args__ = (
        CheckConstraint("ends_on >= starts_on", name="ends_after_start"),
        CheckConstraint("staff_id <> cover_id", name="not_oneself"),
        Index("ix_covers_staff_id_ends_on", "staff_id", "ends_on"),
        Index("ix_covers_cover_id_ends_on", "cover_id", "ends_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    cover_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    made_by: Mapped[str] = mapped_column(String(160))
    # Taken back before it began.
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
