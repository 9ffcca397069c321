"""Pages of handovers. Each step is a press of a person; only these views call the verbs (tested)."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from activation.accounts.sign_in import current_actor
from activation.caseload.case_page import shown_events
from activation.caseload.loader import load_case_to_save
from activation.clocks.calendar import local_date
from activation.handovers import service
from activation.handovers.content import Facts, facts_of
from activation.handovers.document import Document, document_of
from activation.handovers.forms import BeginForm, HandOverForm, HearForm, OutcomeForm, WithdrawForm
from activation.handovers.paper import as_pdf
from activation.handovers.queries import (
    TABS,
    counts,
    find_handover,
    handovers_of_case,
    history_of,
    listed,
    recipients,
    works_with,
)
from activation.handovers.rules import months_to_choose, through, verbs_of
from activation.records.looks import log_look
from activation.records.turns import take_turn
from activation.web.edge import SAFE_METHODS, now
from activation.web.filters import label_of, month_text
from activation.web.forms import BaseForm, errors_flashed, errors_shown_in, form_page, submitted
from activation.web.language import LANGUAGES, current_language, in_language
from activation.web.paging import PAGE_SIZE, page_asked_for, pager
from activation.web.pdf import pdf_answer
from models import Handover
from models.enums import HandoverState, Viewed

handovers = Blueprint("handovers", __name__)

BEFORE = (HandoverState.DRAFT, HandoverState.HEARD)


def _load(handover_id: int) -> Handover:
    """The handover, or 404: unknown and not theirs look the same. Whoever is about to save takes a turn first."""
    handover = find_handover(handover_id, current_actor()) or abort(404)
    if request.method not in SAFE_METHODS:
        take_turn(handover.case_id)
        handover = find_handover(handover_id, current_actor()) or abort(404)
    return handover


def _to(handover: Handover) -> ResponseReturnValue:
    return redirect(url_for("handovers.page", handover_id=handover.id), code=303)


def _facts(handover: Handover) -> Facts | None:
    """The facts as they are now. None once they left or were withdrawn, or where no day of the month has passed."""
    if handover.state not in BEFORE:
        return None
    last = through(handover.month, today=local_date(now()), closed_on=handover.case.closed_on)
    return None if last is None else facts_of(handover, handover.case, last=last)


def _document(handover: Handover, facts: Facts | None) -> Document | None:
    """What was handed over, or how it would be now. Of a withdrawn one its recipient sees no content."""
    content = facts.content if facts else handover.content
    if handover.state is HandoverState.WITHDRAWN and not works_with(current_actor()):
        content = None
    return document_of(content) if content else None


def _form_page(template: str, form: BaseForm, handover: Handover, **context: Any) -> ResponseReturnValue:
    log_look(handover.case, Viewed.HANDOVER)
    return form_page(f"handovers/{template}", form, handover=handover, case=handover.case, **context)


@handovers.get("/handovers")
def index() -> ResponseReturnValue:
    """Of those who work on cases: their unit's. Of an aid officer: what was handed over to them."""
    actor, asked = current_actor(), request.args.get("state", "")
    works = works_with(actor)
    states = TABS[works]
    state = next((s for s in states if s.value == asked), states[0])
    found, page = counts(actor), page_asked_for()
    rows = listed(actor, state, page=page, size=PAGE_SIZE)
    return render_template(
        "handovers/index.html",
        works=works,
        state=state,
        rows=rows,
        hidden=found[state].total - found[state].shown,
        pager=pager(page=page, shown=len(rows), total=found[state].shown),
        tabs=[
            {
                "text": label_of(s),
                "href": url_for("handovers.index", state=s.value),
                "current": s is state,
                "count": found[s].total,
            }
            for s in states
        ],
    )


@handovers.route("/cases/<int:case_id>/handovers", methods=["GET", "POST"])
def of_case(case_id: int) -> ResponseReturnValue:
    case = load_case_to_save(case_id)
    months = months_to_choose(case.first_contact_on, case.closed_on, today=local_date(now()))
    form = BeginForm()
    form.month.offer([(month.isoformat(), month_text(month)) for month in months])
    if not form.is_submitted() and len(months) > 1 and months[0] == local_date(now()).replace(day=1):
        form.month.data = months[1].isoformat()  # the month that is whole: the present one has only begun
    if submitted(form):
        chosen = next(month for month in months if month.isoformat() == form.month.data)
        with errors_shown_in(form):
            handover, is_new = service.begin(actor=current_actor(), case=case, month=chosen, now=now())
            flash(_("The handover is begun.") if is_new else _("There is a handover of that month."), "info")
            return _to(handover)
    log_look(case, Viewed.HANDOVER)
    rows = handovers_of_case(case.id, current_actor())
    return form_page("handovers/of_case.html", form, case=case, rows=rows, months=months)


