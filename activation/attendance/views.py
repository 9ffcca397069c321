"""Pages of attendance: the sessions of a case, and one session to mark."""

import re
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from activation.accounts.sign_in import current_actor
from activation.attendance import service
from activation.attendance.accounts import accounts_of
from activation.attendance.accounts_views import outcome_of_asking
from activation.attendance.forms import MarkForm, MonthFilter, Notified
from activation.attendance.queries import judgements_of, months_of, session_for_marking, sessions_of
from activation.attendance.questions import may_ask, questions_of
from activation.attendance.reports import open_corrections, reports_of_case
from activation.caseload.case_page import shown_events
from activation.caseload.loader import load_case_for_work
from activation.clocks.calendar import local_date
from activation.employers.supervision import supervisor_of
from activation.exchange.cells import parse_month
from activation.messages.ledger import why
from activation.placements.queries import placements_of
from activation.records.looks import log_look
from activation.web.edge import now
from activation.web.forms import errors_flashed, errors_shown_in, form_page, submitted
from models import Case, Session
from models.enums import MarkedThrough, Viewed

attendance = Blueprint("attendance", __name__)

OF_HANDOVER = re.compile(r"handover-(\d{1,9})", re.ASCII)


@attendance.route("/cases/<int:case_id>/attendance")
def of_case(case_id: int) -> ResponseReturnValue:
    case, today = load_case_for_work(case_id), local_date(now())
    chosen = MonthFilter()
    chosen.month.offer((f"{m:%Y-%m}", f"{m:%Y-%m}") for m in months_of(case_id, today=today))
    given = chosen.given().get("month")
    month = parse_month(given) if given else None
    log_look(case, Viewed.CASE_PAGE)
    return render_template(
        "attendance/attendance.html",
        case=case,
        filter=chosen,
        month=month,
        placements=placements_of(case_id, today=today),
        sessions=sessions_of(case_id, month, today=today),
        reports=reports_of_case(case_id),
    )


@attendance.route("/sessions/<int:session_id>", methods=["GET", "POST"])
def mark(session_id: int) -> ResponseReturnValue:
    session = session_for_marking(session_id, lock=request.method == "POST") or abort(404)
    case = load_case_for_work(session.case_id)
    stored = _stored(session)
    form = MarkForm(data=stored)
    if "ask" in request.form:
        with errors_flashed():  # the page comes again with what was written in the form
            flash(*outcome_of_asking(case, session))
    elif "take_back" in request.form or submitted(form):
        with errors_shown_in(form, stored=stored):
            _marked(session, form)
            return redirect(_after_marking(case), code=303)
    log_look(case)
    told, asked = accounts_of(session.id), questions_of(case.id, session.id, now=now())
    return form_page(
        "attendance/mark.html",
        form,
        case=case,
        session=session,
        supervisor=supervisor_of(session.placement),
        accounts=told,
        questions=asked,
        may_ask=may_ask(session, asked, told=bool(told), now=now()),
        corrections=open_corrections(session.id),
        judgements=shown_events(judgements_of(case.id, session.on_date)),
        why=why,
        back=_after_marking(case),
        came_from=request.args.get("back"),
    )


def _stored(session: Session) -> dict[str, Any]:
    """The session as its form says it."""
    return {
        "mark": session.mark,
        "hours": session.hours if session.hours is not None else session.planned_hours,
        "notified": Notified.of(session.notified),
        "certificate_on": session.certificate_on,
        "note": session.note,
        "version": session.version,
    }


def _after_marking(case: Case) -> str:
    """Where the button stood: `back` in the address is today, sessions (all of today's) or handover-<id>, else the
    case's list."""
    back = request.args.get("back", "")
    if back in ("today", "sessions"):
        return url_for("caseload.today", all="sessions" if back == "sessions" else None)
    if handover := OF_HANDOVER.fullmatch(back):
        return url_for("handovers.page", handover_id=int(handover[1]))
    return url_for("attendance.of_case", case_id=case.id)


def _marked(session: Session, form: MarkForm) -> None:
    if "take_back" in request.form:
        service.take_back(
            actor=current_actor(), session=session, seen_version=form.version.data or 0, now=now()
        )
        flash(_("The mark of %(day)s was taken back.", day=session.on_date.isoformat()), "success")
        return
    service.mark(
        actor=current_actor(),
        session=session,
        seen_version=form.version.data or 0,
        value=form.mark.data,
        hours=form.hours.data,
        note=form.note.data,
        notified=form.notified.data.stored if form.notified.data else service.KEPT,
        certificate_on=form.certificate_on.data,
        tried_to_ask=form.tried_to_ask.data,
        through=MarkedThrough.PHONE if form.by_phone.data else MarkedThrough.STAFF,
        now=now(),
    )
    flash(_("Saved: %(day)s.", day=session.on_date.isoformat()), "success")
