"""What the council and its committee set, look at and were told."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Numeric, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, UTCDateTime, by_value
from models.enums import ReportFormat, ReportPeriod


class CouncilTarget(Base):
    """The share of the municipality's households with aid that the council aims at, at most, in percent, from a month
    on. Shown beside what the labour market did; earlier months keep theirs."""

    __tablename__ = "council_targets"
    __table_args__ = (
        UniqueConstraint("valid_from"),
        CheckConstraint("households_percent BETWEEN 0 AND 100", name="households_percent_possible"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    valid_from: Mapped[date]
    households_percent: Mapped[Decimal] = mapped_column(Numeric(5, 2))
    # Who set it, and where it stands: "KF 2026-06-15, 112 §".
    source: Mapped[str] = mapped_column(String(120), default="", server_default=text("''"))
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    made_by: Mapped[str] = mapped_column(String(160))


class ContextSeries(Base):
    """Numbers from outside by month that stand beside the municipality's own: unemployment, households in all.

    `households`: how many households the municipality has, which the share is a share of."""

    __tablename__ = "context_series"
    __table_args__ = (UniqueConstraint("key"), CheckConstraint("length(key) > 0", name="key_given"))

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(80))
    # "percent", "households": said after the number.
    counted_in: Mapped[str] = mapped_column(String(30), default="", server_default=text("''"))
    source: Mapped[str] = mapped_column(String(120), default="", server_default=text("''"))


class ContextPoint(Base):
    """The number of one month of a series."""

    __tablename__ = "context_points"
    __table_args__ = (UniqueConstraint("series_id", "month"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    series_id: Mapped[int] = mapped_column(ForeignKey("context_series.id"))
    # First day.
    month: Mapped[date]
    value: Mapped[Decimal] = mapped_column(Numeric(14, 4))


class CommitteeReport(Base):
    """Which figures a report shows, chosen once; each month or quarter it is made from that again.

    Of the unit or of all together. `figures` in the order of the paper: {"key": of a measure, "by": [of dimensions]}.
    """

    __tablename__ = "committee_reports"
    __table_args__ = (
        UniqueConstraint("owner_unit_id", "name"),
        CheckConstraint("length(name) > 0", name="name_given"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    # Whose unit lead keeps it, and whether it shows that unit or all.
    owner_unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    all_units: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    name: Mapped[str] = mapped_column(String(80))
    period: Mapped[ReportPeriod] = mapped_column(by_value(ReportPeriod, "period"))
    figures: Mapped[list[Any]] = mapped_column(JSON)
    language: Mapped[str] = mapped_column(String(5), default="sv", server_default=text("'sv'"))
    # A mailbox that gets it by itself, so many days after the period; empty: nobody.
    mail_to: Mapped[str] = mapped_column(String(254), default="", server_default=text("''"))
    mail_format: Mapped[ReportFormat] = mapped_column(
        by_value(ReportFormat, "mail_format"), default=ReportFormat.PDF, server_default=text("'pdf'")
    )
    mail_after_days: Mapped[int] = mapped_column(default=10, server_default=text("10"))
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    made_by: Mapped[str] = mapped_column(String(160))
    retired_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own form


class ReportIssue(Base):
    """A report as it left: its numbers are frozen with their day, already without the groups that are too small, so
    that it can be answered for later."""

    __tablename__ = "report_issues"
    __table_args__ = (
        Index("ix_report_issues_report_id_starts_on", "report_id", "starts_on"),
        CheckConstraint("ends_on >= starts_on", name="ends_after_start"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("committee_reports.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    # "for:<mailbox>" of one that was mailed by itself, so that no period is mailed twice; empty where a person made it.
    occasion: Mapped[str | None] = mapped_column(String(300), unique=True)
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    made_by: Mapped[str] = mapped_column(String(160))

    report: Mapped[CommitteeReport] = relationship(lazy="raise")
