"""What people (and imports) do with a case: enrol, change, take. Its end is closing.py, new hands handing_over.py."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from activation.caseload.checks import must_be_colleague, must_be_open, must_work_on
from activation.caseload.flow_moves import note_move
from activation.caseload.register import check_period, check_period_of_person, protection_of
from activation.caseload.rules import Period, sort_name
from activation.caseload.visibility import CASE_ROLES
from activation.clocks.calendar import local_date
from activation.database import db
from activation.records.actor import Actor
from activation.records.history import Changes, apply, record
from models import Case, Household, NamedStaff, Staff, Unit
from models.enums import Flow, FlowReason
from models.errors import Conflict, FieldError
from models.texts import N_

# Kept out of the history's text, where more people read than need them; that they changed is written.
SENSITIVE = frozenset({"personal_number", "phone", "email", "protection"})
REFERENCES = frozenset({"secretary_id", "unit_id", "household_id"})


def get_or_make_household(number: str) -> Household:
    """The household with this number; made where it is new."""
    household = db.session.scalar(select(Household).where(Household.number == number))
    if household is None:
        household = Household(number=number)
        db.session.add(household)
        db.session.flush()
    return household


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
    number, person = values["case_number"], values.get("personal_number")
    if others is None:
        if db.session.scalar(select(Case.id).where(Case.case_number == number)):
            raise FieldError("case_number", N_("There is already a case with this number."))
        if person:
            check_period_of_person(number, values, person, actor=actor, now=now)
    check_period(number, values, others or ())
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
    flow_reason: FlowReason | None = None,
    household: Household | None = None,
) -> bool:
    """Changes columns of a case (`values` by name); says whether anything changed. Raises FieldError.

    `household`: the one it belongs to from now on (`case.household` must be loaded then). `flow_reason`: why it goes to
    the other flow, where somebody said so.
    """
    values = dict(values)
    must_work_on(actor, case)
    after = {"first_contact_on": case.first_contact_on, "closed_on": case.closed_on, **values}
    number = values.get("personal_number", case.personal_number)
    moved = {"first_contact_on", "closed_on", "personal_number"} & set(values)
    if number and moved and others is None:
        check_period_of_person(case.case_number, after, number, actor=actor, now=now)
    check_period(case.case_number, after, (others or ()) if number and moved else ())
    values["sort_name"] = sort_name(
        values.get("first_name", case.first_name), values.get("last_name", case.last_name)
    )
    changes = apply(case, values)
    changes.pop("sort_name", None)
    changes = _by_name(changes)
    if household is not None and household.id != case.household_id:
        changes["household"] = (case.household.number, household.number)
        case.household = household
    if not changes:
        return False
    # A file says which flow a case has, not since when: what it says is taken to have been so all along.
    if "flow" in changes and (reason or flow_reason is not None):
        note_move(actor=actor, case=case, reason=flow_reason, note=reason, now=now)
        if flow_reason is not None:
            changes["flow_reason"] = (None, flow_reason)
    record(case, actor=actor, now=now, verb="case_changed", changes=_discreet(changes), reason=reason)
    return True


def _by_name(changes: Changes) -> Changes:
    """The history names people and units as they were called then; an id tells a reader nothing."""

    def name(column: str, row_id: int | None) -> str | None:
        if row_id is None:
            return None
        if column == "household_id":
            return db.session.get_one(Household, row_id).number
        if column == "unit_id":
            return db.session.get_one(Unit, row_id).name
        return db.session.get_one(Staff, row_id).name

    return {
        field.removesuffix("_id") if field in REFERENCES else field: (
            (name(field, old), name(field, new)) if field in REFERENCES else (old, new)
        )
        for field, (old, new) in changes.items()
    }


def _discreet(changes: Changes) -> Changes:
    return {f: (("…", "…") if f in SENSITIVE else pair) for f, pair in changes.items()}


def take(*, actor: Actor, case: Case, now: datetime) -> None:
    """A secretary takes an unassigned case. Raises Conflict where somebody else was quicker."""
    must_work_on(actor, case)
    must_be_open(case, local_date(now))
    if case.secretary_id == actor.staff_id:
        return
    if case.secretary_id is not None:
        raise Conflict(N_("A colleague has just taken this case. Nothing was changed."))
    case.secretary_id = actor.staff_id
    record(case, actor=actor, now=now, verb="case_taken", changes={"secretary": (None, actor.name)})


def enrol_by_hand(
    *, actor: Actor, unit: Unit, household_number: str, values: dict[str, Any], now: datetime
) -> Case:
    """A new case as the form has it. Raises FieldError.

    Without a household number the case number stands for it. A protection that the person has from another enrolment
    holds for this one too, whoever knows of it; the one who enrols them is then named on the case.
    """
    if values["first_contact_on"] > local_date(now):
        raise FieldError("first_contact_on", N_("The first contact cannot lie ahead."))
    if values.get("secretary_id") is not None:
        must_be_colleague(db.session.get(Staff, values["secretary_id"]), unit.id, "secretary_id")
    number = values.get("personal_number")
    if number and values.get("protection") is None:
        values = {**values, "protection": protection_of(number, actor=actor, now=now)}
    household = get_or_make_household(household_number or values["case_number"])
    case = enrol(actor=actor, unit=unit, household=household, values=values, now=now)
    db.session.flush()
    if case.protection is not None:
        spread_protection(actor=actor, case=case, now=now)
        _keep_access(actor, case, now)
    return case


def edit(
    *,
    actor: Actor,
    case: Case,
    seen_version: int | None,
    values: dict[str, Any],
    household_number: str,
    named: Iterable[int],
    reason: str,
    now: datetime,
    flow_reason: FlowReason | None = None,
) -> bool:
    """Changes what is known of the person; says whether anything changed. Raises FieldError, Conflict.

    Moving somebody between the flows, and setting or lifting a protection, wants a reason in words; a move also the
    kind of reason that figures tell moves apart by. `named` are the ids of the staff who may see a protected case
    besides its secretary; without protection nobody is. A case that turns out to be a protected person's becomes
    protected too.
    """
    if case.version != seen_version:
        raise Conflict(
            N_("Somebody else changed the case while you had it open. Your entries are kept below.")
        )
    weighty = [f for f in ("flow", "protection") if values.get(f, getattr(case, f)) != getattr(case, f)]
    if weighty and not reason.strip():
        raise FieldError("reason", N_("Say why: a change of flow or protection needs its reason."))
    if "flow" in weighty and flow_reason is None:
        raise FieldError("flow_reason", N_("Choose why the participant goes to the other flow."))
    household = get_or_make_household(household_number) if household_number else None
    number: str | None = values.get("personal_number")
    is_now_known = number is not None and number != case.personal_number
    if number is not None and is_now_known and values.get("protection", case.protection) is None:
        values = {**values, "protection": protection_of(number, actor=actor, now=now)}
    changed = update_case(
        actor=actor,
        case=case,
        values=values,
        now=now,
        reason=reason.strip(),
        flow_reason=flow_reason,
        household=household,
    )
    changed |= _set_named(actor, case, set(named) if case.protection else set(), now)
    if case.protection is not None and ("protection" in weighty or is_now_known):
        spread_protection(actor=actor, case=case, now=now)
        _keep_access(actor, case, now)
    db.session.flush()
    return changed


def _keep_access(actor: Actor, case: Case, now: datetime) -> None:
    """Whoever protects a case knows of it already: they stay able to open it."""
    if actor.staff_id is not None and actor.staff_id != case.secretary_id:
        _set_named(actor, case, {*_named_on(case.id), actor.staff_id}, now)


def _named_on(case_id: int) -> dict[int, str]:
    rows = db.session.execute(
        select(Staff.id, Staff.name)
        .join(NamedStaff, NamedStaff.staff_id == Staff.id)
        .where(NamedStaff.case_id == case_id)
    )
    return {staff_id: name for staff_id, name in rows}  # noqa: C416 - rows are no pairs to mypy


def _set_named(actor: Actor, case: Case, wanted: set[int], now: datetime) -> bool:
    """Brings the names on a case in line with `wanted`, one event for each."""
    before = _named_on(case.id)
    gone = before.keys() - wanted
    new = db.session.scalars(
        select(Staff)
        .where(Staff.id.in_(wanted - before.keys()), Staff.active, Staff.role.in_(CASE_ROLES))
        .order_by(Staff.id)
    ).all()
    for staff_id in sorted(gone):
        record(
            case,
            actor=actor,
            now=now,
            verb="staff_unnamed",
            changes={"named_staff": (before[staff_id], None)},
        )
    if gone:
        db.session.execute(
            delete(NamedStaff).where(NamedStaff.case_id == case.id, NamedStaff.staff_id.in_(gone))
        )
    for staff in new:
        db.session.add(NamedStaff(case_id=case.id, staff_id=staff.id, named_at=now))
        record(case, actor=actor, now=now, verb="staff_named", changes={"named_staff": (None, staff.name)})
    return bool(gone or new)


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
