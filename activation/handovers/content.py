"""The facts of one case and month as they are handed over: read here, kept in `Handover.content`.

Plain values only, in no language: codes by value, days and moments ISO, numbers as text with a point, the texts that
people wrote as they wrote them. What is in it when it is handed over is all that its page and its paper are made from.
It holds no staff's note about a day: only marks, answers, and what the participant says.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select, true
from sqlalchemy.orm import selectinload

from activation.clocks.calendar import local_date, start_of_day
from activation.database import db
from activation.handovers.rules import ONE_DAY, NoticeKind, PlanSpan, plans_of
from activation.placements.began import not_ended_before
from activation.records.history import plain
from models import (
    AbsenceAccount,
    Case,
    CaseEvent,
    Handover,
    Meeting,
    Message,
    Placement,
    Plan,
    PlanObjection,
    Session,
    Workplace,
)
from models.enums import MessageKind, MessageState

# The shape of the content, for those that were handed over before it changes.
FORM = 1
TOLD_BY: dict[MessageKind, NoticeKind] = {
    MessageKind.MEETING_REMINDER: NoticeKind.MEETING_REMINDER,
    MessageKind.CONTACT_REQUEST: NoticeKind.CONTACT_REQUEST,
    MessageKind.ABSENCE_QUESTION: NoticeKind.ABSENCE_QUESTION,
}
# A question about a day of the month may have been sent after the month.
ASKED_AFTER = timedelta(days=92)
SESSION_FIELDS = (
    "on_date",
    "planned_hours",
    "hours",
    "mark",
    "notified",
    "certificate_on",
    "answer",
    "answered_by",
    "answered_at",
    "marked_by",
    "marked_at",
    "marked_through",
)
PLAN_FIELDS = (
    "agreed_on",
    "agreed_how",
    "review_by",
    "ends_on",
    "goals",
    "assigned_hours",
    "own_search_hours",
    "lower_hours",
)

Content = dict[str, Any]


@dataclass(frozen=True, slots=True)
class DayToMark:
    """A session that nobody has marked: nothing can be handed over while there is one."""

    session_id: int
    on_date: date


@dataclass(frozen=True)
class Facts:
    """The content as it would be handed over now, what stands against it, and days marked after the hearing."""

    content: Content
    unmarked: list[DayToMark]
    marked_later: list[date]


def facts_of(handover: Handover, case: Case, *, last: date) -> Facts:
    """The facts of the handover's month through `last`. `case` with unit and household. A dozen queries."""
    first = handover.month
    rows = _sessions(case.id, first, last)
    events = _events(case.id)
    content = {
        "form": FORM,
        "number": handover.number,
        "month": plain(first),
        "through": plain(last),
        "participant": {
            "name": case.name,
            "personal_number": case.personal_number,
            "case_number": case.case_number,
            "household": case.household.number,
            "unit": case.unit.name,
            "closed_on": plain(case.closed_on),
        },
        "placements": _placements(case.id, first, last),
        "sessions": _with_accounts(rows),
        "plans": _plans(case.id, first, last, events),
        "notices": _notices(case.id, first, last, rows),
        "meetings": _meetings(case.id, first, last),
        "hearing": _hearing(handover, events),
        "begun": {"at": plain(handover.begun_at), "by": handover.begun_by},
        "handed_over": None,
    }
    heard_on = handover.heard_on
    return Facts(
        content,
        [DayToMark(row.id, row.on_date) for row, _ in rows if row.mark is None],
        [
            row.on_date
            for row, _ in rows
            if heard_on and row.marked_at is not None and local_date(row.marked_at) > heard_on
        ],
    )


def _plain(row: object, fields: Sequence[str]) -> Content:
    return {field: plain(getattr(row, field)) for field in fields}


def _sessions(case_id: int, first: date, last: date) -> list[tuple[Session, str]]:
    """The scheduled days with their workplaces. A day that went out of the schedule counts nowhere."""
    rows = db.session.execute(
        select(Session, Workplace.name)
        .join(Placement, Placement.id == Session.placement_id)
        .join(Workplace, Workplace.id == Placement.workplace_id)
        .where(Session.case_id == case_id, Session.scheduled == true(), Session.on_date.between(first, last))
        .order_by(Session.on_date)
        # What is frozen is what is stored, also by somebody else a moment ago.
        .execution_options(populate_existing=True)
    )
    return [(session, name) for session, name in rows]


def _with_accounts(rows: Sequence[tuple[Session, str]]) -> list[Content]:
    said: dict[int, list[Content]] = defaultdict(list)
    for account in db.session.scalars(
        select(AbsenceAccount)
        .where(AbsenceAccount.session_id.in_([session.id for session, _ in rows]))
        .order_by(AbsenceAccount.id)
    ):
        said[account.session_id].append(_plain(account, ("told_on", "way", "text", "made_at", "made_by")))
    return [
        {**_plain(session, SESSION_FIELDS), "workplace": workplace, "accounts": said[session.id]}
        for session, workplace in rows
    ]


