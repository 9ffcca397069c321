"""Pages of proposals: proposing a workplace to somebody, what each side says, and what it comes to."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from activation.accounts.sign_in import current_actor
from activation.caseload.loader import load_case_for_work
from activation.clocks.calendar import local_date
from activation.employers.room_queries import is_full
from activation.placements import proposals as service
from activation.placements.pages import (
    choose_workplace,
    chosen_need,
    chosen_workplace,
    defaults_of,
    tell_clashes,
    tell_clashes_of_plan,
    tell_need,
)
from activation.placements.proposals_forms import ChangeProposalForm, DeclineForm, ProposalForm, YesForm
from activation.placements.proposals_queries import find_proposal, room_of_need
from activation.records.looks import form_page_of, log_look
from activation.web.edge import now
from activation.web.forms import errors_flashed, errors_shown_in, submitted
from models import Case, Proposal, Workplace
from models.enums import EndedBy, ProposalState, Viewed

proposals = Blueprint("proposals", __name__)

# The two sides as the addresses name them.
SIDES = {"participant": EndedBy.PARTICIPANT, "employer": EndedBy.EMPLOYER}


def _load(proposal_id: int) -> tuple[Proposal, Case]:
    proposal = find_proposal(proposal_id) or abort(404)
    return proposal, load_case_for_work(proposal.case_id)


def _to(proposal: Proposal) -> ResponseReturnValue:
    return redirect(url_for("proposals.page", proposal_id=proposal.id), code=303)


@proposals.route("/cases/<int:case_id>/proposals/new", methods=["GET", "POST"])
def new(case_id: int) -> ResponseReturnValue:
    """First which workplace, then what is proposed there."""
    case = load_case_for_work(case_id)
    workplace = chosen_workplace()
    if workplace is not None:
        return _propose(case, workplace)
    return choose_workplace(
        case,
        "proposals.new",
        {"case_id": case.id},
        title=_("Choose a workplace"),
        lead=_("Step 1 of 2: which workplace is proposed to %(name)s?", name=case.name),
    )


def _propose(case: Case, workplace: Workplace) -> ResponseReturnValue:
    need = chosen_need(workplace)
    form = ProposalForm(data=defaults_of(workplace, need))
    if submitted(form):
        with errors_shown_in(form):
            proposal = service.propose(
                actor=current_actor(),
                case=case,
                workplace=workplace,
                values={**form.values(*ProposalForm.TERMS), "need_id": need.id if need else None},
                now=now(),
            )
            flash(_("The proposal was saved. It counts nowhere until both have said yes."), "success")
            tell_clashes_of_plan(proposal)
            return _to(proposal)
    return form_page_of(
        case,
        "placements/proposal_new.html",
        form,
        workplace=workplace,
        need=room_of_need(need.id) if need else None,
        is_full=is_full(workplace, today=local_date(now())),
    )


@proposals.get("/proposals/<int:proposal_id>")
def page(proposal_id: int) -> ResponseReturnValue:
    """What is proposed, and what each side has said."""
    proposal, case = _load(proposal_id)
    log_look(case, Viewed.CASE_PAGE)
    is_open = proposal.state is ProposalState.PROPOSED and case.closed_on is None
    return render_template(
        "placements/proposal.html",
        case=case,
        proposal=proposal,
        sides=[(name, by, getattr(proposal, service.YES[by])) for name, by in SIDES.items()],
        is_open=is_open,
        need=room_of_need(proposal.need_id) if proposal.need_id else None,
        is_full=is_open and is_full(proposal.workplace, today=local_date(now())),
    )


@proposals.route("/proposals/<int:proposal_id>/change", methods=["GET", "POST"])
def change(proposal_id: int) -> ResponseReturnValue:
    proposal, case = _load(proposal_id)
    form = ChangeProposalForm(obj=proposal)
    if submitted(form):
        with errors_shown_in(form, stored=proposal):
            changed = service.change_proposal(
                actor=current_actor(),
                case=case,
                proposal=proposal,
                seen_version=form.version.data,
                values=form.values(*ChangeProposalForm.TERMS),
                keep_answers=form.keep_answers.data,
                now=now(),
            )
            flash(_("The proposal was changed.") if changed else _("Nothing was changed."), "success")
            if changed:
                tell_clashes_of_plan(proposal)
            return _to(proposal)
    return form_page_of(case, "placements/proposal_change.html", form, proposal=proposal)


@proposals.route(
    "/proposals/<int:proposal_id>/yes/<any(participant, employer):side>", methods=["GET", "POST"]
)
def say_yes(proposal_id: int, side: str) -> ResponseReturnValue:
    """A yes with its day. The second one makes the placement."""
    proposal, case = _load(proposal_id)
    by = SIDES[side]
    other = next(column for of, column in service.YES.items() if of is not by)
    form = YesForm(data={"on": local_date(now()), "version": proposal.version})
    makes_placement = getattr(proposal, other) is not None
    if not (makes_placement and proposal.kind.needs_af_decision):
        del form.af_decision_on
    if submitted(form):
        with errors_shown_in(form, stored={"version": proposal.version}):
            placement = service.say_yes(
                actor=current_actor(),
                case=case,
                proposal=proposal,
                seen_version=form.version.data,
                by=by,
                on=form.on.data,
                af_decision_on=form.decided_on(),
                now=now(),
            )
            if placement is None:
                flash(_("The yes was saved."), "success")
                return _to(proposal)
            flash(_("Both have said yes: the placement is agreed."), "success")
            tell_clashes(placement)
            tell_need(placement.need_id)
            return redirect(url_for("placements.edit", placement_id=placement.id), code=303)
    return form_page_of(
        case, "placements/proposal_yes.html", form, proposal=proposal, by=by, makes_placement=makes_placement
    )


@proposals.post("/proposals/<int:proposal_id>/yes/<any(participant, employer):side>/take-back")
def take_back(proposal_id: int, side: str) -> ResponseReturnValue:
    proposal, case = _load(proposal_id)
    with errors_flashed():
        taken_back = service.take_back_yes(
            actor=current_actor(),
            case=case,
            proposal=proposal,
            seen_version=proposal.version,
            by=SIDES[side],
            now=now(),
        )
        flash(_("The yes was taken back.") if taken_back else _("Nothing was changed."), "success")
    return redirect(url_for("proposals.page", proposal_id=proposal_id), code=303)


@proposals.route("/proposals/<int:proposal_id>/decline", methods=["GET", "POST"])
def decline(proposal_id: int) -> ResponseReturnValue:
    """It comes to nothing: by whom, and why."""
    proposal, case = _load(proposal_id)
    form = DeclineForm(data={"version": proposal.version})
    if submitted(form):
        with errors_shown_in(form, stored={"version": proposal.version}):
            service.decline(
                actor=current_actor(),
                case=case,
                proposal=proposal,
                seen_version=form.version.data,
                by=form.by.data,
                reason=form.reason.data,
                now=now(),
            )
            flash(_("The proposal came to nothing, and says by whom."), "success")
            return redirect(url_for("life.of_case", case_id=case.id), code=303)
    return form_page_of(case, "placements/proposal_decline.html", form, proposal=proposal)
