"""Reads of needs: the list with its filters, and those of one workplace."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, case, func, or_, select

from activation.database import db
from activation.matching.queries import in_words
from activation.matching.rules import Asked, asked_by
from activation.text_search import contains_words
from models import Competence, Employer, Need, Requirement, Workplace
from models.enums import LanguageLevel, Licence, NeedKind, NeedState, PlacementKind

PAGE_SIZE = 50
OF_A_WORKPLACE = 50


@dataclass(frozen=True)
class NeedFilter:
    """What the list is narrowed to. `starts_by`: those that begin by then, and those without a first day."""

    state: NeedState | None = None
    kind: NeedKind | None = None
    text: str = ""
    starts_by: date | None = None


@dataclass(frozen=True, slots=True)
class NeedRow:
    """A need with where it is. `terms`: id, name and is_required of each competence that it asks for."""

    id: int
    title: str
    tasks: str
    kind: NeedKind
    placement_kind: PlacementKind | None
    state: NeedState
    state_reason: str
    positions: int
    hours_per_week: Decimal | None
    weekdays: int | None
    starts_on: date | None
    ends_on: date | None
    language_level: LanguageLevel | None
    licence: Licence | None
    workplace_id: int
    workplace: str
    employer_id: int
    employer: str
    terms: list[tuple[int, str, bool]] = field(default_factory=list)

    def names(self, *, is_required: bool) -> list[str]:
        return [name for _id, name, required in self.terms if required is is_required]

    @property
    def requirements(self) -> tuple[Asked, ...]:
        """What it asks for, as rules read it."""
        return asked_by(
            competences=[(id_, is_required) for id_, _name, is_required in self.terms],
            language_level=self.language_level,
            licence=self.licence,
            hours_per_week=self.hours_per_week,
            starts_on=self.starts_on,
        )


_ROW = (
    select(
        Need.id,
        Need.title,
        Need.tasks,
        Need.kind,
        Need.placement_kind,
        Need.state,
        Need.state_reason,
        Need.positions,
        Need.hours_per_week,
        Need.weekdays,
        Need.starts_on,
        Need.ends_on,
        Need.language_level,
        Need.licence,
        Workplace.id,
        Workplace.name,
        Employer.id,
        Employer.name,
    )
    .join(Workplace, Workplace.id == Need.workplace_id)
    .join(Employer, Employer.id == Workplace.employer_id)
)
OPEN_FIRST = case((Need.state == NeedState.OPEN, 0), else_=1)
# Those without a first day can begin any day: they come after those that wait for one.
BY_START: tuple[ColumnElement[Any], ...] = (Need.starts_on.is_(None), Need.starts_on.expression)


def needs_listed(wanted: NeedFilter, *, page: int) -> tuple[list[NeedRow], int]:
    """A page of needs, open ones first, then by first day; and how many there are in all. Three queries."""
    conditions = _conditions(wanted)
    rows = _with_terms(
        db.session.execute(
            _ROW.where(*conditions)
            .order_by(OPEN_FIRST, *BY_START, Need.id)
            .limit(PAGE_SIZE)
            .offset((page - 1) * PAGE_SIZE)
        ).all()
    )
    total = db.session.scalar(
        select(func.count(Need.id))
        .join(Workplace, Workplace.id == Need.workplace_id)
        .join(Employer, Employer.id == Workplace.employer_id)
        .where(*conditions)
    )
    return rows, total or 0


def _conditions(wanted: NeedFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.state is not None:
        conditions.append(Need.state == wanted.state)
    if wanted.kind is not None:
        conditions.append(Need.kind == wanted.kind)
    if wanted.text.split():
        columns = (Need.title, Need.tasks, Workplace.name, Workplace.town, Employer.name)
        conditions.append(contains_words(wanted.text, columns))
    if wanted.starts_by is not None:
        conditions.append(or_(Need.starts_on.is_(None), Need.starts_on <= wanted.starts_by))
    return conditions


def needs_of_workplace(workplace_id: int) -> list[NeedRow]:
    """The needs of a workplace, open ones first. Two queries."""
    rows = db.session.execute(
        _ROW.where(Need.workplace_id == workplace_id)
        .order_by(OPEN_FIRST, *BY_START, Need.id)
        .limit(OF_A_WORKPLACE)
    )
    return _with_terms(rows.all())


def open_needs(*, by_employer: bool, page: int, size: int) -> tuple[list[NeedRow], int]:
    """A page of open needs by first day, or by the employer's name; and how many there are. Three queries."""
    is_open = Need.state == NeedState.OPEN
    order = (Employer.name, Workplace.name) if by_employer else BY_START
    rows = db.session.execute(
        _ROW.where(is_open).order_by(*order, Need.id).limit(size).offset((page - 1) * size)
    )
    total = db.session.scalar(select(func.count(Need.id)).where(is_open)) or 0
    return _with_terms(rows.all()), total


def need_row(need_id: int) -> NeedRow | None:
    """One need. Two queries."""
    return next(iter(_with_terms(db.session.execute(_ROW.where(Need.id == need_id)).all())), None)


def _with_terms(rows: Iterable[Sequence[object]]) -> list[NeedRow]:
    found = [NeedRow(*row) for row in rows]  # type: ignore[arg-type] # the columns of _ROW in its order
    terms: dict[int | None, list[tuple[int, str, bool]]] = defaultdict(list)
    for need_id, id_, name, name_en, is_required in db.session.execute(
        select(
            Requirement.need_id,
            Competence.id,
            Competence.name,
            Competence.name_en,
            Requirement.is_required,
        )
        .join(Competence, Competence.id == Requirement.competence_id)
        .where(Requirement.need_id.in_([row.id for row in found]))
        .order_by(Requirement.id)
    ):
        terms[need_id].append((id_, in_words(name, name_en), is_required))
    for row in found:
        row.terms.extend(terms[row.id])
    return found
