"""The page that hands over a whole caseload."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from activation.accounts.sign_in import current_actor
from activation.caseload.forms import HandOverSeveralForm
from activation.caseload.handing_over import (
    MOST_AT_ONCE,
    Outcome,
    caseloads,
    hand_over_several,
    open_cases_of,
)
from activation.caseload.people import colleagues
from activation.clocks.calendar import local_date
from activation.database import db
from activation.records.actor import Actor
from activation.web.converters import row_id
from activation.web.edge import now
from activation.web.forms import errors_shown_in, form_page, submitted
from activation.web.language import translate_error
from models import Staff
from models.enums import Flow, Role

handing_over = Blueprint("handing_over", __name__)


@handing_over.route("/caseload/hand-over", methods=["GET", "POST"])
def caseload() -> ResponseReturnValue:
    """All or some of somebody's open cases to one colleague or evenly to several: a unit lead for the unit, everybody
    else for themselves. Who and which flow stand in the address."""
    actor, today = current_actor(), local_date(now())
    whose, flow = _whose(actor), _flow()
    form = HandOverSeveralForm(data={"which": "ticked"})
    form.to.choices = colleagues(actor.unit_id or 0, besides=whose)
    if whose is not None and submitted(form) and _enough(form):
        with errors_shown_in(form):
            return _result(_handed_over(actor, whose, form), staying=_staying(actor, whose, flow))
    people = caseloads(actor, today=today) if actor.role is Role.UNIT_LEAD else []
    cases, staying = (
        open_cases_of(actor, whose or None, flow=flow, today=today) if whose is not None else ([], 0)
    )
    return form_page(
        "caseload/hand_over_caseload.html",
        form,
        people=[(row[0], row[1] or _("Unassigned"), row[2]) for row in people],
        whose=whose,
        flow=flow,
        flows=list(Flow),
        cases=cases,
        staying=staying,
        ticked=set(request.form.getlist("case", type=row_id)),
        most=MOST_AT_ONCE,
        is_lead=actor.role is Role.UNIT_LEAD,
    )


def _handed_over(actor: Actor, whose: int, form: HandOverSeveralForm) -> Outcome:
    to = db.session.scalars(select(Staff).where(Staff.id.in_(form.to.data or ())).order_by(Staff.id)).all()
    return hand_over_several(
        actor=actor,
        case_ids=_chosen(form),
        seen_secretary_id=whose or None,
        to=to,
        reason=form.reason.data,
        now=now(),
    )


def _result(outcome: Outcome, *, staying: int) -> ResponseReturnValue:
    return render_template(
        "caseload/handed_over.html",
        outcome=outcome,
        staying=staying,
        why=translate_error,
        back=request.full_path.rstrip("?"),
    )


def _staying(actor: Actor, whose: int, flow: Flow | None) -> int:
    return open_cases_of(actor, whose or None, flow=flow, today=local_date(now()))[1]


def _chosen(form: HandOverSeveralForm) -> list[int]:
    """The cases that were ticked, or all that the page showed."""
    name = "shown" if form.which.data == "shown" else "case"
    return list(dict.fromkeys(request.form.getlist(name, type=row_id)))


def _enough(form: HandOverSeveralForm) -> bool:
    number = len(_chosen(form))
    if not 0 < number <= MOST_AT_ONCE:
        form.form_errors.append(
            _("Tick at least one case, and at most %(most)s, or choose all.", most=MOST_AT_ONCE)
        )
    return not form.form_errors


def _whose(actor: Actor) -> int | None:
    """Whose cases: one's own, unless a lead says whose (0: nobody's). None: not chosen yet."""
    if actor.role is not Role.UNIT_LEAD:
        return actor.staff_id
    return request.args.get("whose", type=row_id)


def _flow() -> Flow | None:
    asked = request.args.get("flow", "")
    return Flow(asked) if asked in set(Flow) else None  # type: ignore[call-arg] # by value
