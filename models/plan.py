"""The individual plan, made together with the participant."""

from datetime import date
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base


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
    goals: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    steps: Mapped[list["PlanStep"]] = relationship(
        lazy="raise", order_by="PlanStep.position", cascade="all, delete-orphan", back_populates="plan"
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
