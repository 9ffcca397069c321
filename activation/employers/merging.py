"""Two rows for the same employer, or for the same workplace, become one.

The merged row stays, hidden, and leads to the survivor: pages, searches and files that still name it end there.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from activation.clocks.calendar import local_date
from activation.database import db
from activation.employers.merge_placements import join_doubles
from activation.employers.merge_rows import move
from activation.employers.next_contact import recompute_next_contacts
from activation.employers.service import give_up_name
from activation.employers.versions import moved, must_be_live
from activation.records.actor import Actor
from activation.records.history import record, record_employer, touch
from activation.records.versions import must_be_current
from models import Crew, Employer, EmployerContact, EmployerEvent, Placement, Supervisor, Workplace
from models.enums import Role
from models.errors import Conflict
from models.texts import N_

# Columns of a workplace's address.
OWN = ("street", "postcode", "town")


def may_merge(actor: Actor) -> bool:
    """Whether somebody may make one of two: it cannot be undone."""
    return actor.is_system or actor.role is Role.UNIT_LEAD


def merge_workplaces(
    *,
    actor: Actor,
    source: Workplace,
    target: Workplace,
    seen_source: int | None,
    seen_target: int | None,
    now: datetime,
) -> None:
    """Takes all of one workplace over to another one, also of another employer. Raises Conflict."""
    _must_be_two(source, target)
    must_be_current(seen_source, source.version)
    must_be_current(seen_target, target.version)
    _merge_workplace(actor=actor, source=source, target=target, now=now)
    recompute_next_contacts(sorted({source.employer_id, target.employer_id}), today=local_date(now))


def merge_employers(
    *,
    actor: Actor,
    source: Employer,
    target: Employer,
    seen_source: int | None,
    seen_target: int | None,
    now: datetime,
) -> None:
    """Takes all of one employer over to another one. Workplaces of the same name become one, too. Raises Conflict."""
    _must_be_two(source, target)
    must_be_current(seen_source, source.version)
    must_be_current(seen_target, target.version)
    db.session.flush()
    for workplace, into in workplaces_to_join(source, target):
        if into is None:
            _free_name(target, workplace.name)
            workplace.employer_id = target.id
        else:
            _merge_workplace(actor=actor, source=workplace, target=into, now=now)
    db.session.flush()
    # A workplace that was merged away stays under the old number: there a file looks for its name.
    move("employers", source.id, target.id, besides=frozenset({"workplaces"}))
    target.owner_id = target.owner_id or source.owner_id
    target.contact_every_days = target.contact_every_days or source.contact_every_days
    source.merged_into_id = target.id
    moved(target)
    changes = {"employer": (source.name, target.name), "org_number": (source.org_number, target.org_number)}
    record_employer(target, actor=actor, now=now, verb="employer_merged", changes=changes)
    _read_anew()
    recompute_next_contacts(sorted({source.id, target.id}), today=local_date(now))


def _must_be_two(source: Employer | Workplace, target: Employer | Workplace) -> None:
    if source.id == target.id:
        raise Conflict(N_("Choose another one: it cannot be merged into itself."))
    must_be_live(source, target)


def _read_anew() -> None:
    """What was moved by statements is read again by whoever holds it."""
    db.session.flush()
    db.session.expire_all()


def workplaces_to_join(source: Employer, target: Employer) -> list[tuple[Workplace, Workplace | None]]:
    """The workplaces of the source, each with the one of the target that has its name, where there is one.

    A name of the target that was merged into another workplace leads there.
    """
    theirs = db.session.scalars(
        select(Workplace).where(Workplace.employer_id == target.id).order_by(Workplace.id)
    ).all()
    by_id = {w.id: w for w in theirs}
    by_name = {w.name.casefold(): w for w in sorted(theirs, key=lambda w: w.merged_into_id is None)}
    found = []
    for workplace in db.session.scalars(
        select(Workplace)
        .where(Workplace.employer_id == source.id, Workplace.merged_into_id.is_(None))
        .order_by(Workplace.id)
    ):
        same = by_name.get(workplace.name.casefold())
        if same is not None and same.merged_into_id is not None:
            into = same.merged_into_id
            same = by_id.get(into) or db.session.get_one(Workplace, into)
        found.append((workplace, None if same is workplace else same))
    return found


def _free_name(employer: Employer, name: str) -> None:
    """The name of a row that leads to the very workplace that comes: it is found by its own name from now on."""
    leading = db.session.scalar(
        select(Workplace).where(Workplace.employer_id == employer.id, Workplace.name == name)
    )
    if leading is not None:
        give_up_name(leading)


def _merge_workplace(*, actor: Actor, source: Workplace, target: Workplace, now: datetime) -> None:
    db.session.flush()
    # Whoever places somebody there at this moment waits, or is waited for.
    db.session.execute(
        select(Workplace.id)
        .where(Workplace.id.in_((source.id, target.id)))
        .order_by(Workplace.id)
        .with_for_update(of=Workplace)
    )
    _merge_supervisors(source, target, now)
    _rename_crews(source, target)
    join_doubles(source, target, actor=actor, now=now)
    changes: dict[str, tuple[Any, Any]] = {"workplace": (source.name, target.name)}
    for case_id in db.session.scalars(
        select(Placement.case_id).where(Placement.workplace_id == source.id).distinct()
    ).all():
        record(case_id, actor=actor, now=now, verb="placement_workplace_merged", changes=changes)
    # The closing days that come hold for those who were there before, too.
    for case_id in db.session.scalars(
        select(Placement.case_id).where(Placement.workplace_id == target.id).distinct()
    ).all():
        touch(case_id)
    db.session.flush()
    if source.employer_id != target.employer_id:
        for model in (EmployerContact, EmployerEvent):
            of_source = model.workplace_id == source.id
            db.session.execute(update(model).where(of_source).values(employer_id=target.employer_id))
    move("workplaces", source.id, target.id)
    if not any(getattr(target, column) for column in OWN):
        for column in OWN:
            setattr(target, column, getattr(source, column))
    if target.places is None:
        target.places = source.places
    source.merged_into_id = target.id
    moved(target)
    record_employer(
        target.employer, workplace=target, actor=actor, now=now, verb="workplace_merged", changes=changes
    )
    _read_anew()


def _merge_supervisors(source: Workplace, target: Workplace, now: datetime) -> None:
    """The same person at both becomes one; only one main supervisor stays."""
    rows = db.session.scalars(
        select(Supervisor)
        .where(Supervisor.workplace_id.in_((source.id, target.id)), Supervisor.left_on.is_(None))
        .order_by(Supervisor.id)
    ).all()
    kept = [s for s in rows if s.workplace_id == target.id]
    has_main = any(s.is_main for s in kept)
    for supervisor in (s for s in rows if s.workplace_id == source.id):
        twin = next((k for k in kept if _is_same(k, supervisor)), None)
        supervisor.is_main = supervisor.is_main and not has_main and twin is None
        if twin is not None:
            db.session.flush()
            move("supervisors", supervisor.id, twin.id)
            twin.email, twin.phone = twin.email or supervisor.email, twin.phone or supervisor.phone
            supervisor.left_on = local_date(now)
    db.session.flush()


def _is_same(one: Supervisor, other: Supervisor) -> bool:
    if one.email is not None and one.email == other.email:
        return one.name.casefold() == other.name.casefold() or not (one.name and other.name)
    return bool(one.name) and one.name.casefold() == other.name.casefold() and one.phone == other.phone


def _rename_crews(source: Workplace, target: Workplace) -> None:
    """Two crews of one name stay two: the name says where the one came from."""
    taken = set(db.session.scalars(select(Crew.name).where(Crew.workplace_id == target.id)))
    for crew in db.session.scalars(select(Crew).where(Crew.workplace_id == source.id).order_by(Crew.id)):
        if crew.name in taken:
            crew.name = f"{crew.name[:70]} ({source.name[:30]} #{crew.id})"
    db.session.flush()
