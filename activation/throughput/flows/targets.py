"""The planned share of the main flow: a planning figure of a unit, dated. Administrators set it, unit leads read it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from activation.clocks.calendar import local_date
from activation.database import db
from activation.records.actor import Actor, must_be_administrator
from activation.throughput.measures.report import MAIN_FLOW_SHARE
from activation.throughput.queries import Figure, figures
from activation.throughput.rules import Period
from activation.throughput.scope import Units
from models import FlowTarget, Unit
from models.errors import Conflict, FieldError
from models.texts import N_

ONLY_ADMINISTRATORS = N_("Only administrators set the planned share of the main flow.")

SHOWN = 200
EARLIEST = date(2000, 1, 1)


@dataclass(frozen=True)
class Planned:
    """A share in percent with where and from when it holds. Without unit: in all units that have none of their own."""

    unit_id: int | None
    valid_from: date
    main_percent: int


class FlowTargets:
    """All dated shares, read once."""

    def __init__(self, rows: Iterable[Planned]) -> None:
        self.rows = sorted(rows, key=lambda row: row.valid_from, reverse=True)

    @classmethod
    def load(cls) -> "FlowTargets":
        rows = db.session.execute(
            select(FlowTarget.unit_id, FlowTarget.valid_from, FlowTarget.main_percent).order_by(FlowTarget.id)
        )
        return cls(Planned(*row) for row in rows)

    def dated(self, unit_id: int | None, day: date) -> Planned | None:
        """The unit's own that holds on a day, else the common one; None where nothing is planned."""
        for unit in (unit_id, None):
            for row in self.rows:
                if row.unit_id == unit and row.valid_from <= day:
                    return row
        return None

    def percent(self, unit_id: int | None, day: date) -> int | None:
        found = self.dated(unit_id, day)
        return None if found is None else found.main_percent


def check_target(row: Planned, *, now: datetime) -> None:
    """Raises FieldError where the target would change what the past was planned by."""
    today, there = local_date(now), FlowTargets.load()
    if row.valid_from < EARLIEST:
        raise FieldError("valid_from", N_("Choose a day from 2000 on."))
    if any((r.unit_id, r.valid_from) == (row.unit_id, row.valid_from) for r in there.rows):
        text = N_("There is already a target from that day. Remove it first, or choose another day.")
        raise FieldError("valid_from", text)
    if row.valid_from < today and there.dated(row.unit_id, today) is not None:
        text = N_("A planned share holds already, and the past keeps its own: choose today or a day ahead.")
        raise FieldError("valid_from", text)


def add_target(*, actor: Actor, row: Planned, now: datetime) -> bool:
    """A planned share from a day on. Pressed twice it is one: says whether it is new. Raises FieldError."""
    must_be_administrator(actor, ONLY_ADMINISTRATORS)
    _take_turn(row.unit_id)
    if row in FlowTargets.load().rows:
        return False
    check_target(row, now=now)
    db.session.add(
        FlowTarget(
            unit_id=row.unit_id,
            valid_from=row.valid_from,
            main_percent=row.main_percent,
            made_at=now,
            made_by=actor.name,
        )
    )
    db.session.flush()
    return True


def remove_target(*, actor: Actor, target: FlowTarget, now: datetime) -> None:
    """Takes back a planned share that lies ahead. Raises Conflict."""
    must_be_administrator(actor, ONLY_ADMINISTRATORS)
    if target.valid_from <= local_date(now):
        raise Conflict(N_("This target holds already, and stays. Add a new one from another day."))
    db.session.delete(target)
    db.session.flush()


def actual(unit_id: int | None, today: date) -> Figure:
    """The share as it is: what the preview holds a plan against."""
    return figures([MAIN_FLOW_SHARE], Period.on(today), Units.maybe(unit_id))[0]


@dataclass(frozen=True, slots=True)
class TargetRow:
    """A dated share as the page lists it. `unit` None: all units that have none of their own."""

    id: int
    unit: str | None
    main_percent: int
    valid_from: date
    made_by: str


def target_rows() -> Sequence[TargetRow]:
    """All that were set, the latest first; at most SHOWN."""
    rows = db.session.execute(
        select(FlowTarget.id, Unit.name, FlowTarget.main_percent, FlowTarget.valid_from, FlowTarget.made_by)
        .outerjoin(Unit, Unit.id == FlowTarget.unit_id)
        .order_by(FlowTarget.valid_from.desc(), FlowTarget.id.desc())
        .limit(SHOWN)
    )
    return [TargetRow(*row) for row in rows]


def _take_turn(unit_id: int | None) -> None:
    """Of two that set one for the same unit the second sees the first. All units: the first of them stands for all."""
    which = select(Unit.id).order_by(Unit.id).limit(1)
    if unit_id is not None:
        which = which.where(Unit.id == unit_id)
    db.session.execute(which.with_for_update(key_share=True))
