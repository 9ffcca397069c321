"""The outbox: what puts messages into it, and what people do with those they got.

A message is a row with a unique key, written in the transaction of its cause: no cause without its message, no
message twice, however often the cause is looked at.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import exists, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import aliased

from activation.context import settings
from activation.database import bulk_update, chunks, db
from activation.messages.rules import MOMENT_PASSED
from activation.records.actor import Actor
from models import Message
from models.enums import Channel, MessageKind, MessageState

# Eighteen columns a row: well below what either database takes in one statement.
ROWS_AT_ONCE = 500


def draft(
    *,
    key: str,
    kind: MessageKind,
    channel: Channel,
    bundle: str,
    now: datetime,
    staff_id: int | None = None,
    to_address: str | None = None,
    language: str = "",
    params: dict[str, Any] | None = None,
    case_id: int | None = None,
    task_id: int | None = None,
    link_id: int | None = None,
    meeting_id: int | None = None,
) -> dict[str, Any]:
    """The row of one message. What is shown in the product needs no sending: it is there from the start."""
    in_app = channel is Channel.IN_APP
    return {
        "key": key,
        "kind": kind,
        "channel": channel,
        "bundle": bundle,
        "staff_id": staff_id,
        "to_address": to_address,
        "language": language or settings().language,
        "params": params or {},
        "case_id": case_id,
        "task_id": task_id,
        "link_id": link_id,
        "meeting_id": meeting_id,
        "state": MessageState.SENT if in_app else MessageState.QUEUED,
        "reason": "",
        "created_at": now,
        "next_attempt_at": now,
        "attempts": 0,
        "sent_at": now if in_app else None,
    }


def queue_all(drafts: Sequence[dict[str, Any]]) -> int:
    """Puts messages into the outbox; those whose key is there already are left alone. Returns how many were new."""
    dialect = db.session.get_bind().dialect.name
    new = 0
    for rows in chunks(list(drafts), ROWS_AT_ONCE):
        if dialect == "postgresql":
            statement: Any = (
                postgresql.insert(Message).values(rows).on_conflict_do_nothing(index_elements=["key"])
            )
        else:
            statement = sqlite.insert(Message).values(rows).on_conflict_do_nothing(index_elements=["key"])
        new += len(db.session.execute(statement.returning(Message.id)).all())
    return new


def queue_again(drafts: Sequence[dict[str, Any]]) -> int:
    """Of these messages, whose causes stand, those that were not sent because their causes did not wait once more.
    Returns how many.

    Not those whose moment has passed, nor those that a person has sent again meanwhile.
    """
    by_key = {row["key"]: row for row in drafts if row["state"] is MessageState.QUEUED}
    again = aliased(Message)
    stand_again: list[Any] = []
    for keys in chunks(sorted(by_key), ROWS_AT_ONCE):
        stand_again += db.session.execute(
            select(Message.id, Message.key)
            .where(
                Message.key.in_(keys),
                Message.state == MessageState.NOT_SENT,
                Message.reason != MOMENT_PASSED,
                ~exists().where(again.repeats_id == Message.id),
            )
            .order_by(Message.id)
        ).all()
    kept = ("state", "reason", "bundle", "next_attempt_at")
    rows = [{"id": row.id, **{name: by_key[row.key][name] for name in kept}} for row in stand_again]
    bulk_update(Message, rows)
    return len(rows)


def queue(
    *,
    key: str,
    kind: MessageKind,
    channel: Channel,
    bundle: str,
    now: datetime,
    staff_id: int | None = None,
    to_address: str | None = None,
    language: str = "",
    params: dict[str, Any] | None = None,
    case_id: int | None = None,
    task_id: int | None = None,
    link_id: int | None = None,
    meeting_id: int | None = None,
) -> bool:
    """Puts one message into the outbox; says whether its key was new.

    `bundle`: e-mails with the same one leave as one letter. `language` empty: the installation's. The worker fills
    the text in when it sends (messages/texts.py); `params` carry counts and codes, never a name or a reason.
    """
    row = draft(
        key=key,
        kind=kind,
        channel=channel,
        bundle=bundle,
        now=now,
        staff_id=staff_id,
        to_address=to_address,
        language=language,
        params=params,
        case_id=case_id,
        task_id=task_id,
        link_id=link_id,
        meeting_id=meeting_id,
    )
    return queue_all([row]) == 1


def mark_all_read(*, actor: Actor, up_to_id: int, now: datetime) -> int:
    """Marks the actor's own messages read, up to the newest one that the page showed. Returns how many."""
    done = db.session.execute(
        update(Message)
        .where(
            Message.staff_id == actor.staff_id,
            Message.channel == Channel.IN_APP,
            Message.read_at.is_(None),
            Message.id <= up_to_id,
        )
        .values(read_at=now)
        .returning(Message.id)
        .execution_options(synchronize_session=False)
    )
    return len(done.all())
