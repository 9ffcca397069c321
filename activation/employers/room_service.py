"""Room at a workplace: written down, changed, ended. All of it stands in the history of the employer."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, select

from activation.database import db
from activation.matching.rules import terms_in
from activation.matching.terms import find_or_make
from activation.records.actor import Actor
from activation.records.history import Changes, apply, record_employer
from activation.records.turns import take_turn_at
from activation.records.versions import must_be_current
from models import Capacity, Competence, Requirement, Workplace
from models.errors import Conflict, FieldError
from models.texts import N_

# What a room is; its workplace never changes.
COLUMNS = (
    "kind",
    "starts_on",
    "ends_on",
    "places",
    "weekdays",
    "days_at_least",
    "language_level",
    "licence",
    "tasks",
)
# Competence → whether it is required (else wished for).
Competences = dict[int, bool]


def check_room(values: dict[str, Any]) -> None:
    """Raises FieldError where the values of a room contradict each other."""
    if values["ends_on"] is not None and values["ends_on"] < values["starts_on"]:
        raise FieldError("ends_on", N_("The last day is before the first."))
    least = values["days_at_least"]
    if least is not None and least > values["weekdays"].bit_count():
        raise FieldError("days_at_least", N_("That is more days than are ticked above."))


def competences_of(capacity_id: int) -> Competences:
    """What a room requires and wishes for."""
    rows = db.session.execute(
        select(Requirement.competence_id, Requirement.is_required).where(
            Requirement.capacity_id == capacity_id
        )
    )
    return {row[0]: row[1] for row in rows}


def add_room(
    *, actor: Actor, workplace: Workplace, values: dict[str, Any], competences: Competences, now: datetime
) -> Capacity:
    """Room at a workplace. `values`: COLUMNS by name. Raises FieldError, or Conflict where the very same is there."""
    check_room(values)
    take_turn_at(workplace.id)
    same = select(Capacity.id).where(
        Capacity.workplace_id == workplace.id,
        *(getattr(Capacity, name).is_not_distinct_from(value) for name, value in values.items()),
    )
    if db.session.scalars(same.limit(1)).first() is not None:
        raise Conflict(
            N_("This very room is written down already. Change the number of places there instead.")
        )
    room = Capacity(workplace_id=workplace.id, **values)
    db.session.add(room)
    db.session.flush()
    told = _set_competences(room.id, {}, competences)
    changes: Changes = {name: (None, value) for name, value in values.items() if value not in (None, "")}
    record_employer(
        workplace.employer,
        workplace=workplace,
        actor=actor,
        now=now,
        verb="room_added",
        changes=changes | told,
    )
    db.session.flush()
    return room


def change_room(
    *,
    actor: Actor,
    room: Capacity,
    seen_version: int | None,
    values: dict[str, Any],
    competences: Competences,
    now: datetime,
) -> bool:
    """Changes a room (with `workplace` loaded); says whether anything changed. Raises FieldError, Conflict."""
    must_be_current(seen_version, room.version)
    check_room(values)
    changes = apply(room, values) | _set_competences(room.id, competences_of(room.id), competences)
    if changes:
        record_employer(
            room.workplace.employer,
            workplace=room.workplace,
            actor=actor,
            now=now,
            verb="room_changed",
            changes={**_kind_of(room), **changes},
        )
    db.session.flush()
    return bool(changes)


def end_room(*, actor: Actor, room: Capacity, seen_version: int | None, on_day: date, now: datetime) -> None:
    """There is no room any more after that day. Room that never began goes away. Raises Conflict."""
    must_be_current(seen_version, room.version)
    if room.ends_on is not None and room.ends_on <= on_day:
        return
    never_was = room.starts_on > on_day
    changes: Changes = {**_kind_of(room), "ends_on": (room.ends_on, on_day)}
    if never_was:
        changes = {**_kind_of(room), "starts_on": (None, room.starts_on), "places": (None, room.places)}
        db.session.execute(delete(Requirement).where(Requirement.capacity_id == room.id))
        db.session.delete(room)
    else:
        room.ends_on = on_day
    record_employer(
        room.workplace.employer,
        workplace=room.workplace,
        actor=actor,
        now=now,
        verb="room_removed" if never_was else "room_ended",
        changes=changes,
    )
    db.session.flush()


def _kind_of(room: Capacity) -> Changes:
    """Which room an event is about, where rooms are told apart by their kind."""
    return {"kind": (room.kind, room.kind)} if room.kind else {}


def _set_competences(capacity_id: int, old: Competences, new: Competences) -> Changes:
    """Writes the rows that differ; returns what changed, in the words of the list."""
    if old == new:
        return {}
    gone = [competence_id for competence_id in old if competence_id not in new]
    if gone:
        db.session.execute(
            delete(Requirement).where(
                Requirement.capacity_id == capacity_id, Requirement.competence_id.in_(gone)
            )
        )
    known = {
        row.competence_id: row
        for row in db.session.scalars(select(Requirement).where(Requirement.capacity_id == capacity_id))
    }
    for competence_id, is_required in new.items():
        if competence_id in known:
            known[competence_id].is_required = is_required
        else:
            db.session.add(
                Requirement(capacity_id=capacity_id, competence_id=competence_id, is_required=is_required)
            )
    names = _names({*old, *new})
    changes: Changes = {}
    for field, required in (("required_competences", True), ("wished_competences", False)):
        before, after = (
            ", ".join(sorted(names[i] for i, is_required in of.items() if is_required is required))
            for of in (old, new)
        )
        if before != after:
            changes[field] = (before or None, after or None)
    return changes


def _names(competence_ids: set[int]) -> dict[int, str]:
    rows = db.session.execute(select(Competence.id, Competence.name).where(Competence.id.in_(competence_ids)))
    return {row[0]: row[1] for row in rows}


def competences_in(required: str, wished: str) -> Competences:
    """The competences that somebody typed, one a line or with commas between. One that is both is required.

    Words that nobody has used yet become free terms. Raises FieldError (`required`, `wished`).
    """
    found = dict.fromkeys((c.id for c in find_or_make(terms_in(wished), field="wished")), False)
    return found | dict.fromkeys((c.id for c in find_or_make(terms_in(required), field="required")), True)
