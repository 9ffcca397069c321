"""The whole timeline of a case, and the access log for the unit lead's monthly review."""

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from activation.accounts.sign_in import current_actor
from activation.caseload.case_page import shown_events
from activation.caseload.loader import load_case_for_work
from activation.clocks.calendar import local_date
from activation.clocks.rules import add_months
from activation.records.forms import AccessLogFilter
from activation.records.looks import log_look
from activation.records.queries import TIMELINE_PAGE, event_time, events_of, looks, who_looked
from activation.web.converters import row_id
from activation.web.edge import now
from models.enums import Viewed

records = Blueprint("records", __name__)

MOST_PAGES = 1000


@records.get("/cases/<int:case_id>/timeline")
def timeline(case_id: int) -> ResponseReturnValue:
    case = load_case_for_work(case_id)
    before = None
    if (event_id := request.args.get("before", type=row_id)) is not None:
        at = event_time(case_id, event_id) or abort(404)
        before = (at, event_id)
    log_look(case, Viewed.CASE_PAGE)
    events = events_of(case_id, limit=TIMELINE_PAGE + 1, before=before)
    older = events[TIMELINE_PAGE - 1].id if len(events) > TIMELINE_PAGE else None
    return render_template(
        "records/timeline.html",
        case=case,
        entries=shown_events(events[:TIMELINE_PAGE]),
        older=older,
        newest=before,
    )


@records.get("/access-log")
def access_log() -> ResponseReturnValue:
    """The last month unless asked for otherwise. Reading the log is not itself a look at anybody's case."""
    actor, today = current_actor(), local_date(now())
    form = AccessLogFilter()
    form.staff_id.offer(who_looked(actor))
    given = form.given()
    start, end = given.get("start", add_months(today, -1)), given.get("end", today)
    form.start.data, form.end.data = start, end
    page = min(max(request.args.get("page", 1, type=int), 1), MOST_PAGES)
    rows, more = looks(actor, start=start, end=end, staff_id=given.get("staff_id"), page=page)
    asked = {"start": start, "end": end, "staff_id": given.get("staff_id")}
    return render_template(
        "records/access_log.html",
        form=form,
        rows=rows,
        page=page,
        previous_href=url_for("records.access_log", page=page - 1, **asked) if page > 1 else None,
        next_href=url_for("records.access_log", page=page + 1, **asked) if more else None,
    )
