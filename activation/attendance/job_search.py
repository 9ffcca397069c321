"""Own job search: hours a week, as the participant told. In the plan, yet no assigned activity: in no rate."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import select

from activation.clocks.calendar import local_date
from activation.database import db
from activation.placements.rules import monday_of
from activation.records.actor import Actor
from activation.records.history import apply, record
from activation.records.turns import take_turn
from models import Case, JobSearchReport
from models.errors import Conflict, FieldError
from models.texts import N_

MOST_HOURS = 80  # in a week
# A page of reports: two years.
REPORTS_SHOWN = 106


def week_text(monday: date) -> str:
    """2026-W47, as ISO 8601 writes a week."""
    year, week, _day = monday.isocalendar()
    return f"{year}-W{week:02d}"


def reports_of(case_id: int) -> list[JobSearchReport]:
    """The reports of a case, newest week first."""
    return list(
        db.session.scalars(
            select(JobSearchReport)
            .where(JobSearchReport.case_id == case_id)
            .order_by(JobSearchReport.monday.desc())
            .limit(REPORTS_SHOWN)
        )
    )


def reports_for(case_id: int, mondays: Collection[date]) -> dict[date, JobSearchReport]:
    """The reports of these weeks, by Monday."""
    found = db.session.scalars(
        select(JobSearchReport)
        .where(JobSearchReport.case_id == case_id, JobSearchReport.monday.in_(mondays))
        .order_by(JobSearchReport.monday)
    )
    return {report.monday: report for report in found}


def report_hours(
    *,
    actor: Actor,
    case: Case,
    monday: date,
    hours: Decimal,
    note: str,
    seen_version: int | None,
    now: datetime,
) -> bool:
    """Keeps the hours of a week; says whether anything changed. A later report replaces the earlier one, the history
    has both. `seen_version` None: there was none when the form was opened. Raises FieldError, Conflict.
    """
    _must_be_possible(case, monday, hours, now)
    take_turn(case.id)
    stored = db.session.scalar(
        select(JobSearchReport)
        .where(JobSearchReport.case_id == case.id, JobSearchReport.monday == monday)
        .execution_options(populate_existing=True)
    )
    values = {"hours": hours, "note": note.strip()}
    if stored is not None and all(getattr(stored, name) == value for name, value in values.items()):
        return False  # the same form sent twice
    if (stored.version if stored else None) != seen_version:
        raise Conflict(
            N_("%(who)s reported this week in the meantime. Look at it, then change it if it is wrong."),
            who=stored.made_by if stored else "–",
        )
    week = week_text(monday)
    if stored is None:
        db.session.add(
            JobSearchReport(case_id=case.id, monday=monday, made_at=now, made_by=actor.name, **values)
        )
        changes = {"week": (None, week), "hours": (None, hours), "note": (None, values["note"])}
        record(case, actor=actor, now=now, verb="job_search_reported", changes=changes)
        return True
    changed = apply(stored, values)
    stored.made_at, stored.made_by = now, actor.name
    record(case, actor=actor, now=now, verb="job_search_corrected", changes={"week": (week, week), **changed})
    return True


def _must_be_possible(case: Case, monday: date, hours: Decimal, now: datetime) -> None:
    if monday != monday_of(monday):
        raise FieldError("week", N_("A week begins on a Monday."))
    if monday > local_date(now):
        raise FieldError("week", N_("This week has not begun yet."))
    if monday + timedelta(days=6) < case.first_contact_on:
        raise FieldError("week", N_("This week was over before the first contact."))
    if case.closed_on is not None and monday > case.closed_on:
        raise FieldError("week", N_("The case was closed before this week."))
    if not 0 <= hours <= MOST_HOURS:
        raise FieldError("hours", N_("Own job search is between 0 and 80 hours a week."))
