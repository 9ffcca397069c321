"""The administrator sets targets: from a date on, with a look at whom it touches. What holds is never changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select

from activation.clocks.calendar import calendars, local_date
from activation.clocks.follow import follow
from activation.clocks.rules import due_on, earliest_change, kinds_of
from activation.clocks.targets import DEFAULT_TARGETS, Dated, Target, Targets
from activation.context import settings
from activation.database import db
from activation.records.actor import Actor
from models import Case, ClockTarget, Unit
from models.enums import ClockKind, DayKind, Flow
from models.errors import Conflict, FieldError
from models.texts import N_

SHOWN = 200


@dataclass(frozen=True)
class Touched:
    """How many cases would get another deadline."""

    open: int
    closed: int


def check_target(row: Dated, *, now: datetime) -> None:
    """Raises FieldError where the target would rewrite what people were judged by."""
    today = local_date(now)
    own = db.session.scalars(
        select(ClockTarget.valid_from).where(
            ClockTarget.unit_id.is_not_distinct_from(row.unit_id), ClockTarget.kind == row.kind
        )
    ).all()
    if row.valid_from in own:
        text = N_("There is already a target from that day. Remove it first, or choose another day.")
        raise FieldError("valid_from", text)
    latest = max((day for day in own if day <= today), default=None)
    if latest is not None and row.valid_from < latest:
        text = N_("The target from %(day)s holds already. A new one begins after it.")
        raise FieldError("valid_from", text, day=latest)
    earliest = earliest_change(today)
    if row.valid_from < earliest and Targets.load().dated(row.unit_id, row.kind, today) is not None:
        text = N_("A target holds already, and the past keeps its own: choose %(day)s or later.")
        raise FieldError("valid_from", text, day=earliest)


def touched_by(row: Dated) -> Touched:
    """Whose deadline (pauses left aside) would be another. Two counts over all cases from that day on, no names."""
    before = Targets.load()
    after = before.with_one_more(row)
    groups = db.session.execute(
        select(Case.unit_id, Case.first_contact_on, Case.closed_on.is_(None), func.count())
        .where(*_cases_from(row))
        .group_by(Case.unit_id, Case.first_contact_on, Case.closed_on.is_(None))
    ).all()
    of_unit = calendars({group[0] for group in groups}, settings().closed_days)
    counts = {True: 0, False: 0}
    for unit_id, start, is_open, number in groups:
        deadlines = {
            due_on(start, target.days, target.day_kind, of_unit[unit_id].is_working_day)
            for target in (before.of(unit_id, row.kind, start), after.of(unit_id, row.kind, start))
        }
        if len(deadlines) > 1:
            counts[bool(is_open)] += number
    return Touched(open=counts[True], closed=counts[False])


def add_target(
    *,
    actor: Actor,
    unit_id: int | None,
    kind: ClockKind,
    days: int,
    day_kind: DayKind,
    valid_from: date,
    now: datetime,
) -> bool:
    """A target from a day on; says whether all that follows from it happens now. Raises FieldError."""
    row = Dated(unit_id, kind, valid_from, Target(days, day_kind))
    check_target(row, now=now)
    db.session.add(
        ClockTarget(unit_id=unit_id, kind=kind, days=days, day_kind=day_kind, valid_from=valid_from)
    )
    db.session.flush()
    return _follow(row)


def remove_target(*, actor: Actor, target: ClockTarget, now: datetime) -> bool:
    """Takes away a target that lies ahead; says whether all that follows happens now. Raises Conflict."""
    if target.valid_from <= local_date(now):
        raise Conflict(N_("This target holds already, and stays. Add a new one from another day."))
    row = Dated(target.unit_id, target.kind, target.valid_from, Target(target.days, target.day_kind))
    db.session.delete(target)
    db.session.flush()
    return _follow(row)


def _cases_from(row: Dated) -> list[ColumnElement[bool]]:
    flows = [flow for flow in Flow if row.kind in kinds_of(flow)]
    conditions: list[ColumnElement[bool]] = [Case.first_contact_on >= row.valid_from, Case.flow.in_(flows)]
    if row.unit_id is not None:
        conditions.append(Case.unit_id == row.unit_id)
    return conditions


def _follow(row: Dated) -> bool:
    return follow(db.session.scalars(select(Case.id).where(*_cases_from(row)).order_by(Case.id)).all())


@dataclass(frozen=True)
class HoldsNow:
    """What holds today in a unit (None: where no unit has its own), clock by clock."""

    unit: str | None
    cells: Sequence[tuple[ClockKind, Target, Dated | None]]


def holding(today: date) -> list[HoldsNow]:
    """Each unit's targets as of a day; the first line is what holds in all that have none of their own."""
    targets = Targets.load()
    units = db.session.execute(select(Unit.id, Unit.name).order_by(Unit.name, Unit.id).limit(SHOWN)).all()

    def line(unit_id: int | None, name: str | None) -> HoldsNow:
        found = [(kind, targets.dated(unit_id, kind, today)) for kind in ClockKind]
        return HoldsNow(
            name, [(kind, row.target if row else DEFAULT_TARGETS[kind], row) for kind, row in found]
        )

    return [line(None, None), *(line(row.id, row.name) for row in units)]


@dataclass(frozen=True, slots=True)
class TargetRow:
    """A dated target as the page lists it."""

    id: int
    unit: str | None
    kind: ClockKind
    days: int
    day_kind: DayKind
    valid_from: date


def dated_targets() -> list[TargetRow]:
    """All dated targets, the latest first; at most SHOWN."""
    rows = db.session.execute(
        select(
            ClockTarget.id,
            Unit.name,
            ClockTarget.kind,
            ClockTarget.days,
            ClockTarget.day_kind,
            ClockTarget.valid_from,
        )
        .outerjoin(Unit, Unit.id == ClockTarget.unit_id)
        .order_by(ClockTarget.valid_from.desc(), ClockTarget.id.desc())
        .limit(SHOWN)
    )
    return [TargetRow(*row) for row in rows]
