"""Clashes of a planned placement or week, and of a meeting to be booked, in words. Queries do not grow with rows."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from activation.clocks.calendar import local_date, local_time, start_of_day
from activation.database import db
from activation.placements.clash import Clash, Overlap, meeting_clashes, meets, placement_clashes
from activation.placements.rules import (
    HORIZON,
    ONE_DAY,
    CaseSchedule,
    DayPlan,
    Schedule,
    WeekPattern,
    same_every_day,
    weekday_bits,
)
from activation.placements.sessions import case_schedules
from activation.placements.single_days_rules import schedule_of, with_week
from activation.placements.week_words import day_in_words
from activation.web.filters import label_of, weekdays_text
from models import Meeting, Placement, Session, Workplace
from models.enums import MeetingOutcome, PlacementKind
from models.texts import N_

MEETINGS_READ = 200
SHOWN = 5

TEXTS = {
    Overlap.SAME_TIME: N_("%(what)s is at the same time on %(days)s, first on %(first)s."),
    Overlap.SAME_DAY: N_(
        "%(what)s is on the same days at other times (%(days)s, first on %(first)s). "
        "A day has one session: it belongs to the placement that began first."
    ),
    Overlap.NOT_KNOWN: N_(
        "%(what)s is on the same days (%(days)s, first on %(first)s). "
        "A day has one session: it belongs to the placement that began first."
    ),
}


def warnings_of_placement(
    case_id: int, placement_id: int, *, today: date, pattern: WeekPattern | None = None
) -> list[str]:
    """What clashes with a placement that is there (flushed), with `pattern` as one of its weeks, in the eight weeks
    ahead: a sentence each."""
    of_case = case_schedules([case_id]).get(case_id)
    if of_case is None:
        return []
    if pattern is not None:
        of_case = with_week(of_case, placement_id, pattern)
    return _warnings(case_id, of_case, schedule_of(of_case, placement_id), today=today)


def warnings_of_plan(
    case_id: int,
    *,
    kind: PlacementKind,
    starts_on: date,
    ends_on: date | None,
    weekdays: int,
    hours_per_day: Decimal | None,
    today: date,
) -> list[str]:
    """The same for a placement that is only talked about."""
    week = WeekPattern(starts_on, (same_every_day(weekdays, hours_per_day),))
    planned = Schedule(0, starts_on, ends_on, kind.is_employment, (week,))
    of_case = case_schedules([case_id]).get(case_id)
    if of_case is None:
        of_case = CaseSchedule((), None, lambda _day: False)
    return _warnings(case_id, of_case, planned, today=today)


def _warnings(case_id: int, of_case: CaseSchedule, planned: Schedule, *, today: date) -> list[str]:
    first = max(today, planned.starts_on)
    last = first + HORIZON if planned.ends_on is None else min(first + HORIZON, planned.ends_on)
    clashes = placement_clashes(of_case, planned, first, last)
    names = _names({clash.placement_id for clash in clashes})
    found = [_text(clash, names[clash.placement_id]) for clash in clashes[:SHOWN]]
    if planned.is_employment:
        return found
    meetings = [local_time(at) for at in _meetings(case_id, first, last)]
    return found + _meeting_texts(meeting_clashes(planned, meetings))


def _text(clash: Clash, what: str) -> str:
    days = weekdays_text(weekday_bits(sorted({day.isoweekday() for day in clash.days})))
    first = clash.days[0].isoformat()
    return str(_(TEXTS[clash.overlap], what=what, days=days, first=first))


def _meeting_texts(found: list[datetime]) -> list[str]:
    texts = [
        str(_("A meeting is booked in the time of a session: %(at)s.", at=f"{at:%Y-%m-%d %H:%M}"))
        for at in found[:SHOWN]
    ]
    more = len(found) - SHOWN
    if more > 0:
        texts.append(
            ngettext(
                "%(num)s more meeting is in the time of a session.",
                "%(num)s more meetings are in the time of a session.",
                more,
            )
        )
    return texts


def _names(placement_ids: set[int]) -> dict[int, str]:
    if not placement_ids:
        return {}
    rows = db.session.execute(
        select(Placement.id, Workplace.name, Placement.kind)
        .join(Workplace, Workplace.id == Placement.workplace_id)
        .where(Placement.id.in_(placement_ids))
    )
    return {row.id: f"{row.name} ({label_of(row.kind)})" for row in rows}


def _meetings(case_id: int, first: date, last: date) -> list[datetime]:
    return list(
        db.session.scalars(
            select(Meeting.at)
            .where(
                Meeting.case_id == case_id,
                Meeting.outcome == MeetingOutcome.BOOKED,
                Meeting.at >= start_of_day(first),
                Meeting.at < start_of_day(last + ONE_DAY),
            )
            .order_by(Meeting.at, Meeting.id)
            .limit(MEETINGS_READ)
        )
    )


@dataclass(frozen=True, slots=True)
class SessionThen:
    """A session that a meeting falls on, in words. `is_certain`: its times are known; else only its day is."""

    text: str
    is_certain: bool


def session_at(case_id: int, at: datetime) -> SessionThen | None:
    """The session that a meeting at that moment falls on, if there is one. One query."""
    row = db.session.execute(
        select(Workplace.name, Session.planned_hours, Session.starts_at, Session.ends_at)
        .join(Placement, Placement.id == Session.placement_id)
        .join(Workplace, Workplace.id == Placement.workplace_id)
        .where(Session.case_id == case_id, Session.on_date == local_date(at), Session.scheduled)
        .limit(1)
    ).first()
    if row is None:
        return None
    plan = DayPlan(row.planned_hours, row.starts_at, row.ends_at)
    how = meets(plan, local_time(at))
    if how is Overlap.SAME_DAY:
        return None
    when = day_in_words(plan)
    text = (
        _("The participant is to be at %(place)s that day, %(when)s.", place=row.name, when=when)
        if when
        else _("The participant is to be at %(place)s that day.", place=row.name)
    )
    return SessionThen(str(text), how is Overlap.SAME_TIME)
