"""Supervisors of a workplace: added, changed, made the main one, left. All of it stands in the employer's history."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, or_, select

from activation.clocks.calendar import local_date
from activation.database import db
from activation.employer_page.links import revoke_link
from activation.employers.versions import moved
from activation.records.actor import Actor
from activation.records.history import Changes, apply, record, record_employer
from activation.records.versions import must_be_current
from models import Crew, EmployerLink, Placement, Supervisor, Workplace
from models.errors import Conflict, FieldError
from models.texts import N_

COLUMNS = ("name", "email", "phone", "language")


def add_supervisor(
    *,
    actor: Actor,
    workplace: Workplace,
    seen_version: int | None,
    values: dict[str, Any],
    now: datetime,
) -> Supervisor:
    """A new supervisor of a workplace (`workplace.supervisors` loaded); the first one is the main one.

    `values`: name, email, phone, language. The same form sent twice makes one. Raises FieldError, Conflict.
    """
    check_supervisor(values)
    for other in workplace.supervisors:
        if other.left_on is None and all(getattr(other, c) == values[c] for c in COLUMNS):
            return other
    must_be_current(seen_version, workplace.version)
    is_main = not any(s.is_main for s in workplace.supervisors)
    supervisor = Supervisor(is_main=is_main, **values)
    workplace.supervisors.append(supervisor)
    changes: Changes = {c: (None, values[c]) for c in COLUMNS if values[c]}
    _tell(workplace, supervisor, actor=actor, now=now, verb="supervisor_added", changes=changes)
    return supervisor


def check_supervisor(values: dict[str, Any]) -> None:
    """Raises FieldError where nobody could tell who it is."""
    if not values["name"]:
        raise FieldError("name", N_("This must be filled in."))


def change_supervisor(
    *,
    actor: Actor,
    workplace: Workplace,
    supervisor: Supervisor,
    seen_version: int | None,
    values: dict[str, Any],
    now: datetime,
) -> bool:
    """Changes name, addresses, language; says whether anything changed. Raises FieldError, Conflict."""
    must_be_current(seen_version, workplace.version)
    check_supervisor(values)
    _must_be_there(supervisor)
    before = {address for address in (supervisor.email, supervisor.phone) if address}
    changes = apply(supervisor, values)
    gone = before - {supervisor.email, supervisor.phone}
    # Whoever reads an address that is no longer the supervisor's must not answer in their name.
    if gone and (revoked := _revoke_links(workplace, supervisor, gone, actor=actor, now=now)):
        changes["links"] = (None, revoked)
    if changes:
        _tell(workplace, supervisor, actor=actor, now=now, verb="supervisor_changed", changes=changes)
    return bool(changes)


def make_main(
    *, actor: Actor, workplace: Workplace, supervisor: Supervisor, seen_version: int | None, now: datetime
) -> bool:
    """Whoever has no supervisor of their own is asked of this one; says whether that is new. Raises Conflict."""
    if supervisor.is_main:
        return False  # pressed twice
    must_be_current(seen_version, workplace.version)
    _must_be_there(supervisor)
    before = next((s for s in workplace.supervisors if s.is_main), None)
    if before is not None:
        before.is_main = False
        db.session.flush()  # never two at once: the index allows one a workplace
    supervisor.is_main = True
    changes: Changes = {"main_supervisor": (before.name if before else None, supervisor.name)}
    _tell(workplace, supervisor, actor=actor, now=now, verb="main_supervisor_chosen", changes=changes)
    return True


def supervisor_left(
    *,
    actor: Actor,
    workplace: Workplace,
    supervisor: Supervisor,
    seen_version: int | None,
    left_on: date,
    now: datetime,
) -> bool:
    """Takes a supervisor off people and crews, and makes their links stop working. Raises FieldError, Conflict.

    The main one may leave only where nobody else is there to be it: else that is chosen first.
    """
    if supervisor.left_on is not None:
        return False  # pressed twice
    must_be_current(seen_version, workplace.version)
    if left_on > local_date(now):
        raise FieldError("left_on", N_("This day has not come yet."))
    others = [s for s in workplace.supervisors if s is not supervisor and s.left_on is None]
    if supervisor.is_main and others:
        raise Conflict(N_("Make somebody else the main supervisor first."))
    supervisor.is_main, supervisor.left_on = False, left_on
    changes: Changes = {"left_on": (None, left_on)}
    if freed := _take_off(supervisor, actor=actor, now=now):
        changes["people"] = (None, freed)
    if revoked := _revoke_links(workplace, supervisor, None, actor=actor, now=now):
        changes["links"] = (None, revoked)
    _tell(workplace, supervisor, actor=actor, now=now, verb="supervisor_left", changes=changes)
    return True


def _must_be_there(supervisor: Supervisor) -> None:
    if supervisor.left_on is not None:
        raise Conflict(N_("This supervisor has left."))


def _take_off(supervisor: Supervisor, *, actor: Actor, now: datetime) -> int:
    """From placements, each of which tells so in its case's history, and from crews. Returns how many people."""
    placements = db.session.scalars(
        select(Placement).where(Placement.supervisor_id == supervisor.id).order_by(Placement.id)
    ).all()
    for placement in placements:
        placement.supervisor_id = None
        changes: Changes = {"supervisor": (supervisor.name, None)}
        record(placement.case_id, actor=actor, now=now, verb="supervisor_taken_off", changes=changes)
    for crew in db.session.scalars(select(Crew).where(Crew.supervisor_id == supervisor.id)):
        crew.supervisor_id = None
    return len({placement.case_id for placement in placements})


def _revoke_links(
    workplace: Workplace,
    supervisor: Supervisor,
    sent_to: Collection[str] | None,
    *,
    actor: Actor,
    now: datetime,
) -> int:
    """The supervisor's links, to these addresses or (None) to any. Returns how many worked until now."""
    addresses = sent_to or [a for a in (supervisor.email, supervisor.phone) if a]
    theirs = or_(
        EmployerLink.supervisor_id == supervisor.id,
        EmployerLink.supervisor_id.is_(None) & EmployerLink.sent_to.in_(addresses),
    )
    links = db.session.scalars(
        select(EmployerLink)
        .where(
            EmployerLink.workplace_id == workplace.id,
            theirs if sent_to is None else and_(theirs, EmployerLink.sent_to.in_(sent_to)),
            EmployerLink.revoked_at.is_(None),
            EmployerLink.expires_at > now,
        )
        .order_by(EmployerLink.id)
    ).all()
    return sum(revoke_link(actor=actor, link=link, now=now) for link in links)


def _tell(
    workplace: Workplace,
    supervisor: Supervisor,
    *,
    actor: Actor,
    now: datetime,
    verb: str,
    changes: Changes,
) -> None:
    moved(workplace)
    who = changes.pop("name", (supervisor.name, supervisor.name))
    changes = {"supervisor": who, **changes}
    record_employer(workplace.employer, workplace=workplace, actor=actor, now=now, verb=verb, changes=changes)
    db.session.flush()
