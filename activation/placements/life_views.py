"""Pages of how a placement goes on: extend, end early, move, the safety introduction, the agreement on paper."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from activation.accounts.sign_in import current_actor
from activation.caseload.loader import load_case_for_work
from activation.clocks.calendar import local_date
from activation.employers.queries import workplace_of
from activation.employers.room_queries import is_full
from activation.placements import life as service
from activation.placements.agreement import agreement_of, as_pdf
from activation.placements.life_forms import EndForm, ExtendForm, MoveForm, SafetyIntroForm
from activation.placements.life_rules import LifeVerb
from activation.placements.loader import load_placement
from activation.placements.pages import choose_workplace, chosen_workplace, offer_who, tell_clashes, tell_crew
from activation.placements.proposals_queries import proposals_of
from activation.placements.queries import placements_of
from activation.placements.week_views import tell_facts_outside
from activation.records.looks import form_page_of, log_look
from activation.web.edge import now
from activation.web.forms import BaseForm, errors_flashed, errors_shown_in, submitted
from activation.web.language import LANGUAGES, current_language, in_language
from activation.web.pdf import pdf_answer
from models import Case, Placement, Workplace
from models.enums import Viewed

life = Blueprint("life", __name__)


def _to(placement: Placement) -> ResponseReturnValue:
    return redirect(url_for("placements.edit", placement_id=placement.id), code=303)


def _page(
    template: str, form: BaseForm, case: Case, placement: Placement, verb: LifeVerb
) -> ResponseReturnValue:
    """The form, and in words where it does not fit how far the placement has come."""
    today = local_date(now())
    state = service.state_of(placement, case, today=today)
    fits = verb in service.verbs_of(placement, case, today=today)
    return form_page_of(case, template, form, placement=placement, state=state, fits=fits)


@life.get("/cases/<int:case_id>/placements")
def of_case(case_id: int) -> ResponseReturnValue:
    """All proposals and placements of a case, in words."""
    case = load_case_for_work(case_id)
    log_look(case, Viewed.CASE_PAGE)
    return render_template(
        "placements/of_case.html",
        case=case,
        placements=placements_of(case.id, today=local_date(now())),
        proposals=proposals_of(case.id),
    )


@life.route("/placements/<int:placement_id>/extend", methods=["GET", "POST"])
def extend(placement_id: int) -> ResponseReturnValue:
    case, placement = load_placement(placement_id)
    form = ExtendForm(data={"version": placement.version})
    if submitted(form):
        with errors_shown_in(form, stored={"version": placement.version}):
            service.extend(
                actor=current_actor(),
                case=case,
                placement=placement,
                seen_version=form.version.data,
                ends_on=form.ends_on.data,
                reason=form.reason.data,
                now=now(),
            )
            flash(_("The placement was extended."), "success")
            tell_clashes(placement)
            return _to(placement)
    return _page("placements/life_extend.html", form, case, placement, LifeVerb.EXTEND)


@life.route("/placements/<int:placement_id>/end", methods=["GET", "POST"])
def end(placement_id: int) -> ResponseReturnValue:
    """An early end. One that has not begun is called off: no last day is asked for."""
    case, placement = load_placement(placement_id)
    form = EndForm(data={"version": placement.version})
    if placement.starts_on > local_date(now()):
        del form.last_day
    if submitted(form):
        with errors_shown_in(form, stored={"version": placement.version}):
            service.end_early(
                actor=current_actor(),
                case=case,
                placement=placement,
                seen_version=form.version.data,
                last_day=form.day(),
                by=form.by.data,
                reason=form.end_reason.data,
                note=form.note.data,
                now=now(),
            )
            flash(_("The placement was ended. The case stays open."), "success")
            tell_facts_outside(case)
            return _to(placement)
    return _page("placements/life_end.html", form, case, placement, LifeVerb.END)


@life.post("/placements/<int:placement_id>/end/take-back")
def take_back_end(placement_id: int) -> ResponseReturnValue:
    case, placement = load_placement(placement_id)
    with errors_flashed():
        service.take_back_end(
            actor=current_actor(), case=case, placement=placement, seen_version=placement.version, now=now()
        )
        flash(_("The early end was taken back."), "success")
    return redirect(url_for("placements.edit", placement_id=placement_id), code=303)


@life.route("/placements/<int:placement_id>/move", methods=["GET", "POST"])
def move(placement_id: int) -> ResponseReturnValue:
    """First where to, then from when."""
    case, placement = load_placement(placement_id)
    workplace = chosen_workplace()
    if workplace is not None and workplace.id != placement.workplace_id:
        return _move_to(placement, case, workplace)
    return choose_workplace(
        case,
        "life.move",
        {"placement_id": placement.id},
        title=_("Move to another workplace"),
        lead=_(
            "Step 1 of 2: where does %(name)s move from %(workplace)s?",
            name=case.name,
            workplace=placement.workplace.name,
        ),
    )


def _move_to(placement: Placement, case: Case, workplace: Workplace) -> ResponseReturnValue:
    today = local_date(now())
    form = MoveForm(
        data={
            "ends_on": placement.ends_on,
            "tasks": "",
            "participant_agreed_on": today,
            "employer_agreed_on": today,
            "version": placement.version,
        }
    )
    has_crews = offer_who(form, workplace)
    form.only_for(placement.kind, has_crews=has_crews)
    if submitted(form):
        with errors_shown_in(form, stored={"version": placement.version}):
            moved = service.move(
                actor=current_actor(),
                case=case,
                placement=placement,
                seen_version=form.version.data,
                workplace=workplace,
                values=form.placement_values(),
                reason=form.reason.data,
                now=now(),
            )
            flash(_("The participant moves. Here is the placement at the new workplace."), "success")
            tell_clashes(moved)
            tell_crew(moved.kind, moved.crew_id, has_crews)
            return _to(moved)
    state = service.state_of(placement, case, today=today)
    return form_page_of(
        case,
        "placements/life_move.html",
        form,
        placement=placement,
        workplace=workplace,
        has_crews=has_crews,
        is_full=is_full(workplace, today=today),
        state=state,
        fits=LifeVerb.MOVE in service.verbs_of(placement, case, today=today),
    )


@life.route("/placements/<int:placement_id>/safety-introduction", methods=["GET", "POST"])
def safety_intro(placement_id: int) -> ResponseReturnValue:
    """When the safety introduction was given, and by whom. Left blank: it was not given."""
    case, placement = load_placement(placement_id)
    form = SafetyIntroForm(obj=placement)
    if submitted(form):
        with errors_shown_in(form, stored=placement):
            changed = service.record_safety_intro(
                actor=current_actor(),
                case=case,
                placement=placement,
                seen_version=form.version.data,
                given_on=form.safety_intro_on.data,
                given_by=form.safety_intro_by.data,
                now=now(),
            )
            flash(
                _("The safety introduction was saved.") if changed else _("Nothing was changed."), "success"
            )
            return _to(placement)
    return _page("placements/life_safety_intro.html", form, case, placement, LifeVerb.SAFETY_INTRO)


@life.get("/placements/<int:placement_id>/agreement.pdf")
def agreement(placement_id: int) -> ResponseReturnValue:
    """The agreement for both to sign, in the language of the address or of the page."""
    case, placement = load_placement(placement_id)
    wanted = request.args.get("lang", "")
    language = wanted if wanted in LANGUAGES else current_language()
    log_look(case, Viewed.EXPORT)
    workplace = workplace_of(placement.workplace_id) or abort(404)
    with in_language(language):
        pdf = as_pdf(agreement_of(placement, case, workplace, today=local_date(now())), language=language)
    return pdf_answer(pdf, "agreement")
