"""Whether the activity requirement holds for an adult, as staff found it; children of the household by birth year."""

from datetime import date, datetime

from sqlalchemy import select

from activation.caseload.checks import must_be_open, must_work_on
from activation.clocks.calendar import local_date
from activation.database import db
from activation.records.actor import Actor
from activation.records.history import record
from activation.records.turns import take_turn
from models import Case, HouseholdChild, RequirementAssessment
from models.enums import ExemptionReason, RequirementOutcome
from models.errors import Conflict, FieldError
from models.texts import N_

MOST_CHILDREN = 15


def assess(
    *,
    actor: Actor,
    case: Case,
    assessed_on: date,
    outcome: RequirementOutcome,
    reason: ExemptionReason | None = None,
    ends_on: date | None = None,
    note: str = "",
    now: datetime,
) -> RequirementAssessment:
    """Writes down what staff found on a day. The same sent twice is one. Raises FieldError, Conflict."""
    must_work_on(actor, case)
    must_be_open(case)
    take_turn(case.id)
    if assessed_on > local_date(now):
        raise FieldError("assessed_on", N_("This day lies ahead. Write it down once it is done."))
    if assessed_on < case.first_contact_on:
        raise FieldError("assessed_on", N_("The day lies before the first contact."))
    is_exempt = outcome is RequirementOutcome.EXEMPT
    if is_exempt and reason is None:
        raise FieldError("reason", N_("Say why the participant is exempt."))
    if not is_exempt and (reason is not None or ends_on is not None):
        field = "reason" if reason is not None else "ends_on"
        raise FieldError(field, N_("Only an exemption has a reason and a last day. Empty this."))
    if ends_on is not None and ends_on < assessed_on:
        raise FieldError("ends_on", N_("The last day lies before the first."))
    values = {"assessed_on": assessed_on, "outcome": outcome, "reason": reason, "ends_on": ends_on}
    latest = latest_of(case.id)
    is_same = latest is not None and all(getattr(latest, name) == value for name, value in values.items())
    if latest is not None and is_same and latest.note == note.strip():
        return latest
    row = RequirementAssessment(case_id=case.id, **values, note=note.strip(), made_at=now, made_by=actor.name)
    db.session.add(row)
    record(
        case,
        actor=actor,
        now=now,
        verb="requirement_assessed",
        changes={
            "assessed_on": (None, assessed_on),
            "requirement": (None, outcome),
            "exemption_reason": (None, reason),
            "ends_on": (None, ends_on),
        },
    )
    db.session.flush()
    return row


def latest_of(case_id: int) -> RequirementAssessment | None:
    """What was found last and stands."""
    return db.session.scalars(
        select(RequirementAssessment)
        .where(RequirementAssessment.case_id == case_id, RequirementAssessment.withdrawn_at.is_(None))
        .order_by(RequirementAssessment.assessed_on.desc(), RequirementAssessment.id.desc())
        .limit(1)
    ).first()


def withdraw(*, actor: Actor, case: Case, assessment: RequirementAssessment, now: datetime) -> None:
    """Takes back what was written down by mistake: it stays, and counts nowhere. Raises Conflict."""
    must_work_on(actor, case)
    take_turn(case.id)
    db.session.refresh(assessment)
    if assessment.withdrawn_at is not None:
        raise Conflict(N_("It was taken back already. Nothing was changed."))
    assessment.withdrawn_at = now
    record(
        case,
        actor=actor,
        now=now,
        verb="requirement_taken_back",
        changes={"assessed_on": (assessment.assessed_on, None), "requirement": (assessment.outcome, None)},
    )
    db.session.flush()


def children_of(household_id: int) -> list[HouseholdChild]:
    """Oldest first."""
    return list(
        db.session.scalars(
            select(HouseholdChild)
            .where(HouseholdChild.household_id == household_id, HouseholdChild.removed_at.is_(None))
            .order_by(HouseholdChild.birth_year, HouseholdChild.id)
        )
    )


def add_child(*, actor: Actor, case: Case, birth_year: int, seen: int, now: datetime) -> HouseholdChild:
    """A child of the household, by birth year only. `seen`: how many the form showed, so that a form sent twice makes
    one, and twins can be two. Raises FieldError, Conflict."""
    must_work_on(actor, case)
    take_turn(case.id)
    if not local_date(now).year - 25 <= birth_year <= local_date(now).year:
        raise FieldError(
            "birth_year", N_("Give the year of birth with four digits, of a child who lives at home.")
        )
    there = children_of(case.household_id)
    if len(there) != seen:
        raise Conflict(
            N_("The children of the household were just changed. Look at the list before you add one.")
        )
    if len(there) >= MOST_CHILDREN:
        raise FieldError("birth_year", N_("So many children cannot be noted."))
    child = HouseholdChild(
        household_id=case.household_id, birth_year=birth_year, noted_at=now, noted_by=actor.name
    )
    db.session.add(child)
    record(case, actor=actor, now=now, verb="child_noted", changes={"birth_year": (None, birth_year)})
    db.session.flush()
    return child


def remove_child(*, actor: Actor, case: Case, child: HouseholdChild, now: datetime) -> None:
    """The child has left the household, or was noted by mistake. Raises Conflict."""
    must_work_on(actor, case)
    take_turn(case.id)
    db.session.refresh(child)
    if child.removed_at is not None:
        raise Conflict(N_("It was taken back already. Nothing was changed."))
    child.removed_at = now
    record(case, actor=actor, now=now, verb="child_removed", changes={"birth_year": (child.birth_year, None)})
    db.session.flush()
