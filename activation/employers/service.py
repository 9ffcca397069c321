"""The register of employers and their workplaces: what staff and imports do with it."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from activation.database import db
from activation.records.actor import Actor
from activation.records.history import apply
from models import Employer, Workplace
from models.errors import FieldError
from models.texts import N_


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
) -> tuple[Workplace, bool]:
    """An employer's workplace with its supervisor; says whether anything changed. Flushes only what is new."""
    changed = False
    if employer is None:
        employer = Employer(org_number=org_number, name=employer_name)
        db.session.add(employer)
        changed = True
    elif employer.name != employer_name:
        employer.name = employer_name
        changed = True
    if workplace is None:
        workplace = Workplace(employer=employer, name=name, **values)
        db.session.add(workplace)
        db.session.flush()
        return workplace, True
    return workplace, bool(apply(workplace, values)) or changed


def add_workplace(
    *, actor: Actor, org_number: str, employer_name: str, name: str, values: dict[str, Any], now: datetime
) -> Workplace:
    """A new workplace, of an employer that is there already (found by its number) or new too. Raises FieldError.

    The employer's name is kept as it is where it is known: a mistyped one must not rename it for everybody.
    """
    employer = db.session.scalar(select(Employer).where(Employer.org_number == org_number))
    if employer is not None and db.session.scalar(
        select(Workplace.id).where(Workplace.employer_id == employer.id, Workplace.name == name)
    ):
        raise FieldError(
            "workplace_name", N_("This employer already has a workplace of that name: choose it.")
        )
    workplace, _changed = upsert_workplace(
        actor=actor,
        org_number=org_number,
        employer_name=employer.name if employer else employer_name,
        name=name,
        employer=employer,
        workplace=None,
        values=values,
        now=now,
    )
    return workplace


def change_workplace(*, actor: Actor, workplace: Workplace, values: dict[str, Any], now: datetime) -> bool:
    """Changes who the supervisor is and how many places there are; says whether anything changed."""
    return bool(apply(workplace, values))
