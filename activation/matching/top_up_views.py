"""Pages of the skills top-up: planning what closes a gap, changing it, and how it ended."""

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from activation.accounts.sign_in import current_actor
from activation.caseload.loader import load_case_to_save
from activation.clocks.calendar import local_date
from activation.database import db
from activation.matching import top_ups as service
from activation.matching.forms import EndTopUpForm, NewTopUpForm, TopUpForm
from activation.matching.need_queries import need_row
from activation.matching.queries import in_words, offered_terms
from activation.plans.queries import plan_of
from activation.records.looks import form_page_of
from activation.web.converters import row_id
from activation.web.edge import now
from activation.web.forms import errors_shown_in, submitted
from models import Case, Competence, Need, TopUp
from models.enums import TopUpState

top_ups = Blueprint("top_ups", __name__)


def _back(case: Case) -> ResponseReturnValue:
    return redirect(url_for("profiles.page", case_id=case.id, _anchor="top-ups"), code=303)


def load_top_up(top_up_id: int) -> tuple[Case, TopUp]:
    """The top-up and its case: 404 invisible, 403 only readable."""
    first = service.top_up_of(top_up_id) or abort(404)
    case = load_case_to_save(first.case_id)
    return case, service.top_up_of(top_up_id) or abort(404)


@top_ups.route("/cases/<int:case_id>/top-ups/new", methods=["GET", "POST"])
def new(case_id: int) -> ResponseReturnValue:
    """`need` and `competence` in the address: the gap that it begins with."""
    case = load_case_to_save(case_id)
    need_id = request.args.get("need", type=row_id)
    need = need_row(need_id) if need_id is not None else None
    form = NewTopUpForm(data={"competence": _term_asked_for(), "starts_on": local_date(now())})
    if submitted(form):
        with errors_shown_in(form):
            service.plan_top_up(
                actor=current_actor(),
                case=case,
                term=form.competence.data,
                need=db.session.get(Need, need.id) if need else None,
                values=form.values(*TopUpForm.TOP_UP),
                now=now(),
            )
            flash(_("The top-up is planned."), "success")
            return _back(case)
    plan = plan_of(case_id, today=local_date(now())).current
    return form_page_of(case, "matching/top_up.html", form, need=need, plan=plan, terms=offered_terms())


def _term_asked_for() -> str:
    """The competence in the address in words, or ""."""
    competence_id = request.args.get("competence", type=row_id)
    term = db.session.get(Competence, competence_id) if competence_id is not None else None
    return in_words(term.name, term.name_en) if term else ""


@top_ups.route("/top-ups/<int:top_up_id>", methods=["GET", "POST"])
def edit(top_up_id: int) -> ResponseReturnValue:
    case, top_up = load_top_up(top_up_id)
    form = TopUpForm(obj=top_up)
    if submitted(form):
        with errors_shown_in(form, stored=top_up):
            changed = service.change_top_up(
                actor=current_actor(),
                case=case,
                top_up=top_up,
                seen_version=form.version.data,
                values=form.values(*TopUpForm.TOP_UP),
                now=now(),
            )
            flash(_("The top-up was changed.") if changed else _("Nothing was changed."), "success")
            return _back(case)
    return form_page_of(case, "matching/top_up_change.html", form, top_up=top_up)


@top_ups.route("/top-ups/<int:top_up_id>/end", methods=["GET", "POST"])
def end(top_up_id: int) -> ResponseReturnValue:
    case, top_up = load_top_up(top_up_id)
    form = EndTopUpForm(data={"version": top_up.version, "ended_on": local_date(now())})
    if submitted(form):
        with errors_shown_in(form):
            _end(case, top_up, form)
            return _back(case)
    return form_page_of(case, "matching/top_up_end.html", form, top_up=top_up)


def _end(case: Case, top_up: TopUp, form: EndTopUpForm) -> None:
    actor, seen, day = current_actor(), form.version.data, form.ended_on.data
    if form.state.data is TopUpState.DONE:
        service.finish_top_up(
            actor=actor,
            case=case,
            top_up=top_up,
            seen_version=seen,
            ended_on=day,
            note=form.reason.data,
            now=now(),
        )
        flash(_("Done: the participant now has this competence."), "success")
        return
    service.interrupt_top_up(
        actor=actor,
        case=case,
        top_up=top_up,
        seen_version=seen,
        ended_on=day,
        reason=form.reason.data,
        now=now(),
    )
    flash(_("The top-up is interrupted."), "success")
