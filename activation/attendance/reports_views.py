"""Pages of what supervisors told besides attendance: the list, and one report to deal with."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from activation.accounts.sign_in import current_actor
from activation.attendance import reports
from activation.attendance.forms import ReportForm
from activation.attendance.queries import session_for_marking
from activation.caseload.loader import load_case_for_work
from activation.records.looks import form_page_of
from activation.web.edge import now
from activation.web.forms import errors_shown_in, submitted
from models import EmployerReport, Session
from models.enums import EmployerReportKind

employer_reports = Blueprint("employer_reports", __name__)

ENDS = (EmployerReportKind.NEVER_CAME, EmployerReportKind.ENDED_EARLY)


@employer_reports.get("/employer-reports")
def index() -> ResponseReturnValue:
    actor, mine = current_actor(), request.args.get("whose") != "unit"
    return render_template(
        "attendance/reports.html",
        mine=mine,
        waiting=reports.reports(actor, mine=mine, handled=False),
        handled=reports.reports(actor, mine=mine, handled=True),
        number=reports.count_open(actor, mine=mine),
        limit=reports.OPEN_SHOWN,
    )


@employer_reports.route("/employer-reports/<int:report_id>", methods=["GET", "POST"])
def handle(report_id: int) -> ResponseReturnValue:
    report = reports.find_report(report_id, lock=request.method == "POST") or abort(404)
    case = load_case_for_work(report.placement.case_id)
    session = (
        session_for_marking(report.session_id, lock=request.method == "POST") if report.session_id else None
    )
    form = ReportForm(data={"version": session.version if session else None})
    if submitted(form):
        with errors_shown_in(form, stored={"version": session.version} if session else None):
            _handled(report, session, form)
            return redirect(_back(case.id), code=303)
    return form_page_of(
        case,
        "attendance/report.html",
        form,
        report=report,
        session=session,
        needs_note=reports.needs_note(report.kind),
        may_end=report.kind in ENDS,
        back=_back(case.id),
    )


def _back(case_id: int) -> str:
    """Where the button stood: the case's attendance (`back` in the address), else the list."""
    if request.args.get("back") == "case":
        return url_for("attendance.of_case", case_id=case_id)
    return url_for("employer_reports.index", whose=request.args.get("whose"))


def _handled(report: EmployerReport, session: Session | None, form: ReportForm) -> None:
    actor, note = current_actor(), form.note.data
    if "take_over" in request.form:
        reports.take_over(
            actor=actor,
            report=report,
            session=session,
            seen_version=form.version.data or 0,
            note=note,
            now=now(),
        )
        flash(_("The employer's correction was taken over."), "success")
        return
    reports.handle(actor=actor, report=report, note=note, now=now())
    flash(_("The message from the employer is handled."), "success")
