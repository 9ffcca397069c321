"""Employers, workplaces, placements, their sessions and the links of the employer's page."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, UTCDateTime, by_value
from models.enums import EmployerAnswer, Mark, MarkedThrough, PlacementKind


class Employer(Base):
    __tablename__ = "employers"
    __table_args__ = (UniqueConstraint("org_number"), Index("ix_employers_name", "name"))

    id: Mapped[int] = mapped_column(primary_key=True)
    org_number: Mapped[str] = mapped_column(String(11))
    name: Mapped[str] = mapped_column(String(160))


class Workplace(Base):
    """A place of an employer with its supervisor (who confirms attendance)."""

    __tablename__ = "workplaces"
    __table_args__ = (
        UniqueConstraint("employer_id", "name"),
        CheckConstraint("places IS NULL OR places >= 0", name="places_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    employer_id: Mapped[int] = mapped_column(ForeignKey("employers.id"))
    name: Mapped[str] = mapped_column(String(160))
    contact_name: Mapped[str | None] = mapped_column(String(120))
    contact_email: Mapped[str | None] = mapped_column(String(254))
    contact_phone: Mapped[str | None] = mapped_column(String(20))
    places: Mapped[int | None]

    employer: Mapped[Employer] = relationship(lazy="joined", innerjoin=True)


class Placement(Base):
    """A person at a workplace. Kinds that are not employment have sessions on its weekdays."""

    __tablename__ = "placements"
    __table_args__ = (
        UniqueConstraint("case_id", "workplace_id", "starts_on"),
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="ends_after_start"),
        CheckConstraint("weekdays BETWEEN 1 AND 127", name="weekdays_bits"),
        CheckConstraint("hours_per_day IS NULL OR hours_per_day BETWEEN 0 AND 24", name="hours_in_a_day"),
        Index("ix_placements_workplace_id", "workplace_id"),
        Index("ix_placements_starts_on", "starts_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    workplace_id: Mapped[int] = mapped_column(ForeignKey("workplaces.id"))
    kind: Mapped[PlacementKind] = mapped_column(by_value(PlacementKind, "kind"))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    # Bit 0 is Monday: an integer compares and indexes alike on both databases.
    weekdays: Mapped[int] = mapped_column(default=0b0011111, server_default=text("31"))
    hours_per_day: Mapped[Decimal | None] = mapped_column(Numeric(4, 2))
    af_decision_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    workplace: Mapped[Workplace] = relationship(lazy="raise")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own form


class Session(Base):
    """One day of a placement. At most one per case and date. No mark means unmarked, never absent.

    Rows are made and removed by placements.sessions.recompute_sessions; a row with a mark or an answer is a
    fact and stays, with scheduled = false, when the schedule no longer has it: then it counts nowhere.
    """

    __tablename__ = "sessions"
    __table_args__ = (
        UniqueConstraint("case_id", "on_date"),
        CheckConstraint("hours IS NULL OR hours BETWEEN 0 AND 24", name="hours_in_a_day"),
        CheckConstraint(
            "mark IS NULL OR mark <> 'invalid_absence' OR length(note) > 0", name="invalid_absence_has_note"
        ),
        CheckConstraint("(mark IS NULL AND answer IS NULL) OR marked_at IS NOT NULL", name="mark_has_time"),
        CheckConstraint("answer IS NULL OR answer <> 'here' OR mark IS NOT NULL", name="here_is_a_mark"),
        Index("ix_sessions_placement_id_on_date", "placement_id", "on_date"),
        Index("ix_sessions_on_date", "on_date"),
        # Sessions to mark of some cases. SQLite uses a partial index only where the query says the very same.
        Index(
            "ix_sessions_unmarked",
            "case_id",
            "on_date",
            sqlite_where=text("mark IS NULL AND scheduled = 1"),
            postgresql_where=text("mark IS NULL AND scheduled"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    placement_id: Mapped[int] = mapped_column(ForeignKey("placements.id"))
    on_date: Mapped[date]
    scheduled: Mapped[bool] = mapped_column(default=True)
    mark: Mapped[Mark | None] = mapped_column(by_value(Mark, "mark"))
    hours: Mapped[Decimal | None] = mapped_column(Numeric(4, 2))
    note: Mapped[str] = mapped_column(Text, default="", server_default="")
    # What the employer said: stays beside the mark that staff set after it.
    answer: Mapped[EmployerAnswer | None] = mapped_column(by_value(EmployerAnswer, "answer"))
    answered_by: Mapped[str | None] = mapped_column(String(160))
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    marked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    marked_by: Mapped[str | None] = mapped_column(String(160))
    marked_through: Mapped[MarkedThrough | None] = mapped_column(by_value(MarkedThrough, "marked_through"))
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    placement: Mapped[Placement] = relationship(lazy="raise")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own form


class EmployerLink(Base):
    """A link of the employer's page: one workplace's sessions, until it expires or is revoked.

    The address carries id and a signature; nothing in the row can be turned into the address without the secret.
    """

    __tablename__ = "employer_links"
    __table_args__ = (
        CheckConstraint("expires_at > created_at", name="expires_after_created"),
        Index("ix_employer_links_workplace_id_expires_at", "workplace_id", "expires_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    workplace_id: Mapped[int] = mapped_column(ForeignKey("workplaces.id"))
    sent_to: Mapped[str] = mapped_column(String(254))
    supervisor_name: Mapped[str] = mapped_column(String(160))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    created_by: Mapped[str] = mapped_column(String(160))
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    workplace: Mapped[Workplace] = relationship(lazy="raise")
