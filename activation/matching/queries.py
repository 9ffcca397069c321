"""Reads of the list of competences and of one participant: what they can, look for and are learning."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, func, select

from activation.database import db
from activation.text_search import contains_words
from activation.web.language import current_language
from models import CaseCompetence, Competence, Employer, Need, Plan, Requirement, TopUp, Workplace
from models.enums import CompetenceKind, TopUpState

PAGE_SIZE = 100
OFFERED = 1_000
OF_A_CASE = 200


@dataclass(frozen=True, slots=True)
class TermRow:
    """A term of the list and how often it is used. Counts are of rows, never of whose they are."""

    id: int
    name: str
    name_en: str
    kind: CompetenceKind
    is_free: bool
    active: bool
    had_by: int
    asked_by: int


def in_words(name: str, name_en: str) -> str:
    """A competence in the reader's language; what has no English name keeps the Swedish one."""
    return name_en if name_en and current_language() == "en" else name


def terms_listed(
    *, kind: CompetenceKind | None, text: str, free_only: bool, with_inactive: bool, page: int
) -> tuple[list[TermRow], int]:
    """A page of the list by name, and how many there are in all. Merged terms do not stand in it. Two queries."""
    had_by = (
        select(func.count())
        .select_from(CaseCompetence)
        .where(CaseCompetence.competence_id == Competence.id, CaseCompetence.removed_at.is_(None))
        .scalar_subquery()
    )
    asked_by = (
        select(func.count())
        .select_from(Requirement)
        .where(Requirement.competence_id == Competence.id)
        .scalar_subquery()
    )
    conditions: list[ColumnElement[bool]] = [Competence.merged_into_id.is_(None)]
    if kind is not None:
        conditions.append(Competence.kind == kind)
    if text.split():
        conditions.append(contains_words(text, (Competence.name, Competence.name_en)))
    if free_only:
        conditions.append(Competence.is_free.is_(True))
    if not with_inactive:
        conditions.append(Competence.active.is_(True))
    rows = db.session.execute(
        select(
            Competence.id,
            Competence.name,
            Competence.name_en,
            Competence.kind,
            Competence.is_free,
            Competence.active,
            had_by,
            asked_by,
        )
        .where(*conditions)
        .order_by(func.lower(Competence.name), Competence.id)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )
    found = [TermRow(*row) for row in rows]
    return found, db.session.scalar(select(func.count(Competence.id)).where(*conditions)) or 0


def offered_terms(*, besides: int | None = None, with_free: bool = False) -> list[tuple[int, str]]:
    """The terms in use by name, in the reader's language: to choose from while typing."""
    conditions: list[ColumnElement[bool]] = [
        Competence.active.is_(True),
        Competence.merged_into_id.is_(None),
    ]
    if not with_free:
        conditions.append(Competence.is_free.is_(False))
    rows = db.session.execute(
        select(Competence.id, Competence.name, Competence.name_en)
        .where(*conditions, Competence.id.is_distinct_from(besides))
        .order_by(func.lower(Competence.name), Competence.id)
        .limit(OFFERED)
    )
    return sorted(
        ((id_, in_words(name, name_en)) for id_, name, name_en in rows), key=lambda term: term[1].lower()
    )


@dataclass(frozen=True, slots=True)
class NotedCompetence:
    """What a participant can, as it was noted."""

    id: int
    name: str
    kind: CompetenceKind
    note: str
    noted_on: date
    noted_by: str
    by_top_up: bool


def competences_of(case_id: int) -> list[NotedCompetence]:
    """What the participant can, by name. One query."""
    rows = db.session.execute(
        select(CaseCompetence, Competence.name, Competence.name_en, Competence.kind)
        .join(Competence, Competence.id == CaseCompetence.competence_id)
        .where(CaseCompetence.case_id == case_id, CaseCompetence.removed_at.is_(None))
        .order_by(func.lower(Competence.name), CaseCompetence.id)
        .limit(OF_A_CASE)
    )
    return [
        NotedCompetence(
            noted.id,
            in_words(name, name_en),
            kind,
            noted.note,
            noted.noted_on,
            noted.noted_by,
            noted.top_up_id is not None,
        )
        for noted, name, name_en, kind in rows
    ]


@dataclass(frozen=True, slots=True)
class TopUpRow:
    """A skills top-up with the need it is for and the plan it belongs to, where there are."""

    id: int
    competence: str
    what: str
    place: str
    starts_on: date
    ends_on: date | None
    cost: Decimal | None
    state: TopUpState
    ended_on: date | None
    reason: str
    version: int
    need_id: int | None
    need: str | None
    employer: str | None
    plan_agreed_on: date | None


def top_ups_of(case_id: int) -> list[TopUpRow]:
    """The top-ups of a case, the planned ones first, then the latest. One query."""
    statement: Any = (
        select(TopUp, Competence.name, Competence.name_en, Need.title, Employer.name, Plan.agreed_on)
        .join(Competence, Competence.id == TopUp.competence_id)
        .outerjoin(Need, Need.id == TopUp.need_id)
        .outerjoin(Workplace, Workplace.id == Need.workplace_id)
        .outerjoin(Employer, Employer.id == Workplace.employer_id)
        .outerjoin(Plan, Plan.id == TopUp.plan_id)
        .where(TopUp.case_id == case_id)
        .order_by(TopUp.ended_on.is_not(None), TopUp.starts_on.desc(), TopUp.id.desc())
        .limit(OF_A_CASE)
    )
    return [
        TopUpRow(
            row.id,
            in_words(name, name_en),
            row.what,
            row.place,
            row.starts_on,
            row.ends_on,
            row.cost,
            row.state,
            row.ended_on,
            row.reason,
            row.version,
            row.need_id,
            title,
            employer,
            agreed_on,
        )
        for row, name, name_en, title, employer, agreed_on in db.session.execute(statement)
    ]
