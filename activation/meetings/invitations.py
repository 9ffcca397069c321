"""Invitations by e-mail, for staff who want their meetings in a calendar in that way: what is queued, and when.

What a calendar was told is taken back from it: of a meeting that is called off, moved away, or held by another now.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from activation.database import db
from activation.exchange.ics import Method
from activation.messages.service import draft, queue_all
from models import Case, Meeting, Message, Staff
from models.enums import Channel, MeetingOutcome, MessageKind, MessageState


def tell_calendars(*meetings: Meeting, now: datetime) -> None:
    """After a change of meetings that is flushed: invites whoever holds one that is ahead, if they want that, and
    takes the invitation back from whoever had one and has no such meeting any longer. Two queries and a write."""
    ahead = {meeting.id: meeting for meeting in meetings if meeting.at > now}
    if not ahead:
        return
    holders, invited = _holders(ahead), _invited(ahead)
    drafts = []
    for meeting_id, meeting in ahead.items():
        holder = holders.get(meeting_id)
        if holder is not None and holder.wants_invitations:
            drafts.append(_draft(meeting, holder.id, holder.language, Method.REQUEST, now))
        for staff_id, language in invited.get(meeting_id, {}).items():
            if holder is None or holder.id != staff_id:
                drafts.append(_draft(meeting, staff_id, language, Method.CANCEL, now))
    queue_all(drafts)


def _draft(meeting: Meeting, staff_id: int, language: str, method: Method, now: datetime) -> dict[str, Any]:
    key = f"meeting:{meeting.id}:{meeting.version}:staff:{staff_id}"
    return draft(
        key=key,
        kind=MessageKind.MEETING_INVITATION,
        channel=Channel.EMAIL,
        bundle=key,
        now=now,
        staff_id=staff_id,
        language=language,
        params={"method": method.value},
        case_id=meeting.case_id,
        meeting_id=meeting.id,
    )


def _holders(meeting_ids: Collection[int]) -> dict[int, Any]:
    """Who holds the meetings that are booked, as (id, language, wants_invitations)."""
    rows = db.session.execute(
        select(Meeting.id.label("meeting_id"), Staff.id, Staff.language, Staff.wants_invitations)
        .join(Case, Case.id == Meeting.case_id)
        .join(Staff, Staff.id == func.coalesce(Meeting.staff_id, Case.secretary_id))
        .where(Meeting.id.in_(meeting_ids), Meeting.outcome == MeetingOutcome.BOOKED, Staff.active)
    )
    return {row.meeting_id: row for row in rows}


def _invited(meeting_ids: Collection[int]) -> dict[int, dict[int, str]]:
    """Whose calendars were last told that there is such a meeting: meeting id → staff id → language."""
    rows = db.session.execute(
        select(Message.meeting_id, Message.staff_id, Message.language, Message.params)
        .where(
            Message.meeting_id.in_(meeting_ids),
            Message.kind == MessageKind.MEETING_INVITATION,
            Message.state != MessageState.NOT_SENT,
        )
        .order_by(Message.id)
    )
    found: dict[int, dict[int, str]] = {}
    for meeting_id, staff_id, language, params in rows:
        told = found.setdefault(meeting_id, {})
        if params.get("method") == Method.REQUEST:
            told[staff_id] = language
        else:
            told.pop(staff_id, None)
    return found
