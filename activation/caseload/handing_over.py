"""Handing over: one case, or a whole caseload. Tasks and reminders follow the case by themselves, as they are those of
whoever has it; booked meetings ahead are passed on here. What was done stays attributed to who did it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, func, not_, select

from activation.caseload.checks import must_be_colleague, must_be_open, must_work_on
from activation.caseload.open_cases import not_closed_by
from activation.caseload.visibility import in_scope, visible_cases
from activation.clocks.calendar import local_date
from activation.database import db
from activation.meetings.invitations import tell_calendars
from activation.records.actor import Actor
from activation.records.history import record
from activation.records.turns import take_turns
from models import Case, Meeting, Staff
from models.enums import Flow, MeetingOutcome, Protection, Role
from models.errors import Conflict, DomainError, FieldError, NotAllowed
from models.texts import N_

# One request. A caseload is a few dozen; who has more hands over twice.
MOST_AT_ONCE = 300
UNASSIGNED = 0


def hand_over(
    *, actor: Actor, case: Case, to: Staff, seen_secretary_id: int | None, reason: str, now: datetime
) -> int:
    """Gives the case, and the old secretary's booked meetings ahead, to a colleague of the same unit; returns how
    many meetings went with it.

    `seen_secretary_id` is who had the case when the form was opened. Raises FieldError, Conflict.
    """
    meetings = _meetings_ahead([case.id], case.secretary_id, now).get(case.id, [])
    before = db.session.get(Staff, case.secretary_id) if case.secretary_id else None
    _check(actor, case, to, seen_secretary_id, now)
    _pass_on(actor, case, before, to, meetings, reason, now)
    db.session.flush()
    tell_calendars(*meetings, now=now)
    return len(meetings)


def _check(actor: Actor, case: Case, to: Staff, seen_secretary_id: int | None, now: datetime) -> None:
    must_work_on(actor, case)
    must_be_open(case, local_date(now))
    if case.secretary_id != seen_secretary_id:
        raise Conflict(N_("The case was handed over by somebody else in the meantime. Nothing was changed."))
    must_be_colleague(to, case.unit_id, "to")
    if to.id == case.secretary_id:
        raise FieldError("to", N_("%(name)s already has the case."), name=to.name)


def _pass_on(
    actor: Actor,
    case: Case,
    before: Staff | None,
    to: Staff,
    meetings: Sequence[Meeting],
    reason: str,
    now: datetime,
) -> None:
    case.secretary_id = to.id
    for meeting in meetings:
        meeting.staff_id = to.id
    changes = {"secretary": (before.name if before else None, to.name)}
    if meetings:
        changes["meetings"] = (None, str(len(meetings)))
    record(case, actor=actor, now=now, verb="case_handed_over", changes=changes, reason=reason.strip())


def _meetings_ahead(case_ids: Sequence[int], staff_id: int | None, now: datetime) -> dict[int, list[Meeting]]:
    """The booked meetings ahead that this person was to hold, by case. Those without a holder follow the case."""
    if staff_id is None:
        return {}
    found: dict[int, list[Meeting]] = {}
    rows = db.session.scalars(
        select(Meeting)
        .where(
            Meeting.case_id.in_(case_ids),
            Meeting.staff_id == staff_id,
            Meeting.outcome == MeetingOutcome.BOOKED,
            Meeting.at > now,
        )
        .order_by(Meeting.at, Meeting.id)
    )
    for meeting in rows:
        found.setdefault(meeting.case_id, []).append(meeting)
    return found


@dataclass(frozen=True)
class HandedOver:
    """How it went with one case: who has it now, or why it was left as it was."""

    case_id: int
    case_number: str
    name: str
    is_protected: bool
    to: str | None = None
    meetings: int = 0
    error: DomainError | None = None


@dataclass(frozen=True)
class Outcome:
    """A row per case. `missing`: so many of those asked for are not the actor's to see, and are not named."""

    rows: list[HandedOver]
    missing: int

    @property
    def done(self) -> int:
        return sum(row.error is None for row in self.rows)

    @property
    def failed(self) -> int:
        return len(self.rows) - self.done


