"""The activity requirement (SoL 12 kap.): its dated numbers, whom it covers, obstacles over time, children."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, UTCDateTime, by_value
from models.enums import ExemptionReason, LimitKind, Obstacle, RequirementOutcome


class HourLimit(Base):
    """A number of the activity requirement from a day on. Earlier days keep theirs."""

    __tablename__ = "hour_limits"
    __table_args__ = (
        UniqueConstraint("kind", "valid_from"),
        CheckConstraint("amount BETWEEN 0 AND 168", name="amount_possible"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[LimitKind] = mapped_column(by_value(LimitKind, "kind"))
    # Hours a week, or years for CHILD_AGE.
    amount: Mapped[Decimal] = mapped_column(Numeric(5, 2))
    valid_from: Mapped[date]
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    made_by: Mapped[str] = mapped_column(String(160))


class RequirementAssessment(Base):
    """What staff found on whether the requirement holds for an adult. The latest one of a day counts; taken back, it
    stays and counts nowhere."""

    __tablename__ = "requirement_assessments"
    __table_args__ = (
        Index("ix_requirement_assessments_case_id_assessed_on", "case_id", "assessed_on"),
        CheckConstraint("(outcome = 'exempt') = (reason IS NOT NULL)", name="exempt_has_reason"),
        CheckConstraint("ends_on IS NULL OR ends_on >= assessed_on", name="ends_after_assessed"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    assessed_on: Mapped[date]
    outcome: Mapped[RequirementOutcome] = mapped_column(by_value(RequirementOutcome, "outcome"))
    reason: Mapped[ExemptionReason | None] = mapped_column(by_value(ExemptionReason, "reason"))
    # The last day of an exemption, where it has one.
    ends_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    made_by: Mapped[str] = mapped_column(String(160))
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class CaseObstacle(Base):
    """The obstacle to self-support of an adult from a day on. The case itself carries the one that holds now."""

    __tablename__ = "case_obstacles"
    __table_args__ = (UniqueConstraint("case_id", "since_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    since_on: Mapped[date]
    obstacle: Mapped[Obstacle | None] = mapped_column(by_value(Obstacle, "obstacle"))
    noted_at: Mapped[datetime] = mapped_column(UTCDateTime)
    noted_by: Mapped[str] = mapped_column(String(160))


class HouseholdChild(Base):
    """A child of the household, by birth year only: what the hours of its adults depend on, and nothing more."""

    __tablename__ = "household_children"
    __table_args__ = (
        Index("ix_household_children_household_id", "household_id"),
        CheckConstraint("birth_year BETWEEN 1900 AND 2200", name="birth_year_possible"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"))
    birth_year: Mapped[int]
    noted_at: Mapped[datetime] = mapped_column(UTCDateTime)
    noted_by: Mapped[str] = mapped_column(String(160))
    # No longer in the household, or noted by mistake.
    removed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
