"""Tasks about a handover fall to the officer whom it was handed over to, and to no colleague: lists, closing and
reminders go by this."""

from typing import Any

from sqlalchemy import ColumnElement, String, case, cast, exists, literal, or_, select, true

from activation.followups.book import rulebook
from activation.records.actor import Actor
from models import Handover, Task
from models.enums import Anchor, Role

# Anchor → what the keys of its causes begin with (anchors._waiting).
KEYS = {Anchor.HANDOVER_WAITS: "handover_wait-", Anchor.HANDOVER_OUTCOME: "handover_outcome-"}


def _rules() -> list[str]:
    """The rules of these anchors, in any of their versions."""
    return sorted({rule.key for rule in rulebook().all_rules() if rule.anchor in KEYS})


def _of_its_handover() -> ColumnElement[bool]:
    number = cast(Handover.id, String)
    return or_(*(Task.key == literal(prefix).concat(number) for prefix in KEYS.values()))


def may_be_theirs(actor: Actor) -> ColumnElement[bool]:
    """A condition on Task: not addressed to anybody, or to this aid officer. For others it says nothing."""
    if actor.role is not Role.AID_OFFICER:
        return true()
    theirs = exists().where(_of_its_handover(), Handover.to_staff_id == actor.staff_id).correlate(Task)
    return or_(Task.rule.not_in(_rules()), theirs)


def addressee() -> Any:
    """The id of the officer whom a task is addressed to, as a column beside Task; null where there is none."""
    to = select(Handover.to_staff_id).where(_of_its_handover()).correlate(Task).scalar_subquery()
    return case((Task.rule.in_(_rules()), to))
