"""What staff do with an employer and its workplaces: take them up, change them, note what was agreed."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from activation.clocks.calendar import local_date
from activation.database import db
from activation.employers.next_contact import recompute_next_contacts
from activation.employers.service import add_workplace, give_up_name, must_be_free_name
from activation.employers.versions import moved, must_be_live
from activation.records.actor import Actor
from activation.records.history import Changes, apply, record_employer
from activation.records.versions import must_be_current
from models import Agreement, Employer, Staff, Workplace
from models.enums import EmployerStatus
from models.errors import FieldError
from models.texts import N_

AGREEMENT = ("signed_on", "valid_to", "work_environment_on", "insurance_on", "note")
# Columns that the history calls by another name: a case's aid status is a "status" too, and an id says nothing.
TOLD_AS = {"status": "employer_status", "note": "agreement_note"}


def add_employer(
    *,
    actor: Actor,
    values: dict[str, Any],
    workplace_name: str,
    workplace: dict[str, Any],
    now: datetime,
) -> Workplace:
    """A new employer with its first workplace and supervisor. Raises FieldError.

    `values`: org_number, name, status, status_reason, owner_id. `workplace`: as service.upsert_workplace takes them.
    """
    _check(values)
    must_be_free_number(values["org_number"])
    first = add_workplace(
        actor=actor,
        org_number=values["org_number"],
        employer_name=values["name"],
        name=workplace_name,
        values=workplace,
        now=now,
    )
    more = {name: value for name, value in values.items() if name not in ("org_number", "name")}
    # A new employer was nothing before: only what it begins with is told.
    changes = {column: (None, new) for column, (_old, new) in _apply(first.employer, more).items()}
    if changes:
        record_employer(first.employer, actor=actor, now=now, verb="employer_changed", changes=changes)
    recompute_next_contacts([first.employer_id], today=local_date(now))
    return first


def must_be_free_number(org_number: str, *, besides: int | None = None) -> None:
    """Raises FieldError where another employer has the number, or had it before it was merged."""
    other = db.session.scalar(select(Employer).where(Employer.org_number == org_number))
    if other is None or other.id == besides:
        return
    if other.merged_into_id is None:
        text = N_("%(name)s has this organisation number.")
        raise FieldError("org_number", text, name=other.name)
    survivor = db.session.get_one(Employer, other.merged_into_id)
    text = N_("This number leads to %(name)s: the two were merged.")
    raise FieldError("org_number", text, name=survivor.name)


def _check(values: dict[str, Any]) -> None:
    if values["status"] is EmployerStatus.NOT_SUITABLE and not values["status_reason"]:
        raise FieldError("status_reason", N_("Say why the employer is not suitable."))


def change_employer(
    *, actor: Actor, employer: Employer, seen_version: int | None, values: dict[str, Any], now: datetime
) -> bool:
    """Changes number, name, status or owner; says whether anything changed. Raises FieldError, Conflict."""
    must_be_current(seen_version, employer.version)
    must_be_live(employer)
    _check(values)
    must_be_free_number(values["org_number"], besides=employer.id)
    changes = _apply(employer, values)
    if changes:
        record_employer(employer, actor=actor, now=now, verb="employer_changed", changes=changes)
        recompute_next_contacts([employer.id], today=local_date(now))
    return bool(changes)


def _apply(employer: Employer, values: dict[str, Any]) -> Changes:
    """Sets the values and returns the changes as the history tells them."""
    changes = apply(employer, values)
    if "owner_id" in changes:
        old, new = changes.pop("owner_id")
        changes["owner"] = (_name_of(old), _name_of(new))
    return {TOLD_AS.get(column, column): change for column, change in changes.items()}


def _name_of(staff_id: int | None) -> str | None:
    return None if staff_id is None else db.session.get_one(Staff, staff_id).name


def add_workplace_to(
    *, actor: Actor, employer: Employer, name: str, values: dict[str, Any], now: datetime
) -> Workplace:
    """One more workplace of an employer. Raises FieldError, Conflict."""
    must_be_live(employer)
    must_be_free_name(employer, name)
    return add_workplace(
        actor=actor,
        org_number=employer.org_number,
        employer_name=employer.name,
        name=name,
        values=values,
        now=now,
    )


def change_workplace(
    *,
    actor: Actor,
    workplace: Workplace,
    seen_version: int | None,
    values: dict[str, Any],
    now: datetime,
) -> bool:
    """Changes name, address and places; says whether anything changed. Raises FieldError, Conflict.

    The old name stays known: a file that still says it means this workplace.
    """
    must_be_current(seen_version, workplace.version)
    must_be_live(workplace)
    old = workplace.name
    if values.get("name", old) != old:
        _free_the_name(workplace, values["name"])
    changes = apply(workplace, values)
    if "name" in changes:
        db.session.flush()
        db.session.add(Workplace(employer=workplace.employer, name=old, merged_into_id=workplace.id))
    if changes:
        record_employer(
            workplace.employer,
            workplace=workplace,
            actor=actor,
            now=now,
            verb="workplace_changed",
            changes=changes,
        )
        db.session.flush()
    return bool(changes)


def _free_the_name(workplace: Workplace, name: str) -> None:
    """A name that the workplace had before is its own again. Raises FieldError where another one has it."""
    earlier = db.session.scalar(
        select(Workplace).where(
            Workplace.employer_id == workplace.employer_id,
            Workplace.name == name,
            Workplace.merged_into_id == workplace.id,
        )
    )
    if earlier is None:
        must_be_free_name(workplace.employer, name)
        return
    give_up_name(earlier)


def sign_agreement(*, actor: Actor, employer: Employer, values: dict[str, Any], now: datetime) -> Agreement:
    """Notes an agreement; a renewed one is a new row. The same form sent twice makes one. Raises FieldError, Conflict.

    `values`: signed_on, valid_to, work_environment_on, insurance_on, note.
    """
    must_be_live(employer)
    check_agreement(values, today=local_date(now))
    same = db.session.scalar(
        select(Agreement).where(
            Agreement.employer_id == employer.id,
            *(getattr(Agreement, c).is_not_distinct_from(values[c]) for c in AGREEMENT),
        )
    )
    if same is not None:
        return same
    agreement = Agreement(employer_id=employer.id, made_at=now, made_by=actor.name, **values)
    db.session.add(agreement)
    changes: Changes = {TOLD_AS.get(c, c): (None, values[c]) for c in AGREEMENT if values[c]}
    record_employer(employer, actor=actor, now=now, verb="agreement_signed", changes=changes)
    moved(employer)
    recompute_next_contacts([employer.id], today=local_date(now))
    return agreement


def change_agreement(
    *,
    actor: Actor,
    employer: Employer,
    agreement: Agreement,
    seen_version: int | None,
    values: dict[str, Any],
    now: datetime,
) -> bool:
    """Corrects an agreement, or notes what was confirmed later; says whether anything changed. `seen_version`: the
    employer's. Raises FieldError, Conflict.
    """
    must_be_current(seen_version, employer.version)
    must_be_live(employer)
    check_agreement(values, today=local_date(now))
    changes = apply(agreement, values)
    if not changes:
        return False
    told: Changes = {"signed_on": (agreement.signed_on, agreement.signed_on)}
    told |= {TOLD_AS.get(column, column): change for column, change in changes.items()}
    record_employer(employer, actor=actor, now=now, verb="agreement_changed", changes=told)
    moved(employer)
    recompute_next_contacts([employer.id], today=local_date(now))
    return True


def check_agreement(values: dict[str, Any], *, today: date) -> None:
    """Raises FieldError where the days of an agreement cannot be."""
    for column in ("signed_on", "work_environment_on", "insurance_on"):
        if values[column] is not None and values[column] > today:
            raise FieldError(column, N_("This day has not come yet."))
    if values["valid_to"] is not None and values["valid_to"] < values["signed_on"]:
        raise FieldError("valid_to", N_("The last day is before the first."))
