"""The page of own job search: what was reported, and the hours of this week and the last to fill in."""

from collections.abc import Sequence
from datetime import date

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from activation.accounts.sign_in import current_actor
from activation.attendance.job_search import report_hours, reports_for, reports_of
from activation.attendance.job_search_forms import (
    JobSearchForm,
    WeekChoice,
    WeekRow,
    mondays_back,
    week_rows,
)
from activation.caseload.loader import load_case_for_work
from activation.clocks.calendar import local_date
from activation.records.looks import log_look
from activation.web.edge import now
from activation.web.forms import errors_shown_in, submitted
from models import Case

job_search = Blueprint("job_search", __name__)


@job_search.route("/cases/<int:case_id>/job-search", methods=["GET", "POST"])
def page(case_id: int) -> ResponseReturnValue:
    case, today = load_case_for_work(case_id), local_date(now())
    choice = WeekChoice()
    choice.week.offer((monday.isoformat(), _week_name(monday)) for monday in mondays_back(today))
    chosen = choice.given().get("week")
    mondays = [date.fromisoformat(chosen)] if chosen else mondays_back(today, 2)
    form, rows = JobSearchForm(), week_rows(mondays, reports_for(case_id, mondays))
    # Every row is read, so that each says what is wrong with it.
    readable = submitted(form) and [row.form.validate() for row in rows]
    if readable and all(readable):
        saved = _saved(case, rows)
        if not _has_errors(rows):
            flash(_("Own job search was saved.") if saved else _("Nothing was changed."), "success")
            return redirect(url_for("job_search.page", case_id=case_id), code=303)
    log_look(case)
    wrong = _has_errors(rows) or bool(form.errors)
    html = render_template(
        "attendance/job_search.html",
        case=case,
        form=form,
        rows=rows,
        choice=choice,
        chosen=chosen,
        reports=reports_of(case_id),
    )
    return html, 422 if wrong else 200


def _saved(case: Case, rows: Sequence[WeekRow]) -> int:
    """How many weeks were changed. What a verb refuses stands beside its week."""
    number = 0
    for row in rows:
        if not row.form.has_news(row.stored):
            continue
        if row.form.hours.data is None:
            row.form.hours.errors = [*row.form.hours.errors, _("Write the hours, 0 if there were none.")]
            continue
        with errors_shown_in(row.form, stored=row.stored):
            number += report_hours(
                actor=current_actor(),
                case=case,
                monday=row.monday,
                hours=row.form.hours.data,
                note=row.form.note.data,
                seen_version=row.form.version.data,
                now=now(),
            )
    return number


def _has_errors(rows: Sequence[WeekRow]) -> bool:
    return any(row.form.errors for row in rows)


def _week_name(monday: date) -> str:
    year, week, _day = monday.isocalendar()
    text: str = _("Week %(number)s, %(year)s", number=week, year=year)
    return text
