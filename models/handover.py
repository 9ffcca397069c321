"""Handovers (underlag): the facts of one case and month, given to a named aid officer.

There is no column for a recommendation, and none for a conclusion.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, UTCDateTime, by_value
from models.case import Case
from models.enums import HandoverOutcome, HandoverState, HeardHow
from models.staff import Staff


class Handover(Base):
    """What was handed over stands in `content`, as it was that day; before that the facts are read where they are."""

    __tablename__ = "handovers"
    __table_args__ = (
        UniqueConstraint("number"),
        Index("ix_handovers_case_id_month", "case_id", "month"),
        Index("ix_handovers_to_staff_id_state", "to_staff_id", "state"),
        Index("ix_handovers_state", "state"),
        Index("ix_handovers_handed_over_by_id", "handed_over_by_id"),
        # One at a time of a case and month; a withdrawn one leaves room for the next.
        Index(
            "uq_handovers_case_month",
            "case_id",
            "month",
            unique=True,
            sqlite_where=text("state <> 'withdrawn'"),
            postgresql_where=text("state <> 'withdrawn'"),
        ),
        CheckConstraint("(heard_on IS NULL) = (heard_how IS NULL)", name="heard_has_day_and_way"),
        CheckConstraint(
            "heard_how IS NULL OR heard_how <> 'not_possible' OR length(not_heard_why) > 0",
            name="unheard_says_why",
        ),
        CheckConstraint(
            "state NOT IN ('handed_over', 'received', 'answered') OR"
            " (heard_on IS NOT NULL AND to_staff_id IS NOT NULL AND handed_over_at IS NOT NULL"
            " AND content IS NOT NULL)",
            name="heard_before_handed_over",
        ),
        CheckConstraint("(state = 'answered') = (outcome IS NOT NULL)", name="answered_has_outcome"),
        CheckConstraint("state <> 'withdrawn' OR length(withdrawn_reason) > 0", name="withdrawn_has_reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(20))
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    # Its first day.
    month: Mapped[date]
    state: Mapped[HandoverState] = mapped_column(
        by_value(HandoverState, "state"), default=HandoverState.DRAFT
    )
    begun_at: Mapped[datetime] = mapped_column(UTCDateTime)
    begun_by: Mapped[str] = mapped_column(String(160))
    # The day the participant was heard, or on which it was found not to be possible.
    heard_on: Mapped[date | None]
    heard_how: Mapped[HeardHow | None] = mapped_column(by_value(HeardHow, "heard_how"))
    not_heard_why: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    # In the participant's own words.
    account: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    objection: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    to_staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    handed_over_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    handed_over_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    handed_over_by: Mapped[str] = mapped_column(String(160), default="", server_default=text("''"))
    content: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    received_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    outcome: Mapped[HandoverOutcome | None] = mapped_column(by_value(HandoverOutcome, "outcome"))
    outcome_on: Mapped[date | None]
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    withdrawn_by: Mapped[str] = mapped_column(String(160), default="", server_default=text("''"))
    withdrawn_reason: Mapped[str] = mapped_column(String(500), default="", server_default=text("''"))
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    case: Mapped[Case] = relationship(lazy="raise")
    to_staff: Mapped[Staff | None] = relationship(lazy="raise", foreign_keys=[to_staff_id])

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own form


class NumberSeries(Base):
    """The last number that was given in a series, such as the handovers of a year."""

    __tablename__ = "number_series"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    last: Mapped[int]
