"""Reads of proposals, and of what a new placement can refer to: needs, supervisors and crews of a workplace."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import case as sql_case
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from activation.database import db
from models import Capacity, Crew, Employer, Need, Placement, Proposal, Supervisor, Workplace
from models.enums import EndedBy, PlacementKind, ProposalState

# A case has a handful; the newest are shown.
PROPOSALS_SHOWN = 30
CHOICES_SHOWN = 200


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """A proposal as lists show it."""

    id: int
    kind: PlacementKind
    workplace_id: int
    workplace: str
    employer: str
    starts_on: date
    ends_on: date | None
    weekdays: int
    hours_per_day: Decimal | None
    state: ProposalState
    proposed_on: date
    participant_yes_on: date | None
    employer_yes_on: date | None
    declined_by: EndedBy | None
    placement_id: int | None

    @property
    def is_open(self) -> bool:
        return self.state is ProposalState.PROPOSED


def proposals_of(case_id: int, *, only_open: bool = False) -> list[ProposalRow]:
    """The proposals of a case, open ones first, then the newest. One query."""
    statement = (
        select(
            Proposal.id,
            Proposal.kind,
            Proposal.workplace_id,
            Workplace.name,
            Employer.name,
            Proposal.starts_on,
            Proposal.ends_on,
            Proposal.weekdays,
            Proposal.hours_per_day,
            Proposal.state,
            Proposal.proposed_on,
            Proposal.participant_yes_on,
            Proposal.employer_yes_on,
            Proposal.declined_by,
            Proposal.placement_id,
        )
        .join(Workplace, Workplace.id == Proposal.workplace_id)
        .join(Employer, Employer.id == Workplace.employer_id)
        .where(Proposal.case_id == case_id)
        .order_by(
            sql_case((Proposal.state == ProposalState.PROPOSED, 0), else_=1),
            Proposal.proposed_on.desc(),
            Proposal.id.desc(),
        )
        .limit(PROPOSALS_SHOWN)
    )
    if only_open:
        statement = statement.where(Proposal.state == ProposalState.PROPOSED)
    rows: Sequence[Any] = db.session.execute(statement).all()
    return [ProposalRow(*row) for row in rows]


def find_proposal(proposal_id: int) -> Proposal | None:
    """A proposal with its workplace and employer."""
    return db.session.scalar(
        select(Proposal)
        .where(Proposal.id == proposal_id)
        .options(joinedload(Proposal.workplace, innerjoin=True))
    )


@dataclass(frozen=True, slots=True)
class NeedRoom:
    """A need, and how many of its positions are taken by placements that were not ended early."""

    id: int
    title: str
    positions: int
    taken: int

    @property
    def is_filled(self) -> bool:
        return self.taken >= self.positions


def find_need(need_id: int) -> Need | None:
    """A need with its workplace and employer."""
    return db.session.scalar(
        select(Need).where(Need.id == need_id).options(joinedload(Need.workplace, innerjoin=True))
    )


def find_room(room_id: int, workplace_id: int) -> Capacity | None:
    """What a workplace has said that there is room for."""
    return db.session.scalar(
        select(Capacity).where(Capacity.id == room_id, Capacity.workplace_id == workplace_id)
    )


def room_of_need(need_id: int) -> NeedRoom | None:
    """How far a need is filled. One query."""
    taken = (
        select(func.count())
        .select_from(Placement)
        .where(Placement.need_id == Need.id, Placement.ended_by.is_(None))
        .correlate(Need)
        .scalar_subquery()
    )
    row = db.session.execute(
        select(Need.id, Need.title, Need.positions, taken).where(Need.id == need_id)
    ).one_or_none()
    return NeedRoom(*row) if row else None


def supervisors_to_choose(workplace_id: int) -> list[tuple[int, str]]:
    """Who looks after people at a workplace now, the main one first."""
    rows = db.session.execute(
        select(Supervisor.id, Supervisor.name, Supervisor.email, Supervisor.phone)
        .where(Supervisor.workplace_id == workplace_id, Supervisor.left_on.is_(None))
        .order_by(Supervisor.is_main.desc(), Supervisor.name, Supervisor.id)
        .limit(CHOICES_SHOWN)
    )
    return [(id_, name or email or phone or "–") for id_, name, email, phone in rows]


def crews_to_choose(workplace_id: int) -> list[tuple[int, str]]:
    """The crews of a workplace that have not ended."""
    rows = db.session.execute(
        select(Crew.id, Crew.name)
        .where(Crew.workplace_id == workplace_id, Crew.ended_on.is_(None))
        .order_by(Crew.name, Crew.id)
        .limit(CHOICES_SHOWN)
    )
    return [(id_, name) for id_, name in rows]
