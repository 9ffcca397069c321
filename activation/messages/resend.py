"""Sending a message a second time because a person wants it: never by itself, and never twice by two presses."""

from datetime import datetime, timedelta

from sqlalchemy import func, select

from activation.database import db
from activation.messages.letters import read
from activation.records.actor import Actor
from activation.records.history import record
from models import Message
from models.enums import Channel, MessageState
from models.errors import Conflict, DomainError
from models.texts import N_

NOT_LEFT = (MessageState.QUEUED, MessageState.SENDING)
STANDS_THERE = N_("It stands in the product: there is nothing to send again.")
NOT_LEFT_YET = N_("It has not left yet: it goes out by itself.")
ALREADY_QUEUED = N_("It is queued already: it goes out once.")
# A second press so soon is the same wish.
ONE_WISH = timedelta(minutes=1)


def refusal(message_id: int, *, now: datetime) -> str:
    """Why a message may not be sent again now, as a message id, or "": its cause is asked as at every sending."""
    message = db.session.get_one(Message, message_id)
    if message.channel is Channel.IN_APP:
        return STANDS_THERE
    if message.state in NOT_LEFT:
        return NOT_LEFT_YET
    bundle = read(Message.id == message_id, now=now)[message.bundle]
    return bundle.reason_not_to_send(bundle.rows[0])


def resend(*, actor: Actor, message_id: int, now: datetime) -> Message:
    """Queues the message once more, for the same cause, to the same recipient, by the same channel.

    Raises DomainError with the reason where its cause is gone or nothing may be sent; Conflict where it is queued
    already.
    """
    message = db.session.get_one(Message, message_id)
    original_id = message.repeats_id or message.id
    # Two who press at once take turns here: the second finds what the first has queued.
    original = db.session.execute(
        select(Message.id, Message.key).where(Message.id == original_id).with_for_update()
    ).one()
    if reason := refusal(message_id, now=now):
        raise DomainError(reason)
    if _is_queued_already(original_id, now):
        raise Conflict(ALREADY_QUEUED)
    number = db.session.scalar(select(func.count()).where(Message.repeats_id == original_id)) or 0
    key = f"{original.key}:again:{number + 1}"
    again = Message(
        key=key,
        bundle=key,
        kind=message.kind,
        channel=message.channel,
        staff_id=message.staff_id,
        to_address=message.to_address,
        language=message.language,
        params=message.params,
        case_id=message.case_id,
        task_id=message.task_id,
        link_id=message.link_id,
        meeting_id=message.meeting_id,
        report_issue_id=message.report_issue_id,
        repeats_id=original_id,
        asked_by=actor.name,
        state=MessageState.QUEUED,
        created_at=now,
        next_attempt_at=now,
        attempts=0,
    )
    db.session.add(again)
    db.session.flush()
    if message.case_id is not None:
        changes = {"kind": (None, message.kind), "channel": (None, message.channel)}
        record(message.case_id, actor=actor, now=now, verb="message_repeated", changes=changes)
    return again


def _is_queued_already(original_id: int, now: datetime) -> bool:
    latest = db.session.execute(
        select(Message.state, Message.created_at)
        .where(Message.repeats_id == original_id)
        .order_by(Message.id.desc())
        .limit(1)
    ).one_or_none()
    return latest is not None and (latest.state in NOT_LEFT or latest.created_at > now - ONE_WISH)
