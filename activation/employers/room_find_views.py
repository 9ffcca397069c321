"""The page "Find a place", and whom to place at a workplace that was found."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from activation.accounts.sign_in import current_actor
from activation.caseload.loader import load_case_for_work
from activation.caseload.queries import scope_of_text, usual_scope
from activation.clocks.calendar import Calendar, calendars, local_date
from activation.clocks.rules import first_working_day_from
from activation.context import settings
from activation.employers.loaders import load_workplace
from activation.employers.room_find import Standing, Wanted, counted, found_places
from activation.employers.room_forms import NO_LICENCE, OWN_LICENCES, PlaceSearch
from activation.employers.room_people import people_to_place
from activation.employers.room_rules import driven_with
from activation.matching.person import profile_of
from activation.matching.rules import licence_list
from activation.records.actor import Actor
from activation.records.looks import log_look
from activation.web.converters import row_id
from activation.web.edge import now
from activation.web.paging import PAGE_SIZE, page_asked_for, pager
from models import Case, WorkProfile
from models.enums import Licence

room_find = Blueprint("room_find", __name__)


@room_find.get("/employers/places")
def places() -> ResponseReturnValue:
    """Where there is room from a day on. `?case=`: for one person, with what is known of them filled in; `&moving=`: to
    move that placement there."""
    case = _case_asked_for()
    profile = profile_of(case.id) if case else None
    first_day = _first_day(current_actor(), profile)
    search = PlaceSearch(data=_begun_with(profile, first_day))
    search.offer_choices(has_profile=profile is not None and profile.licences is not None)
    wanted = _wanted(search.given(), profile, first_day)
    number = page_asked_for()
    tally = counted(wanted)
    total = tally[Standing.FITS] + tally[Standing.NOT_SAID]
    found = found_places(wanted, limit=PAGE_SIZE, offset=(number - 1) * PAGE_SIZE)
    return render_template(
        "employers/find.html",
        search=search,
        case=case,
        moving=request.args.get("moving", type=row_id) if case else None,
        profile=profile,
        wanted=wanted,
        found={
            standing: [f for f in found if f.standing == standing]
            for standing in (Standing.FITS, Standing.NOT_SAID)
        },
        tally=tally,
        total=total,
        pager=pager(page=number, shown=len(found), total=total),
    )


def _case_asked_for() -> Case | None:
    if "case" not in request.args:
        return None
    case = load_case_for_work(request.args.get("case", type=row_id) or abort(404))
    log_look(case)
    return case


def _first_day(actor: Actor, profile: WorkProfile | None) -> date:
    """The next working day of the actor's unit; for a person who can start later, that day."""
    closed_days = settings().closed_days
    unit = actor.unit_id
    calendar = Calendar(frozenset(closed_days)) if unit is None else calendars([unit], closed_days)[unit]
    day = first_working_day_from(local_date(now()) + timedelta(days=1), calendar.is_working_day)
    can_start = profile.can_start_on if profile else None
    return max(day, can_start) if can_start else day


def _begun_with(profile: WorkProfile | None, first_day: date) -> dict[str, Any]:
    """What the filters hold before anybody touched them."""
    if profile is None:
        return {"day": first_day}
    licence = OWN_LICENCES if profile.licences is not None else None
    return {"day": first_day, "language": profile.language_level, "licence": licence}


def _wanted(given: dict[str, Any], profile: WorkProfile | None, first_day: date) -> Wanted:
    return Wanted(
        day=given.get("day", first_day),
        days=given.get("days"),
        kind=given.get("kind"),
        language=given.get("language"),
        licences=_licences(given.get("licence"), profile),
        area=given.get("area", ""),
        text=given.get("q", ""),
    )


def _licences(chosen: str | None, profile: WorkProfile | None) -> frozenset[Licence] | None:
    held: Iterable[Licence]
    if chosen is None:
        return None
    if chosen == OWN_LICENCES:
        held = licence_list((profile.licences if profile else None) or ())
    else:
        held = () if chosen == NO_LICENCE else (Licence(chosen),)  # type: ignore[call-arg] # by value
    return driven_with(held)


@room_find.get("/workplaces/<int:workplace_id>/place")
def choose_person(workplace_id: int) -> ResponseReturnValue:
    """Whom to place at this workplace: one's own participants, or the unit's."""
    actor = current_actor()
    workplace = load_workplace(workplace_id)
    scope = scope_of_text(request.args.get("scope"), usual_scope(actor))
    number = page_asked_for()
    carried: dict[str, Any] = {name: request.args[name] for name in ("room", "day") if name in request.args}
    people, total = people_to_place(
        actor, scope, day=local_date(now()), limit=PAGE_SIZE, offset=(number - 1) * PAGE_SIZE
    )
    return render_template(
        "employers/find_person.html",
        workplace=workplace,
        people=people,
        total=total,
        scope=scope.value,
        carried=carried,
        pager=pager(page=number, shown=len(people), total=total),
    )
