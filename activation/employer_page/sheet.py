"""The employer's page as data: what an employer may see of one workplace, arranged by day and by who looks after whom.

Pure. No case, no last name, nothing of a person but what an employer may see (OSL 26:1).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from models.enums import EmployerAnswer, EmployerReportKind

# The page stays below 30 kB: today's sessions always, earlier ones up to this many together with them.
SHOWN_AT_MOST = 20
# No workplace has so many people on one day; the page must not grow without end if one had.
TODAY_AT_MOST = 200


@dataclass(frozen=True, slots=True)
class EmployerSession:
    """One day of one person as an employer may see it. `hours` is what is stored, else what the schedule says.

    `by_staff`: the municipality has set the mark itself. What it set is not the employer's to see (it may be
    an illness), unless it is that the person was there. `asked`: the correction that waits for the municipality.
    `mine`: the supervisor of the link looks after this person (or nobody is told apart).
    """

    id: int
    placement_id: int
    on_date: date
    name: str
    since: date
    times: str
    hours: Decimal | None
    answer: EmployerAnswer | None
    answered_by: str
    answered_at: datetime | None
    is_answered: bool
    by_staff: bool
    can_change: bool
    mine: bool
    crew: str
    asked: EmployerAnswer | None = None
    tell_apart: bool = False

    @property
    def was_here(self) -> bool:
        return self.answer in (EmployerAnswer.HERE, EmployerAnswer.LEFT_EARLY)


@dataclass(frozen=True, slots=True)
class EmployerGroup:
    """People of one day under one heading: the supervisor's own or others, a crew or nobody's (`crew` empty)."""

    mine: bool
    crew: str
    sessions: tuple[EmployerSession, ...]


@dataclass(frozen=True, slots=True)
class EmployerDay:
    """The sessions of one day, in the order of the names; the supervisor's own people first."""

    on_date: date
    groups: tuple[EmployerGroup, ...]

    @property
    def sessions(self) -> list[EmployerSession]:
        return [s for group in self.groups for s in group.sessions]

    @property
    def unanswered(self) -> list[EmployerSession]:
        """Of the supervisor's own people: others' are not answered for in one go."""
        return [s for s in self.sessions if s.mine and not s.is_answered]


@dataclass(frozen=True, slots=True)
class NextDay:
    """A day to come: who comes at which times (empty: not said), by name."""

    on_date: date
    times: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class EmployerSheet:
    """The whole page: today (perhaps without sessions), earlier days newest first, the next days.

    `headed`: people are shown under headings, because not all are the supervisor's own or there are crews.
    """

    today: EmployerDay
    earlier: tuple[EmployerDay, ...]
    not_shown: int
    next_days: tuple[NextDay, ...]
    headed: bool

    def find(self, session_id: int) -> EmployerSession | None:
        return next((s for day in self.days for s in day.sessions if s.id == session_id), None)

    @property
    def days(self) -> tuple[EmployerDay, ...]:
        return (self.today, *self.earlier)


@dataclass(frozen=True, slots=True)
class Report:
    """Something that was told of a person: what, when, by whom, whether the municipality has handled it. Not its text:
    whoever told it knows it."""

    kind: EmployerReportKind
    on_date: date | None
    at: datetime
    made_by: str
    handled: bool


@dataclass(frozen=True, slots=True)
class Person:
    """A person at the workplace, for telling something about."""

    placement_id: int
    name: str
    since: date
    reports: tuple[Report, ...]


def initialled(first_name: str, last_name: str) -> str:
    """Anna A."""
    initial = last_name.strip()[:1].upper()
    return f"{first_name.strip()} {initial}." if initial else first_name.strip()


def times_text(row: Any) -> str:
    """08–15, 08:30–12; empty where the schedule does not say."""
    if row.starts_at is None or row.ends_at is None:
        return ""
    return "–".join(f"{t:%H:%M}" if t.minute else f"{t:%H}" for t in (row.starts_at, row.ends_at))


def rows_shown(rows: Sequence[Any], today: date, supervisor_id: int | None) -> tuple[list[Any], int]:
    """Those of `rows` for which there is room, and how many there are besides. `supervisor_id`: where people are told
    apart by who looks after them."""
    of_today = [row for row in rows if row.on_date == today]
    earlier = [row for row in rows if row.on_date != today]
    if supervisor_id is not None:  # the supervisor's own first: what does not fit any more is others'
        earlier.sort(key=lambda row: row.supervisor_id != supervisor_id)
    room = max(SHOWN_AT_MOST - len(of_today), 4)
    # What was answered today stays in sight whatever the number: it is what the supervisor has just pressed.
    shown = earlier[:room] + [row for row in earlier[room:] if row.answer is not None or row.mark is not None]
    return of_today + shown, len(earlier) - len(shown)


def sheet_of(
    sessions: Sequence[EmployerSession], coming: Sequence[Any], today: date, *, not_shown: int
) -> EmployerSheet:
    """Sessions of `today` and days before it, and rows of the days to come."""
    of_today = [s for s in sessions if s.on_date == today]
    shown = [s for s in sessions if s.on_date != today]
    days = sorted({s.on_date for s in shown}, reverse=True)
    return EmployerSheet(
        today=_day(today, of_today),
        earlier=tuple(_day(day, [s for s in shown if s.on_date == day]) for day in days),
        not_shown=not_shown,
        next_days=tuple(_next(coming)),
        headed=any(s.crew or not s.mine for s in (*of_today, *shown)),
    )


def _day(day: date, sessions: Sequence[EmployerSession]) -> EmployerDay:
    """Own people before others, within them those of no crew before the crews."""
    groups: dict[tuple[bool, str], list[EmployerSession]] = {}
    for session in _told_apart(sessions):
        groups.setdefault((not session.mine, session.crew), []).append(session)
    return EmployerDay(
        day, tuple(EmployerGroup(not key[0], key[1], tuple(of)) for key, of in sorted(groups.items()))
    )


def _next(rows: Sequence[Any]) -> Iterable[NextDay]:
    at: dict[date, dict[str, list[str]]] = {}
    for row in rows:
        of_day = at.setdefault(row.on_date, {})
        of_day.setdefault(times_text(row), []).append(initialled(row.first_name, row.last_name))
    for day in sorted(at):
        yield NextDay(day, tuple((times, tuple(names)) for times, names in sorted(at[day].items())))


def _told_apart(sessions: Sequence[EmployerSession]) -> Sequence[EmployerSession]:
    """Two people with the same first name and initial on one day: the page adds since when each is there."""
    names = [s.name for s in sessions]
    double = {name for name in names if names.count(name) > 1}
    if not double:
        return sessions
    return [replace(s, tell_apart=True) if s.name in double else s for s in sessions]
