"""Competences, what a participant can, what an employer asks for, and the top-up that closes a gap.

Facts side by side: there is no column for a score, and none for a rank.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    Numeric,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, UTCDateTime, by_value
from models.employer import Workplace
from models.enums import (
    CompetenceKind,
    LanguageLevel,
    Licence,
    NeedKind,
    NeedState,
    PlacementKind,
    TopUpState,
)


class Competence(Base):
    """A term of the municipality's own list. `is_free`: somebody typed it in; an administrator can take it up."""

    __tablename__ = "competences"
    __table_args__ = (
        UniqueConstraint("name"),
        Index("ix_competences_merged_into_id", "merged_into_id"),
        CheckConstraint("merged_into_id <> id", name="not_merged_into_itself"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    # Swedish, as the municipality says it.
    name: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str] = mapped_column(String(120), default="", server_default=text("''"))
    kind: Mapped[CompetenceKind] = mapped_column(by_value(CompetenceKind, "kind"))
    is_free: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    active: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("competences.id"))


class CaseCompetence(Base):
    """What a participant can, as they said or showed it. Taken back, the row stays."""

    __tablename__ = "case_competences"
    __table_args__ = (
        Index("ix_case_competences_case_id", "case_id"),
        Index("ix_case_competences_competence_id", "competence_id"),
        Index("ix_case_competences_top_up_id", "top_up_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    competence_id: Mapped[int] = mapped_column(ForeignKey("competences.id"))
    note: Mapped[str] = mapped_column(String(300), default="")
    noted_on: Mapped[date]
    noted_by: Mapped[str] = mapped_column(String(160))
    # The top-up that it was learnt by.
    top_up_id: Mapped[int | None] = mapped_column(ForeignKey("top_ups.id"))
    removed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    competence: Mapped[Competence] = relationship(lazy="raise")


class WorkProfile(Base):
    """What matters for finding a place, besides competences. Empty: not asked, which is never "no"."""

    __tablename__ = "work_profiles"
    __table_args__ = (
        UniqueConstraint("case_id"),
        CheckConstraint("hours_per_week IS NULL OR hours_per_week BETWEEN 0 AND 80", name="hours_in_a_week"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    language_level: Mapped[LanguageLevel | None] = mapped_column(by_value(LanguageLevel, "language_level"))
    # Values of Licence; an empty list: has none; null: not asked.
    licences: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))
    hours_per_week: Mapped[Decimal | None] = mapped_column(Numeric(4, 2))
    can_start_on: Mapped[date | None]
    wishes: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own form


class Need(Base):
    """What an employer asks for: a job or a placement, so many people, from a day."""

    __tablename__ = "needs"
    __table_args__ = (
        Index("ix_needs_workplace_id", "workplace_id"),
        Index("ix_needs_state_starts_on", "state", "starts_on"),
        CheckConstraint("positions >= 1", name="positions_at_least_one"),
        CheckConstraint(
            "ends_on IS NULL OR starts_on IS NULL OR ends_on >= starts_on", name="ends_after_start"
        ),
        CheckConstraint("hours_per_week IS NULL OR hours_per_week BETWEEN 0 AND 80", name="hours_in_a_week"),
        CheckConstraint("length(title) > 0", name="has_title"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    workplace_id: Mapped[int] = mapped_column(ForeignKey("workplaces.id"))
    kind: Mapped[NeedKind] = mapped_column(by_value(NeedKind, "kind"))
    placement_kind: Mapped[PlacementKind | None] = mapped_column(by_value(PlacementKind, "placement_kind"))
    title: Mapped[str] = mapped_column(String(160))
    tasks: Mapped[str] = mapped_column(Text, default="")
    positions: Mapped[int] = mapped_column(default=1)
    hours_per_week: Mapped[Decimal | None] = mapped_column(Numeric(4, 2))
    weekdays: Mapped[int | None]
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    language_level: Mapped[LanguageLevel | None] = mapped_column(by_value(LanguageLevel, "language_level"))
    licence: Mapped[Licence | None] = mapped_column(by_value(Licence, "licence"))
    state: Mapped[NeedState] = mapped_column(by_value(NeedState, "state"), default=NeedState.OPEN)
    state_reason: Mapped[str] = mapped_column(String(300), default="")
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    made_by: Mapped[str] = mapped_column(String(160))
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    workplace: Mapped[Workplace] = relationship(lazy="raise")
    requirements: Mapped[list["Requirement"]] = relationship(
        lazy="raise", order_by="Requirement.id", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own form


class Requirement(Base):
    """A competence that a need, or the room at a workplace, requires or wishes for."""

    __tablename__ = "requirements"
    __table_args__ = (
        CheckConstraint("(need_id IS NULL) <> (capacity_id IS NULL)", name="of_a_need_or_a_capacity"),
        UniqueConstraint("need_id", "competence_id"),
        Index("uq_requirements_capacity_id_competence_id", "capacity_id", "competence_id", unique=True),
        Index("ix_requirements_competence_id", "competence_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    need_id: Mapped[int | None] = mapped_column(ForeignKey("needs.id"))
    capacity_id: Mapped[int | None] = mapped_column(ForeignKey("capacities.id"))
    competence_id: Mapped[int] = mapped_column(ForeignKey("competences.id"))
    is_required: Mapped[bool] = mapped_column(default=True)

    competence: Mapped[Competence] = relationship(lazy="raise")


class TopUp(Base):
    """Flexible skills top-up: the course or training that closes exactly one gap of one person (DOMAIN 1.3)."""

    __tablename__ = "top_ups"
    __table_args__ = (
        Index("ix_top_ups_case_id", "case_id"),
        Index("ix_top_ups_competence_id", "competence_id"),
        Index("ix_top_ups_need_id", "need_id"),
        Index("ix_top_ups_plan_id", "plan_id"),
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="ends_after_start"),
        CheckConstraint("cost IS NULL OR cost >= 0", name="cost_not_negative"),
        CheckConstraint("(state = 'planned') = (ended_on IS NULL)", name="ended_has_day"),
        CheckConstraint("state <> 'interrupted' OR length(reason) > 0", name="interrupted_has_reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    competence_id: Mapped[int] = mapped_column(ForeignKey("competences.id"))
    need_id: Mapped[int | None] = mapped_column(ForeignKey("needs.id"))
    plan_id: Mapped[int | None] = mapped_column(ForeignKey("plans.id"))
    what: Mapped[str] = mapped_column(String(200))
    place: Mapped[str] = mapped_column(String(200), default="")
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    # Kronor.
    cost: Mapped[Decimal | None] = mapped_column(Numeric(10, 2))
    state: Mapped[TopUpState] = mapped_column(by_value(TopUpState, "state"), default=TopUpState.PLANNED)
    ended_on: Mapped[date | None]
    reason: Mapped[str] = mapped_column(String(300), default="")
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    made_by: Mapped[str] = mapped_column(String(160))
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    competence: Mapped[Competence] = relationship(lazy="raise")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own form
