"""Units, staff accounts and what guards the sign-in."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, UTCDateTime, by_value
from models.enums import Role


class Unit(Base):
    """An organisational unit. Its name is its key in files."""

    __tablename__ = "units"
    __table_args__ = (UniqueConstraint("name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))


class ClosedDay(Base):
    """A day on which a unit is closed besides weekends and public holidays. Without unit: all units.

    The yearly 24 and 31 December stand in the settings; these rows add single days.
    """

    __tablename__ = "closed_days"
    __table_args__ = (UniqueConstraint("unit_id", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    day: Mapped[date]
    reason: Mapped[str] = mapped_column(String(120), default="")


class Staff(Base):
    """A staff account. Without a password nobody can sign in to it."""

    __tablename__ = "staff"
    __table_args__ = (
        UniqueConstraint("email"),
        CheckConstraint("email = lower(email)", name="email_lower_case"),
        Index("ix_staff_calendar_key", "calendar_key", unique=True),
        Index("ix_staff_unit_id_role", "unit_id", "role"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str] = mapped_column(String(254))
    role: Mapped[Role] = mapped_column(by_value(Role, "role"))
    language: Mapped[str] = mapped_column(String(5), default="sv")
    password_hash: Mapped[str | None] = mapped_column(String(200))
    active: Mapped[bool] = mapped_column(default=True)
    # Changes whenever all sessions of this account must end (new password, deactivated).
    session_key: Mapped[str] = mapped_column(String(40), default="")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    # What each person chooses on "My account".
    wants_email: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    wants_digest: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    wants_invitations: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    # The secret part of the address of one's calendar feed; empty: there is none.
    calendar_key: Mapped[str | None] = mapped_column(String(60))

    unit: Mapped[Unit] = relationship(lazy="joined", innerjoin=True)


class SignInAttempt(Base):
    """A failed sign-in, for the rate limit that all web processes share. Removed after a day."""

    __tablename__ = "sign_in_attempts"
    __table_args__ = (
        Index("ix_sign_in_attempts_subject_at", "subject", "at"),
        Index("ix_sign_in_attempts_at", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    # A keyed hash of the e-mail or of the address it came from: the table must not list who tried.
    subject: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
