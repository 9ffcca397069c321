"""Writing down whether work or study goes on after 3, 6 and 12 months, and taking it back."""

from datetime import date, datetime

from activation.caseload.checks import must_work_on
from activation.clocks.calendar import local_date
from activation.database import db
from activation.outcomes.queries import holding, questions_of
from activation.records.actor import Actor
from activation.records.history import record
from activation.records.turns import take_turn
from models import Case, OutcomeCheck
from models.enums import OutcomeStanding
from models.errors import Conflict, FieldError
from models.texts import N_


def note_outcome(
    *,
    actor: Actor,
    case: Case,
    months: int,
    standing: OutcomeStanding,
    found_on: date,
    note: str = "",
    now: datetime,
) -> tuple[OutcomeCheck, bool]:
    """Writes down what was found out on a day; says whether anything was written: the same once more is not. A
    correction is another row. Raises FieldError, Conflict, NotAllowed."""
    must_work_on(actor, case)
    take_turn(case.id)
    asked = questions_of(case)
    if not asked:
        raise Conflict(
            N_(
                "It is only asked of cases closed with work or study whose first day is known. Nothing was changed."
            )
        )
    question = next((one for one in asked if one.months == months), None)
    if question is None:
        raise FieldError("months", N_("So many months after it began the case was not closed yet."))
    if found_on > local_date(now):
        raise FieldError("found_on", N_("This day lies ahead. Write it down once it is done."))
    if found_on < question.on:
        raise FieldError(
            "found_on", N_("So many months have passed on %(day)s: nobody can know before."), day=question.on
        )
    values = {"standing": standing, "found_on": found_on, "note": note.strip()}
    latest = holding(case.id, months)
    if latest is not None and all(getattr(latest, name) == value for name, value in values.items()):
        return latest, False
    row = OutcomeCheck(case_id=case.id, months=months, noted_at=now, noted_by=actor.name, **values)
    db.session.add(row)
    before = latest.standing if latest is not None else None
    record(
        case,
        actor=actor,
        now=now,
        verb="outcome_checked",
        changes={
            "months": (None, months),
            "found_on": (None, found_on),
            "outcome_standing": (before, standing),
        },
    )
    db.session.flush()
    return row, True


def withdraw(*, actor: Actor, case: Case, check: OutcomeCheck, now: datetime) -> None:
    """Takes back what was written down by mistake: the row stays, and what was noted before it holds again. Raises
    Conflict, NotAllowed."""
    must_work_on(actor, case)
    take_turn(case.id)
    db.session.refresh(check)
    if check.withdrawn_at is not None:
        raise Conflict(N_("It was taken back already. Nothing was changed."))
    check.withdrawn_at = now
    record(
        case,
        actor=actor,
        now=now,
        verb="outcome_check_taken_back",
        changes={"months": (None, check.months), "outcome_standing": (check.standing, None)},
    )
    db.session.flush()
