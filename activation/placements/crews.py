"""Crews: people who work together at a workplace under one supervisor. How many they are is said, never refused."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from activation.caseload.checks import must_be_open
from activation.clocks.calendar import local_date
from activation.database import db
from activation.placements.began import not_ended_before
from activation.placements.service import take_placement
from activation.records.actor import Actor
from activation.records.history import Changes, apply, record, record_employer
from activation.records.turns import take_turns
from models import Case, Crew, Placement, Supervisor, Workplace
from models.errors import Conflict, FieldError
from models.texts import N_


def make_crew(
    *, actor: Actor, workplace: Workplace, name: str, supervisor_id: int | None, now: datetime
) -> Crew:
    """A crew at a workplace. Raises FieldError."""
    _check(workplace.id, name, supervisor_id, None)
    crew = Crew(workplace=workplace, name=name.strip(), supervisor_id=supervisor_id)
    db.session.add(crew)
    record_employer(
        workplace.employer,
        workplace=workplace,
        actor=actor,
        now=now,
        verb="crew_made",
        changes={"crew": (None, crew.name), **_supervisor_change(None, supervisor_id)},
    )
    db.session.flush()
    return crew


def change_crew(
    *, actor: Actor, crew: Crew, seen_version: int | None, name: str, supervisor_id: int | None, now: datetime
) -> bool:
    """Its name and supervisor (`crew.workplace` loaded); says whether anything changed. Raises FieldError, Conflict."""
    values = {"name": name.strip(), "supervisor_id": supervisor_id}
    if all(getattr(crew, field) == value for field, value in values.items()):
        return False
    if crew.version != seen_version:
        raise Conflict(
            N_("Somebody else changed the crew while you had it open. Your entries are kept below.")
        )
    _must_go_on(crew)
    _check(crew.workplace_id, name, supervisor_id, crew.id)
    changes: dict[str, Any] = apply(crew, values)
    if "supervisor_id" in changes:
        changes |= _supervisor_change(*changes.pop("supervisor_id"))
    record_employer(
        crew.workplace.employer,
        workplace=crew.workplace,
        actor=actor,
        now=now,
        verb="crew_changed",
        changes={"crew": (None, crew.name), **changes},
    )
    db.session.flush()
    return True


def end_crew(*, actor: Actor, crew: Crew, now: datetime) -> None:
    """Ends it today; whoever is in it goes on at the workplace without it. Raises Conflict."""
    _must_go_on(crew)
    today = local_date(now)
    crew.ended_on = today
    record_employer(
        crew.workplace.employer,
        workplace=crew.workplace,
        actor=actor,
        now=now,
        verb="crew_ended",
        changes={"crew": (None, crew.name), "ended_on": (None, today)},
    )
    case_ids = db.session.scalars(
        select(Placement.case_id).where(Placement.crew_id == crew.id, _goes_on(today)).distinct()
    )
    take_turns(list(case_ids))
    for placement in db.session.scalars(
        select(Placement).where(Placement.crew_id == crew.id, _goes_on(today)).order_by(Placement.id)
    ):
        placement.crew_id = None
        # Not that they took somebody out of it: who ends a crew need not know who is in it.
        changes: Changes = {"workplace": (None, crew.workplace.name), "crew": (None, crew.name)}
        changes["ended_on"] = (None, today)
        record(placement.case_id, actor=actor, now=now, verb="crew_ended", changes=changes)
    db.session.flush()


def join_crew(*, actor: Actor, case: Case, placement: Placement, crew: Crew, now: datetime) -> bool:
    """Puts a placement into a crew, out of another one where it was in one; says whether anything changed.

    Raises FieldError where the crew is at another workplace, Conflict.
    """
    take_placement(placement)
    must_be_open(case)
    _must_go_on(crew)
    if placement.workplace_id != crew.workplace_id:
        raise FieldError("placement_id", N_("That placement is at another workplace than the crew."))
    if placement.ends_on is not None and placement.ends_on < local_date(now):
        raise FieldError("placement_id", N_("That placement has ended."))
    if placement.crew_id == crew.id:
        return False
    old = db.session.get(Crew, placement.crew_id) if placement.crew_id is not None else None
    placement.crew_id = crew.id
    old_name = old.name if old else None
    _record_crew(case, crew, verb="crew_joined", old=old_name, new=crew.name, actor=actor, now=now)
    db.session.flush()
    return True


def leave_crew(*, actor: Actor, case: Case, placement: Placement, crew: Crew, now: datetime) -> bool:
    """Takes a placement out of the crew: it goes on without it. Says whether anything changed."""
    take_placement(placement)
    if placement.crew_id != crew.id:
        return False
    placement.crew_id = None
    _record_crew(case, crew, verb="crew_left", old=crew.name, new=None, actor=actor, now=now)
    db.session.flush()
    return True


def _record_crew(
    case: Case, crew: Crew, *, verb: str, old: str | None, new: str | None, actor: Actor, now: datetime
) -> None:
    names = (old, new) if new is not None else (None, old)
    changes: Changes = {"workplace": (None, crew.workplace.name), "crew": names}
    record(case, actor=actor, now=now, verb=verb, changes=changes)


def _must_go_on(crew: Crew) -> None:
    if crew.ended_on is not None:
        raise Conflict(N_("The crew was ended on %(day)s. Nothing was changed."), day=crew.ended_on)


def _check(workplace_id: int, name: str, supervisor_id: int | None, crew_id: int | None) -> None:
    if not name.strip():
        raise FieldError("name", N_("Give the crew a name."))
    there = db.session.scalar(
        select(Crew.id).where(Crew.workplace_id == workplace_id, Crew.name == name.strip())
    )
    if there is not None and there != crew_id:
        raise FieldError("name", N_("There is already a crew of that name at the workplace."))
    if supervisor_id is not None:
        supervisor = db.session.get(Supervisor, supervisor_id)
        if supervisor is None or supervisor.workplace_id != workplace_id or supervisor.left_on is not None:
            raise FieldError("supervisor_id", N_("That supervisor is not at this workplace."))


def _supervisor_change(old: int | None, new: int | None) -> dict[str, Any]:
    def name(supervisor_id: int | None) -> str | None:
        found = db.session.get(Supervisor, supervisor_id) if supervisor_id is not None else None
        return found.name if found else None

    return {} if old == new else {"supervisor": (name(old), name(new))}


def _goes_on(today: date) -> Any:
    return not_ended_before(today)
