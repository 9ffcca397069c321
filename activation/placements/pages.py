"""What the pages of placing, proposing and moving share: choosing a workplace, what can be chosen there, warnings."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from activation.clocks.calendar import local_date
from activation.employers.forms import WorkplaceSearch
from activation.employers.queries import workplace_of
from activation.employers.queries import workplaces as search_workplaces
from activation.placements.clash_queries import warnings_of_placement, warnings_of_plan
from activation.placements.forms import WhoFields
from activation.placements.proposals_queries import (
    crews_to_choose,
    find_need,
    find_room,
    room_of_need,
    supervisors_to_choose,
)
from activation.placements.rules import weekday_bits
from activation.records.looks import log_look
from activation.web.converters import row_id
from activation.web.edge import now
from models import Case, Need, Placement, Proposal, Workplace
from models.enums import NeedKind, PlacementKind

MONDAY_TO_FRIDAY = weekday_bits(range(1, 6))
CHOICES_SHOWN = 20
BEGUN_WITH = ("need", "room", "day")


def chosen_workplace() -> Workplace | None:
    """The workplace in the address, with its employer; that of the need where only that is named."""
    chosen = request.args.get("workplace", type=row_id)
    if chosen is None and (need := chosen_need()) is not None:
        chosen = need.workplace_id
    return workplace_of(chosen) if chosen is not None else None


def chosen_need(workplace: Workplace | None = None) -> Need | None:
    """The need in the address, where it is one of that workplace."""
    chosen = request.args.get("need", type=row_id)
    need = find_need(chosen) if chosen is not None else None
    if need is not None and workplace is not None and need.workplace_id != workplace.id:
        return None
    return need


def carried() -> dict[str, str]:
    """What in the address the form begins with, for links that lead on."""
    return {name: request.args[name] for name in BEGUN_WITH if name in request.args}


def defaults_of(workplace: Workplace, need: Need | None) -> dict[str, Any]:
    """What a form begins with: Monday to Friday, and what the need says, else the room that was found."""
    if need is None:
        return _defaults_of_room(workplace)
    kind = need.placement_kind or (PlacementKind.EMPLOYMENT if need.kind is NeedKind.JOB else None)
    return {
        "kind": kind,
        "starts_on": need.starts_on,
        "ends_on": need.ends_on,
        "weekdays": need.weekdays or MONDAY_TO_FRIDAY,
        "tasks": need.tasks or need.title,
    }


def _defaults_of_room(workplace: Workplace) -> dict[str, Any]:
    """What the room in the address says, where it is one of that workplace; and the day it was found for."""
    day = request.args.get("day", type=date.fromisoformat)
    chosen = request.args.get("room", type=row_id)
    room = find_room(chosen, workplace.id) if chosen is not None else None
    if room is None:
        return {"starts_on": day, "weekdays": MONDAY_TO_FRIDAY}
    return {"kind": room.kind, "starts_on": day, "weekdays": room.weekdays, "tasks": room.tasks}


def offer_who(form: WhoFields, workplace: Workplace) -> bool:
    """Offers the workplace's supervisors and crews; says whether it has crews."""
    form.supervisor_id.offer(supervisors_to_choose(workplace.id))
    crews = crews_to_choose(workplace.id)
    form.crew_id.offer(crews)
    return bool(crews)


def choose_workplace(
    case: Case, target: str, args: Mapping[str, Any], *, title: str, lead: str, may_be_new: bool = False
) -> ResponseReturnValue:
    """The search for a workplace; choosing leads to the endpoint `target` with `args` and the workplace."""
    search = WorkplaceSearch()
    found, total = search_workplaces(
        **search.wanted(),
        today=local_date(now()),
        limit=CHOICES_SHOWN,
    )
    log_look(case)
    return render_template(
        "placements/choose_workplace.html",
        case=case,
        search=search,
        found=found,
        total=total,
        target=target,
        args=dict(args),
        title=title,
        lead=lead,
        may_be_new=may_be_new,
    )


def tell_clashes(placement: Placement) -> None:
    """Warns where the participant is somewhere else in the same time. Nothing is refused."""
    for text in warnings_of_placement(placement.case_id, placement.id, today=local_date(now())):
        flash(text, "warning")


def tell_clashes_of_plan(proposal: Proposal) -> None:
    """The same for what is only talked about."""
    for text in warnings_of_plan(
        proposal.case_id,
        kind=proposal.kind,
        starts_on=proposal.starts_on,
        ends_on=proposal.ends_on,
        weekdays=proposal.weekdays,
        hours_per_day=proposal.hours_per_day,
        today=local_date(now()),
    ):
        flash(text, "warning")


def tell_need(need_id: int | None) -> None:
    """Says where all positions of a need are taken. Nothing is refused."""
    room = room_of_need(need_id) if need_id is not None else None
    if room is not None and room.is_filled:
        text = _(
            "All positions of the need are taken now (%(taken)s of %(positions)s): %(title)s.",
            taken=room.taken,
            positions=room.positions,
            title=room.title,
        )
        flash(text, "info")


def tell_crew(kind: PlacementKind, crew_id: int | None, has_crews: bool) -> None:
    """Suggests a crew to somebody of a service crew who is in none."""
    if kind is PlacementKind.SERVICE_CREW and crew_id is None and has_crews:
        flash(_("The workplace has crews. Choose the participant's on the page of the placement."), "info")
