"""Reads of handovers: who may see which, lists, whom the facts can be handed over to.

Those who work on a case see its handovers. An aid officer sees only those that were handed over to them.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, false, func, or_, select, true
from sqlalchemy.orm import joinedload, raiseload

from activation.caseload.visibility import UNIT_ROLES, can_view, in_scope, visible_cases
from activation.database import db
from activation.records.actor import Actor
from activation.records.queries import Event, events_where
from models import Case, CaseEvent, Handover, NamedStaff, Staff
from models.enums import HandoverOutcome, HandoverState, Role

OF_CASE_SHOWN = 60
HISTORY_SHOWN = 50
# In the order of the tabs.
TABS: dict[bool, tuple[HandoverState, ...]] = {
    True: tuple(HandoverState),
    False: (
        HandoverState.HANDED_OVER,
        HandoverState.RECEIVED,
        HandoverState.ANSWERED,
        HandoverState.WITHDRAWN,
    ),
}


@dataclass(frozen=True, slots=True)
class HandoverRow:
    """One handover in a list."""

    id: int
    number: str
    month: date
    state: HandoverState
    begun_at: datetime
    begun_by: str
    handed_over_at: datetime | None
    handed_over_by: str
    to_name: str | None
    outcome: HandoverOutcome | None
    case_id: int
    case_number: str
    first_name: str
    last_name: str

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"


def works_with(actor: Actor) -> bool:
    """Whether an actor works on cases; an aid officer receives."""
    return actor.is_system or actor.role in UNIT_ROLES


def _of_actor(actor: Actor, cases: ColumnElement[bool]) -> ColumnElement[bool]:
    if works_with(actor):
        return cases
    if actor.role is not Role.AID_OFFICER or actor.staff_id is None:
        return false()
    return and_(cases, Handover.to_staff_id == actor.staff_id, Handover.handed_over_at.is_not(None))


def visible_handovers(actor: Actor) -> ColumnElement[bool]:
    """A condition on Handover joined to Case: those that this actor may know of."""
    return _of_actor(actor, visible_cases(actor))


def find_handover(handover_id: int, actor: Actor) -> Handover | None:
    """A handover with its case (unit, secretary, household) and recipient; None: unknown or not theirs to see."""
    return db.session.scalar(
        select(Handover)
        .join(Case, Case.id == Handover.case_id)
        .where(Handover.id == handover_id, visible_handovers(actor))
        .options(
            joinedload(Handover.case, innerjoin=True).options(
                joinedload(Case.unit),
                joinedload(Case.secretary).raiseload(Staff.unit),
                joinedload(Case.household),
            ),
            joinedload(Handover.to_staff).raiseload(Staff.unit),
        )
        # Whoever saves has waited for a turn since: what others left is read.
        .execution_options(populate_existing=True)
    )


def standing_handover(case_id: int, month: date) -> Handover | None:
    """The one of a case and month that was not withdrawn: there is one at most."""
    return db.session.scalar(
        select(Handover).where(
            Handover.case_id == case_id,
            Handover.month == month,
            Handover.state != HandoverState.WITHDRAWN,
        )
    )


_ROW: Any = (
    select(
        Handover.id,
        Handover.number,
        Handover.month,
        Handover.state,
        Handover.begun_at,
        Handover.begun_by,
        Handover.handed_over_at,
        Handover.handed_over_by,
        Staff.name,
        Handover.outcome,
        Case.id,
        Case.case_number,
        Case.first_name,
        Case.last_name,
    )
    .join(Case, Case.id == Handover.case_id)
    .outerjoin(Staff, Staff.id == Handover.to_staff_id)
)


def _rows(statement: Any) -> list[HandoverRow]:
    return [HandoverRow(*row) for row in db.session.execute(statement)]


def handovers_of_case(case_id: int, actor: Actor) -> list[HandoverRow]:
    """The handovers of a case, the newest month first."""
    return _rows(
        _ROW.where(Handover.case_id == case_id, visible_handovers(actor))
        .order_by(Handover.month.desc(), Handover.id.desc())
        .limit(OF_CASE_SHOWN)
    )


def handovers_of_month(case_ids: Collection[int], month: date, actor: Actor) -> list[HandoverRow]:
    """Those of these cases and of one month that the actor may see, in the order in which they were begun."""
    return _rows(
        _ROW.where(Handover.case_id.in_(case_ids), Handover.month == month, visible_handovers(actor))
        .order_by(Handover.id)
        .limit(OF_CASE_SHOWN)
    )


@dataclass(frozen=True, slots=True)
class Count:
    """How many in a state there are, and how many of them the actor may see."""

    total: int = 0
    shown: int = 0


def counts(actor: Actor) -> dict[HandoverState, Count]:
    """By state: counts are whole, also where a protected case is not shown."""
    visible = case((visible_handovers(actor), 1), else_=0)
    rows = db.session.execute(
        select(Handover.state, func.count(), func.sum(visible))
        .join(Case, Case.id == Handover.case_id)
        .where(_of_actor(actor, or_(in_scope(actor), visible_cases(actor))))
        .group_by(Handover.state)
    )
    found = {state: Count(total, int(shown or 0)) for state, total, shown in rows}
    return {state: found.get(state, Count()) for state in TABS[works_with(actor)]}


def listed(actor: Actor, state: HandoverState, *, page: int, size: int) -> list[HandoverRow]:
    """A page of those in a state: what waits longest comes first, what is settled last settled first."""
    settled = state in (HandoverState.ANSWERED, HandoverState.WITHDRAWN)
    order = (Handover.id.desc(),) if settled else (Handover.month, Handover.id)
    return _rows(
        _ROW.where(Handover.state == state, visible_handovers(actor))
        .order_by(*order)
        .limit(size)
        .offset((page - 1) * size)
    )


def history_of(of: Handover) -> list[Event]:
    """Each step of a handover, the newest first."""
    return events_where(
        of.case_id,
        CaseEvent.verb.startswith("handover_", autoescape=True),
        CaseEvent.changes[("number", 1)].as_string() == of.number,
        limit=HISTORY_SHOWN,
    )


def recipients(of: Case) -> Sequence[Staff]:
    """The aid officers with an account in use who may see the case, by name."""
    named: set[int] = set()
    if of.protection is not None:
        named = set(db.session.scalars(select(NamedStaff.staff_id).where(NamedStaff.case_id == of.id)))
    officers = db.session.scalars(
        select(Staff)
        .where(Staff.role == Role.AID_OFFICER, Staff.active == true())
        .options(raiseload(Staff.unit))
        .order_by(Staff.name, Staff.id)
    )
    return [officer for officer in officers if can_view(Actor.of(officer), of, named)]
