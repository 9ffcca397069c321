"""Reads of the reports: those of a unit, what was issued, what became of the mail, and what all of them have told."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from activation.committee.reports.counted import ALL, Cell
from activation.committee.reports.spans import Span, parse
from activation.database import db
from activation.records.actor import Actor
from models import CommitteeReport, Message, ReportIssue
from models.enums import MessageState

# More than anybody keeps.
MOST_REPORTS = 200


@dataclass(frozen=True)
class ReportLine:
    """A report, and the last time that it was issued."""

    report: CommitteeReport
    issued: int
    last_end: date | None


def reports_of(unit_id: int) -> list[ReportLine]:
    """The reports that the leads of a unit keep: those in use first, by name. One query."""
    issues = (
        select(
            ReportIssue.report_id, func.count().label("number"), func.max(ReportIssue.ends_on).label("last")
        )
        .group_by(ReportIssue.report_id)
        .subquery()
    )
    rows = db.session.execute(
        select(CommitteeReport, func.coalesce(issues.c.number, 0), issues.c.last)
        .outerjoin(issues, issues.c.report_id == CommitteeReport.id)
        .where(CommitteeReport.owner_unit_id == unit_id)
        .order_by(CommitteeReport.retired_at.is_not(None), CommitteeReport.name, CommitteeReport.id)
        .limit(MOST_REPORTS)
    )
    return [ReportLine(report, number, last) for report, number, last in rows]


def find_report(report_id: int, actor: Actor) -> CommitteeReport | None:
    """A report of the actor's own unit."""
    report = db.session.get(CommitteeReport, report_id)
    return report if report is not None and report.owner_unit_id == actor.unit_id else None


def find_issue(issue_id: int, actor: Actor) -> ReportIssue | None:
    """What a report of the actor's own unit said, with the report."""
    issue = db.session.scalar(
        select(ReportIssue).where(ReportIssue.id == issue_id).options(joinedload(ReportIssue.report))
    )
    return issue if issue is not None and issue.report.owner_unit_id == actor.unit_id else None


@dataclass(frozen=True)
class IssueLine:
    """One that was issued, without its content. `state` and `reason` are those of its mail, None where it has none;
    `message_id` leads to that in the ledger."""

    id: int
    starts_on: date
    ends_on: date
    made_at: Any
    made_by: str
    to: str | None
    state: MessageState | None
    reason: str | None
    sent_at: Any
    message_id: int | None


@dataclass(frozen=True)
class Issues:
    rows: Sequence[IssueLine]
    total: int


def issues_of(report_id: int, *, offset: int, limit: int) -> Issues:
    """What was issued, the newest first, with what became of its mail (the last one, where it was sent again)."""
    mine = ReportIssue.report_id == report_id
    total = db.session.scalar(select(func.count()).select_from(ReportIssue).where(mine)) or 0
    last = (
        select(func.max(Message.id))
        .where(Message.report_issue_id == ReportIssue.id)
        .correlate(ReportIssue)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(
            ReportIssue.id,
            ReportIssue.starts_on,
            ReportIssue.ends_on,
            ReportIssue.made_at,
            ReportIssue.made_by,
            Message.to_address,
            Message.state,
            Message.reason,
            Message.sent_at,
            Message.id,
        )
        .outerjoin(Message, Message.id == last)
        .where(mine)
        .order_by(ReportIssue.made_at.desc(), ReportIssue.id.desc())
        .offset(offset)
        .limit(limit)
    )
    return Issues([IssueLine(*list(row)) for row in rows], total)


def latest_issue(report_id: int, span: Span) -> ReportIssue | None:
    """What a report said last of a month or quarter, of those that a person made."""
    return db.session.scalar(
        select(ReportIssue)
        .where(
            ReportIssue.report_id == report_id,
            ReportIssue.starts_on == span.start,
            ReportIssue.ends_on == span.end,
            ReportIssue.occasion.is_(None),
        )
        .order_by(ReportIssue.id.desc())
        .limit(1)
    )


def was_issued(report_id: int) -> bool:
    return (
        db.session.scalar(select(ReportIssue.id).where(ReportIssue.report_id == report_id).limit(1))
        is not None
    )


def told(scope: int, parts: Collection[str], first: date, last: date) -> dict[Cell, set[int | None]]:
    """What reports have told of these parts in this time: numbers, and None where one was hidden. Of a unit's report
    also what others told, where something was told of all units together: the rest could be reckoned out."""
    mine = or_(CommitteeReport.all_units, CommitteeReport.owner_unit_id == scope)
    asked = (
        select(ReportIssue.content)
        .join(CommitteeReport, CommitteeReport.id == ReportIssue.report_id)
        .where(ReportIssue.ends_on >= first)
        .order_by(ReportIssue.id)
    )
    if scope == ALL:
        return _cells(db.session.scalars(asked), parts, first, last)
    found = _cells(db.session.scalars(asked.where(mine)), parts, first, last)
    if any(cell.scope == ALL for cell in found):
        return _cells(db.session.scalars(asked), parts, first, last)
    return {cell: said for cell, said in found.items() if cell.scope == scope}


def _cells(contents: Any, parts: Collection[str], first: date, last: date) -> dict[Cell, set[int | None]]:
    found: dict[Cell, set[int | None]] = {}
    in_time: dict[str, bool] = {}
    for content in contents:
        for part, scope, text, group, number in content["told"]:
            if text not in in_time:
                span = parse(text)
                in_time[text] = span is not None and first <= span.start and span.start <= last
            if part in parts and in_time[text]:
                found.setdefault(Cell(part, scope, text, group), set()).add(number)
    return found
