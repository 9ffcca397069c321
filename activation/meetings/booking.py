"""What the booking page knows besides what is typed: where it begins, what it serves, what may be a slip."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from activation.clocks.calendar import Calendar, calendars, local_date, local_time
from activation.clocks.rules import last_working_day_by
from activation.context import settings
from activation.database import db
from activation.followups.book import what_of
from activation.meetings.queries import any_held, due_tasks, next_follow_up, times_too_close
from activation.meetings.rules import Circumstances, cautions
from activation.placements.clash_queries import session_at
from activation.records.actor import Actor
from activation.web.language import translate_error
from models import Case, Meeting
from models.enums import MeetingKind, MeetingOutcome, MeetingWay


@dataclass(frozen=True)
class Served:
    """Something due that a meeting settles."""

    text: str
    due_on: date
    due_text: str
    tone: str


def _calendar(case: Case) -> Calendar:
    return calendars([case.unit_id], settings().closed_days)[case.unit_id]


def beginning(case: Case, after: Meeting | None, now: datetime) -> dict[str, Any]:
    """What stands in the form at first: after a held meeting, the next one in good time for the follow-up."""
    kind = MeetingKind.FOLLOW_UP if any_held(case.id) else MeetingKind.FIRST
    if after is None:
        return {"kind": kind, "way": MeetingWay.IN_PERSON}
    local = local_time(after.at)
    again = {"kind": kind, "way": after.way or MeetingWay.IN_PERSON, "place": after.place, "at": local.time()}
    next_on = next_follow_up(case, local_date(now)) if after.outcome is MeetingOutcome.HELD else None
    if next_on is None or next_on <= local_date(now):
        return again
    return {**again, "day": last_working_day_by(next_on, _calendar(case).is_working_day)}


def meeting_before(case: Case, meeting_id: int | None) -> Meeting | None:
    """The meeting after which the next is being booked, if it is one of this case."""
    meeting = db.session.get(Meeting, meeting_id) if meeting_id is not None else None
    return meeting if meeting is not None and meeting.case_id == case.id else None


def slips(case: Case, at: datetime, *, actor: Actor, now: datetime) -> list[str]:
    """What may be wrong with booking at that moment, in words."""
    busy = (
        times_too_close(staff_id=actor.staff_id, at=at, case_id=case.id) if actor.staff_id is not None else []
    )
    around = Circumstances(
        today=local_date(now),
        first_contact_on=case.first_contact_on,
        closed_on=case.closed_on,
        is_closed=_calendar(case).is_closed,
        first_meeting_due=dict(due_tasks(case, local_date(now))).get("first_meeting"),
        busy=[local_time(other) for other in busy],
    )
    found = [translate_error(caution) for caution in cautions(local_time(at), around)]
    session = session_at(case.id, at)
    # Only a session whose times are known: asking about every day of a placement would be asking too often.
    return [*found, session.text] if session is not None and session.is_certain else found


def served(case: Case, now: datetime) -> list[Served]:
    """What is due on the case that a meeting settles, the first due first."""
    today, calendar = local_date(now), _calendar(case)
    found = []
    for rule, due in due_tasks(case, today):
        late = (today - due).days
        text, tone = due.isoformat(), "info"
        if late > 0:
            text, tone = (
                ngettext("%(day)s, %(num)s day late", "%(day)s, %(num)s days late", late, day=due),
                "danger",
            )
        elif not calendar.is_working_day(due):
            before = last_working_day_by(due, calendar.is_working_day)
            text = _("%(day)s (the last working day before it is %(before)s)", day=due, before=before)
        found.append(Served(what_of(rule, case.unit_id), due, text, tone))
    return found