@handovers.get("/handovers/<int:handover_id>")
def page(handover_id: int) -> ResponseReturnValue:
    handover, actor = _load(handover_id), current_actor()
    log_look(handover.case, Viewed.HANDOVER)
    works, is_before = works_with(actor), handover.state in BEFORE
    facts = _facts(handover) if is_before else None
    return render_template(
        "handovers/page.html",
        handover=handover,
        case=handover.case,
        works=works,
        is_before=is_before,
        facts=facts,
        document=_document(handover, facts),
        verbs=verbs_of(handover.state, works=works, receives=handover.to_staff_id == actor.staff_id),
        history=shown_events(history_of(handover)) if works else [],
    )


@handovers.get("/handovers/<int:handover_id>/handover.pdf")
def pdf(handover_id: int) -> ResponseReturnValue:
    """In the language of the address or of the page."""
    handover = _load(handover_id)
    wanted = request.args.get("lang", "")
    language = wanted if wanted in LANGUAGES else current_language()
    facts = _facts(handover)
    with in_language(language):
        document = _document(handover, facts) or abort(404)
        paper = as_pdf(document, language=language)
    log_look(handover.case, Viewed.HANDOVER)
    return pdf_answer(paper, handover.number)


@handovers.route("/handovers/<int:handover_id>/hear", methods=["GET", "POST"])
def hear(handover_id: int) -> ResponseReturnValue:
    handover = _load(handover_id)
    form = HearForm(obj=handover)
    if not form.is_submitted():
        form.heard_on.data = handover.heard_on or local_date(now())
    if submitted(form):
        with errors_shown_in(form, stored=handover):
            service.hear(
                actor=current_actor(),
                case=handover.case,
                handover=handover,
                seen_version=form.version.data,
                values=form.values(),
                now=now(),
            )
            flash(_("What the participant says is noted."), "success")
            return _to(handover)
    facts = _facts(handover)
    return _form_page("hear.html", form, handover, document=_document(handover, facts))


@handovers.route("/handovers/<int:handover_id>/hand-over", methods=["GET", "POST"])
def hand_over(handover_id: int) -> ResponseReturnValue:
    handover = _load(handover_id)
    form = HandOverForm(data={"version": handover.version})
    officers = recipients(handover.case)
    form.to_staff_id.offer([(officer.id, officer.name) for officer in officers])
    if submitted(form):
        with errors_shown_in(form, stored={"version": handover.version}):
            service.hand_over(
                actor=current_actor(),
                case=handover.case,
                handover=handover,
                to_staff_id=form.to_staff_id.data,
                seen_version=form.version.data,
                now=now(),
            )
            flash(_("The facts were handed over."), "success")
            return _to(handover)
    facts = _facts(handover)
    return _form_page("hand_over.html", form, handover, facts=facts, officers=officers)


@handovers.post("/handovers/<int:handover_id>/receive")
def receive(handover_id: int) -> ResponseReturnValue:
    handover = _load(handover_id)
    with errors_flashed():
        service.receive(actor=current_actor(), handover=handover, now=now())
        flash(_("The handover is received."), "success")
    return redirect(url_for("handovers.page", handover_id=handover_id), code=303)


@handovers.route("/handovers/<int:handover_id>/outcome", methods=["GET", "POST"])
def outcome(handover_id: int) -> ResponseReturnValue:
    handover = _load(handover_id)
    form = OutcomeForm(obj=handover)
    if submitted(form):
        with errors_shown_in(form, stored=handover):
            changed = service.record_outcome(
                actor=current_actor(),
                handover=handover,
                seen_version=form.version.data,
                outcome=form.outcome.data,
                outcome_on=form.outcome_on.data,
                now=now(),
            )
            flash(_("The outcome is recorded.") if changed else _("Nothing was changed."), "success")
            return _to(handover)
    return _form_page("outcome.html", form, handover)


@handovers.route("/handovers/<int:handover_id>/withdraw", methods=["GET", "POST"])
def withdraw(handover_id: int) -> ResponseReturnValue:
    handover = _load(handover_id)
    form = WithdrawForm(data={"version": handover.version})
    if submitted(form):
        with errors_shown_in(form, stored={"version": handover.version}):
            service.withdraw(
                actor=current_actor(),
                handover=handover,
                seen_version=form.version.data,
                reason=form.reason.data,
                now=now(),
            )
            flash(_("The handover was withdrawn."), "success")
            return _to(handover)
    return _form_page("withdraw.html", form, handover)
