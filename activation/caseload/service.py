"""What people (and imports) do with a case: enrol, change, take, hand over, close."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from activation.caseload.rules import Period, overlapping, sort_name
from activation.caseload.visibility import can_work_on
from activation.clocks.calendar import local_date
from activation.database import db
from activation.records.actor import Actor
from activation.records.history import Changes, apply, record, touch
from models import Case, Household, Staff, Unit
from models.enums import ClosureReason, Flow, Role
from models.errors import Conflict, FieldError, NotAllowed
from models.texts import N_

# Kept out of the history's text, where more people read than need them; that they changed is written.
SENSITIVE = frozenset({"personal_number", "phone", "email", "protection"})


def get_or_make_household(number: str) -> Household:
    """The household with this number; made where it is new."""
    household = db.session.scalar(select(Household).where(Household.number == number))
    if household is None:
        household = Household(number=number)
        db.session.add(household)
        db.session.flush()
    return household


def periods_of_person(personal_number: str) -> list[Period]:
    """All enrolments of a person. Not limited to what the actor may see: overlap is a fact of the register."""
    rows = db.session.execute(
        select(Case.case_number, Case.first_contact_on, Case.closed_on)
        .where(Case.personal_number == personal_number)
        .order_by(Case.id)
    )
    return [Period(*row) for row in rows]


def check_period(case_number: str, values: dict[str, Any], others: Iterable[Period]) -> None:
    """Raises FieldError where the period is none or overlaps another enrolment of the same person."""
    first, closed = values["first_contact_on"], values.get("closed_on")
    if closed is not None and closed < first:
        raise FieldError("closed_on", N_("The closing day is before the first contact."))
    if overlapping(Period(case_number, first, closed), others):
        raise FieldError(
            "personal_number",
            N_("The person already has another case in the same time. Close that one first, or use it."),
        )


def enrol(
    *,
    actor: Actor,
    unit: Unit,
    household: Household,
    values: dict[str, Any],
    now: datetime,
    others: Iterable[Period] | None = None,
) -> Case:
    """A new case. `values` are columns of Case by name (case_number, names and first_contact_on at least).

    `others` are the person's other enrolments where the caller has them at hand. Raises FieldError. Does not flush:
    an import adds many cases before one flush.
    """
    number = values["case_number"]
    if others is None:
        others = periods_of_person(values["personal_number"]) if values.get("personal_number") else []
        if db.session.scalar(select(Case.id).where(Case.case_number == number)):
            raise FieldError("case_number", N_("There is already a case with this number."))
    check_period(number, values, others)
    values = {"flow": Flow.MAIN, **values}
    case = Case(unit=unit, household=household, created_at=now)
    case.sort_name = sort_name(values["first_name"], values["last_name"])
    for column, value in values.items():
        setattr(case, column, value)
    db.session.add(case)
    record(
        case,
        actor=actor,
        now=now,
        verb="case_enrolled",
        changes={"first_contact_on": (None, case.first_contact_on), "flow": (None, case.flow)},
    )
    return case


def update_case(
    *,
    actor: Actor,
    case: Case,
    values: dict[str, Any],
    now: datetime,
    others: Iterable[Period] | None = None,
    reason: str = "",
) -> bool:
    """Changes columns of a case (`values` by name); says whether anything changed. Raises FieldError."""
    values = dict(values)
    _must_work_on(actor, case)
    after = {"first_contact_on": case.first_contact_on, "closed_on": case.closed_on, **values}
    number = values.get("personal_number", case.personal_number)
    if number and {"first_contact_on", "closed_on", "personal_number"} & set(values):
        check_period(case.case_number, after, periods_of_person(number) if others is None else others)
    else:
        check_period(case.case_number, after, ())
    values["sort_name"] = sort_name(
        values.get("first_name", case.first_name), values.get("last_name", case.last_name)
    )
    changes = apply(case, values)
    changes.pop("sort_name", None)
    if not changes:
        return False
    record(case, actor=actor, now=now, verb="case_changed", changes=_discreet(changes), reason=reason)
    return True


def _discreet(changes: Changes) -> Changes:
    return {f: (("…", "…") if f in SENSITIVE else pair) for f, pair in changes.items()}


def _must_work_on(actor: Actor, case: Case) -> None:
    if not can_work_on(actor, case):
        raise NotAllowed(N_("You can read this case but not change it."))


def _must_be_open(case: Case, today: date) -> None:
    if case.closed_on is not None and case.closed_on <= today:
        raise Conflict(N_("The case was closed on %(day)s. Nothing was changed."), day=case.closed_on)


def take(*, actor: Actor, case: Case, now: datetime) -> None:
    """A secretary takes an unassigned case. Raises Conflict where somebody else was quicker."""
    _must_work_on(actor, case)
    _must_be_open(case, local_date(now))
    if case.secretary_id == actor.staff_id:
        return
    if case.secretary_id is not None:
        raise Conflict(N_("A colleague has just taken this case. Nothing was changed."))
    case.secretary_id = actor.staff_id
    record(case, actor=actor, now=now, verb="case_taken", changes={"secretary": (None, actor.name)})


def hand_over(
    *, actor: Actor, case: Case, to: Staff, seen_secretary_id: int | None, reason: str, now: datetime
) -> None:
    """Gives the case to a colleague of the same unit. What was done stays attributed to who did it.

    `seen_secretary_id` is who had the case when the form was opened. Raises FieldError, Conflict.
    """
    _must_work_on(actor, case)
    _must_be_open(case, local_date(now))
    if case.secretary_id != seen_secretary_id:
        raise Conflict(N_("The case was handed over by somebody else in the meantime. Nothing was changed."))
    if not to.active or to.role not in (Role.SECRETARY, Role.UNIT_LEAD) or to.unit_id != case.unit_id:
        raise FieldError("to", N_("Choose an active colleague of the case's unit."))
    if to.id == case.secretary_id:
        raise FieldError("to", N_("%(name)s already has the case."), name=to.name)
    before = db.session.get(Staff, case.secretary_id) if case.secretary_id else None
    case.secretary_id = to.id
    record(
        case,
        actor=actor,
        now=now,
        verb="case_handed_over",
        changes={"secretary": (before.name if before else None, to.name)},
        reason=reason.strip(),
    )


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
    _must_work_on(actor, case)
    if case.closed_on is not None:
        raise Conflict(N_("The case was closed on %(day)s. Nothing was changed."), day=case.closed_on)
    if closed_on > local_date(now):
        raise FieldError("closed_on", N_("The closing day cannot lie ahead."))
    begins = (ClosureReason.WORK, ClosureReason.SUBSIDISED_WORK, ClosureReason.MUNICIPAL_EMPLOYMENT)
    if reason in begins and outcome_starts_on is None:
        raise FieldError("outcome_starts_on", N_("Say when the work begins."))
    values = {"closed_on": closed_on, "closure_reason": reason, "outcome_starts_on": outcome_starts_on}
    check_period(case.case_number, {"first_contact_on": case.first_contact_on, **values}, ())
    changes = apply(case, values)
    record(case, actor=actor, now=now, verb="case_closed", changes=changes, reason=note.strip())


def confirm_outcome(*, actor: Actor, case: Case, confirmed_on: date, now: datetime) -> None:
    """Records that the work or study was found to be going on. Raises FieldError, Conflict."""
    _must_work_on(actor, case)
    if case.outcome_confirmed_on is not None:
        raise Conflict(N_("The outcome was confirmed on %(day)s already."), day=case.outcome_confirmed_on)
    if case.closed_on is None or case.outcome_starts_on is None:
        raise Conflict(N_("Only a closed case whose work or study has a start date can be confirmed."))
    if not case.outcome_starts_on <= confirmed_on <= local_date(now):
        raise FieldError("confirmed_on", N_("The day must lie between the start date and today."))
    changes = apply(case, {"outcome_confirmed_on": confirmed_on})
    record(case, actor=actor, now=now, verb="outcome_confirmed", changes=changes)


def spread_protection(*, actor: Actor, case: Case, now: datetime) -> None:
    """A person's protection holds for all their enrolments: sets it on those that have none."""
    if case.protection is None or case.personal_number is None:
        return
    others = db.session.scalars(
        select(Case).where(
            Case.personal_number == case.personal_number,
            Case.case_number != case.case_number,
            Case.protection.is_(None),
        )
    )
    for other in others:
        other.protection = case.protection
        record(other, actor=actor, now=now, verb="case_changed", changes={"protection": ("…", "…")})
        touch(other)