def _placements(case_id: int, first: date, last: date) -> list[Content]:
    rows = db.session.execute(
        select(
            Placement.kind,
            Placement.starts_on,
            Placement.ends_on,
            Placement.participant_agreed_on,
            Placement.safety_intro_on,
            Placement.safety_intro_by,
            Workplace.name,
        )
        .join(Workplace, Workplace.id == Placement.workplace_id)
        .where(
            Placement.case_id == case_id,
            Placement.starts_on <= last,
            not_ended_before(first),
        )
        .order_by(Placement.starts_on, Placement.id)
    )
    return [
        {
            "kind": plain(row.kind),
            "workplace": row.name,
            **_plain(row, ("starts_on", "ends_on", "participant_agreed_on", "safety_intro_on")),
            "safety_intro_by": row.safety_intro_by,
        }
        for row in rows
    ]


def _plans(case_id: int, first: date, last: date, events: Sequence[CaseEvent]) -> list[Content]:
    """Those in force on a day of the month, with activities and the participant's objections."""
    spans = [
        PlanSpan(*row)
        for row in db.session.execute(
            select(Plan.id, Plan.agreed_on, Plan.ends_on).where(
                Plan.case_id == case_id, Plan.agreed_on <= last
            )
        )
    ]
    ids = plans_of(spans, first, last)
    plans = db.session.scalars(
        select(Plan)
        .where(Plan.id.in_(ids))
        .options(selectinload(Plan.activities))
        .order_by(Plan.agreed_on, Plan.id)
        .execution_options(populate_existing=True)
    ).all()
    against: dict[int, list[Content]] = defaultdict(list)
    for objection in db.session.scalars(
        select(PlanObjection).where(PlanObjection.plan_id.in_(ids)).order_by(PlanObjection.id)
    ):
        against[objection.plan_id].append(_plain(objection, ("text", "said_on", "noted_at", "noted_by")))
    return [
        {
            **_plain(plan, PLAN_FIELDS),
            "activities": [_plain(a, ("what", "activity_type", "hours")) for a in plan.activities],
            "objections": against[plan.id],
            "noted": _noted(events, "plan_", "agreed_on", plain(plan.agreed_on)),
        }
        for plan in plans
    ]


def _notices(case_id: int, first: date, last: date, rows: Sequence[tuple[Session, str]]) -> list[Content]:
    """What was really sent to the participant: of the days of the month whenever it was, of others within it."""
    days = {session.id: session.on_date for session, _ in rows}
    messages = db.session.execute(
        select(Message.kind, Message.sent_at, Message.channel, Message.delivery, Message.params, Meeting.at)
        .outerjoin(Meeting, Meeting.id == Message.meeting_id)
        .where(
            Message.case_id == case_id,
            Message.kind.in_(list(TOLD_BY)),
            Message.state == MessageState.SENT,
            Message.staff_id.is_(None),
            Message.sent_at >= start_of_day(first),
            Message.sent_at < start_of_day(last + ASKED_AFTER),
        )
        .order_by(Message.sent_at, Message.id)
    )
    found = []
    for kind, sent_at, channel, delivery, params, meeting_at in messages:
        about = days.get(params.get("session")) if kind is MessageKind.ABSENCE_QUESTION else None
        if about is None and local_date(sent_at) > last:
            continue
        found.append(
            {
                "kind": TOLD_BY[kind].value,
                "at": plain(sent_at),
                "channel": plain(channel),
                "delivery": plain(delivery),
                "about": plain(about),
                "meeting_at": plain(meeting_at),
            }
        )
    return found


def _meetings(case_id: int, first: date, last: date) -> list[Content]:
    meetings = db.session.scalars(
        select(Meeting)
        .where(
            Meeting.case_id == case_id,
            Meeting.at >= start_of_day(first),
            Meeting.at < start_of_day(last + ONE_DAY),
        )
        .order_by(Meeting.at, Meeting.id)
    )
    return [_plain(meeting, ("at", "kind", "outcome", "way")) for meeting in meetings]


def _events(case_id: int) -> Sequence[CaseEvent]:
    """Who wrote the plans, and what the participant says: tables keep the facts, the history keeps who."""
    verbs = ("plan_agreed", "plan_imported", "plan_corrected", "handover_heard")
    return db.session.scalars(
        select(CaseEvent)
        .where(CaseEvent.case_id == case_id, CaseEvent.verb.in_(verbs))
        .order_by(CaseEvent.at, CaseEvent.id)
    ).all()


def _noted(events: Sequence[CaseEvent], verb: str, field: str, value: Any) -> Content | None:
    """Who wrote it last, and when."""
    of_it = [e for e in events if e.verb.startswith(verb) and (e.changes.get(field) or [None])[-1] == value]
    return {"at": plain(of_it[-1].at), "by": of_it[-1].actor_name} if of_it else None


def _hearing(handover: Handover, events: Sequence[CaseEvent]) -> Content | None:
    if handover.heard_on is None:
        return None
    return {
        **_plain(handover, ("heard_on", "heard_how", "not_heard_why", "account", "objection")),
        "noted": _noted(events, "handover_heard", "number", handover.number),
    }


def handed_over(content: Content, *, to: str, by: str, at: datetime) -> Content:
    """The content with whom it goes to, who hands it over and when."""
    return {**content, "handed_over": {"to": to, "by": by, "at": plain(at)}}
