"""Asking a participant to get in touch about a day, in words that tell nobody why (messages/contact_requests.py)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from activation.attendance.accounts import has_accounts
from activation.clocks.calendar import local_date
from activation.database import db
from activation.messages.contact_requests import (
    NOTHING_TO_ASK,
    Requests,
    is_settled,
    nothing_to_ask,
    reach_of,
    request_draft,
)
from activation.messages.ledger import Standing, standing_at
from activation.messages.reminder_rules import CLOSED, OF_THE_CASE
from activation.records.actor import Actor
from activation.records.history import record
from activation.records.turns import take_turn
from models import Case, Message, Session
from models.enums import Channel, MessageKind, MessageState
from models.errors import DomainError
from models.texts import N_

SHOWN = 10
# Why a question was not sent that a press of the button sends after all, once that is no longer so.
STANDS_AGAIN = OF_THE_CASE | {CLOSED, NOTHING_TO_ASK}


@dataclass(frozen=True, slots=True)
class Question:
    """One message that asked the participant to get in touch about a day, and what became of it."""

    id: int
    channel: Channel
    standing: Standing
    reason: str
    made_at: datetime
    asked_by: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What a press of the button did: `reason` why nothing is sent, or ""; `is_new` False: it was asked before."""

    channel: Channel
    reason: str
    is_new: bool


def occasion_of(session_id: int) -> str:
    """What the keys of a day's questions begin with; the channel follows."""
    return f"absence_question:{session_id}:"


def may_ask(session: Session, asked: Sequence[Question], *, told: bool, now: datetime) -> bool:
    """Whether the page offers to ask about a day: there is something to ask, and no question has gone or will go."""
    if any(question.standing is not Standing.NOT_SENT for question in asked):
        return False
    gone = nothing_to_ask(mark=session.mark, scheduled=session.scheduled, told=told)
    return not gone and session.on_date <= local_date(now)


def ask(*, actor: Actor, case: Case, session: Session, now: datetime) -> Asked:
    """Queues the question by the way the participant is reached; once a day, whatever way and however often pressed.

    Who must not or cannot be written to has a row that says why, and is asked by the next press once they can. Raises
    DomainError where there is nothing to ask.
    """
    take_turn(case.id)
    if session.on_date > local_date(now):
        raise DomainError(N_("That day has not come yet."))
    gone = nothing_to_ask(mark=session.mark, scheduled=session.scheduled, told=has_accounts(session.id))
    if gone:
        raise DomainError(gone)
    there = _messages(case.id, session.id)
    settled = next((row for row in there if is_settled(row)), None)
    if settled is not None:
        return Asked(settled.channel, "", is_new=False)
    row = request_draft(
        occasion=occasion_of(session.id),
        kind=MessageKind.ABSENCE_QUESTION,
        reach=reach_of([case.id])[case.id],
        case_id=case.id,
        params={"session": session.id},
        reason=CLOSED if case.closed_on is not None else "",
        now=now,
    )
    requests = Requests()
    requests.add({**row, "asked_by": actor.name}, there, again=STANDS_AGAIN)
    changed = requests.queue()
    if row["state"] is MessageState.QUEUED:
        if not changed:  # it failed: whether it is sent again is decided in the ledger
            return Asked(row["channel"], "", is_new=False)
        changes = {"on_date": (session.on_date, session.on_date), "channel": (None, row["channel"])}
        record(case, actor=actor, now=now, verb="absence_question_asked", changes=changes)
    return Asked(row["channel"], row["reason"], is_new=True)


def questions_of(case_id: int, session_id: int, *, now: datetime) -> list[Question]:
    """The questions about a day, the newest first; those that a person had sent again are among them."""
    rows = db.session.execute(
        select(
            Message.id,
            Message.channel,
            standing_at(now),
            Message.reason,
            Message.created_at,
            Message.asked_by,
        )
        .where(*_about(case_id, session_id))
        .order_by(Message.id.desc())
        .limit(SHOWN)
    )
    return [
        Question(row[0], row[1], Standing(row[2]), *row[3:])  # type: ignore[call-arg] # by value
        for row in rows
    ]


def _about(case_id: int, session_id: int) -> tuple[Any, ...]:
    return (
        Message.case_id == case_id,
        Message.kind == MessageKind.ABSENCE_QUESTION,
        Message.key.startswith(occasion_of(session_id), autoescape=True),
    )


def _messages(case_id: int, session_id: int) -> Sequence[Any]:
    return db.session.execute(
        select(Message.id, Message.key, Message.channel, Message.state, Message.reason)
        .where(*_about(case_id, session_id))
        .order_by(Message.id)
        .limit(SHOWN)
    ).all()
