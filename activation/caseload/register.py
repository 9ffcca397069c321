"""What the register knows of a person over all their enrolments, also those that the asker may not see.

Two things must hold whoever asks: nobody has two cases in the same time, and a protected person is protected in all of
them. Each answer tells that there is another case, so it stands in the access log of that case.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from activation.caseload.rules import Period, overlapping
from activation.database import db
from activation.records.access_log import log_access
from activation.records.actor import Actor
from models import Case
from models.enums import Protection, Viewed
from models.errors import FieldError
from models.texts import N_


def check_period(case_number: str, values: dict[str, Any], others: Iterable[Period]) -> None:
    """Raises FieldError where the period is none or overlaps another enrolment of the same person."""
    first, closed = values["first_contact_on"], values.get("closed_on")
    if closed is not None and closed < first:
        raise FieldError("closed_on", N_("The closing day is before the first contact."))
    if overlapping(Period(case_number, first, closed), others):
        raise FieldError(
            "personal_number",
            N_("The person already has another case in the same time. Close that one first, or use it."),
        )


def check_period_of_person(
    case_number: str, values: dict[str, Any], person: str, *, actor: Actor, now: datetime
) -> None:
    """The same against all the enrolments of a personal number."""
    rows = db.session.execute(
        select(Case.id, Case.case_number, Case.first_contact_on, Case.closed_on)
        .where(Case.personal_number == person)
        .order_by(Case.id)
    ).all()
    try:
        check_period(case_number, values, [Period(*row[1:]) for row in rows])
    except FieldError as error:
        if error.field == "personal_number":
            _log([row[0] for row in rows if row[1] != case_number], actor, now)
        raise


def protection_of(person: str, *, actor: Actor, now: datetime) -> Protection | None:
    """The protection that any enrolment of a personal number carries: of the latest, should they differ."""
    rows = db.session.execute(
        select(Case.id, Case.protection)
        .where(Case.personal_number == person, Case.protection.is_not(None))
        .order_by(Case.id.desc())
    ).all()
    _log([row[0] for row in rows], actor, now)
    return rows[0][1] if rows else None


def _log(case_ids: Sequence[int], actor: Actor, now: datetime) -> None:
    log_access(actor=actor, case_ids=list(case_ids), viewed=Viewed.SEARCH, now=now)
