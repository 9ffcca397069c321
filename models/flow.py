"""The two flows over time: who moved between them and why, the planning figure of a unit, and its staff hours."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, UTCDateTime, by_value
from models.enums import Flow, FlowReason


class FlowMove(Base):
    """A case went from one flow to the other on a day, as somebody said. The case itself carries the flow that holds
    now; one that never moved has no row, nor has what a file said: it names no day."""

    __tablename__ = "flow_moves"
    __table_args__ = (
        UniqueConstraint("case_id", "moved_on"),
        Index("ix_flow_moves_moved_on", "moved_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    moved_on: Mapped[date]
    # The flow from that day on; before it the other one held.
    flow: Mapped[Flow] = mapped_column(by_value(Flow, "flow"))
    # Empty where it was told in words only.
    reason: Mapped[FlowReason | None] = mapped_column(by_value(FlowReason, "reason"))
    note: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    noted_at: Mapped[datetime] = mapped_column(UTCDateTime)
    noted_by: Mapped[str] = mapped_column(String(160))


class FlowTarget(Base):
    """The share of a unit's open cases that it plans to have in the main flow, in percent, from a day on. A planning
    figure of a unit, never a rule for a person. Without unit: all units that have none of their own."""

    __tablename__ = "flow_targets"
    __table_args__ = (
        UniqueConstraint("unit_id", "valid_from"),
        CheckConstraint("main_percent BETWEEN 0 AND 100", name="main_percent_possible"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    valid_from: Mapped[date]
    main_percent: Mapped[int]
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    made_by: Mapped[str] = mapped_column(String(160))


class StaffHours(Base):
    """Hours that the staff of a unit worked in a month for each flow, of all of them together: never per person."""

    __tablename__ = "staff_hours"
    __table_args__ = (
        UniqueConstraint("unit_id", "month"),
        CheckConstraint("main_hours >= 0 AND support_hours >= 0", name="hours_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    # First day.
    month: Mapped[date]
    main_hours: Mapped[Decimal] = mapped_column(Numeric(8, 1))
    support_hours: Mapped[Decimal] = mapped_column(Numeric(8, 1))
    noted_at: Mapped[datetime] = mapped_column(UTCDateTime)
    noted_by: Mapped[str] = mapped_column(String(160))
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own form
