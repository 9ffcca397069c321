"""A staff member's own calendar: the meetings they hold and the days on which follow-up tasks are due.

What stands in it is safe for a screen in a corridor (meetings/entries.py), so reading it is no look at a person and
leaves no row in the access log.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import Select, and_, case, select, union_all

from activation.caseload.cover import StandingIn, standing_in
from activation.caseload.visibility import CASE_ROLES, UNIT_ROLES, visible_cases
from activation.clocks.calendar import local_date, start_of_day
from activation.context import settings
from activation.database import db
from activation.exchange.ics import Entry, uid_of
from activation.followups.book import what_of
from activation.followups.queries import SCOPES, Wanted, numbers_per_day
from activation.meetings.entries import OFF, MeetingFacts, initials, meeting_entry
from activation.records.actor import Actor
from models import Case, CaseEvent, Meeting, Staff

BACK = timedelta(days=30)
AHEAD = timedelta(days=365)
# Meetings called off stay in the calendar this long, struck out: long enough for calendars that look once a day.
CALLED_OFF_SHOWN = timedelta(days=14)
MOST_MEETINGS = 400
MOST_DAYS = 100
KINDS_A_DAY = 5
MOST_RULES = 2_000
MOST_EVENTS = 5_000
KEY = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class Reader:
    """Whose calendar it is, and the language of their account."""

    actor: Actor
    language: str


def reader_of(key: str) -> Reader | None:
    """Whose address this is. None: of nobody (any longer), or of somebody whose account is closed or knows no case."""
    if not KEY.fullmatch(key):
        return None
    row = db.session.execute(
        select(Staff.id, Staff.name, Staff.role, Staff.unit_id, Staff.language).where(
            Staff.calendar_key == key, Staff.active, Staff.role.in_(CASE_ROLES)
        )
    ).first()
    if row is None:
        return None
    return Reader(Actor(name=row.name, staff_id=row.id, role=row.role, unit_id=row.unit_id), row.language)


def entries_of(actor: Actor, *, tasks_url: str, now: datetime) -> list[Entry]:
    """What stands in the calendar at a moment, in the current language: 500 entries at most, in five queries."""
    covered = standing_in(actor, today=local_date(now)) if actor.role in UNIT_ROLES else []
    return [*_meetings(actor, covered, now), *_days(actor, tasks_url, now)]


def tag_of(entries: Iterable[Entry], language: str) -> str:
    """Tells one state of a calendar from another without writing it out."""
    return sha256(repr((language, list(entries))).encode()).hexdigest()[:32]


def _whose(actor: Actor, covered: Sequence[StandingIn], now: datetime) -> Any:
    """The ids of the meetings: one's own, and while one stands in for somebody theirs too."""
    today = local_date(now)
    found = [_held_by(actor.staff_id, now - BACK, now + AHEAD)]
    for person in covered:
        until = start_of_day(person.until + timedelta(days=1))
        found.append(_held_by(person.staff_id, start_of_day(today), until))
    return union_all(*(part for pair in found for part in pair))


def _held_by(staff_id: int | None, start: datetime, end: datetime) -> tuple[Select[Any], Select[Any]]:
    # Two reads by index: a single condition over both tables would read everybody's meetings.
    within = and_(Meeting.at >= start, Meeting.at < end)
    holds = select(Meeting.id).where(Meeting.staff_id == staff_id, within)
    of_own_case = (
        select(Meeting.id)
        .join(Case, Case.id == Meeting.case_id)
        .where(Case.secretary_id == staff_id, Meeting.staff_id.is_(None), within)
    )
    return holds, of_own_case


