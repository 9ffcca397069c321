"""The end of a case: closing it with its reason, confirming that work or study goes on, opening it again."""

from datetime import date, datetime, timedelta

from activation.caseload.checks import must_be_open, must_work_on
from activation.caseload.register import check_period, check_period_of_person
from activation.clocks.calendar import local_date
from activation.clocks.rules import add_months
from activation.records.actor import Actor
from activation.records.history import apply, record
from activation.records.turns import take_turn
from models import Case
from models.enums import STUDY_CLOSURES, WORK_CLOSURES, ClosureReason
from models.errors import Conflict, FieldError
from models.texts import N_

# So long after its closing day a case can be opened again; later the person comes back as a new enrolment.
REOPEN_WITHIN = timedelta(days=30)


def close(
    *,
    actor: Actor,
    case: Case,
    closed_on: date,
    reason: ClosureReason,
    outcome_starts_on: date | None,
    note: str,
    now: datetime,
) -> None:
    """Closes the case with its reason. Work and study say when they begin. Raises FieldError, Conflict."""
    must_work_on(actor, case)
    must_be_open(case)
    if closed_on > local_date(now):
        raise FieldError("closed_on", N_("The closing day cannot lie ahead."))
    _check_beginning(reason, outcome_starts_on, closed_on)
    values = {"closed_on": closed_on, "closure_reason": reason, "outcome_starts_on": outcome_starts_on}
    check_period(case.case_number, {"first_contact_on": case.first_contact_on, **values}, ())
    changes = apply(case, values)
    record(case, actor=actor, now=now, verb="case_closed", changes=changes, reason=note.strip())


def _check_beginning(reason: ClosureReason, begins: date | None, closed_on: date) -> None:
    """Work has a start date, study may have one, and nothing else has: it could be confirmed that it goes on."""
    if begins is None:
        if reason in WORK_CLOSURES:
            raise FieldError("outcome_starts_on", N_("Say when the work begins."))
        return
    if reason not in WORK_CLOSURES | STUDY_CLOSURES:
        raise FieldError(
            "outcome_starts_on", N_("Only work and study begin on a day. Empty this, or change the reason.")
        )
    if not add_months(closed_on, -12) <= begins <= add_months(closed_on, 12):
        text = N_("%(day)s is more than a year away. Is the year right?")
        raise FieldError("outcome_starts_on", text, day=begins)


def confirm_outcome(*, actor: Actor, case: Case, confirmed_on: date, now: datetime) -> None:
    """Records that the work or study was found to be going on. Raises FieldError, Conflict."""
    must_work_on(actor, case)
    if case.outcome_confirmed_on is not None:
        raise Conflict(N_("The outcome was confirmed on %(day)s already."), day=case.outcome_confirmed_on)
    if case.closed_on is None or case.outcome_starts_on is None:
        raise Conflict(N_("Only a closed case whose work or study has a start date can be confirmed."))
    if not case.outcome_starts_on <= confirmed_on <= local_date(now):
        raise FieldError("confirmed_on", N_("The day must lie between the start date and today."))
    changes = apply(case, {"outcome_confirmed_on": confirmed_on})
    record(case, actor=actor, now=now, verb="outcome_confirmed", changes=changes)


def can_be_reopened(case: Case, today: date) -> bool:
    """Whether the case was closed, and not too long ago. What ended with a death is not opened again by a button."""
    return (
        case.closed_on is not None
        and case.closure_reason is not ClosureReason.DECEASED
        and today <= case.closed_on + REOPEN_WITHIN
    )


def reopen(*, actor: Actor, case: Case, reason: str, now: datetime) -> None:
    """Opens a case again within 30 days: it goes on as if it had not been closed, and the history says both.

    Raises FieldError("reason"), and Conflict where it is open, was closed too long ago, or the person has another
    enrolment by now.
    """
    must_work_on(actor, case)
    take_turn(case.id)
    if case.closed_on is None:
        raise Conflict(N_("The case is open already. Nothing was changed."))
    if not can_be_reopened(case, local_date(now)):
        raise Conflict(N_("The case was closed too long ago to be opened again: enrol the person anew."))
    if not reason.strip():
        raise FieldError("reason", N_("Say why the case is opened again."))
    values = {
        "closed_on": None, "closure_reason": None, "outcome_starts_on": None, "outcome_confirmed_on": None,
    }  # fmt: skip
    if case.personal_number:
        period = {"first_contact_on": case.first_contact_on, **values}
        check_period_of_person(case.case_number, period, case.personal_number, actor=actor, now=now)
    changes = apply(case, values)
    record(case, actor=actor, now=now, verb="case_reopened", changes=changes, reason=reason.strip())