def hand_over_several(
    *,
    actor: Actor,
    case_ids: Sequence[int],
    seen_secretary_id: int | None,
    to: Sequence[Staff],
    reason: str,
    now: datetime,
) -> Outcome:
    """Gives many cases of one person (None: nobody's) to one colleague, or evenly to several: by turns, the cases by
    name to the colleagues by name. A case that cannot be handed over does not hinder the others and takes no turn.

    A unit lead does this for the unit, everybody for their own. Raises NotAllowed, FieldError("to" | "reason").
    """
    must_hand_over_for(actor, seen_secretary_id)
    if not to:
        raise FieldError("to", N_("Choose who gets the cases."))
    if not reason.strip():
        raise FieldError("reason", N_("Say why the cases are handed over."))
    cases = _held(actor, case_ids)
    meetings = _meetings_ahead([case.id for case in cases], seen_secretary_id, now)
    before = db.session.get(Staff, seen_secretary_id) if seen_secretary_id else None
    in_turn = sorted(to, key=lambda staff: (staff.name, staff.id))
    rows: list[HandedOver] = []
    turn = 0
    for case in cases:
        next_one = in_turn[turn % len(in_turn)]
        with_it = meetings.get(case.id, [])
        row = HandedOver(case.id, case.case_number, case.name, case.protection is not None)
        try:
            _check(actor, case, next_one, seen_secretary_id, now)
        except DomainError as error:
            rows.append(replace(row, error=error))
            continue
        _pass_on(actor, case, before, next_one, with_it, reason, now)
        rows.append(replace(row, to=next_one.name, meetings=len(with_it)))
        turn += 1
    db.session.flush()
    tell_calendars(*(meeting for of_case in meetings.values() for meeting in of_case), now=now)
    return Outcome(rows, len(set(case_ids)) - len(cases))


def must_hand_over_for(actor: Actor, staff_id: int | None) -> None:
    """A caseload is handed over by whoever has it, or by a lead of the unit; raises NotAllowed."""
    if actor.role is not Role.UNIT_LEAD and (staff_id is None or staff_id != actor.staff_id):
        raise NotAllowed(N_("A caseload is handed over by whoever has it, or by their unit lead."))


def _held(actor: Actor, case_ids: Sequence[int]) -> Sequence[Case]:
    """Those of these cases that the actor may know of, by name, held until the end: of two who hand over the same
    caseload the second sees what the first did."""
    mine = and_(Case.id.in_(case_ids), visible_cases(actor), in_scope(actor))
    take_turns(db.session.scalars(select(Case.id).where(mine)).all())
    return db.session.scalars(
        select(Case).where(mine).order_by(Case.sort_name, Case.id).execution_options(populate_existing=True)
    ).all()


@dataclass(frozen=True, slots=True)
class CaseToHandOver:
    """A row of the list to choose from."""

    id: int
    case_number: str
    name: str
    flow: Flow
    protection: Protection | None
    first_contact_on: date


def _of(staff_id: int | None, today: date) -> ColumnElement[bool]:
    whose = Case.secretary_id.is_(None) if staff_id is None else Case.secretary_id == staff_id
    return and_(whose, not_closed_by(today))


def open_cases_of(
    actor: Actor, staff_id: int | None, *, flow: Flow | None, today: date
) -> tuple[list[CaseToHandOver], int]:
    """The open cases of one person (None: nobody's) in the actor's unit that the actor may hand over, by name, at
    most MOST_AT_ONCE; and how many protected ones there are besides, which only those named on them can."""
    of = and_(_of(staff_id, today), in_scope(actor))
    if flow is not None:
        of = and_(of, Case.flow == flow)
    rows = db.session.execute(
        select(
            Case.id,
            Case.case_number,
            Case.first_name,
            Case.last_name,
            Case.flow,
            Case.protection,
            Case.first_contact_on,
        )
        .where(of, visible_cases(actor))
        .order_by(Case.sort_name, Case.id)
        .limit(MOST_AT_ONCE)
    )
    cases = [CaseToHandOver(r[0], r[1], f"{r[2]} {r[3]}", r[4], r[5], r[6]) for r in rows]
    staying = db.session.scalar(
        select(func.count(Case.id)).where(of, Case.protection.is_not(None), not_(visible_cases(actor)))
    )
    return cases, staying or 0


def caseloads(actor: Actor, *, today: date) -> list[tuple[int, str | None, int]]:
    """(staff id, name, open cases) of everybody who has open cases in the actor's unit, also those who have left, by
    name; UNASSIGNED without a name: nobody's."""
    rows = db.session.execute(
        select(Case.secretary_id, Staff.name, func.count(Case.id))
        .outerjoin(Staff, Staff.id == Case.secretary_id)
        .where(in_scope(actor), not_closed_by(today))
        .group_by(Case.secretary_id, Staff.name)
        .order_by(Staff.name, Case.secretary_id)
        .limit(MOST_AT_ONCE)
    )
    return [(UNASSIGNED if row[0] is None else row[0], row[1], row[2]) for row in rows]
