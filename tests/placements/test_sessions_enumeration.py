"""The rows of sessions against an enumeration of their definition, for many random histories in the database."""

import random
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

from flask import Flask
from sqlalchemy import select

from activation.database import db
from activation.placements.rules import HORIZON
from activation.placements.sessions import recompute_sessions
from models import (
    Case,
    ClosedDay,
    Leave,
    Placement,
    PlacementSchedule,
    Session,
    SessionChange,
    Unit,
    Workplace,
    WorkplaceClosing,
)
from models.enums import Mark, MarkedThrough, PlacementKind, SessionChangeKind
from tests import builders
from tests.placements.enumeration import Day, History, Placed, SavedWeek, SingleDay, Span, sessions_of

TODAY = builders.NOW.date()
THROUGH = TODAY + HORIZON
FIRST = date(2026, 10, 12)
CASES = 60
# Public holidays and the municipality's yearly closed days, by hand.
CLOSED = frozenset(
    {
        date(2026, 10, 31),
        date(2026, 12, 24),
        date(2026, 12, 25),
        date(2026, 12, 26),
        date(2026, 12, 31),
        date(2027, 1, 1),
        date(2027, 1, 6),
    }
)
HOURS = (None, Decimal("4"), Decimal("6.5"), Decimal("7.33"))
KINDS = (PlacementKind.WORK_TRAINING, PlacementKind.SERVICE_CREW, PlacementKind.SFI, PlacementKind.EMPLOYMENT)


