"""Who meets which requirement of a need, and which needs there are for a person: facts side by side.

People are ordered by how long they have waited or by name, and by nothing else; needs by their first day or the
employer's name. Nothing here counts or weighs how much somebody meets.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, String, cast, exists, false, func, not_, or_, select

from activation.caseload.open_cases import not_closed_by
from activation.caseload.queries import Scope, scope_of
from activation.caseload.visibility import visible_cases
from activation.database import db
from activation.matching.rules import (
    Answer,
    Asked,
    Part,
    Person,
    answer,
    levels_from,
    licence_list,
    licences_giving,
)
from activation.placements.began import not_ended_before
from activation.records.actor import Actor
from models import Case, CaseCompetence, Placement, TopUp, WorkProfile
from models.enums import Flow, LanguageLevel, Licence, Protection, TopUpState

PAGE_SIZE = 100
MAX_PAGE = 100


class Order(StrEnum):
    """All that people are ever ordered by."""

    WAITING = "waiting"
    NAME = "name"


@dataclass(frozen=True)
class MatchQuery:
    """Whose cases, in which order; `has`: only those who have this one requirement, as the reader chose."""

    scope: Scope
    order: Order = Order.WAITING
    has: Asked | None = None
    with_support: bool = False
    page: int = 1


@dataclass(frozen=True, slots=True)
class Cell:
    """One requirement of one person. `said`: what is known, where it is more than has or has not.
    `top_up_until`: a top-up that is planned for it ends then; `is_planned` where no last day is known."""

    asked: Asked
    answer: Answer
    said: LanguageLevel | tuple[Licence, ...] | Decimal | date | None = None
    is_planned: bool = False
    top_up_until: date | None = None

    @property
    def may_be_topped_up(self) -> bool:
        return self.asked.part is Part.COMPETENCE and self.answer is Answer.MISSING and not self.is_planned


@dataclass(frozen=True, slots=True)
class MatchRow:
    """A person beside a need."""

    case_id: int
    name: str
    case_number: str
    flow: Flow
    protection: Protection | None
    waiting_days: int
    in_activity: bool
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Matched:
    """A page of people; `total` of those one may see; `hidden`: how many more are protected from the reader."""

    rows: list[MatchRow]
    total: int
    hidden: int


def match_need(actor: Actor, requirements: Sequence[Asked], wanted: MatchQuery, *, today: date) -> Matched:
    """A page of the people beside the requirements. Five queries, however many they are."""
    where = [*_whose(actor, wanted, today), visible_cases(actor)]
    if wanted.has is not None:
        where.append(_has(wanted.has))
    in_activity = exists().where(
        Placement.case_id == Case.id,
        Placement.starts_on <= today,
        not_ended_before(today),
    )
    rows = db.session.execute(
        select(
            Case.id,
            Case.first_name,
            Case.last_name,
            Case.case_number,
            Case.flow,
            Case.protection,
            Case.first_contact_on,
            in_activity,
        )
        .where(*where)
        .order_by(*_order(wanted.order))
        .limit(PAGE_SIZE)
        .offset((wanted.page - 1) * PAGE_SIZE)
    ).all()
    total = db.session.scalar(select(func.count(Case.id)).where(*where)) or 0
    people = people_of([row[0] for row in rows])
    planned = planned_for([row[0] for row in rows], requirements)
    found = [
        MatchRow(
            id_,
            f"{first} {last}",
            number,
            flow,
            protection,
            (today - since).days,
            active,
            cells_of(requirements, people.get(id_, Person()), planned[id_]),
        )
        for id_, first, last, number, flow, protection, since, active in rows
    ]
    return Matched(found, total, _hidden(actor, wanted, today))


def _whose(actor: Actor, wanted: MatchQuery, today: date) -> list[ColumnElement[bool]]:
    """Open cases of the scope; those in the support flow only when asked for."""
    conditions = [
        scope_of(actor, wanted.scope),
        not_closed_by(today),
    ]
    if not wanted.with_support:
        conditions.append(Case.flow == Flow.MAIN)
    return conditions


def _order(order: Order) -> tuple[ColumnElement[Any], ...]:
    if order is Order.NAME:
        return (Case.sort_name.expression, Case.id.expression)
    return (Case.first_contact_on.expression, Case.sort_name.expression, Case.id.expression)


def _hidden(actor: Actor, wanted: MatchQuery, today: date) -> int:
    """Protected ones whom the actor may not see. Whatever was filtered by: what they can is nobody's business here."""
    if wanted.scope is Scope.MINE:
        return 0
    statement = select(func.count(Case.id)).where(
        *_whose(actor, wanted, today), Case.protection.is_not(None), not_(visible_cases(actor))
    )
    return db.session.scalar(statement) or 0


