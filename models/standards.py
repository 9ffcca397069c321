"""What the municipality words once: standard texts, and costs to go by."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, Index, Numeric, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, UTCDateTime, by_value
from models.enums import CostPer, StandardTextKind


class StandardText(Base):
    """A beginning for what staff write, with placeholders. Whoever uses it changes it as the case needs."""

    __tablename__ = "standard_texts"
    __table_args__ = (
        UniqueConstraint("kind", "language", "name"),
        CheckConstraint("language IN ('sv', 'en')", name="language"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[StandardTextKind] = mapped_column(by_value(StandardTextKind, "kind"))
    language: Mapped[str] = mapped_column(String(2))
    name: Mapped[str] = mapped_column(String(120))
    body: Mapped[str] = mapped_column(Text)
    active: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    changed_by: Mapped[str] = mapped_column(String(160))
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own form


class CostStandard(Base):
    """A cost as the municipality reckons it, to talk about with the participant. No aid is computed from it."""

    __tablename__ = "cost_standards"
    __table_args__ = (
        Index("ix_cost_standards_name", "name"),
        CheckConstraint("amount >= 0", name="amount_not_negative"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="ends_after_start"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str] = mapped_column(String(120), default="", server_default=text("''"))
    # Kronor.
    amount: Mapped[Decimal] = mapped_column(Numeric(10, 2))
    per: Mapped[CostPer] = mapped_column(by_value(CostPer, "per"), default=CostPer.MONTH)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    # How it can be lowered, where to turn.
    tip: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    tip_en: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    changed_by: Mapped[str] = mapped_column(String(160))
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own form
