"""Reports for the committee: chosen once, made of a month or quarter with one press, kept as they were."""

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from activation.accounts.sign_in import current_actor
from activation.clocks.calendar import local_date
from activation.committee.reports import queries, service, words
from activation.committee.reports.forms import IssueForm, report_form
from activation.committee.reports.paper import report_paper
from activation.committee.reports.sheet import report_sheets
from activation.committee.reports.spans import last_whole, leaves_on, offered, parse, span_of
from activation.messages.ledger import why
from activation.throughput.asked import own_unit
from activation.throughput.exports import MIMETYPES
from activation.throughput.queries import unit_name
from activation.web.edge import now
from activation.web.forms import errors_flashed, errors_shown_in, form_page, submitted
from activation.web.language import LANGUAGE_NAMES, current_language
from activation.web.paging import page_asked_for, pager
from activation.web.pdf import pdf_answer
from models import CommitteeReport, ReportIssue
from models.enums import ReportFormat, ReportPeriod

reports = Blueprint("reports", __name__)

ISSUES_A_PAGE = 24


def _load(committee_report_id: int) -> CommitteeReport:
    return queries.find_report(committee_report_id, current_actor()) or abort(404)


def _load_issue(report_issue_id: int) -> ReportIssue:
    return queries.find_issue(report_issue_id, current_actor()) or abort(404)


@reports.get("/throughput/reports")
def index() -> ResponseReturnValue:
    today = local_date(now())
    return render_template(
        "committee/reports.html",
        lines=queries.reports_of(own_unit()),
        last={kind: last_whole(kind, today) for kind in ReportPeriod},
    )


@reports.route("/throughput/reports/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    return _form(None)


@reports.route("/throughput/reports/<int:committee_report_id>/edit", methods=["GET", "POST"])
def edit(committee_report_id: int) -> ResponseReturnValue:
    return _form(_load(committee_report_id))


def _form(report: CommitteeReport | None) -> ResponseReturnValue:
    form = report_form(report, unit_name=unit_name(own_unit()), language=current_language())
    if submitted(form):
        with errors_shown_in(form, stored=report):
            saved, changed = service.save_report(
                actor=current_actor(),
                report=report,
                values=form.chosen(),
                seen_version=form.version.data,
                now=now(),
            )
            flash(_("The report was saved.") if changed else _("Nothing was changed."), "success")
            return redirect(url_for("reports.page", committee_report_id=saved.id), code=303)
    return form_page("committee/report_form.html", form, report=report, areas=form.areas())


@reports.get("/throughput/reports/<int:committee_report_id>")
def page(committee_report_id: int) -> ResponseReturnValue:
    report = _load(committee_report_id)
    number, today = page_asked_for(), local_date(now())
    issues = queries.issues_of(report.id, offset=(number - 1) * ISSUES_A_PAGE, limit=ISSUES_A_PAGE)
    last = last_whole(report.period, today)
    following = next(s for s in (last, last.following) if leaves_on(s, report.mail_after_days) > today)
    return render_template(
        "committee/report.html",
        report=report,
        unit=unit_name(report.owner_unit_id),
        figures=service.chosen(report),
        missing=len(report.figures) - len(service.chosen(report)),
        language=LANGUAGE_NAMES.get(report.language, report.language),
        last=last,
        form=IssueForm(spans=offered(report.period, today)),
        issues=[(issue, span_of(report.period, issue.starts_on)) for issue in issues.rows],
        pager=pager(page=number, shown=len(issues.rows), total=issues.total, size=ISSUES_A_PAGE),
        total=issues.total,
        leaves=leaves_on(following, report.mail_after_days),
        leaving=following,
        why=why,
    )


@reports.post("/throughput/reports/<int:committee_report_id>/issue")
def issue(committee_report_id: int) -> ResponseReturnValue:
    """`as`: where it leads to, the paper, the file, or (without it) the page."""
    report = _load(committee_report_id)
    back = url_for("reports.page", committee_report_id=report.id)
    span = parse(request.form.get("span", ""))
    if span is None:
        flash(_("Only whole months and quarters that are over can be asked for."), "warning")
        return redirect(back, code=303)
    with errors_flashed():
        made = service.issue(actor=current_actor(), report=report, span=span, now=now())
        kinds = {kind.value for kind in ReportFormat}
        kind = request.form.get("as", "")
        if kind in kinds:
            return redirect(url_for("reports.file", report_issue_id=made.id, kind=kind), code=303)
        return redirect(url_for("reports.issued", report_issue_id=made.id), code=303)
    return redirect(back, code=303)


@reports.post("/throughput/reports/<int:committee_report_id>/<any(retire, restore):what>")
def set_in_use(committee_report_id: int, what: str) -> ResponseReturnValue:
    report = _load(committee_report_id)
    service.set_in_use(actor=current_actor(), report=report, in_use=what == "restore", now=now())
    text = _("The report is in use again.") if what == "restore" else _("The report was retired.")
    flash(text, "success")
    return redirect(url_for("reports.page", committee_report_id=report.id), code=303)


@reports.get("/throughput/reports/issues/<int:report_issue_id>")
def issued(report_issue_id: int) -> ResponseReturnValue:
    found = _load_issue(report_issue_id)
    return render_template(
        "committee/issue.html", issue=found, report=found.report, content=found.content, words=words
    )


@reports.get("/throughput/reports/issues/<int:report_issue_id>/<any(pdf, xlsx):kind>")
def file(report_issue_id: int, kind: str) -> ResponseReturnValue:
    found = _load_issue(report_issue_id)
    name = words.file_name(found.id, found.content)
    if kind == "pdf":
        return pdf_answer(report_paper(found.content), name)
    answer = Response(report_sheets(found.content), content_type=MIMETYPES[kind])
    answer.headers.set("Content-Disposition", "attachment", filename=f"{name}.{kind}")
    return answer
