"""The register of employers: who they are, their workplaces and supervisors, what is agreed, what there is room for."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, UTCDateTime, by_value
from models.enums import ContactWay, EmployerStatus, LanguageLevel, Licence, PlacementKind


class Employer(Base):
    """One organisation. Merged into another it stays, hidden, and leads there: a file that still names it does too."""

    __tablename__ = "employers"
    __table_args__ = (
        UniqueConstraint("org_number"),
        Index("ix_employers_name", "name"),
        Index("ix_employers_owner_id", "owner_id"),
        Index("ix_employers_merged_into_id", "merged_into_id"),
        Index("ix_employers_next_contact_on", "next_contact_on"),
        CheckConstraint(
            "status <> 'not_suitable' OR length(status_reason) > 0", name="not_suitable_has_reason"
        ),
        CheckConstraint("merged_into_id <> id", name="not_merged_into_itself"),
        CheckConstraint(
            "contact_every_days IS NULL OR contact_every_days BETWEEN 1 AND 732",
            name="contact_every_days_range",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    org_number: Mapped[str] = mapped_column(String(11))
    name: Mapped[str] = mapped_column(String(160))
    status: Mapped[EmployerStatus] = mapped_column(
        by_value(EmployerStatus, "status"), default=EmployerStatus.ACTIVE, server_default=text("'active'")
    )
    status_reason: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    # Who at the municipality owns the relation.
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    # Days between contacts where this employer wants another rhythm than the follow-up rule says.
    contact_every_days: Mapped[int | None]
    # Derived by employers.next_contact, never edited: the last contact, the rule, and what was agreed with them.
    next_contact_on: Mapped[date | None]
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("employers.id"))
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own form


class Workplace(Base):
    """A place of an employer. `places`: how many people it takes at once, whatever the kind (empty: not known)."""

    __tablename__ = "workplaces"
    __table_args__ = (
        UniqueConstraint("employer_id", "name"),
        Index("ix_workplaces_merged_into_id", "merged_into_id"),
        CheckConstraint("places IS NULL OR places >= 0", name="places_not_negative"),
        CheckConstraint("merged_into_id <> id", name="not_merged_into_itself"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    employer_id: Mapped[int] = mapped_column(ForeignKey("employers.id"))
    name: Mapped[str] = mapped_column(String(160))
    street: Mapped[str] = mapped_column(String(160), default="", server_default=text("''"))
    postcode: Mapped[str] = mapped_column(String(5), default="", server_default=text("''"))
    town: Mapped[str] = mapped_column(String(80), default="", server_default=text("''"))
    places: Mapped[int | None]
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("workplaces.id"))
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    employer: Mapped[Employer] = relationship(lazy="joined", innerjoin=True)
    supervisors: Mapped[list["Supervisor"]] = relationship(
        lazy="raise", order_by="Supervisor.id", back_populates="workplace"
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own form


class Supervisor(Base):
    """Who at a workplace looks after people and confirms their attendance (handledare).

    One of them is the main one: files know only that one, and whoever has no supervisor of their own is asked of them.
    Somebody who left has `left_on`, and is asked and shown no more.
    """

    __tablename__ = "supervisors"
    __table_args__ = (
        Index("ix_supervisors_workplace_id", "workplace_id"),
        Index(
            "ix_supervisors_main",
            "workplace_id",
            unique=True,
            sqlite_where=text("is_main = 1"),
            postgresql_where=text("is_main"),
        ),
        CheckConstraint("left_on IS NULL OR NOT is_main", name="main_has_not_left"),
        CheckConstraint("length(name) > 0 OR email IS NOT NULL OR phone IS NOT NULL", name="name_or_address"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    workplace_id: Mapped[int] = mapped_column(ForeignKey("workplaces.id"))
    name: Mapped[str] = mapped_column(String(120), default="", server_default=text("''"))
    email: Mapped[str | None] = mapped_column(String(254))
    phone: Mapped[str | None] = mapped_column(String(20))
    # Empty: the installation's own.
    language: Mapped[str] = mapped_column(String(5), default="", server_default=text("''"))
    is_main: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    left_on: Mapped[date | None]

    workplace: Mapped[Workplace] = relationship(lazy="raise", back_populates="supervisors")


class Agreement(Base):
    """What was agreed with an employer. A renewed one is a new row; the one signed last is the one in force."""

    __tablename__ = "agreements"
    __table_args__ = (
        Index("ix_agreements_employer_id_signed_on", "employer_id", "signed_on"),
        CheckConstraint("valid_to IS NULL OR valid_to >= signed_on", name="valid_to_after_signed"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    employer_id: Mapped[int] = mapped_column(ForeignKey("employers.id"))
    signed_on: Mapped[date]
    valid_to: Mapped[date | None]
    # The employer confirmed the work environment, and that people are insured there (SoL 12:6).
    work_environment_on: Mapped[date | None]
    insurance_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(Text, default="")
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    made_by: Mapped[str] = mapped_column(String(160))


class Capacity(Base):
    """Room at a workplace for a while: how many at once, of which kind (empty: any), on which days, and what it takes.

    `weekdays`: the days on which somebody can be there; `days_at_least`: fewer days a week are not wanted there.
    Requirements of competence stand in `requirements`. `language_level` empty: not said.
    """

    __tablename__ = "capacities"
    __table_args__ = (
        Index("ix_capacities_workplace_id", "workplace_id"),
        CheckConstraint("places >= 0", name="places_not_negative"),
        CheckConstraint("weekdays BETWEEN 1 AND 127", name="weekdays_bits"),
        CheckConstraint("days_at_least IS NULL OR days_at_least BETWEEN 1 AND 7", name="days_in_a_week"),
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="ends_after_start"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    workplace_id: Mapped[int] = mapped_column(ForeignKey("workplaces.id"))
    kind: Mapped[PlacementKind | None] = mapped_column(by_value(PlacementKind, "kind"))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    places: Mapped[int]
    weekdays: Mapped[int] = mapped_column(default=0b0011111)
    days_at_least: Mapped[int | None]
    language_level: Mapped[LanguageLevel | None] = mapped_column(by_value(LanguageLevel, "language_level"))
    licence: Mapped[Licence | None] = mapped_column(by_value(Licence, "licence"))
    tasks: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    workplace: Mapped[Workplace] = relationship(lazy="raise")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own form


class WorkplaceClosing(Base):
    """Days on which a workplace takes nobody (its own holidays). Taken back, the row stays and says when."""

    __tablename__ = "workplace_closings"
    __table_args__ = (
        Index("ix_workplace_closings_workplace_id_ends_on", "workplace_id", "ends_on"),
        CheckConstraint("ends_on >= starts_on", name="ends_after_start"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    workplace_id: Mapped[int] = mapped_column(ForeignKey("workplaces.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    reason: Mapped[str] = mapped_column(String(120), default="")
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    made_by: Mapped[str] = mapped_column(String(160))
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class EmployerContact(Base):
    """One line of the contact log. Never changed or removed. `next_on`: what was agreed about the next contact."""

    __tablename__ = "employer_contacts"
    __table_args__ = (
        Index("ix_employer_contacts_employer_id_on_date", "employer_id", "on_date"),
        Index("ix_employer_contacts_workplace_id", "workplace_id"),
        Index("ix_employer_contacts_staff_id", "staff_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    employer_id: Mapped[int] = mapped_column(ForeignKey("employers.id"))
    workplace_id: Mapped[int | None] = mapped_column(ForeignKey("workplaces.id"))
    on_date: Mapped[date]
    way: Mapped[ContactWay] = mapped_column(by_value(ContactWay, "way"))
    with_whom: Mapped[str] = mapped_column(String(120), default="")
    text: Mapped[str] = mapped_column(Text)
    next_on: Mapped[date | None]
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    made_by: Mapped[str] = mapped_column(String(160))


class EmployerEvent(Base):
    """Who did what to an employer, a workplace, a supervisor or a link, and when. Append-only, as the case history."""

    __tablename__ = "employer_events"
    __table_args__ = (
        Index("ix_employer_events_employer_id_at_id", "employer_id", "at", "id"),
        Index("ix_employer_events_workplace_id", "workplace_id"),
        Index("ix_employer_events_staff_id", "staff_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    employer_id: Mapped[int] = mapped_column(ForeignKey("employers.id"))
    workplace_id: Mapped[int | None] = mapped_column(ForeignKey("workplaces.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    actor_name: Mapped[str] = mapped_column(String(160))
    verb: Mapped[str] = mapped_column(String(60))
    changes: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    reason: Mapped[str] = mapped_column(Text, default="")

    # Lets an event be written beside an employer that has no id yet (an import adds thousands before one flush).
    employer: Mapped[Employer] = relationship(lazy="raise")
    workplace: Mapped[Workplace | None] = relationship(lazy="raise")


class Crew(Base):
    """People who work together at a workplace under one supervisor: a service crew, a course, a workshop.

    A service crew has four to eight people: a page says when it has fewer or more, nothing is refused.
    """

    __tablename__ = "crews"
    __table_args__ = (
        UniqueConstraint("workplace_id", "name"),
        Index("ix_crews_supervisor_id", "supervisor_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    workplace_id: Mapped[int] = mapped_column(ForeignKey("workplaces.id"))
    name: Mapped[str] = mapped_column(String(120))
    supervisor_id: Mapped[int | None] = mapped_column(ForeignKey("supervisors.id"))
    ended_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    workplace: Mapped[Workplace] = relationship(lazy="raise")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own form
