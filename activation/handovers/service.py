"""Handing the facts of a month over to the aid side. Each step is a person's press: no job and no file calls these.

The participant is heard first: the verbs see to it, and so does a constraint of the table.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite

from activation.clocks.calendar import local_date
from activation.database import db
from activation.handovers import content as contents
from activation.handovers.queries import recipients, standing_handover, works_with
from activation.handovers.rules import (
    OF_RECIPIENT,
    STATES_OF,
    HandoverVerb,
    number_of,
    series_of,
    through,
)
from activation.records.actor import Actor
from activation.records.history import apply, record
from activation.records.turns import take_turn
from activation.records.versions import must_be_current
from models import Case, Handover, NumberSeries
from models.enums import HandoverOutcome, HandoverState, HeardHow
from models.errors import Conflict, DomainError, FieldError, NotAllowed
from models.texts import N_

SHOWN_UNMARKED = 10
ALREADY_RECEIVED = (HandoverState.RECEIVED, HandoverState.ANSWERED)


def begin(*, actor: Actor, case: Case, month: date, now: datetime) -> tuple[Handover, bool]:
    """A draft of the case's month (its first day), and whether it is new: there is one of a month at a time. Raises
    FieldError where no day of the month has passed, or the case was not open in it."""
    if not works_with(actor):
        raise NotAllowed(N_("Those who work on the case write the handover."))
    take_turn(case.id)
    there = standing_handover(case.id, month)
    if there is not None:
        return there, False
    last = through(month, today=local_date(now), closed_on=case.closed_on)
    if last is None:
        raise FieldError("month", N_("No day of that month has passed while the case was open."))
    if last < case.first_contact_on:
        raise FieldError("month", N_("That month lies before the first contact."))
    handover = Handover(
        number=_next_number(local_date(now).year),
        case_id=case.id,
        month=month,
        state=HandoverState.DRAFT,
        begun_at=now,
        begun_by=actor.name,
    )
    db.session.add(handover)
    db.session.flush()
    _record(handover, verb="handover_begun", changes={}, actor=actor, now=now)
    return handover, True


def hear(
    *,
    actor: Actor,
    case: Case,
    handover: Handover,
    seen_version: int | None,
    values: dict[str, Any],
    now: datetime,
) -> bool:
    """The participant was heard, or why that was not possible; says whether anything changed. Raises FieldError,
    Conflict. `values`: heard_on, heard_how, not_heard_why, account, objection."""
    _must_fit(handover, HandoverVerb.HEAR, actor)
    must_be_current(seen_version, handover.version)
    _check_hearing(handover, values, today=local_date(now))
    changes = apply(handover, {**values, "state": HandoverState.HEARD})
    if not changes:
        return False
    changes.pop("state", None)
    db.session.flush()
    _record(handover, verb="handover_heard", changes=changes, actor=actor, now=now)
    return True


def _check_hearing(handover: Handover, values: dict[str, Any], *, today: date) -> None:
    if values["heard_on"] > today:
        raise FieldError("heard_on", N_("That day has not come yet."))
    if values["heard_on"] < handover.month:
        raise FieldError("heard_on", N_("That is before the month that the handover is about."))
    if values["heard_how"] is HeardHow.NOT_POSSIBLE:
        if not values["not_heard_why"]:
            raise FieldError("not_heard_why", N_("Say why it was not possible, and what was tried."))
        if values["account"] or values["objection"]:
            raise FieldError("heard_how", N_("Something was said: choose how it was said."))
        return
    if values["not_heard_why"]:
        raise FieldError("not_heard_why", N_("This stands only where it was not possible."))
    if not values["account"]:
        raise FieldError(
            "account", N_("Write what the participant says. If they have nothing to say, write that.")
        )


def hand_over(
    *,
    actor: Actor,
    case: Case,
    handover: Handover,
    to_staff_id: int | None,
    seen_version: int | None,
    now: datetime,
) -> None:
    """Freezes the facts and hands them over to a named aid officer who may see the case. Raises FieldError where the
    recipient is no such person, DomainError while a day is unmarked, Conflict."""
    _must_fit(handover, HandoverVerb.HAND_OVER, actor)
    must_be_current(seen_version, handover.version)
    to = next((officer for officer in recipients(case) if officer.id == to_staff_id), None)
    if to is None:
        raise FieldError("to_staff_id", N_("Choose an aid officer from the list."))
    last = through(handover.month, today=local_date(now), closed_on=case.closed_on)
    if last is None:
        raise DomainError(N_("No day of that month has passed while the case was open."))
    facts = contents.facts_of(handover, case, last=last)
    if facts.unmarked:
        days = ", ".join(day.on_date.isoformat() for day in facts.unmarked[:SHOWN_UNMARKED])
        raise DomainError(
            N_("Nothing can be handed over while days are unmarked: %(days)s. Unmarked is not absent."),
            days=days if len(facts.unmarked) <= SHOWN_UNMARKED else f"{days} …",
        )
    handover.content = contents.handed_over(facts.content, to=to.name, by=actor.name, at=now)
    handover.state = HandoverState.HANDED_OVER
    handover.to_staff_id, handover.to_staff = to.id, to
    handover.handed_over_at = now
    handover.handed_over_by_id, handover.handed_over_by = actor.staff_id, actor.name
    db.session.flush()
    _record(handover, verb="handover_handed_over", changes={"to_name": (None, to.name)}, actor=actor, now=now)


def receive(*, actor: Actor, handover: Handover, now: datetime) -> bool:
    """The person whom it was handed over to has received it; says whether that is new."""
    if _is_recipient(handover, actor) and handover.state in ALREADY_RECEIVED:
        return False
    _must_fit(handover, HandoverVerb.RECEIVE, actor)
    handover.state, handover.received_at = HandoverState.RECEIVED, now
    db.session.flush()
    _record(handover, verb="handover_received", changes={}, actor=actor, now=now)
    return True


def record_outcome(
    *,
    actor: Actor,
    handover: Handover,
    seen_version: int | None,
    outcome: HandoverOutcome,
    outcome_on: date,
    now: datetime,
) -> bool:
    """What the aid side decided, as the recipient says; says whether anything changed. No aid month is touched. Raises
    FieldError, Conflict."""
    _must_fit(handover, HandoverVerb.RECORD_OUTCOME, actor)
    must_be_current(seen_version, handover.version)
    if outcome_on > local_date(now):
        raise FieldError("outcome_on", N_("That day has not come yet."))
    if outcome_on < handover.month:
        raise FieldError("outcome_on", N_("That is before the month that the handover is about."))
    changes = apply(handover, {"outcome": outcome, "outcome_on": outcome_on, "state": HandoverState.ANSWERED})
    if not changes:
        return False
    changes.pop("state", None)
    db.session.flush()
    said = {"handover_outcome": changes.pop("outcome", (outcome, outcome)), **changes}
    _record(handover, verb="handover_outcome", changes=said, actor=actor, now=now)
    return True


def withdraw(
    *, actor: Actor, handover: Handover, seen_version: int | None, reason: str, now: datetime
) -> None:
    """Takes a handover back, until its outcome is recorded: the recipient then sees the reason and no content. Raises
    FieldError, Conflict."""
    _must_fit(handover, HandoverVerb.WITHDRAW, actor)
    must_be_current(seen_version, handover.version)
    if not reason:
        raise FieldError("reason", N_("Say why it is withdrawn."))
    handover.state, handover.withdrawn_at = HandoverState.WITHDRAWN, now
    handover.withdrawn_by, handover.withdrawn_reason = actor.name, reason
    db.session.flush()
    _record(handover, verb="handover_withdrawn", changes={}, actor=actor, now=now, reason=reason)


def _is_recipient(handover: Handover, actor: Actor) -> bool:
    return actor.staff_id is not None and actor.staff_id == handover.to_staff_id


def _must_fit(handover: Handover, verb: HandoverVerb, actor: Actor) -> None:
    """Raises NotAllowed where it is not this person's to do, Conflict where the handover is not where it fits."""
    if verb in OF_RECIPIENT:
        if not _is_recipient(handover, actor):
            raise NotAllowed(N_("Only the person whom it was handed over to does this."))
    elif not works_with(actor):
        raise NotAllowed(N_("Those who work on the case write the handover."))
    if handover.state not in STATES_OF[verb]:
        raise Conflict(N_("That cannot be done with this handover now: %(state)s."), state=handover.state)


def _record(
    handover: Handover,
    *,
    actor: Actor,
    now: datetime,
    verb: str,
    changes: dict[str, tuple[Any, Any]],
    reason: str = "",
) -> None:
    about = {
        "number": (None, handover.number),
        "month": (None, f"{handover.month:%Y-%m}"),
        "handover_id": (None, handover.id),
    }
    record(handover.case_id, actor=actor, now=now, verb=verb, changes={**about, **changes}, reason=reason)


def _next_number(year: int) -> str:
    """The next of the year. Whoever takes one at the same moment waits; one that is rolled back is given again."""
    is_postgresql = db.session.get_bind().dialect.name == "postgresql"
    table = NumberSeries.__table__
    insert: Any = postgresql.insert(table) if is_postgresql else sqlite.insert(table)  # type: ignore[arg-type]
    statement = (
        insert.values(name=series_of(year), last=1)
        .on_conflict_do_update(index_elements=["name"], set_={"last": table.c.last + 1})
        .returning(table.c.last)
    )
    serial: int = db.session.execute(statement).scalar_one()
    return number_of(year, serial)
