"""The page of a person's hours, a year of weeks at a time."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from activation.accounts.sign_in import current_actor
from activation.attendance.hours import weeks_of_year
from activation.attendance.hours_page import shown
from activation.attendance.hours_rules import Part
from activation.caseload.loader import load_case
from activation.caseload.visibility import can_work_on
from activation.clocks.calendar import local_date
from activation.records.looks import log_look
from activation.web.edge import now
from models.enums import Viewed

hours = Blueprint("hours", __name__)

FIRST_YEAR, LAST_YEAR = 1901, 2198


def _year(text: str) -> int:
    """A year after the `?`; what is none is left out."""
    if not (text.isascii() and text.isdigit() and FIRST_YEAR <= int(text[:5]) <= LAST_YEAR):
        raise ValueError(text)
    return int(text)


@hours.route("/cases/<int:case_id>/hours")
def of_case(case_id: int) -> ResponseReturnValue:
    case, today = load_case(case_id), local_date(now())
    this_year = today.isocalendar().year
    year = request.args.get("year", this_year, type=_year)
    found = weeks_of_year(case_id, year, today=today)
    first = min(found.since.isocalendar().year if found.since else this_year, this_year)
    log_look(case, Viewed.CASE_PAGE)
    return render_template(
        "attendance/hours.html",
        case=case,
        work=can_work_on(current_actor(), case),
        hours=shown(found),
        parts=Part,
        year=year,
        pager={
            "previous_href": url_for("hours.of_case", case_id=case_id, year=year - 1)
            if year > first
            else None,
            "next_href": url_for("hours.of_case", case_id=case_id, year=year + 1)
            if year <= this_year
            else None,
            "text": str(year),
        },
    )
