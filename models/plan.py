"""The individual plan, made together with the participant."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, UTCDateTime, by_value
from models.enums import ActivityType, AgreedHow, LowerHours, Obstacle, ReviewResult


class Plan(Base):
    """A plan as agreed on a day. The one agreed last on or before a day is the plan of that day."""

    __tablename__ = "plans"
    __table_args__ = (
        UniqueConstraint("case_id", "agreed_on"),
        CheckConstraint("ends_on IS NULL OR ends_on >= agreed_on", name="ends_after_agreed"),
        CheckConstraint(
            "assigned_hours IS NULL OR assigned_hours BETWEEN 0 AND 80", name="assigned_hours_week"
        ),
        CheckConstraint(
            "own_search_hours IS NULL OR own_search_hours BETWEEN 0 AND 80", name="own_hours_week"
        ),
        Index("ix_plans_ends_on", "ends_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    agreed_on: Mapped[date]
    review_by: Mapped[date | None]
    ends_on: Mapped[date | None]
    # Hours a week.
    assigned_hours: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))
    own_search_hours: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))
    # In the participant's own words, as what they wish.
    goals: Mapped[str] = mapped_column(Text, default="")
    wishes: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    # Of files the rest is not known.
    agreed_how: Mapped[AgreedHow | None] = mapped_column(by_value(AgreedHow, "agreed_how"))
    # What stood against self-support when the plan was agreed.
    obstacle: Mapped[Obstacle | None] = mapped_column(by_value(Obstacle, "obstacle"))
    lower_hours: Mapped[LowerHours | None] = mapped_column(by_value(LowerHours, "lower_hours"))
    lower_hours_note: Mapped[str] = mapped_column(String(500), default="", server_default=text("''"))
    # The employment service (AF): when it was told of the plan, and when it was asked.
    af_informed_on: Mapped[date | None]
    af_consulted_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    steps: Mapped[list["PlanStep"]] = relationship(
        lazy="raise", order_by="PlanStep.position", cascade="all, delete-orphan", back_populates="plan"
    )

    activities: Mapped[list["PlanActivity"]] = relationship(
        lazy="raise", order_by="PlanActivity.position", cascade="all, delete-orphan", back_populates="plan"
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own form


class PlanStep(Base):
    """One step of a plan: what, who and by when."""

    __tablename__ = "plan_steps"
    __table_args__ = (UniqueConstraint("plan_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plans.id"))
    position: Mapped[int]
    what: Mapped[str] = mapped_column(String(300))
    who: Mapped[str] = mapped_column(String(120), default="")
    by_on: Mapped[date | None]
    done_on: Mapped[date | None]

    plan: Mapped[Plan] = relationship(lazy="raise", back_populates="steps")


class PlanActivity(Base):
    """An assigned activity of a plan with its type (1-4) and hours a week. Own job search is not one."""

    __tablename__ = "plan_activities"
    __table_args__ = (
        UniqueConstraint("plan_id", "position"),
        CheckConstraint("hours BETWEEN 0 AND 80", name="hours_in_a_week"),
        CheckConstraint("length(what) > 0", name="says_what"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plans.id"))
    position: Mapped[int]
    what: Mapped[str] = mapped_column(String(200))
    activity_type: Mapped[ActivityType] = mapped_column(by_value(ActivityType, "activity_type"))
    hours: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))

    plan: Mapped[Plan] = relationship(lazy="raise", back_populates="activities")


class PlanObjection(Base):
    """What the participant objects to in a plan, in their own words. Never changed or removed."""

    __tablename__ = "plan_objections"
    __table_args__ = (
        Index("ix_plan_objections_plan_id", "plan_id"),
        CheckConstraint("length(text) > 0", name="says_what"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plans.id"))
    text: Mapped[str] = mapped_column(Text)
    said_on: Mapped[date]
    noted_at: Mapped[datetime] = mapped_column(UTCDateTime)
    noted_by: Mapped[str] = mapped_column(String(160))


class PlanReview(Base):
    """A plan was gone through with the participant. Never changed or removed."""

    __tablename__ = "plan_reviews"
    __table_args__ = (Index("ix_plan_reviews_plan_id", "plan_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plans.id"))
    reviewed_on: Mapped[date]
    result: Mapped[ReviewResult] = mapped_column(by_value(ReviewResult, "result"))
    note: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    noted_at: Mapped[datetime] = mapped_column(UTCDateTime)
    noted_by: Mapped[str] = mapped_column(String(160))
