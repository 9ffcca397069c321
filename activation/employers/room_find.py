"""Where there is room for one more person on a day: every room of every workplace, in one statement.

The rule is room_rules.free_places, said in SQL; a test compares the two. Counts are whole: they hold the people whom
the reader may not see.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Integer,
    String,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    not_,
    or_,
    select,
)

from activation.database import db
from activation.employers.queries import is_there
from activation.employers.room_rules import levels_up_to
from activation.employers.rules import AgreementState, agreement_state
from activation.employers.supervision import MAIN
from activation.text_search import contains_words
from models import (
    Agreement,
    Capacity,
    Case,
    Competence,
    Employer,
    Placement,
    Requirement,
    Workplace,
    WorkplaceClosing,
)
from models.enums import EMPLOYMENT_KINDS, EmployerStatus, LanguageLevel, Licence, PlacementKind

LEFT_OUT = (EmployerStatus.RESTING, EmployerStatus.NOT_SUITABLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What somebody needs of a place. None and "": it does not matter. `licences`: those they drive with (may be none
    at all); `days`: so many a week; `area`: the beginning of a postcode, or of the name of a town."""

    day: date
    days: int | None = None
    kind: PlacementKind | None = None
    language: LanguageLevel | None = None
    licences: frozenset[Licence] | None = None
    area: str = ""
    text: str = ""


class Standing(StrEnum):
    """What becomes of a room in the answer. Nothing is left out without being counted."""

    FITS = "fits"
    NOT_SAID = "not_said"  # something that matters was never said: ask
    FULL = "full"
    CLOSED = "closed"  # on the day itself: the workplace is closed, or takes nobody on that weekday
    NO_ROOM = "no_room"  # has said what room it has, and has none that day
    STATUS = "status"  # the employer is resting or not suitable


@dataclass(frozen=True, slots=True)
class FoundPlace:
    """A room with free places on the day, or a workplace that never said what room it has (`capacity_id` None)."""

    standing: str
    capacity_id: int | None
    workplace_id: int
    workplace: str
    town: str
    employer_id: int
    employer: str
    status: EmployerStatus
    kind: PlacementKind | None
    free: int | None
    places: int | None
    weekdays: int | None
    days_at_least: int | None
    language_level: LanguageLevel | None
    licence: Licence | None
    tasks: str | None
    supervisor: str | None
    phone: str | None
    signed_on: date | None
    valid_to: date | None
    required: list[str] = field(default_factory=list)
    wished: list[str] = field(default_factory=list)

    def agreement(self, day: date) -> AgreementState:
        """How it stands on a day with what was agreed."""
        return agreement_state(self.signed_on, self.valid_to, today=day)


def least(first: Any, second: Any) -> ColumnElement[Any]:
    """The smaller one (SQLite and PostgreSQL have different names for it). Neither may be null."""
    return case((first < second, first), else_=second)


