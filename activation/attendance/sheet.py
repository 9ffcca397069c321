"""A group's day on one sheet: everybody at a workplace or in a crew, read in two queries and saved together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, select, true
from sqlalchemy.orm import joinedload

from activation.attendance.queries import waits_for_staff
from activation.attendance.service import mark, take_back
from activation.caseload.visibility import visible_cases
from activation.database import db
from activation.placements.rules import DAYS_OF_WEEK, monday_of
from activation.records.actor import Actor
from models import Case, Crew, Placement, Session, Workplace
from models.enums import Mark, MarkedThrough
from models.errors import FieldError
from models.texts import N_

# Nobody fills in more on one screen; the page says so where there are more.
ROWS_AT_MOST = 120


@dataclass(frozen=True, slots=True)
class Group:
    """Who stands on a sheet together. `kind` is workplace or crew."""

    kind: str
    id: int
    name: str
    workplace_id: int
    workplace: str
    employer: str

    @property
    def has(self) -> ColumnElement[bool]:
        """A condition on Placement."""
        column = Placement.workplace_id if self.kind == "workplace" else Placement.crew_id
        return column == self.id


@dataclass(frozen=True, slots=True)
class SheetPerson:
    """One line: the session with its version, and whose it is."""

    session: Session
    case_id: int
    first_name: str
    last_name: str
    case_number: str
    is_protected: bool
    since: date

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"


@dataclass(frozen=True, slots=True)
class DayCount:
    """A day of the week: how many there are in all, whom the actor may see, and how many of those wait for a mark."""

    day: date
    everybody: int
    visible: int
    waiting: int

    @property
    def hidden(self) -> int:
        return self.everybody - self.visible


@dataclass(frozen=True, slots=True)
class Entry:
    """What staff say of a line. `value` None: unmarked."""

    value: Mark | None
    hours: Decimal | None = None
    note: str = ""
    notified: bool | None = None


def find_group(kind: str, row_id: int) -> Group | None:
    """A workplace, or a crew with its workplace."""
    if kind == "workplace":
        place = db.session.get(Workplace, row_id)
        return Group(kind, place.id, place.name, place.id, place.name, place.employer.name) if place else None
    crew = db.session.scalar(
        select(Crew).where(Crew.id == row_id).options(joinedload(Crew.workplace, innerjoin=True))
    )
    if crew is None:
        return None
    place = crew.workplace
    return Group(kind, crew.id, crew.name, place.id, place.name, place.employer.name)


def people_on(group: Group, day: date, actor: Actor, *, lock: bool = False) -> list[SheetPerson]:
    """Who has a session there on a day, of the cases that the actor may see, in the order of the printed list.

    `lock`: whoever saves a line of it at the same moment waits.
    """
    statement: Any = (
        select(
            Session,
            Case.id,
            Case.first_name,
            Case.last_name,
            Case.case_number,
            Case.protection.is_not(None),
            Placement.starts_on,
        )
        .join(Placement, Placement.id == Session.placement_id)
        .join(Case, Case.id == Session.case_id)
        .where(group.has, Session.on_date == day, Session.scheduled == true(), visible_cases(actor))
        # Protected people stand last: they are on no printed list, whose numbers are those of the sheet.
        .order_by(
            case((Case.protection.is_(None), 0), else_=1),
            func.lower(Case.first_name),
            func.lower(Case.last_name),
            Session.id,
        )
        .limit(ROWS_AT_MOST)
    )
    if lock:
        statement = statement.with_for_update(of=Session)
    return [SheetPerson(*row) for row in db.session.execute(statement)]


def week_of(group: Group, day: date, actor: Actor, *, today: date) -> list[DayCount]:
    """The seven days of the ISO week that a day lies in. One query."""
    monday = monday_of(day)
    visible = visible_cases(actor)
    rows = db.session.execute(
        select(
            Session.on_date,
            func.count(),
            func.count(case((visible, 1))),
            func.count(case((and_(visible, waits_for_staff(today)), 1))),
        )
        .join(Placement, Placement.id == Session.placement_id)
        .join(Case, Case.id == Session.case_id)
        .where(
            group.has,
            Session.on_date.between(monday, monday + timedelta(days=DAYS_OF_WEEK - 1)),
            Session.scheduled == true(),
        )
        .group_by(Session.on_date)
    )
    found = {row[0]: DayCount(*row) for row in rows}
    days = [monday + timedelta(days=n) for n in range(DAYS_OF_WEEK)]
    return [found.get(day, DayCount(day, 0, 0, 0)) for day in days]


def unmarked_of_week(
    group: Group, day: date, actor: Actor, *, today: date
) -> Sequence[tuple[int, str, date]]:
    """Case, its number and the day of the week's unmarked sessions so far, for a file. Nobody protected is in it."""
    monday = monday_of(day)
    rows = db.session.execute(
        select(Case.id, Case.case_number, Session.on_date)
        .join(Placement, Placement.id == Session.placement_id)
        .join(Case, Case.id == Session.case_id)
        .where(
            group.has,
            Session.on_date.between(monday, min(monday + timedelta(days=DAYS_OF_WEEK - 1), today)),
            Session.scheduled == true(),
            Session.mark.is_(None),
            Case.protection.is_(None),
            visible_cases(actor),
        )
        .order_by(Session.on_date, Case.case_number, Session.id)
        .limit(ROWS_AT_MOST * DAYS_OF_WEEK)
    )
    return [(case_id, number, on_date) for case_id, number, on_date in rows]


UNHEARD = N_(
    "Nobody has noted what the participant says. Leave the day unmarked here and judge it on its own page: "
    "ask first, or say there that you have tried to."
)


def save_line(
    *, actor: Actor, session: Session, seen_version: int | None, entry: Entry, now: datetime
) -> bool:
    """One line of a sheet: a mark, or a mark taken back. Says whether anything changed. Raises FieldError, Conflict."""
    if entry.value is None:
        if session.mark is None:
            raise FieldError("mark", N_("Say what it was, or leave hours, note and notice blank."))
        return take_back(actor=actor, session=session, seen_version=seen_version, now=now)
    try:
        return mark(
            actor=actor,
            session=session,
            seen_version=seen_version,
            value=entry.value,
            hours=entry.hours,
            note=entry.note,
            notified=entry.notified,
            through=MarkedThrough.STAFF,
            tried_to_ask=False,
            now=now,
        )
    except FieldError as error:
        if error.field != "tried_to_ask":
            raise
        # Many are marked at once here: nobody is judged unheard in passing.
        raise FieldError("mark", UNHEARD) from error