def _has(asked: Asked) -> ColumnElement[bool]:
    """A condition on Case: those of whom it is known that they have this."""
    match asked.value:
        case LanguageLevel() as level:
            meets: ColumnElement[bool] = WorkProfile.language_level.in_(levels_from(level))
        case Licence() as licence:
            stored = cast(WorkProfile.licences, String)
            meets = or_(*(stored.contains(f'"{one.value}"') for one in licences_giving(licence)))
        case Decimal() as hours:
            meets = WorkProfile.hours_per_week >= hours
        case date() as day:
            meets = WorkProfile.can_start_on <= day
        case competence_id:
            return exists().where(
                CaseCompetence.case_id == Case.id,
                CaseCompetence.competence_id == competence_id,
                CaseCompetence.removed_at.is_(None),
            )
    return exists().where(WorkProfile.case_id == Case.id, meets)


def people_of(case_ids: Sequence[int]) -> dict[int, Person]:
    """What is known of these people. Two queries; whoever is not in it was asked nothing."""
    competences: dict[int, set[int]] = defaultdict(set)
    for case_id, competence_id in db.session.execute(
        select(CaseCompetence.case_id, CaseCompetence.competence_id).where(
            CaseCompetence.case_id.in_(case_ids), CaseCompetence.removed_at.is_(None)
        )
    ):
        competences[case_id].add(competence_id)
    profiles = {
        profile.case_id: profile
        for profile in db.session.scalars(select(WorkProfile).where(WorkProfile.case_id.in_(case_ids)))
    }
    return {
        case_id: _person(competences[case_id], profiles.get(case_id)) for case_id in {*competences, *profiles}
    }


def _person(competences: Iterable[int], profile: WorkProfile | None) -> Person:
    if profile is None:
        return Person(frozenset(competences))
    return Person(
        frozenset(competences),
        profile.language_level,
        None if profile.licences is None else tuple(licence_list(profile.licences)),
        profile.hours_per_week,
        profile.can_start_on,
    )


Planned = dict[int, date | None]


def planned_for(case_ids: Sequence[int], requirements: Iterable[Asked]) -> defaultdict[int, Planned]:
    """The top-ups that are planned: by case, the competence and the day on which it ends. One query."""
    wanted = [asked.value for asked in requirements if asked.part is Part.COMPETENCE]
    found: defaultdict[int, Planned] = defaultdict(dict)
    for case_id, competence_id, ends_on in db.session.execute(
        select(TopUp.case_id, TopUp.competence_id, TopUp.ends_on)
        .where(
            TopUp.case_id.in_(case_ids),
            TopUp.competence_id.in_(wanted) if wanted else false(),
            TopUp.state == TopUpState.PLANNED,
        )
        .order_by(TopUp.id)
    ):
        found[case_id][competence_id] = ends_on
    return found


def cells_of(requirements: Iterable[Asked], person: Person, planned: Planned) -> tuple[Cell, ...]:
    """Each requirement beside what is known of the person."""
    return tuple(
        Cell(
            asked,
            answer(asked, person),
            _said(asked, person),
            asked.part is Part.COMPETENCE and asked.value in planned,
            planned.get(asked.value) if asked.part is Part.COMPETENCE else None,  # type: ignore[arg-type] # its id
        )
        for asked in requirements
    )


def _said(asked: Asked, person: Person) -> LanguageLevel | tuple[Licence, ...] | Decimal | date | None:
    match asked.part:
        case Part.LANGUAGE:
            return person.language_level
        case Part.LICENCE:
            return person.licences
        case Part.HOURS:
            return person.hours_per_week
        case Part.START:
            return person.can_start_on
        case Part.COMPETENCE:
            return None