class _Rooms:
    """The parts of the statement for one day: the rooms in force, who is there, and what is left."""

    def __init__(self, day: date) -> None:
        self.held = (
            select(Capacity)
            .where(Capacity.starts_on <= day, or_(Capacity.ends_on.is_(None), Capacity.ends_on >= day))
            .cte("held")
        )
        held = self.held.c
        self.offered = (
            select(held.workplace_id, held.kind, func.sum(held.places).label("places"))
            .group_by(held.workplace_id, held.kind)
            .cte("offered")
        )
        self.there = (
            select(Placement.workplace_id, Placement.kind, func.count().label("people"))
            .join(Case, Case.id == Placement.case_id)
            .where(is_there(day))
            .group_by(Placement.workplace_id, Placement.kind)
            .cte("there")
        )
        self.training = self._training()

    def _training(self) -> CTE:
        """Everybody there who is not employed, and how many of them no room of their own kind counts."""
        there, offered = self.there.c, self.offered.c
        own = and_(offered.workplace_id == there.workplace_id, offered.kind == there.kind)
        return (
            select(
                there.workplace_id,
                func.sum(there.people).label("everybody"),
                func.sum(case((offered.workplace_id.is_(None), there.people), else_=0)).label("elsewhere"),
            )
            .outerjoin(self.offered, own)
            .where(there.kind.not_in(EMPLOYMENT_KINDS))
            .group_by(there.workplace_id)
            .cte("training")
        )

    def joined(self, statement: Any) -> Any:
        """A statement on Workplace (joined with Employer), a row for each of its rooms, one where it has none."""
        held, offered, there = self.held.c, self.offered.c, self.there.c
        own_kind = and_(there.workplace_id == held.workplace_id, there.kind == held.kind)
        same_kind = and_(
            offered.workplace_id == held.workplace_id, offered.kind.is_not_distinct_from(held.kind)
        )
        return (
            statement.outerjoin(self.held, held.workplace_id == Workplace.id)
            .outerjoin(self.offered, same_kind)
            .outerjoin(self.there, own_kind)
            .outerjoin(self.training, self.training.c.workplace_id == Workplace.id)
            .where(Workplace.merged_into_id.is_(None), Employer.merged_into_id.is_(None))
        )

    @property
    def free(self) -> ColumnElement[Any]:
        """Null: not known."""
        held = self.held.c
        everybody = func.coalesce(self.training.c.everybody, 0)
        taken = case(
            (held.kind.is_(None), func.coalesce(self.training.c.elsewhere, 0)),
            else_=func.coalesce(self.there.c.people, 0),
        )
        uncapped = or_(Workplace.places.is_(None), held.kind.in_(EMPLOYMENT_KINDS))
        at_workplace = case((uncapped, held.places), else_=Workplace.places - everybody)
        of_room = least(least(held.places, self.offered.c.places - taken), at_workplace)
        left = case((held.id.is_(None), Workplace.places - everybody), else_=of_room)
        return cast(case((left < 0, 0), else_=left), Integer)


def _days_a_week(weekdays: Any) -> ColumnElement[int]:
    days: ColumnElement[int] = weekdays.bitwise_and(1)
    for bit in range(1, 7):
        days = days + weekdays.bitwise_rshift(bit).bitwise_and(1)
    return days


def _fits(rooms: _Rooms, wanted: Wanted) -> list[ColumnElement[bool]]:
    """What a room must not contradict. What it does not say contradicts nothing."""
    held = rooms.held.c
    unsaid = held.id.is_(None)
    conditions: list[ColumnElement[bool]] = []
    if wanted.kind is not None:
        conditions.append(_takes_kind(rooms, wanted.kind))
    if wanted.days is not None:
        enough = _days_a_week(held.weekdays) >= wanted.days
        not_too_few = or_(held.days_at_least.is_(None), held.days_at_least <= wanted.days)
        conditions.append(or_(unsaid, and_(enough, not_too_few)))
    if wanted.language is not None:
        levels = levels_up_to(wanted.language)
        conditions.append(or_(held.language_level.is_(None), held.language_level.in_(levels)))
    if wanted.licences is not None:
        conditions.append(or_(held.licence.is_(None), held.licence.in_(wanted.licences)))
    if wanted.area:
        column = Workplace.postcode if wanted.area.replace(" ", "").isdigit() else Workplace.town
        names = {wanted.area, wanted.area.lower(), wanted.area.upper(), wanted.area.capitalize()}
        starts = [name.replace(" ", "") if column is Workplace.postcode else name for name in sorted(names)]
        conditions.append(or_(*(column.istartswith(start, autoescape=True) for start in starts)))
    if wanted.text.split():
        columns = (Workplace.name, Workplace.town, Employer.name, Employer.org_number, held.tasks)
        conditions.append(contains_words(wanted.text, columns))
    return conditions


def _takes_kind(rooms: _Rooms, kind: PlacementKind) -> ColumnElement[bool]:
    """Room of the kind; and room of any kind where they have none of this one, unless it is employment."""
    held = rooms.held.c
    if kind.is_employment:
        return held.kind == kind
    other = rooms.held.alias("own_room")
    has_own = exists().where(other.c.workplace_id == Workplace.id, other.c.kind == kind)
    return or_(held.kind == kind, and_(held.kind.is_(None), not_(has_own)))