def _meetings(actor: Actor, covered: Sequence[StandingIn], now: datetime) -> list[Entry]:
    ahead = Meeting.at >= start_of_day(local_date(now))
    rows = db.session.execute(
        select(
            Meeting.id,
            Meeting.version,
            Meeting.at,
            Meeting.kind,
            Meeting.way,
            Meeting.outcome,
            Meeting.place,
            Meeting.case_id,
            Case.first_name,
            Case.last_name,
            Case.protection.is_not(None),
            Meeting.staff_id,
            Case.secretary_id,
        )
        .join(Case, Case.id == Meeting.case_id)
        .where(visible_cases(actor), Meeting.id.in_(_whose(actor, covered, now)))
        # Those ahead first, the next first; then those that have been, the last first.
        .order_by(case((ahead, 0), else_=1), case((ahead, Meeting.at)), Meeting.at.desc(), Meeting.id)
        .limit(MOST_MEETINGS)
    ).all()
    changed = _last_changes({row.case_id for row in rows})
    away = {person.staff_id: person.name for person in covered}
    found = []
    for *columns, holder_id, secretary_id in rows:
        facts = MeetingFacts(*columns)
        at = changed.get((facts.case_id, facts.at), min(facts.at, start_of_day(local_date(now))))
        if facts.outcome in OFF and at < now - CALLED_OFF_SHOWN:
            continue
        entry = meeting_entry(facts, changed_at=at)
        found.append(_in_place_of(entry, away.get(holder_id or secretary_id, "")))
    return found


def _in_place_of(entry: Entry, name: str) -> Entry:
    if not name:
        return entry
    said = _("In place of %(initials)s", initials=initials(*name.split()))
    return replace(entry, description=". ".join(part for part in (said, entry.description) if part))


def _last_changes(case_ids: set[int]) -> dict[tuple[int, datetime], datetime]:
    """When each meeting (case, time) was last booked, moved or settled, as the history tells."""
    rows = db.session.execute(
        select(CaseEvent.case_id, CaseEvent.at, CaseEvent.changes)
        .where(CaseEvent.case_id.in_(case_ids), CaseEvent.verb.startswith("meeting_"))
        .order_by(CaseEvent.at.desc(), CaseEvent.id.desc())
        .limit(MOST_EVENTS)
    )
    found: dict[tuple[int, datetime], datetime] = {}
    for case_id, at, changes in rows:
        for time in changes.get("at", ()):
            if time is not None:
                found.setdefault((case_id, datetime.fromisoformat(time)), at)
    return found


def _days(actor: Actor, tasks_url: str, now: datetime) -> list[Entry]:
    """One entry a day; what is overdue stands on today's until it is done."""
    if actor.role is None or actor.staff_id is None:
        return []
    today = local_date(now)
    wanted = Wanted(actor, today, SCOPES[actor.role][0])
    of_day: dict[date, dict[str, int]] = {}
    overdue = 0
    for due_on, rule, number in numbers_per_day(wanted, by=today + AHEAD, limit=MOST_RULES):
        kinds = of_day.setdefault(max(due_on, today), {})
        kinds[rule] = kinds.get(rule, 0) + number
        overdue += number if due_on < today else 0
    return [
        Entry(
            uid=uid_of(f"tasks-{actor.staff_id}-{day}", settings().base_url),
            summary=_summary(sum(kinds.values()), overdue if day == today else 0),
            starts=day,
            changed_at=start_of_day(today),
            description=_kinds(kinds, tasks_url),
            url=tasks_url,
        )
        for day, kinds in sorted(of_day.items())[:MOST_DAYS]
    ]


def _summary(number: int, overdue: int) -> str:
    said: str = ngettext("%(num)s follow-up task", "%(num)s follow-up tasks", number)
    if overdue:
        said = _("%(tasks)s, %(number)s overdue", tasks=said, number=overdue)
    return said


def _kinds(kinds: dict[str, int], tasks_url: str) -> str:
    most = sorted(kinds.items(), key=lambda kind: (-kind[1], kind[0]))
    lines = [f"{number} × {what_of(rule)}" for rule, number in most[:KINDS_A_DAY]]
    more = sum(number for _rule, number in most[KINDS_A_DAY:])
    return "\n".join([*lines, *([_("and %(number)s more", number=more)] if more else []), tasks_url])