class Maker:
    """Makes the rows of a random history and says it in the enumeration's words at the same time."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.units = [builders.unit(), builders.unit()]
        for_all, own = self.day(), self.day()
        db.session.add_all(
            [
                ClosedDay(unit_id=None, day=for_all),
                ClosedDay(unit_id=self.units[0].id, day=own),
            ]
        )
        self.closed = {self.units[0].id: CLOSED | {for_all, own}, self.units[1].id: CLOSED | {for_all}}
        self.workplaces = [builders.workplace(f"Plats {n}") for n in range(4)]
        self.closings: dict[int, list[Span]] = {w.id: self.closings_of(w) for w in self.workplaces}

    def day(self) -> date:
        return FIRST + timedelta(days=self.dice.randrange(110))

    def span(self, longest: int) -> Span:
        first = self.day()
        return first, first + timedelta(days=self.dice.randrange(longest))

    def taken_back(self) -> dict[str, Any]:
        return {"withdrawn_at": builders.NOW} if self.dice.random() < 0.25 else {}

    def closings_of(self, at: Workplace) -> list[Span]:
        found = []
        for _n in range(self.dice.randrange(3)):
            span, back = self.span(8), self.taken_back()
            db.session.add(
                WorkplaceClosing(
                    workplace_id=at.id, starts_on=span[0], ends_on=span[1],
                    made_at=builders.NOW, made_by="test", **back,
                )
            )  # fmt: skip
            found += [] if back else [span]
        return found

    def case(self) -> tuple[Case, History]:
        unit: Unit = self.dice.choice(self.units)
        closed_on = self.day() if self.dice.random() < 0.2 else None
        case = builders.case(unit, first_contact_on=date(2026, 10, 1))
        leaves = []
        for _n in range(self.dice.randrange(3)):
            span, back = self.span(10), self.taken_back()
            db.session.add(
                Leave(case_id=case.id, starts_on=span[0], ends_on=span[1], made_at=builders.NOW, made_by="test", **back)
            )  # fmt: skip
            leaves += [] if back else [span]
        placements = [self.placement(case) for _n in range(self.dice.randrange(1, 4))]
        case.closed_on = closed_on
        return case, History(placements, closed_on, self.closed[unit.id], leaves)

    def placement(self, case: Case) -> Placed:
        starts_on, length = self.day(), self.dice.choice((None, 3, 20, 60))
        kind, bits, hours = self.dice.choice(KINDS), self.dice.randrange(1, 128), self.dice.choice(HOURS)
        row = Placement(
            case_id=case.id,
            workplace_id=builders.workplace().id if self.dice.random() < 0.3 else self.free_workplace(case, starts_on),
            kind=kind,
            starts_on=starts_on,
            ends_on=None if length is None else starts_on + timedelta(days=length),
            weekdays=bits,
            hours_per_day=hours,
        )  # fmt: skip
        db.session.add(row)
        db.session.flush()
        base: list[Day] = [(hours, None, None) if bits >> n & 1 else None for n in range(7)]
        return Placed(
            row.id,
            starts_on,
            row.ends_on,
            kind is PlacementKind.EMPLOYMENT,
            base,
            [self.saved_week(row) for _n in range(self.dice.randrange(4))],
            [self.single_day(row) for _n in range(self.dice.randrange(14))],
            self.closings.get(row.workplace_id, []),
        )

    def free_workplace(self, case: Case, starts_on: date) -> int:
        taken = set(
            db.session.scalars(
                select(Placement.workplace_id).where(
                    Placement.case_id == case.id, Placement.starts_on == starts_on
                )
            )
        )
        return self.dice.choice([w.id for w in self.workplaces if w.id not in taken])

    def saved_week(self, row: Placement) -> SavedWeek:
        # Often from the first day, and twice from the same day: the one saved last holds.
        valid_from = row.starts_on + timedelta(days=self.dice.choice((0, 0, 7, 9, 30, 30, -5)))
        weeks = [[self.plan() for _day in range(7)] for _week in range(self.dice.choice((1, 2)))]
        back = self.taken_back()
        stored = [[None if day is None else self.stored(day) for day in week] for week in weeks]
        db.session.add(
            PlacementSchedule(
                placement_id=row.id, valid_from=valid_from, weeks=stored,
                made_at=builders.NOW, made_by="test", **back,
            )
        )  # fmt: skip
        db.session.flush()
        return SavedWeek(valid_from, weeks, bool(back))

    def plan(self) -> Day:
        if self.dice.random() < 0.4:
            return None
        if self.dice.random() < 0.5:
            return (self.dice.choice(HOURS), None, None)
        return (Decimal("4.5"), time(self.dice.randrange(6, 12)), time(16, 45))

    @staticmethod
    def stored(day: tuple[Decimal | None, time | None, time | None]) -> dict[str, Any]:
        hours, starts_at, ends_at = day
        found: dict[str, Any] = {"hours": None if hours is None else str(hours)}
        if starts_at is not None and ends_at is not None:
            found |= {"from": f"{starts_at:%H:%M}", "to": f"{ends_at:%H:%M}", "break": 30}
        return found

    def single_day(self, row: Placement) -> SingleDay:
        on_date = row.starts_on + timedelta(days=self.dice.randrange(-3, 40))
        step = self.dice.choice((None, -8, -2, -1, 1, 1, 2, 5, 9))
        to_date = None if step is None else on_date + timedelta(days=step)
        hours = None if step is None else self.dice.choice(HOURS)
        back = self.taken_back()
        db.session.add(
            SessionChange(
                placement_id=row.id,
                on_date=on_date,
                kind=SessionChangeKind.CANCELLED if step is None else SessionChangeKind.MOVED,
                to_date=to_date,
                hours=hours,
                made_at=builders.NOW,
                made_by="test",
                **back,
            )
        )
        db.session.flush()
        return SingleDay(on_date, to_date, hours, bool(back))


def rows_of(cases: list[Case], *, scheduled: bool = True) -> dict[int, dict[date, tuple[int, Day]]]:
    found: dict[int, dict[date, tuple[int, Day]]] = {case.id: {} for case in cases}
    for s in db.session.scalars(select(Session).execution_options(populate_existing=True)):
        if s.scheduled is scheduled:
            found[s.case_id][s.on_date] = (s.placement_id, (s.planned_hours, s.starts_at, s.ends_at))
    return found


def test_rows_are_those_of_the_definition_for_random_histories(app: Flask) -> None:
    maker = Maker(seed=4)
    made = [maker.case() for _n in range(CASES)]
    ids = [case.id for case, _history in made]
    recompute_sessions(ids, today=TODAY)
    wanted = {case.id: sessions_of(history, FIRST - timedelta(days=9), THROUGH) for case, history in made}
    assert sum(map(len, wanted.values())) > 500
    assert rows_of([case for case, _history in made]) == wanted
    assert recompute_sessions(ids, today=TODAY) == 0


def test_marked_days_that_leave_the_schedule_stay_out_of_it_and_the_others_come_and_go(app: Flask) -> None:
    """The history changes under sessions of which every third was marked."""
    maker = Maker(seed=5)
    made = [maker.case() for _n in range(CASES)]
    cases, ids = [case for case, _history in made], [case.id for case, _history in made]
    recompute_sessions(ids, today=TODAY)
    facts = set()
    for n, s in enumerate(db.session.scalars(select(Session).order_by(Session.id)).all()):
        if n % 3 == 0:
            s.mark, s.marked_at, s.marked_by = Mark.PRESENT, builders.NOW, "test"
            s.marked_through = MarkedThrough.STAFF
            facts.add((s.case_id, s.on_date))
    db.session.flush()
    after = [(case, add_to(maker, case, history)) for case, history in made]
    recompute_sessions(ids, today=TODAY)
    wanted = {case.id: sessions_of(history, FIRST - timedelta(days=9), THROUGH) for case, history in after}
    assert rows_of(cases) == wanted
    left = {(case_id, day) for case_id, of_case in rows_of(cases, scheduled=False).items() for day in of_case}
    assert left == {(case_id, day) for case_id, day in facts if day not in wanted[case_id]}
    assert len(left) > 50
    assert recompute_sessions(ids, today=TODAY) == 0


def add_to(maker: Maker, case: Case, history: History) -> History:
    """One more leave, and a new week and single days for each placement."""
    span = maker.span(6)
    db.session.add(
        Leave(case_id=case.id, starts_on=span[0], ends_on=span[1], made_at=builders.NOW, made_by="test")
    )
    placements = []
    for placed in history.placements:
        row = db.session.get_one(Placement, placed.id)
        placements.append(
            Placed(
                placed.id,
                placed.starts_on,
                placed.ends_on,
                placed.is_employment,
                placed.base_week,
                [*placed.saved_weeks, maker.saved_week(row)],
                [*placed.single_days, maker.single_day(row), maker.single_day(row)],
                placed.closings,
            )
        )
    return History(placements, history.closed_on, history.closed_days, [*history.leaves, span])
