"""The days behind a household's month: absences with what the participant says, and days that nobody has marked."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Date, bindparam, select

from activation.attendance.hours_rules import ABSENCES, Day, Part, part_of
from activation.database import db
from models import AbsenceAccount, Session
from models.enums import AccountWay, Mark

ACCOUNTS_READ = 200


@dataclass(frozen=True, slots=True)
class SessionDay:
    """One scheduled day of a case."""

    session_id: int
    case_id: int
    day: Day


@dataclass(frozen=True, slots=True)
class Hours:
    """Hours attended, of the assigned hours of marked days, as attendance.hours_rules has them. None: none is marked,
    or its hours are not known."""

    attended: Decimal | None = None
    assigned: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """What the participant said of a day, in their own words."""

    told_on: date
    way: AccountWay
    text: str


@dataclass(frozen=True, slots=True)
class Absence:
    case_id: int
    on_date: date
    mark: Mark
    accounts: list[Account]


@dataclass(frozen=True, slots=True)
class Unmarked:
    session_id: int
    case_id: int
    on_date: date


DAYS: Any = (
    select(
        Session.id,
        Session.case_id,
        Session.on_date,
        Session.planned_hours,
        Session.hours,
        Session.mark,
        Session.answer.is_not(None),
    )
    .where(
        Session.case_id.in_(bindparam("cases", expanding=True)),
        Session.scheduled,
        Session.on_date.between(bindparam("first", type_=Date), bindparam("last", type_=Date)),
    )
    .order_by(Session.on_date, Session.case_id)
)
ACCOUNTS: Any = (
    select(AbsenceAccount.session_id, AbsenceAccount.told_on, AbsenceAccount.way, AbsenceAccount.text)
    .where(AbsenceAccount.session_id.in_(bindparam("sessions", expanding=True)))
    .order_by(AbsenceAccount.id.desc())
    .limit(ACCOUNTS_READ)
)


def days_of_cases(case_ids: Collection[int], first: date, last: date) -> list[SessionDay]:
    """The scheduled days of these cases, by day. One query."""
    rows = db.session.execute(DAYS, {"cases": list(case_ids), "first": first, "last": last})
    return [SessionDay(row[0], row[1], Day(*row[2:])) for row in rows]


def unmarked_of(days: Iterable[SessionDay], today: date) -> list[Unmarked]:
    """Days that are over and that nobody has marked. They are no absences."""
    return [
        Unmarked(each.session_id, each.case_id, each.day.on_date)
        for each in days
        if part_of(each.day, today) is Part.UNMARKED
    ]


def absences_of(days: Iterable[SessionDay], today: date) -> list[Absence]:
    """Days marked as an absence, each with what the participant said of it, the latest first. One query."""
    absent = [each for each in days if part_of(each.day, today) in ABSENCES]
    told = _accounts([each.session_id for each in absent])
    return [
        Absence(each.case_id, each.day.on_date, each.day.mark, told.get(each.session_id, []))
        for each in absent
        if each.day.mark is not None
    ]


def _accounts(session_ids: Sequence[int]) -> dict[int, list[Account]]:
    if not session_ids:
        return {}
    found: dict[int, list[Account]] = defaultdict(list)
    for session_id, told_on, way, text in db.session.execute(ACCOUNTS, {"sessions": list(session_ids)}):
        found[session_id].append(Account(told_on, way, text))
    return found
