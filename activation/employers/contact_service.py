"""The contact log of an employer: lines are added, never changed or removed."""

from datetime import date, datetime

from sqlalchemy import select

from activation.clocks.calendar import local_date
from activation.database import db
from activation.employers.next_contact import recompute_next_contacts
from activation.records.actor import Actor
from activation.records.history import Changes, record_employer
from models import Employer, EmployerContact, Workplace
from models.enums import ContactWay
from models.errors import FieldError
from models.texts import N_


def add_contact(
    *,
    actor: Actor,
    employer: Employer,
    workplace: Workplace | None,
    on_date: date,
    way: ContactWay,
    with_whom: str,
    text: str,
    next_on: date | None,
    now: datetime,
) -> EmployerContact:
    """Writes a contact down; the very same line of the same day is written once. Raises FieldError.

    What was said is told in the log; the history says only that there was a contact, and what was agreed.
    """
    if on_date > local_date(now):
        raise FieldError("on_date", N_("That day has not come yet."))
    if next_on is not None and next_on <= on_date:
        raise FieldError("next_on", N_("The next contact is after this one."))
    # One after the other: whoever presses twice finds the line of the first press.
    db.session.execute(select(Employer.id).where(Employer.id == employer.id).with_for_update(key_share=True))
    line = {
        "employer_id": employer.id,
        "workplace_id": workplace.id if workplace else None,
        "on_date": on_date,
        "way": way,
        "with_whom": with_whom,
        "text": text,
        "next_on": next_on,
        "staff_id": actor.staff_id,
    }
    same = select(EmployerContact).where(
        *(getattr(EmployerContact, name).is_not_distinct_from(value) for name, value in line.items())
    )
    found = db.session.scalars(same.limit(1)).first()
    if found is not None:
        return found
    contact = EmployerContact(**line, made_at=now, made_by=actor.name)
    db.session.add(contact)
    changes: Changes = {"on_date": (None, on_date), "contact_way": (None, way)}
    if next_on is not None:
        changes["next_on"] = (None, next_on)
    record_employer(
        employer, workplace=workplace, actor=actor, now=now, verb="employer_contacted", changes=changes
    )
    recompute_next_contacts([employer.id], today=local_date(now))
    return contact
