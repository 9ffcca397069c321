"""What employers ask for: the verbs of a need, each with a line in the employer's history."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from activation.database import db
from activation.matching.rules import tidy
from activation.matching.terms import find_or_make
from activation.records.actor import Actor
from activation.records.history import Changes, apply, record_employer
from activation.records.turns import take_turn_at
from activation.records.versions import must_be_current
from models import Competence, Need, Requirement, Workplace
from models.enums import OTHER_ACTIVITIES, NeedKind, NeedState, PlacementKind
from models.errors import Conflict, FieldError
from models.texts import N_

COLUMNS = (
    "kind",
    "placement_kind",
    "title",
    "tasks",
    "positions",
    "hours_per_week",
    "weekdays",
    "starts_on",
    "ends_on",
    "language_level",
    "licence",
)
# What an employer can ask for: courses and workshops are the municipality's own.
KINDS_AT_EMPLOYERS = tuple(
    kind for kind in PlacementKind if kind not in OTHER_ACTIVITIES and kind is not PlacementKind.EMPLOYMENT
)


@dataclass(frozen=True)
class Terms:
    """The words of the competences that a need requires and wishes for."""

    required: Sequence[str] = ()
    wished: Sequence[str] = ()


def need_of(need_id: int) -> Need | None:
    """A need with its workplace, employer and requirements, as stored now."""
    return db.session.scalar(
        select(Need)
        .where(Need.id == need_id)
        .options(
            joinedload(Need.workplace, innerjoin=True),
            selectinload(Need.requirements).joinedload(Requirement.competence, innerjoin=True),
        )
        .execution_options(populate_existing=True)
    )


def make_need(
    *, actor: Actor, workplace: Workplace, values: Mapping[str, Any], terms: Terms, now: datetime
) -> Need:
    """A new open need of a workplace. `values`: the columns of COLUMNS. Raises FieldError."""
    values = _checked(values)
    take_turn_at(workplace.id)
    if db.session.scalar(
        select(Need.id).where(
            Need.workplace_id == workplace.id,
            Need.state == NeedState.OPEN,
            Need.kind == values["kind"],
            Need.title == values["title"],
            Need.starts_on.is_not_distinct_from(values["starts_on"]),
        )
    ):
        raise FieldError("title", N_("The workplace already has an open need of that name from that day."))
    need = Need(workplace_id=workplace.id, made_at=now, made_by=actor.name, requirements=[], **values)
    need.workplace = workplace
    db.session.add(need)
    _set_requirements(need, terms)
    changes: Changes = {name: (None, value) for name, value in values.items() if value not in (None, "")}
    _record(need, actor=actor, now=now, verb="need_made", changes={**changes, **_told(need, {})})
    db.session.flush()
    return need


def change_need(
    *,
    actor: Actor,
    need: Need,
    seen_version: int | None,
    values: Mapping[str, Any],
    terms: Terms,
    now: datetime,
) -> bool:
    """Changes a need (loaded by need_of); says whether anything changed. Raises FieldError, Conflict."""
    must_be_current(seen_version, need.version)
    before = asked_for(need)
    changes = apply(need, _checked(values))
    _set_requirements(need, terms)
    changes |= _told(need, before)
    if not changes:
        return False
    if not set(changes) & set(COLUMNS):
        need.version += 1  # only its requirements moved: a form that was opened before must notice
    _record(need, actor=actor, now=now, verb="need_changed", changes={"title": (None, need.title), **changes})
    db.session.flush()
    return True


def _checked(values: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of COLUMNS. Raises FieldError where they do not go together."""
    checked = {name: values[name] for name in COLUMNS}
    checked["title"] = tidy(checked["title"])
    starts_on, ends_on, kind = checked["starts_on"], checked["ends_on"], checked["placement_kind"]
    if starts_on is not None and ends_on is not None and ends_on < starts_on:
        raise FieldError("ends_on", N_("The last day is before the first."))
    if kind is not None and kind.is_employment and checked["kind"] is NeedKind.PLACEMENT:
        raise FieldError("placement_kind", N_("This is an employment: choose Job above, or another kind."))
    if kind is not None and not kind.is_employment and checked["kind"] is NeedKind.JOB:
        raise FieldError(
            "placement_kind", N_("This is no employment: choose Placement above, or leave blank.")
        )
    return checked


def _set_requirements(need: Need, terms: Terms) -> None:
    """Makes the requirements these; what is both required and wished for is required."""
    wanted: dict[int, tuple[Competence, bool]] = {}
    for competence in find_or_make(terms.required, field="required"):
        wanted[competence.id] = (competence, True)
    for competence in find_or_make(terms.wished, field="wished"):
        wanted.setdefault(competence.id, (competence, False))
    for requirement in list(need.requirements):
        kept = wanted.pop(requirement.competence_id, None)
        if kept is None:
            need.requirements.remove(requirement)
        else:
            requirement.is_required = kept[1]
    for competence, is_required in wanted.values():
        need.requirements.append(Requirement(competence=competence, is_required=is_required))
    db.session.flush()


def asked_for(need: Need) -> dict[str, str]:
    """The names of the required and the wished competences, each in one line."""
    return {
        name: ", ".join(r.competence.name for r in need.requirements if r.is_required is is_required)
        for name, is_required in (("required_competences", True), ("wished_competences", False))
    }


def _told(need: Need, before: Mapping[str, str]) -> Changes:
    after = asked_for(need)
    return {
        name: (before.get(name) or None, text) for name, text in after.items() if text != before.get(name, "")
    }


def settle_need(
    *,
    actor: Actor,
    need: Need,
    seen_version: int | None,
    state: NeedState,
    reason: str = "",
    now: datetime,
) -> None:
    """Fills a need, withdraws it (reason required), or opens it again. Raises FieldError, Conflict."""
    if need.state is state:
        raise Conflict(N_("That was already done. Nothing was changed."))
    must_be_current(seen_version, need.version)
    if state is NeedState.WITHDRAWN and not reason.strip():
        raise FieldError("reason", N_("Say why the need was withdrawn."))
    need.state, need.state_reason = state, reason.strip()
    changes: Changes = {"title": (None, need.title)}
    match state:
        case NeedState.FILLED:
            _record(need, actor=actor, now=now, verb="need_filled", changes=changes, reason=need.state_reason)
        case NeedState.WITHDRAWN:
            _record(
                need, actor=actor, now=now, verb="need_withdrawn", changes=changes, reason=need.state_reason
            )
        case NeedState.OPEN:
            _record(
                need, actor=actor, now=now, verb="need_reopened", changes=changes, reason=need.state_reason
            )
    db.session.flush()


def _record(need: Need, **event: Any) -> None:
    record_employer(need.workplace.employer, workplace=need.workplace, **event)
