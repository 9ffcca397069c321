"""Reminders of meetings to participants: planned as messages in the transaction that booked the meeting.

A message waits in the outbox until its moment; whoever changes the meeting, or how its participant is reached, has it
withdrawn, moved to another channel or brought back here. One that has left stays: nobody is reminded twice of a time.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import and_, or_, select

from activation.clocks.calendar import Calendar, calendars
from activation.context import settings
from activation.database import bulk_update, db
from activation.messages.participant import sending_hours
from activation.messages.reminder_rules import (
    NOT_NEEDED,
    OF_THE_CASE,
    OTHER_WAY,
    TOLD,
    Decision,
    MeetingNow,
    channel_for,
    decide,
    gone_because,
    language_of,
    unreachable_because,
)
from activation.messages.service import draft, queue_all
from models import Case, Meeting, Message
from models.enums import Channel, MessageKind, MessageState

# Meetings begun so long ago are not looked at any more: what waited for them was withdrawn by then.
LOOK_BACK = timedelta(days=60)


class Planned(NamedTuple):
    """A message about a meeting as it is stored."""

    id: int
    key: str
    channel: Channel
    state: MessageState
    reason: str
    next_attempt_at: datetime
    # A person wanted it so: sent once more, or a letter that somebody settled.
    by_hand: bool


class Planning(NamedTuple):
    """A meeting with the messages about it."""

    id: int
    case_id: int
    unit_id: int
    moved_from_id: int | None
    meeting: MeetingNow
    messages: list[Planned]

    @property
    def key(self) -> str:
        """What the keys of its messages begin with. Moved there and back again, a meeting has the row and the time that
        it had, but the participant was told of another since: where it was moved from is part of the key."""
        moved = f"from{self.moved_from_id}:" if self.moved_from_id is not None else ""
        return f"meeting:{self.id}:{self.meeting.at.isoformat()}:{moved}participant:"


Row = dict[str, Any]


def reconcile_meeting_messages(case_ids: Sequence[int], *, now: datetime) -> int:
    """Brings the reminders of these cases' meetings in line with what is booked. Returns how many rows changed.

    One query, whatever the number of cases, and one more where something is new. Run again it changes nothing.
    """
    new: list[Row] = []
    changed: list[Row] = []
    planner = Planner(_meetings_with_messages(case_ids, now), now)
    for planning in planner.meetings:
        gone = gone_because(planning.meeting, now=now)
        if gone:
            changed += [_not_sent(m, gone) for m in _waiting(planning)]
        elif any(m.state in TOLD for m in planning.messages):
            changed += [_not_sent(m, OTHER_WAY) for m in _waiting(planning)]
        else:
            planner.plan(planning, new, changed)
    bulk_update(Message, changed)
    return len(changed) + queue_all(new)


class Planner:
    """What the meetings of some cases ask for. Calendars are read where a moment must be found."""

    def __init__(self, meetings: list[Planning], now: datetime) -> None:
        self.meetings = meetings
        self.now = now
        self._calendars: dict[int, Calendar] | None = None

    def plan(self, planning: Planning, new: list[Row], changed: list[Row]) -> None:
        """A booked meeting ahead of which the participant was not told yet."""
        key = planning.key
        by_key = {m.key: m for m in planning.messages}
        waiting = _waiting(planning)
        if _is_right(planning, waiting):
            return
        decision = self._decide(planning)
        wanted = by_key.get(key + decision.channel.value)
        changed += [_not_sent(m, decision.reason or OTHER_WAY) for m in waiting if m is not wanted]
        if wanted is None:
            new.append(self._draft(planning, key + decision.channel.value, decision))
        elif not wanted.by_hand:
            changed += _corrected(wanted, decision)

    def _decide(self, planning: Planning) -> Decision:
        calendar = self._calendar(planning.unit_id)
        return decide(
            planning.meeting,
            lead=timedelta(hours=settings().meeting_reminder_hours),
            hours=sending_hours(calendar),
            is_working_day=calendar.is_working_day,
            now=self.now,
        )

    def _calendar(self, unit_id: int) -> Calendar:
        if self._calendars is None:
            units = {planning.unit_id for planning in self.meetings}
            self._calendars = calendars(units, settings().closed_days)
        return self._calendars[unit_id]

    def _draft(self, planning: Planning, key: str, decision: Decision) -> Row:
        row = draft(
            key=key,
            kind=MessageKind.MEETING_REMINDER,
            channel=decision.channel,
            bundle=key,
            now=self.now,
            language=language_of(planning.meeting.language),
            params={"at": planning.meeting.at.isoformat()},
            case_id=planning.case_id,
            meeting_id=planning.id,
        )
        state = MessageState.QUEUED if decision.at else MessageState.NOT_SENT
        planned = {"state": state, "reason": decision.reason, "next_attempt_at": decision.at or self.now}
        return {**row, **planned}


def _waiting(planning: Planning) -> list[Planned]:
    return [m for m in planning.messages if m.state is MessageState.QUEUED and not m.by_hand]


def _is_right(planning: Planning, waiting: list[Planned]) -> bool:
    """The common case, without looking at a calendar: what is there is what would be planned."""
    channel, unreachable = channel_for(planning.meeting), unreachable_because(planning.meeting)
    if unreachable:
        return not waiting and any(
            m.channel is channel and m.state is MessageState.NOT_SENT and m.reason == unreachable
            for m in planning.messages
        )
    return [m.channel for m in waiting] == [channel]


def _not_sent(message: Planned, reason: str) -> Row:
    return {
        "id": message.id,
        "state": MessageState.NOT_SENT,
        "reason": reason,
        "next_attempt_at": message.next_attempt_at,
    }


def _corrected(message: Planned, decision: Decision) -> list[Row]:
    """What changes of a message that is there already, by the channel that is wanted."""
    if message.state is MessageState.NOT_SENT and decision.at is not None:
        again = {"state": MessageState.QUEUED, "reason": "", "next_attempt_at": decision.at}
        return [{"id": message.id, **again}]
    is_waiting = message.state is MessageState.QUEUED
    is_explained_anew = message.state is MessageState.NOT_SENT and message.reason in OF_THE_CASE
    if decision.at is None and (is_waiting or (is_explained_anew and message.reason != decision.reason)):
        return [_not_sent(message, decision.reason)]
    return []


def _meetings_with_messages(case_ids: Sequence[int], now: datetime) -> list[Planning]:
    """Meetings ahead, and those begun for which a message still waits."""
    rows = db.session.execute(
        select(
            Meeting.id,
            Meeting.case_id,
            Case.unit_id,
            Meeting.moved_from_id,
            Meeting.at,
            Meeting.outcome,
            Meeting.way,
            Case.closed_on,
            Case.protection.is_not(None),
            Case.messages_allowed,
            Case.reach_by,
            Case.phone.is_not(None),
            Case.email.is_not(None),
            Case.language,
            Message.id,
            Message.key,
            Message.channel,
            Message.state,
            Message.reason,
            Message.next_attempt_at,
            or_(Message.repeats_id.is_not(None), Message.reason.startswith(NOT_NEEDED)),
        )
        .join(Case, Case.id == Meeting.case_id)
        .outerjoin(
            Message,
            and_(Message.meeting_id == Meeting.id, Message.kind == MessageKind.MEETING_REMINDER),
        )
        .where(
            Meeting.case_id.in_(case_ids),
            Meeting.at > now - LOOK_BACK,
            or_(Meeting.at > now, Message.state == MessageState.QUEUED),
        )
        .order_by(Meeting.id, Message.id)
    )
    found: dict[int, Planning] = {}
    for meeting_id, case_id, unit_id, moved_from_id, *rest in rows:
        planning = found.get(meeting_id)
        if planning is None:
            meeting = MeetingNow(*rest[:10])
            planning = found[meeting_id] = Planning(meeting_id, case_id, unit_id, moved_from_id, meeting, [])
        if rest[10] is not None and rest[11].startswith(planning.key):
            planning.messages.append(Planned(*rest[10:]))
    return list(found.values())
