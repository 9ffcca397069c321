"""Requests that add to the same case come one after the other, so that the second sees what the first wrote."""

from collections.abc import Sequence

from sqlalchemy import select

from activation.database import chunks, db
from models import Case


def take_turn(case_id: int) -> None:
    """Waits until no other transaction has its turn with this case, and keeps it until the end of this one.

    Call it before reading what must not change meanwhile. On SQLite writing transactions take turns anyway.
    """
    db.session.execute(select(Case.id).where(Case.id == case_id).with_for_update(key_share=True))


def take_turns(case_ids: Sequence[int]) -> None:
    """The same for many cases, always in one order: of two that want the same ones none waits for the other's."""
    for part in chunks(sorted(case_ids)):
        db.session.execute(
            select(Case.id).where(Case.id.in_(part)).order_by(Case.id).with_for_update(key_share=True)
        )
