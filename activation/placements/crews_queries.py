"""Reads of crews: those of a workplace with who is in them, and who could join one."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import joinedload

from activation.caseload.visibility import visible_cases
from activation.database import db
from activation.placements.began import not_ended_before
from activation.records.actor import Actor
from models import Case, Crew, Placement, Supervisor, Workplace
from models.enums import PlacementKind

SHOWN = 50
PEOPLE_SHOWN = 200
# A service crew has four to eight people.
AT_LEAST, AT_MOST = 4, 8


@dataclass(frozen=True, slots=True)
class CrewPerson:
    """A placement in a crew, or one that could join it, of a case that the actor may see."""

    placement_id: int
    case_id: int
    name: str
    case_number: str
    kind: PlacementKind
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class CrewRow:
    """A crew with who is in it now or soon. `total` is whole: it counts those, too, whom the actor may not see."""

    id: int
    name: str
    supervisor: str | None
    ended_on: date | None
    people: tuple[CrewPerson, ...]
    total: int
    is_service_crew: bool

    @property
    def hidden(self) -> int:
        return self.total - len(self.people)

    @property
    def size_text(self) -> str | None:
        """What is to be said of its size, in words; nothing where it is as it should be, or no service crew."""
        if not self.is_service_crew or self.ended_on is not None or AT_LEAST <= self.total <= AT_MOST:
            return None
        if self.total > AT_MOST:
            return str(
                _("%(num)s people: a service crew has four to eight. Consider dividing it.", num=self.total)
            )
        return str(
            ngettext(
                "%(num)s person: a service crew has four to eight, so there is room for more.",
                "%(num)s people: a service crew has four to eight, so there is room for more.",
                self.total,
            )
        )


def _there_or_soon(today: date) -> ColumnElement[bool]:
    return and_(
        not_ended_before(today),
        or_(Case.closed_on.is_(None), Case.closed_on >= today),
    )


def crews_of(workplace_id: int, actor: Actor, *, today: date, crew_id: int | None = None) -> list[CrewRow]:
    """The crews of a workplace (or one of them), those that go on first, by name. In three queries."""
    of_it = Crew.workplace_id == workplace_id
    rows: Any = db.session.execute(
        select(Crew.id, Crew.name, Supervisor.name.label("supervisor"), Crew.ended_on)
        .outerjoin(Supervisor, Supervisor.id == Crew.supervisor_id)
        .where(of_it if crew_id is None else and_(of_it, Crew.id == crew_id))
        .order_by(case((Crew.ended_on.is_(None), 0), else_=1), Crew.name, Crew.id)
        .limit(SHOWN)
    ).all()
    if not rows:
        return []
    ids = [row.id for row in rows]
    people: dict[int, list[CrewPerson]] = defaultdict(list)
    for in_crew, person in _people(Placement.crew_id.in_(ids), actor, today=today):
        people[in_crew].append(person)
    is_service = func.count(case((Placement.kind == PlacementKind.SERVICE_CREW, 1)))
    counts = {
        row.crew_id: (row.total, row.service > 0)
        for row in db.session.execute(
            select(Placement.crew_id, func.count().label("total"), is_service.label("service"))
            .join(Case, Case.id == Placement.case_id)
            .where(Placement.crew_id.in_(ids), _there_or_soon(today))
            .group_by(Placement.crew_id)
        )
    }
    found = []
    for row in rows:
        total, has_service = counts.get(row.id, (0, False))
        there = tuple(people[row.id])
        found.append(CrewRow(row.id, row.name, row.supervisor, row.ended_on, there, total, has_service))
    return found


def _people(where: ColumnElement[bool], actor: Actor, *, today: date) -> list[tuple[int, CrewPerson]]:
    rows: Any = db.session.execute(
        select(
            Placement.crew_id,
            Placement.id,
            Case.id,
            Case.first_name,
            Case.last_name,
            Case.case_number,
            Placement.kind,
            Placement.starts_on,
            Placement.ends_on,
        )
        .join(Case, Case.id == Placement.case_id)
        .where(where, _there_or_soon(today), visible_cases(actor))
        .order_by(Case.sort_name, Placement.starts_on, Placement.id)
        .limit(PEOPLE_SHOWN)
    ).all()
    return [
        (crew, CrewPerson(id_, case_id, f"{first} {last}", *rest))
        for crew, id_, case_id, first, last, *rest in rows
    ]


def could_join(crew: Crew, actor: Actor, *, today: date) -> list[CrewPerson]:
    """Placements at the crew's workplace that are not in it, of people whom the actor may see."""
    not_in_it = or_(Placement.crew_id.is_(None), Placement.crew_id != crew.id)
    where = and_(Placement.workplace_id == crew.workplace_id, not_in_it)
    return [person for _crew, person in _people(where, actor, today=today)]


def crew_to_edit(crew_id: int) -> Crew | None:
    """A crew with its workplace and employer."""
    return db.session.scalar(
        select(Crew)
        .where(Crew.id == crew_id)
        .options(joinedload(Crew.workplace, innerjoin=True).joinedload(Workplace.employer, innerjoin=True))
    )
