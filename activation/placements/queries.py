"""Reads of placements with their attendance so far: for the case page and the attendance page of a case."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, select, true
from sqlalchemy.orm import joinedload

from activation.attendance.queries import HOURS, waits_for_staff
from activation.database import db
from activation.placements.life_rules import lacks_safety_intro, state_on
from activation.placements.rules import Week
from activation.placements.week_queries import stored_weeks_in_force, weeks_in_force
from models import Case, Employer, Placement, Session, Workplace
from models.enums import EndedBy, EndReason, Mark, PlacementKind, PlacementState

# A case has a handful of placements; a file from another system may hold more. The newest are shown.
PLACEMENTS_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Attendance:
    """Counts of one placement's sessions so far, by mark. `unmarked` are days before today that nobody has said
    anything of, `to_judge` those where the employer said "not here" and staff have not judged it."""

    present: int = 0
    valid_absence: int = 0
    invalid_absence: int = 0
    sick: int = 0
    other_activity: int = 0
    unmarked: int = 0
    to_judge: int = 0
    hours: Decimal | None = None

    @property
    def absent(self) -> int:
        """All marked as not there, whatever the reason. Unmarked is never absent."""
        return self.valid_absence + self.invalid_absence + self.sick

    @property
    def marked(self) -> int:
        return self.present + self.absent + self.other_activity


@dataclass(frozen=True, slots=True)
class PlacementRow:
    """A placement with its attendance. `state` is that of the day asked for."""

    id: int
    kind: PlacementKind
    workplace_id: int
    workplace: str
    employer: str
    starts_on: date
    ends_on: date | None
    weekdays: int
    hours_per_day: Decimal | None
    stored_weeks: Any
    af_decision_on: date | None
    safety_intro_on: date | None
    ended_by: EndedBy | None
    end_reason: EndReason | None
    state: PlacementState
    attendance: Attendance

    @property
    def weeks(self) -> tuple[Week, ...]:
        """The week that holds, or two that take turns: for the filter `week`."""
        return weeks_in_force(self.stored_weeks, self.weekdays, self.hours_per_day)

    @property
    def is_over(self) -> bool:
        return self.state in (PlacementState.COMPLETED, PlacementState.INTERRUPTED)

    @property
    def is_ahead(self) -> bool:
        return self.state is PlacementState.AGREED

    @property
    def lacks_safety_intro(self) -> bool:
        """Somebody is there, and no safety introduction is recorded."""
        return lacks_safety_intro(self.kind, self.safety_intro_on, self.state)

    @property
    def lacks_af_decision(self) -> bool:
        """Subsidised, and begun before the employment service decided: imports may bring that."""
        return self.kind.needs_af_decision and (
            self.af_decision_on is None or self.af_decision_on > self.starts_on
        )


def placements_of(case_id: int, *, today: date) -> list[PlacementRow]:
    """The case's placements with their attendance so far, newest first, in two queries."""
    rows: Sequence[Any] = db.session.execute(
        select(
            Placement.id,
            Placement.kind,
            Placement.workplace_id,
            Workplace.name,
            Employer.name,
            Placement.starts_on,
            Placement.ends_on,
            Placement.weekdays,
            Placement.hours_per_day,
            stored_weeks_in_force(today),
            Placement.af_decision_on,
            Placement.safety_intro_on,
            Placement.ended_by,
            Placement.end_reason,
            Case.closed_on,
        )
        .join(Case, Case.id == Placement.case_id)
        .join(Workplace, Workplace.id == Placement.workplace_id)
        .join(Employer, Employer.id == Workplace.employer_id)
        .where(Placement.case_id == case_id)
        .order_by(Placement.starts_on.desc(), Placement.id.desc())
        .limit(PLACEMENTS_SHOWN)
    ).all()
    attendance = _attendance(case_id, today=today) if rows else {}
    found = []
    for row in rows:
        state = state_on(
            today,
            kind=row.kind,
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            ended_early=row.ended_by is not None,
            closed_on=row.closed_on,
        )
        values: tuple[Any, ...] = (*row[:-1], state, attendance.get(row.id, Attendance()))
        found.append(PlacementRow(*values))
    return found


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count(case((condition, 1)))


def _attendance(case_id: int, *, today: date) -> dict[int, Attendance]:
    waits = waits_for_staff(today)
    rows = db.session.execute(
        select(
            Session.placement_id,
            *(_count(Session.mark == mark) for mark in Mark),
            _count(and_(waits, Session.answer.is_(None))),
            _count(and_(waits, Session.answer.is_not(None))),
            func.sum(case((Session.mark == Mark.PRESENT, HOURS))),
        )
        .join(Placement, Placement.id == Session.placement_id)
        .where(Session.case_id == case_id, Session.scheduled == true(), Session.on_date <= today)
        .group_by(Session.placement_id)
    )
    found = {}
    for placement_id, *counts, hours in rows:
        *marks, unmarked, to_judge = counts
        found[placement_id] = Attendance(
            **dict(zip((mark.value for mark in Mark), marks, strict=True)),
            unmarked=unmarked,
            to_judge=to_judge,
            hours=None if hours is None else Decimal(hours),
        )
    return found


def placement_to_edit(placement_id: int) -> Placement | None:
    """A placement with its workplace and employer, its supervisor and its crew."""
    return db.session.scalar(
        select(Placement)
        .where(Placement.id == placement_id)
        .options(
            joinedload(Placement.workplace, innerjoin=True),
            joinedload(Placement.supervisor),
            joinedload(Placement.crew),
        )
    )
