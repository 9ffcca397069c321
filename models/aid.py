"""Aid months as the aid side reports them. This product never sets a status by itself.

Beside them what the aid side is told, which of its systems may report, and payments that were found incorrect.
"""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, UTCDateTime, by_value
from models.case import Household
from models.enums import AidStatus, PaymentErrorCause, PaymentErrorKind, RefusalCause


class AidMonth(Base):
    """One household's aid for one month. `month` is its first day."""

    __tablename__ = "aid_months"
    __table_args__ = (
        UniqueConstraint("household_id", "month"),
        CheckConstraint("amount IS NULL OR amount >= 0", name="amount_not_negative"),
        CheckConstraint(
            "refusal_cause IS NULL OR status IN ('refused', 'partly_granted')", name="cause_of_a_refusal"
        ),
        Index("ix_aid_months_month", "month"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"))
    month: Mapped[date]
    status: Mapped[AidStatus] = mapped_column(by_value(AidStatus, "status"))
    decided_on: Mapped[date | None]
    paid_on: Mapped[date | None]
    # Kronor.
    amount: Mapped[Decimal | None] = mapped_column(Numeric(12, 2))
    # Of a refused or partly granted month, where the aid side has said it.
    refusal_cause: Mapped[RefusalCause | None] = mapped_column(by_value(RefusalCause, "refusal_cause"))
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own form


class AidCalendarMonth(Base):
    """Cut-off and payment day of a month where they differ from the settings."""

    __tablename__ = "aid_calendar"
    __table_args__ = (UniqueConstraint("month"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    month: Mapped[date]
    cut_off_on: Mapped[date]
    pays_on: Mapped[date]


class AidNotice(Base):
    """The aid side was told that work begins for a participant. `about_on` is the day it begins."""

    __tablename__ = "aid_notices"
    __table_args__ = (UniqueConstraint("case_id", "about_on"), Index("ix_aid_notices_staff_id", "staff_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    about_on: Mapped[date]
    told_on: Mapped[date]
    # Whom at the aid side.
    told_to: Mapped[str] = mapped_column(String(160))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    told_by: Mapped[str] = mapped_column(String(160))
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)


class ApiKey(Base):
    """A key of the aid system, which reports aid months. Only its hash is kept."""

    __tablename__ = "api_keys"
    __table_args__ = (UniqueConstraint("name"), UniqueConstraint("key_hash"))

    id: Mapped[int] = mapped_column(primary_key=True)
    # The system that holds it: stands as the author in the history.
    name: Mapped[str] = mapped_column(String(80))
    # SHA-256 in hexadecimal: the key itself is long and random.
    key_hash: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    made_by: Mapped[str] = mapped_column(String(160))
    last_used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    revoked_by: Mapped[str | None] = mapped_column(String(160))


class PaymentError(Base):
    """A payment that was found incorrect, or put right before it was paid; and the reclaim, where one was decided.

    Amounts are what the aid side found and decided, typed by an aid officer: nothing here is computed.
    """

    __tablename__ = "payment_errors"
    __table_args__ = (
        Index("ix_payment_errors_household_id", "household_id"),
        Index("ix_payment_errors_found_on", "found_on"),
        CheckConstraint("period_to >= period_from", name="period_in_order"),
        CheckConstraint("amount >= 0", name="amount_not_negative"),
        CheckConstraint("reclaim_amount IS NULL OR reclaim_amount >= 0", name="reclaim_not_negative"),
        CheckConstraint(
            "(reclaim_decided_on IS NULL) = (reclaim_amount IS NULL)", name="reclaim_has_day_and_amount"
        ),
        CheckConstraint("kind = 'paid' OR reclaim_amount IS NULL", name="only_paid_is_reclaimed"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"))
    kind: Mapped[PaymentErrorKind] = mapped_column(by_value(PaymentErrorKind, "kind"))
    # First days of the first and the last month concerned.
    period_from: Mapped[date]
    period_to: Mapped[date]
    # Kronor.
    amount: Mapped[Decimal] = mapped_column(Numeric(12, 2))
    cause: Mapped[PaymentErrorCause] = mapped_column(by_value(PaymentErrorCause, "cause"))
    found_on: Mapped[date]
    # The warning that it was found by (a value of AidWarning), or empty.
    found_by: Mapped[str] = mapped_column(String(40), default="", server_default=text("''"))
    note: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    reclaim_decided_on: Mapped[date | None]
    reclaim_amount: Mapped[Decimal | None] = mapped_column(Numeric(12, 2))
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    made_by: Mapped[str] = mapped_column(String(160))
    # Noted by mistake: it stays and counts nowhere.
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    household: Mapped[Household] = relationship(lazy="raise")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own form


class Repayment(Base):
    """A part of a reclaim that was paid back. Taken back, the row stays."""

    __tablename__ = "repayments"
    __table_args__ = (
        Index("ix_repayments_payment_error_id", "payment_error_id"),
        Index("ix_repayments_paid_on", "paid_on"),
        CheckConstraint("amount > 0", name="amount_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    payment_error_id: Mapped[int] = mapped_column(ForeignKey("payment_errors.id"))
    paid_on: Mapped[date]
    # Kronor.
    amount: Mapped[Decimal] = mapped_column(Numeric(12, 2))
    noted_at: Mapped[datetime] = mapped_column(UTCDateTime)
    noted_by: Mapped[str] = mapped_column(String(160))
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
