"""The register of employers and their workplaces: what staff and imports do with it."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from activation.database import db
from activation.employers.versions import moved
from activation.records.actor import Actor
from activation.records.history import Changes, apply, record_employer
from models import Employer, Supervisor, Workplace
from models.errors import FieldError
from models.texts import N_

# The main supervisor as files and the first form know them: column of the file → column of the table.
CONTACT = {"contact_name": "name", "contact_email": "email", "contact_phone": "phone"}


def main_supervisor(workplace: Workplace) -> Supervisor | None:
    """Who is asked about people without a supervisor of their own (`workplace.supervisors` loaded)."""
    return next((s for s in workplace.supervisors if s.is_main), None)


def _set_contact(workplace: Workplace, values: dict[str, Any]) -> Changes:
    """Makes or changes the main supervisor; returns what really changed, under the names of the files."""
    given = {CONTACT[name]: value for name, value in values.items() if name in CONTACT}
    if "name" in given:
        given["name"] = given["name"] or ""
    main = main_supervisor(workplace)
    if main is None:
        if not any(given.values()):
            return {}
        main = Supervisor(is_main=True, **given)
        workplace.supervisors.append(main)
        changes: Changes = {name: (None, value) for name, value in given.items() if value}
    else:
        changes = apply(main, given)
    names = {column: name for name, column in CONTACT.items()}
    return {names[column]: change for column, change in changes.items()}


def upsert_workplace(
    *,
    actor: Actor,
    org_number: str,
    employer_name: str,
    name: str,
    employer: Employer | None,
    workplace: Workplace | None,
    values: dict[str, Any],
    now: datetime,
    by_hand: bool = False,
) -> tuple[Workplace, bool]:
    """An employer's workplace with its main supervisor, as another system tells it, or somebody who typed it in
    (`by_hand`: the history says which); says whether anything changed.

    `values`: columns of Workplace, and contact_name, contact_email, contact_phone. Flushes only what is new.
    """
    about: Changes = {}
    if employer is None:
        employer = Employer(org_number=org_number, name=employer_name)
        db.session.add(employer)
        about["name"] = (None, employer_name)
    elif employer.name != employer_name:
        about["name"] = (employer.name, employer_name)
        employer.name = employer_name
    if about:
        record_employer(
            employer,
            actor=actor,
            now=now,
            verb="employer_added" if by_hand else "employer_taken_in",
            changes=about,
        )
    own = {column: value for column, value in values.items() if column not in CONTACT}
    is_new = workplace is None
    if workplace is None:
        workplace = Workplace(employer=employer, name=name, supervisors=[], **own)
        db.session.add(workplace)
        changes: Changes = {
            "workplace": (None, name),
            **{k: (None, v) for k, v in own.items() if v not in (None, "")},
        }
    else:
        changes = apply(workplace, own)
    contact = _set_contact(workplace, values)
    if contact and not is_new:
        moved(workplace)
    changes |= contact
    if changes:
        record_employer(
            employer,
            workplace=workplace,
            actor=actor,
            now=now,
            verb="workplace_added" if by_hand else "workplace_taken_in",
            changes=changes,
        )
    if is_new:
        db.session.flush()
    return workplace, bool(changes or about)


def add_workplace(
    *, actor: Actor, org_number: str, employer_name: str, name: str, values: dict[str, Any], now: datetime
) -> Workplace:
    """A new workplace, of an employer that is there already (found by its number) or new too. Raises FieldError.

    The employer's name is kept as it is where it is known: a mistyped one must not rename it for everybody.
    """
    employer = employer_called(org_number)
    if employer is not None:
        must_be_free_name(employer, name, field="workplace_name")
    workplace, _changed = upsert_workplace(
        actor=actor,
        org_number=org_number,
        employer_name=employer.name if employer else employer_name,
        name=name,
        employer=employer,
        workplace=None,
        values=values,
        now=now,
        by_hand=True,
    )
    return workplace


def employer_called(org_number: str) -> Employer | None:
    """The employer with a number, or the one that it was merged into."""
    called = select(func.coalesce(Employer.merged_into_id, Employer.id)).where(
        Employer.org_number == org_number
    )
    return db.session.scalar(select(Employer).where(Employer.id == called.scalar_subquery()))


def must_be_free_name(employer: Employer, name: str, *, field: str = "name") -> None:
    """Raises FieldError where the employer has a workplace of that name, or one that was merged into another."""
    taken = db.session.scalar(
        select(Workplace).where(Workplace.employer_id == employer.id, Workplace.name == name)
    )
    if taken is None:
        return
    if taken.merged_into_id is None:
        raise FieldError(field, N_("This employer already has a workplace of that name: choose it."))
    raise FieldError(field, N_("A workplace of that name was merged into another one of this employer."))


def give_up_name(merged: Workplace) -> None:
    """Frees the name of a row that leads to another. The row stays: something may point at it."""
    merged.name = f"{merged.name[:140]} (#{merged.id})"
    db.session.flush()
