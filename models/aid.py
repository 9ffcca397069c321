"""Aid months as the aid side reports them. This product never sets a status by itself."""

from datetime import date
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, by_value
from models.enums import AidStatus


class AidMonth(Base):
    """One household's aid for one month. `month` is its first day."""

    __tablename__ = "aid_months"
    __table_args__ = (
        UniqueConstraint("household_id", "month"),
        CheckConstraint("amount IS NULL OR amount >= 0", name="amount_not_negative"),
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
