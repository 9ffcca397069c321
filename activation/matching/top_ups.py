"""Flexible skills top-up: the course or training that closes exactly one gap, planned, done or interrupted."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from activation.caseload.checks import must_be_open
from activation.clocks.calendar import local_date
from activation.database import db
from activation.matching.person import add_competence
from activation.matching.terms import find_or_make
from activation.records.actor import Actor
from activation.records.history import Changes, apply, record
from activation.records.versions import must_be_current
from models import Case, CaseCompetence, Competence, Need, Plan, TopUp
from models.enums import TopUpState
from models.errors import Conflict, FieldError
from models.texts import N_

COLUMNS = ("what", "place", "starts_on", "ends_on", "cost")


def top_up_of(top_up_id: int) -> TopUp | None:
    """A top-up with its competence, as stored now."""
    return db.session.scalar(
        select(TopUp)
        .where(TopUp.id == top_up_id)
        .options(joinedload(TopUp.competence, innerjoin=True))
        .execution_options(populate_existing=True)
    )


def plan_top_up(
    *, actor: Actor, case: Case, term: str, need: Need | None, values: Mapping[str, Any], now: datetime
) -> TopUp:
    """Plans what closes a gap, tied to the plan in force and, where there is one, to the need it is for.

    `term`: the words of the competence; `values`: COLUMNS. Raises FieldError, Conflict. Take the case's turn before.
    """
    must_be_open(case)
    checked = _checked(values)
    if not term:
        raise FieldError("competence", N_("Write which competence is to be learnt."))
    competence = find_or_make([term], field="competence")[0]
    _must_be_a_gap(case.id, competence)
    top_up = TopUp(
        case_id=case.id,
        competence_id=competence.id,
        competence=competence,
        need_id=need.id if need else None,
        plan_id=_plan_in_force(case.id, local_date(now)),
        made_at=now,
        made_by=actor.name,
        **checked,
    )
    db.session.add(top_up)
    changes: Changes = {name: (None, value) for name, value in checked.items() if value not in (None, "")}
    if need is not None:
        changes["need"] = (None, need.title)
    _record(top_up, actor=actor, now=now, verb="top_up_planned", changes=changes)
    db.session.flush()
    return top_up


def _checked(values: Mapping[str, Any]) -> dict[str, Any]:
    checked = {name: values[name] for name in COLUMNS}
    if checked["ends_on"] is not None and checked["ends_on"] < checked["starts_on"]:
        raise FieldError("ends_on", N_("The last day is before the first."))
    return checked


def _must_be_a_gap(case_id: int, competence: Competence) -> None:
    if db.session.scalar(
        select(TopUp.id).where(
            TopUp.case_id == case_id,
            TopUp.competence_id == competence.id,
            TopUp.state == TopUpState.PLANNED,
        )
    ):
        raise FieldError("competence", N_("A top-up for this is planned already."))
    if _is_noted(case_id, competence.id):
        raise FieldError("competence", N_("The participant already has this competence."))


def _is_noted(case_id: int, competence_id: int) -> bool:
    return bool(
        db.session.scalar(
            select(CaseCompetence.id).where(
                CaseCompetence.case_id == case_id,
                CaseCompetence.competence_id == competence_id,
                CaseCompetence.removed_at.is_(None),
            )
        )
    )


def _plan_in_force(case_id: int, today: date) -> int | None:
    """The plan agreed last, by today."""
    return db.session.scalar(
        select(Plan.id)
        .where(Plan.case_id == case_id, Plan.agreed_on <= today)
        .order_by(Plan.agreed_on.desc(), Plan.id.desc())
        .limit(1)
    )


def change_top_up(
    *,
    actor: Actor,
    case: Case,
    top_up: TopUp,
    seen_version: int | None,
    values: Mapping[str, Any],
    now: datetime,
) -> bool:
    """Changes what, where, when and the cost; says whether anything changed. Raises FieldError, Conflict."""
    must_be_open(case)
    _must_be_planned(top_up)
    must_be_current(seen_version, top_up.version)
    changes = apply(top_up, _checked(values))
    if changes:
        _record(top_up, actor=actor, now=now, verb="top_up_changed", changes=changes)
        db.session.flush()
    return bool(changes)


def _must_be_planned(top_up: TopUp) -> None:
    if top_up.state is not TopUpState.PLANNED:
        raise Conflict(N_("The top-up was ended on %(day)s. Nothing was changed."), day=top_up.ended_on)


def finish_top_up(
    *,
    actor: Actor,
    case: Case,
    top_up: TopUp,
    seen_version: int | None,
    ended_on: date,
    note: str = "",
    now: datetime,
) -> None:
    """The participant finished it: from now on they have the competence, so that the gap closes with it.

    Raises FieldError, Conflict. Take the case's turn before.
    """
    _check_end(case, top_up, seen_version, ended_on, today=local_date(now))
    if ended_on < top_up.starts_on:
        raise FieldError(
            "ended_on", N_("It begins on %(day)s: it cannot be done before."), day=top_up.starts_on
        )
    top_up.state, top_up.ended_on = TopUpState.DONE, ended_on
    if not _is_noted(case.id, top_up.competence_id):
        add_competence(
            actor=actor,
            case=case,
            competence_id=top_up.competence_id,
            note=note,
            top_up_id=top_up.id,
            now=now,
        )
    _record(
        top_up,
        actor=actor,
        now=now,
        verb="top_up_done",
        changes={"ended_on": (None, ended_on), **({"note": (None, note)} if note else {})},
    )
    db.session.flush()


def interrupt_top_up(
    *,
    actor: Actor,
    case: Case,
    top_up: TopUp,
    seen_version: int | None,
    ended_on: date,
    reason: str,
    now: datetime,
) -> None:
    """It came to nothing, or was broken off. Raises FieldError, Conflict. Take the case's turn before."""
    if not reason.strip():
        raise FieldError("reason", N_("Say why it was interrupted."))
    _check_end(case, top_up, seen_version, ended_on, today=local_date(now))
    top_up.state, top_up.ended_on, top_up.reason = TopUpState.INTERRUPTED, ended_on, reason.strip()
    _record(
        top_up,
        actor=actor,
        now=now,
        verb="top_up_interrupted",
        changes={"ended_on": (None, ended_on)},
        reason=top_up.reason,
    )
    db.session.flush()


def _check_end(case: Case, top_up: TopUp, seen_version: int | None, ended_on: date, *, today: date) -> None:
    must_be_open(case)
    _must_be_planned(top_up)
    must_be_current(seen_version, top_up.version)
    if ended_on > today:
        raise FieldError("ended_on", N_("That day has not come yet."))


def _record(top_up: TopUp, *, changes: Changes, **event: Any) -> None:
    changes = {"competence": (None, top_up.competence.name), **changes}
    record(top_up.case_id, changes=changes, **event)
