"""Requests that add to the same case or workplace come one after the other: the second sees what the first wrote."""

from collections.abc import Sequence

from sqlalchemy import Select, select

from activation.database import chunks, db
from models import Case, Workplace


def take_turn(case_id: int) -> None:
    """Waits until no other transaction has its turn with this case, and keeps it until the end of this one.

    Call it before reading what must not change meanwhile. On SQLite writing transactions take turns anyway.
    """
    db.session.execute(select(Case.id).where(Case.id == case_id).with_for_update(key_share=True))


def take_turn_at(workplace_id: int) -> None:
    """The same at a workplace: of two that add the same to it the second is told."""
    db.session.execute(
        select(Workplace.id).where(Workplace.id == workplace_id).with_for_update(key_share=True)
    )


def take_turns(case_ids: Sequence[int]) -> None:
    """The turn of many cases, always in one order: of two that want the same ones none waits for the other's."""
    for part in chunks(sorted(case_ids)):
        db.session.execute(
            select(Case.id).where(Case.id.in_(part)).order_by(Case.id).with_for_update(key_share=True)
        )


def take_turns_of_households(case_ids: Sequence[int]) -> list[int]:
    """The same for these cases and the others of their households; returns the ids of all of them."""
    parts = chunks(sorted(case_ids))
    if len(parts) == 1:
        return list(db.session.scalars(_of_households(parts[0]).with_for_update(key_share=True)))
    found = {case_id for part in parts for case_id in db.session.scalars(_of_households(part))}
    take_turns(sorted(found))
    return sorted(found)


def _of_households(case_ids: Sequence[int]) -> Select[int]:
    households = select(Case.household_id).where(Case.id.in_(case_ids))
    return select(Case.id).where(Case.household_id.in_(households)).order_by(Case.id)
