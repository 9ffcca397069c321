"""Keeps Employer.next_contact_on what the contacts and the follow-up rule say (contact_rules.py).

Verbs that move it (a contact, an agreement, another status, owner or interval) call recompute_next_contacts for their
employer; the nightly run for all.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select

from activation.clocks.calendar import Calendar, calendars, local_date
from activation.clocks.rules import add_working_days, first_working_day_from, last_working_day_by
from activation.context import settings
from activation.database import bulk_update, chunks, db
from activation.employers.contact_rules import Contacts, next_contact_day
from activation.followups.book import rulebook
from activation.followups.rule import Rule
from models import Agreement, Employer, EmployerContact, EmployerEvent, Staff
from models.enums import Anchor, DayKind, OnClosedDay

# What the history of every employer begins with; of those that were there before it had one nothing is known.
TAKEN_IN = "employer_taken_in"


def recompute_next_contacts(employer_ids: Sequence[int] | None, *, today: date) -> int:
    """Brings the day of the next contact of these employers (None: of all) up to date; returns how many changed.

    Run again with nothing new it returns 0. Loaded employers read the new day.
    """
    db.session.flush()
    ids = employer_ids
    if ids is None:
        ids = db.session.scalars(select(Employer.id).order_by(Employer.id)).all()
    return sum(_recompute(part, today) for part in chunks(list(ids)))


def _recompute(employer_ids: list[int], today: date) -> int:
    rows = db.session.execute(
        select(
            Employer.id,
            Employer.status,
            Employer.contact_every_days,
            Employer.next_contact_on,
            Employer.merged_into_id,
            Staff.unit_id,
        )
        .outerjoin(Staff, Staff.id == Employer.owner_id)
        .where(Employer.id.in_(employer_ids))
        .order_by(Employer.id)
    ).all()
    of_unit = calendars({r.unit_id for r in rows if r.unit_id is not None}, settings().closed_days)
    contacts = _contacts(employer_ids)
    changed = []
    for row in rows:
        calendar = of_unit.get(row.unit_id, Calendar(frozenset(settings().closed_days)))
        later = _interval(row.contact_every_days, row.unit_id, calendar, today)
        # Due at once, once and for all: not on another day each night.
        at_once = row.next_contact_on or today
        day = next_contact_day(row.status, contacts.get(row.id, Contacts()), later, at_once)
        if row.merged_into_id is not None:
            day = None
        if day != row.next_contact_on:
            changed.append({"id": row.id, "next_contact_on": day})
    bulk_update(Employer, changed)
    moved = {row["id"] for row in changed}
    for loaded in list(db.session.identity_map.values()):
        if isinstance(loaded, Employer) and loaded.id in moved:
            db.session.expire(loaded, ["next_contact_on"])
    return len(changed)


def _interval(
    every_days: int | None, unit_id: int | None, calendar: Calendar, today: date
) -> Callable[[date], date] | None:
    """From a contact to the next, as the employer wants it, else as the rule of the owner's unit says."""
    rule = rule_of_contacts(unit_id, today)
    if rule is None and every_days is None:
        return None

    days, kind = (rule.offset, rule.day_kind) if rule else (0, DayKind.CALENDAR)
    if every_days is not None:
        days, kind = every_days, DayKind.CALENDAR

    def later(start: date) -> date:
        day = add_working_days(start, days, calendar.is_working_day if kind is DayKind.WORKING else _any_day)
        closed = rule.on_closed_day if rule else OnClosedDay.AFTER
        if closed is OnClosedDay.BEFORE:
            return last_working_day_by(day, calendar.is_working_day)
        return first_working_day_from(day, calendar.is_working_day) if closed is OnClosedDay.AFTER else day

    return later


def _any_day(_day: date) -> bool:
    return True


def rule_of_contacts(unit_id: int | None, today: date) -> Rule | None:
    """The rule of contacts with employers, for whoever belongs to this unit."""
    rules = rulebook().rules_for(unit_id, today)
    return next((rule for rule in rules if rule.anchor is Anchor.EMPLOYER_CONTACT), None)


def _contacts(employer_ids: list[int]) -> dict[int, Contacts]:
    """What was held and agreed, by employer, in four queries."""
    newest = (
        func.row_number()
        .over(
            partition_by=EmployerContact.employer_id,
            order_by=(EmployerContact.on_date.desc(), EmployerContact.id.desc()),
        )
        .label("place")
    )
    with_day = (
        select(EmployerContact.employer_id, EmployerContact.next_on, newest)
        .where(EmployerContact.employer_id.in_(employer_ids), EmployerContact.next_on.is_not(None))
        .subquery()
    )
    held = _of_each(EmployerContact.employer_id, func.max(EmployerContact.on_date), employer_ids)
    signed = _of_each(Agreement.employer_id, func.max(Agreement.signed_on), employer_ids)
    known = _by_id(
        select(EmployerEvent.employer_id, func.min(EmployerEvent.at))
        .where(EmployerEvent.employer_id.in_(employer_ids), EmployerEvent.verb == TAKEN_IN)
        .group_by(EmployerEvent.employer_id)
    )
    agreed = _by_id(select(with_day.c.employer_id, with_day.c.next_on).where(with_day.c.place == 1))
    found = {}
    for employer_id in employer_ids:
        days = [of[employer_id] for of in (held, signed) if employer_id in of]
        since = known.get(employer_id)
        found[employer_id] = Contacts(
            max(days, default=None), agreed.get(employer_id), local_date(since) if since else None
        )
    return found


def _of_each(column: Any, value: Any, employer_ids: list[int]) -> dict[int, Any]:
    return _by_id(select(column, value).where(column.in_(employer_ids)).group_by(column))


def _by_id(statement: Select[*tuple[Any, ...]]) -> dict[int, Any]:
    return {row[0]: row[1] for row in db.session.execute(statement)}
