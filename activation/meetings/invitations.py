"""Invitations by e-mail, for staff who want their meetings in a calendar in that way: what is queued, and when.

What a calendar was told is taken back from it: of a meeting that is called off, moved away, or held by another now.
"""

from datetime import datetime

from sqlalchemy import func, select

from activation.database import db
from activation.exchange.ics import Method
from activation.messages.service import queue
from models import Case, Meeting, Message, Staff
from models.enums import Channel, MeetingOutcome, MessageKind, MessageState


def tell_calendars(meeting: Meeting, *, now: datetime) -> None:
    """After a change of a meeting ahead that is flushed: invites whoever holds it, if they want that, and takes the
    invitation back from whoever had one and has no such meeting any longer."""
    if meeting.at <= now:
        return
    holder = _holder(meeting) if meeting.outcome is MeetingOutcome.BOOKED else None
    if holder is not None and holder.wants_invitations:
        _queue(meeting, holder.id, holder.language, Method.REQUEST, now)
    for staff_id, language in _invited(meeting.id).items():
        if holder is None or holder.id != staff_id:
            _queue(meeting, staff_id, language, Method.CANCEL, now)


def _queue(meeting: Meeting, staff_id: int, language: str, method: Method, now: datetime) -> None:
    key = f"meeting:{meeting.id}:{meeting.version}:staff:{staff_id}"
    queue(
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


def _holder(meeting: Meeting) -> Staff | None:
    return db.session.scalar(
        select(Staff)
        .join(Case, Staff.id == func.coalesce(meeting.staff_id, Case.secretary_id))
        .where(Case.id == meeting.case_id, Staff.active)
    )


def _invited(meeting_id: int) -> dict[int, str]:
    """Whose calendar was last told that there is this meeting: staff id → language."""
    rows = db.session.execute(
        select(Message.staff_id, Message.language, Message.params)
        .where(
            Message.meeting_id == meeting_id,
            Message.kind == MessageKind.MEETING_INVITATION,
            Message.state != MessageState.NOT_SENT,
        )
        .order_by(Message.id)
        .limit(200)
    )
    last = {staff_id: (language, params) for staff_id, language, params in rows}
    return {
        staff_id: language
        for staff_id, (language, params) in last.items()
        if params.get("method") == Method.REQUEST
    }
