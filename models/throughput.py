"""Figures kept for speed, and what people write beside figures."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, UTCDateTime


class FigureWeek(Base):
    """What a measure counted of a unit in one ISO week (how things stood: on its last day), as the latest nightly run
    found it. Derived from the facts and thrown away at will: throughput.weeks.rebuild makes it anew.

    `unit_id` 0: all units together. The current week is counted through the day of the run.
    """

    __tablename__ = "figure_weeks"
    __table_args__ = ({"sqlite_with_rowid": False},)

    unit_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    key: Mapped[str] = mapped_column(String(60), primary_key=True)
    # Its Monday.
    week: Mapped[date] = mapped_column(primary_key=True)
    numerator: Mapped[int]
    # Of a share: how many were judged. Of a count the same as the numerator.
    denominator: Mapped[int]


class FigureRun(Base):
    """Up to which day, and when, the weeks of a unit (0: of all) were counted last."""

    __tablename__ = "figure_runs"

    unit_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    through: Mapped[date]
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Annotation(Base):
    """What happened on a day that explains figures: a new law, a factory that closed, a drop-in that began. Stands in
    every chart over time of its unit (without unit: of all). Never about a person. Taken back, the row stays."""

    __tablename__ = "annotations"
    __table_args__ = (
        Index("ix_annotations_on_date", "on_date"),
        CheckConstraint("length(what) > 0", name="says_what"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    on_date: Mapped[date]
    what: Mapped[str] = mapped_column(String(80))
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    made_by: Mapped[str] = mapped_column(String(160))
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
