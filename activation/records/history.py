"""One row per thing done to a case. Writing it also marks the case as touched, so that what is due follows."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from activation.database import db
from activation.records.actor import Actor
from models import Case, CaseEvent, Employer, EmployerEvent, Workplace

Changes = dict[str, tuple[Any, Any]]

_TOUCHED = "touched_cases"


def touch(case: Case | int) -> None:
    """Says that facts of a case moved in this transaction."""
    key = case if isinstance(case, int) else case.id or case
    db.session.info.setdefault(_TOUCHED, set()).add(key)


def take_touched() -> set[int]:
    """The ids of the cases touched since the last call. Call it after a flush: then new cases have theirs."""
    touched: set[Case | int] = db.session.info.pop(_TOUCHED, set())
    return {t if isinstance(t, int) else t.id for t in touched}


def plain(value: Any) -> Any:
    """A value as it stands in the history: codes by value, dates ISO, numbers as text with a point."""
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return value


def record(
    case: Case | int,
    *,
    actor: Actor,
    now: datetime,
    verb: str,
    changes: Changes | None = None,
    reason: str = "",
    corrects_id: int | None = None,
) -> CaseEvent:
    """Adds an event. `changes` is {field: (from, to)}; `verb` is past tense with underscores, as `meeting_booked`."""
    of_case = {"case_id": case} if isinstance(case, int) else {"case": case}
    event = CaseEvent(
        **of_case,
        at=now,
        staff_id=actor.staff_id,
        actor_name=actor.name,
        verb=verb,
        changes={field: [plain(old), plain(new)] for field, (old, new) in (changes or {}).items()},
        reason=reason,
        corrects_id=corrects_id,
    )
    db.session.add(event)
    touch(case)
    return event


def record_employer(
    employer: Employer,
    *,
    actor: Actor,
    now: datetime,
    verb: str,
    workplace: Workplace | None = None,
    changes: Changes | None = None,
    reason: str = "",
) -> EmployerEvent:
    """Adds an event to the history of an employer; `workplace`: it is about that one. Verbs as in record()."""
    event = EmployerEvent(
        employer=employer,
        workplace=workplace,
        at=now,
        staff_id=actor.staff_id,
        actor_name=actor.name,
        verb=verb,
        changes={field: [plain(old), plain(new)] for field, (old, new) in (changes or {}).items()},
        reason=reason,
    )
    db.session.add(event)
    return event


def apply(row: object, values: dict[str, Any]) -> Changes:
    """Sets the values on the row and returns what really changed, for the event."""
    changes: Changes = {}
    for field, new in values.items():
        old = getattr(row, field)
        if old != new:
            setattr(row, field, new)
            changes[field] = (old, new)
    return changes