def _standing(rooms: _Rooms, wanted: Wanted) -> ColumnElement[str]:
    held, day = rooms.held.c, wanted.day
    closing = exists().where(
        WorkplaceClosing.workplace_id == Workplace.id,
        WorkplaceClosing.withdrawn_at.is_(None),
        WorkplaceClosing.starts_on <= day,
        WorkplaceClosing.ends_on >= day,
    )
    other_day = held.weekdays.bitwise_rshift(day.weekday()).bitwise_and(1) == 0
    has_said = exists().where(Capacity.workplace_id == Workplace.id)
    unsaid: list[ColumnElement[bool]] = [rooms.free.is_(None)]
    if wanted.language is not None:
        unsaid.append(held.language_level.is_(None))
    if wanted.days is not None or wanted.licences is not None:
        unsaid.append(held.id.is_(None))
    return cast(
        case(
            (Employer.status.in_(LEFT_OUT), literal(Standing.STATUS.value)),
            (and_(held.id.is_(None), has_said), literal(Standing.NO_ROOM.value)),
            (or_(closing, other_day), literal(Standing.CLOSED.value)),
            (rooms.free == 0, literal(Standing.FULL.value)),
            (or_(*unsaid), literal(Standing.NOT_SAID.value)),
            else_=literal(Standing.FITS.value),
        ),
        String,
    )


def counted(wanted: Wanted) -> Counter[str]:
    """How many rooms stand how (values of Standing), in one statement."""
    rooms = _Rooms(wanted.day)
    standing = _standing(rooms, wanted).label("standing")
    statement = rooms.joined(select(standing).select_from(Workplace).join(Workplace.employer))
    inner = statement.where(*_fits(rooms, wanted)).subquery()
    found = db.session.execute(select(inner.c.standing, func.count()).group_by(inner.c.standing))
    return Counter({row[0]: row[1] for row in found})


def found_places(wanted: Wanted, *, limit: int, offset: int = 0) -> list[FoundPlace]:
    """Those that fit, then those to ask, each by employer and name. Two queries: the rooms, their competences."""
    rooms = _Rooms(wanted.day)
    held = rooms.held.c
    standing = _standing(rooms, wanted)
    newest = (
        select(Agreement.id)
        .where(Agreement.employer_id == Employer.id)
        .order_by(Agreement.signed_on.desc(), Agreement.id.desc())
        .limit(1)
        .correlate(Employer)
        .scalar_subquery()
    )
    columns = select(
        standing.label("standing"),
        held.id,
        Workplace.id,
        Workplace.name,
        Workplace.town,
        Employer.id,
        Employer.name,
        Employer.status,
        held.kind,
        rooms.free,
        case((held.id.is_(None), Workplace.places), else_=held.places),
        held.weekdays,
        held.days_at_least,
        held.language_level,
        held.licence,
        held.tasks,
        MAIN.name,
        MAIN.phone,
        Agreement.signed_on,
        Agreement.valid_to,
    )
    statement = rooms.joined(columns.select_from(Workplace).join(Workplace.employer))
    rows = db.session.execute(
        statement.outerjoin(MAIN, and_(MAIN.workplace_id == Workplace.id, MAIN.is_main))
        .outerjoin(Agreement, Agreement.id == newest)
        .where(*_fits(rooms, wanted), standing.in_((Standing.FITS.value, Standing.NOT_SAID.value)))
        .order_by("standing", Employer.name, Workplace.name, Workplace.id, held.id)
        .limit(limit)
        .offset(offset)
    )
    found = [FoundPlace(*row) for row in rows]
    add_competences(found)
    return found


def add_competences(found: Sequence[Any]) -> None:
    """Fills `required` and `wished` of rows that have a `capacity_id`, in one query."""
    of_room: dict[int, list[Any]] = defaultdict(list)
    for row in found:
        if row.capacity_id is not None:
            of_room[row.capacity_id].append(row)
    rows: Any = db.session.execute(
        select(Requirement.capacity_id, Competence.name, Requirement.is_required)
        .join(Competence, Competence.id == Requirement.competence_id)
        .where(Requirement.capacity_id.in_(of_room))
        .order_by(Requirement.capacity_id, Competence.name, Requirement.id)
    )
    for capacity_id, name, is_required in rows:
        for row in of_room[capacity_id]:
            (row.required if is_required else row.wished).append(name)
