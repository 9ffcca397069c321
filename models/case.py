"""The case: one person's enrolment with a unit, from first contact to closure."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, UTCDateTime, by_value
from models.enums import ClosureReason, Flow, Obstacle, Protection, ReachBy
from models.staff import Staff, Unit


class Household(Base):
    """Aid is per household; obstacle and plan are per adult."""

    __tablename__ = "households"
    __table_args__ = (UniqueConstraint("number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(60))


class Case(Base):
    """What is known of a person stands on the case, so that each enrolment can be weeded by itself.

    The personal number joins the enrolments of one person (12 digits). `secretary` empty = unassigned.
    """

    __tablename__ = "cases"
    __table_args__ = (
        UniqueConstraint("case_number"),
        CheckConstraint("closed_on IS NULL OR closed_on >= first_contact_on", name="closed_after_contact"),
        CheckConstraint("closure_reason IS NULL OR closed_on IS NOT NULL", name="reason_only_when_closed"),
        CheckConstraint(
            "personal_number IS NULL OR length(personal_number) = 12", name="personal_number_12_digits"
        ),
        CheckConstraint("length(case_number) > 0", name="case_number_given"),
        Index("ix_cases_personal_number", "personal_number"),
        Index("ix_cases_household_id", "household_id"),
        # My caseload, a unit's list and its unassigned queue: ordered by name, open ones first in use.
        Index("ix_cases_unit_id_closed_on_sort_name_id", "unit_id", "closed_on", "sort_name", "id"),
        Index("ix_cases_secretary_id_closed_on_sort_name_id", "secretary_id", "closed_on", "sort_name", "id"),
        Index("ix_cases_unit_id_first_contact_on", "unit_id", "first_contact_on"),
        # The few that a list counts and does not show.
        Index(
            "ix_cases_protected",
            "unit_id",
            sqlite_where=text("protection IS NOT NULL"),
            postgresql_where=text("protection IS NOT NULL"),
        ),
        Index("ix_cases_closed_on", "closed_on"),
        Index("ix_cases_first_contact_on", "first_contact_on"),
        Index("ix_cases_sort_name", "sort_name"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_number: Mapped[str] = mapped_column(String(60))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    secretary_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"))
    first_name: Mapped[str] = mapped_column(String(120))
    last_name: Mapped[str] = mapped_column(String(120))
    # "last name first name" in lower case with Swedish å ä ö after z: sorting and search by prefix on both databases,
    # whatever order the database's own locale has.
    sort_name: Mapped[str] = mapped_column(String(260).with_variant(String(260, collation="C"), "postgresql"))
    personal_number: Mapped[str | None] = mapped_column(String(12))
    first_contact_on: Mapped[date]
    flow: Mapped[Flow] = mapped_column(by_value(Flow, "flow"), default=Flow.MAIN)
    obstacle: Mapped[Obstacle | None] = mapped_column(by_value(Obstacle, "obstacle"))
    phone: Mapped[str | None] = mapped_column(String(20))
    email: Mapped[str | None] = mapped_column(String(254))
    language: Mapped[str | None] = mapped_column(String(40))
    reach_by: Mapped[ReachBy | None] = mapped_column(by_value(ReachBy, "reach_by"))
    protection: Mapped[Protection | None] = mapped_column(by_value(Protection, "protection"))
    # Of a protected person: whether messages may be sent at all. Decided with the person; without it none leaves.
    messages_allowed: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    closed_on: Mapped[date | None]
    closure_reason: Mapped[ClosureReason | None] = mapped_column(by_value(ClosureReason, "closure_reason"))
    outcome_starts_on: Mapped[date | None]
    outcome_confirmed_on: Mapped[date | None]
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    # Rises with each change of the case row: a form that was opened on an older one is told so.
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    unit: Mapped[Unit] = relationship(lazy="raise")
    secretary: Mapped[Staff | None] = relationship(lazy="raise")
    household: Mapped[Household] = relationship(lazy="raise")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own form

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"


class NamedStaff(Base):
    """Staff named on a protected case: besides its secretary only they can see that it exists."""

    __tablename__ = "named_staff"
    __table_args__ = (UniqueConstraint("case_id", "staff_id"), Index("ix_named_staff_staff_id", "staff_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    named_at: Mapped[datetime] = mapped_column(UTCDateTime)
