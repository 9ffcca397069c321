"""Random small municipalities: what happened in each, as plain data, and the rows that say the same.

The figures of such a world are computed twice: by the product, and in plain Python by naive/. An area of figures that
needs facts which are not here adds them to `cases` and `store`.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from hypothesis import strategies as st

from activation.clocks.rules import add_months
from activation.database import db
from activation.unit_of_work import derive
from models import (
    Case,
    FlowMove,
    Household,
    Meeting,
    OutcomeCheck,
    Placement,
    Plan,
    Session,
    Staff,
    Unit,
)
from models.enums import (
    ClosureReason,
    EndedBy,
    EndReason,
    Flow,
    Mark,
    MarkedThrough,
    MeetingKind,
    MeetingOutcome,
    Obstacle,
    OutcomeStanding,
    PlacementKind,
    Protection,
    Role,
)
from tests import builders as make

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
TODAY = date(2026, 11, 20)
EMPLOYMENT = {PlacementKind.EMPLOYMENT, PlacementKind.MUNICIPAL_EMPLOYMENT, PlacementKind.NEW_START_JOB}
KINDS = [PlacementKind.WORK_TRAINING, PlacementKind.INTERNSHIP, *sorted(EMPLOYMENT)]
HOLIDAYS = {date(2026, 10, 31), date(2026, 6, 6), date(2026, 6, 20), date(2026, 6, 19)}

# Few different days, so that limits are met to the day; ends of months among them.
late = st.dates(date(2026, 8, 20), date(2026, 11, 10)) | st.sampled_from(
    [date(2026, 8, 31), date(2026, 9, 1), date(2026, 9, 30), date(2026, 10, 31), date(2026, 11, 1)]
)
early = st.dates(date(2025, 8, 20), date(2026, 8, 31))
days = late | early


@st.composite
def cases(draw: st.DrawFn) -> dict[str, Any]:
    first = draw(late | early)
    closed = draw(st.none() | days)
    closed = closed if closed and closed >= first else None
    began = draw(st.none() | days)
    placements = draw(
        st.lists(
            st.tuples(
                st.sampled_from(KINDS),
                late,
                st.none() | st.integers(0, 30),
                st.integers(1, 31),
                st.booleans(),
            ),
            max_size=2,
        )
    )
    return {
        "unit": draw(st.integers(0, 1)),
        "secretary": draw(st.none() | st.integers(0, 1)),
        "person": draw(st.none() | st.integers(0, 2)),
        "protected": draw(st.booleans()),
        "first": first,
        "flow": draw(st.sampled_from([Flow.MAIN, Flow.MAIN, Flow.SUPPORT])),
        # Days on which the case went to the other flow; `flow` is the one after all of them.
        "moves": draw(st.lists(late, max_size=2, unique=True).map(sorted)),
        "closed": closed,
        "reason": draw(st.none() | st.sampled_from(ClosureReason)) if closed else None,
        "began": began,
        "confirmed": add_months(began, 1) + timedelta(draw(st.integers(-2, 9)))
        if began and draw(st.booleans())
        else None,
        "placements": [
            {
                "kind": kind,
                "starts": starts,
                "ends": starts + timedelta(length) if length is not None else None,
                "days": bits,
                # Before its time; never on its first day: that would be a placement called off.
                "ended": (EndedBy.EMPLOYER, EndReason.NO_NEED) if early_end and length else None,
            }
            for kind, starts, length, bits, early_end in {p[1]: p for p in placements}.values()
        ],
        # Of two placements the later one is where the earlier one went on.
        "moved_on": len({p[1] for p in placements}) == 2 and draw(st.booleans()),
        "checks": [
            {"months": months, "standing": standing, "on": on, "withdrawn": withdrawn}
            for months, standing, on, withdrawn in draw(
                st.lists(
                    st.tuples(
                        st.sampled_from((3, 6, 12)), st.sampled_from(OutcomeStanding), late, st.booleans()
                    ),
                    max_size=3 if closed and began else 0,
                )
            )
        ],
        "met": draw(st.none() | st.integers(0, 12)),
        # Days from the first meeting to contacts after it.
        "contacts": draw(st.lists(st.integers(1, 70), max_size=2, unique=True)),
        "planned": draw(st.none() | st.integers(0, 25)),
        "language": draw(st.sampled_from([None, "Svenska", "arabiska"])),
        "obstacle": draw(st.sampled_from([None, Obstacle.UNEMPLOYED, Obstacle.LANGUAGE])),
        "marks": draw(st.lists(st.tuples(st.integers(0, 40), st.sampled_from(Mark)), max_size=4)),
    }


def sessions_of(case: dict[str, Any], through: date) -> list[date]:
    """Every date of a placement that is no employment, on its weekdays, without holidays, not after the closing."""
    found = set()
    order = sorted(case["placements"], key=lambda p: p["starts"])
    for placement in order:
        if placement["kind"] in EMPLOYMENT:
            continue
        day = placement["starts"]
        while day <= min(placement["ends"] or through, case["closed"] or through, through):
            if placement["days"] >> day.weekday() & 1 and day not in HOLIDAYS:
                found.add(day)
            day += timedelta(1)
    return sorted(found)


def marks_of(case: dict[str, Any]) -> dict[date, Mark]:
    sessions = sessions_of(case, TODAY)
    return {sessions[n]: mark for n, mark in case["marks"] if n < len(sessions)}


def flow_on(case: dict[str, Any], day: date) -> Flow:
    """The flow of a case at the end of a day."""
    moves_after = len([m for m in case["moves"] if m > day])
    other = Flow.SUPPORT if case["flow"] is Flow.MAIN else Flow.MAIN
    return other if moves_after % 2 else case["flow"]


def met_on(case: dict[str, Any]) -> date | None:
    return None if case["met"] is None else case["first"] + timedelta(case["met"])


def contacts_of(case: dict[str, Any]) -> list[date]:
    """The days of all held contacts, in order."""
    first = met_on(case)
    return [] if first is None else [first + timedelta(n) for n in (0, *sorted(case["contacts"]))]


def planned_on(case: dict[str, Any]) -> date | None:
    return None if case["planned"] is None else case["first"] + timedelta(case["planned"])


def activated_on(case: dict[str, Any]) -> date | None:
    """The first day present, or the first day of an employment, whatever today is."""
    facts = [d for d, m in marks_of(case).items() if m is Mark.PRESENT]
    return min(facts + [p["starts"] for p in case["placements"] if p["kind"] in EMPLOYMENT], default=None)


@dataclass(frozen=True)
class Asked:
    """A world, and what is asked of it. `unit` None: all units."""

    world: list[dict[str, Any]]
    start: date
    end: date
    unit: int | None

    @property
    def mine(self) -> list[dict[str, Any]]:
        return [c for c in self.world if self.unit is None or c["unit"] == self.unit]

    def open_at_end(self) -> list[dict[str, Any]]:
        return [
            c for c in self.mine if c["first"] <= self.end and not (c["closed"] and c["closed"] <= self.end)
        ]

    def within(self, day: date | None) -> bool:
        return day is not None and self.start <= day <= self.end


def store(world: list[dict[str, Any]]) -> tuple[list[Unit], list[Staff], list[Staff]]:
    """The municipality as rows; no commit, so that a rollback takes it away."""
    units = [make.unit(), make.unit()]
    leads = [make.staff(unit, Role.UNIT_LEAD) for unit in units]
    secretaries = [make.staff(units[0]), make.staff(units[1])]
    place = make.workplace()
    ids = []
    for n, c in enumerate(world):
        household = Household(number=f"H{n}")
        db.session.add(household)
        db.session.flush()
        case = Case(
            case_number=f"C{n:03d}",
            unit_id=units[c["unit"]].id,
            household_id=household.id,
            secretary_id=None if c["secretary"] is None else secretaries[c["secretary"]].id,
            first_name="A",
            last_name=f"B{n}",
            sort_name=f"b{n} a",
            personal_number=None if c["person"] is None else make.TEST_PERSONAL_NUMBERS[c["person"]],
            first_contact_on=c["first"],
            flow=c["flow"],
            protection=Protection.CONFIDENTIAL if c["protected"] else None,
            closed_on=c["closed"],
            closure_reason=c["reason"],
            language=c["language"],
            obstacle=c["obstacle"],
            outcome_starts_on=c["began"],
            outcome_confirmed_on=c["confirmed"],
            created_at=NOW,
        )
        db.session.add(case)
        db.session.flush()
        ids.append(case.id)
        placed: list[Placement] = []
        for p in c["placements"]:
            values = {
                "kind": p["kind"],
                "starts_on": p["starts"],
                "ends_on": p["ends"],
                "weekdays": p["days"],
            }
            if p["ended"]:
                values["ended_by"], values["end_reason"] = p["ended"]
            placement = Placement(case_id=case.id, workplace_id=place.id, **values)
            db.session.add(placement)
            placed.append(placement)
        if c["moved_on"]:
            db.session.flush()
            earlier, later = sorted(placed, key=lambda p: p.starts_on)
            later.moved_from_id = earlier.id
        for day in c["moves"]:
            db.session.add(
                FlowMove(case_id=case.id, moved_on=day, flow=flow_on(c, day), noted_at=NOW, noted_by="Test")
            )
        for check in c["checks"]:
            db.session.add(
                OutcomeCheck(
                    case_id=case.id,
                    months=check["months"],
                    standing=check["standing"],
                    found_on=check["on"],
                    withdrawn_at=NOW if check["withdrawn"] else None,
                    noted_at=NOW,
                    noted_by="Test",
                )
            )
        for day in contacts_of(c):
            at = datetime.combine(day, time(10), UTC)
            kind = MeetingKind.FIRST if day == met_on(c) else MeetingKind.FOLLOW_UP
            db.session.add(Meeting(case_id=case.id, at=at, kind=kind, outcome=MeetingOutcome.HELD))
        if planned_on(c):
            db.session.add(Plan(case_id=case.id, agreed_on=planned_on(c)))
    db.session.flush()
    derive(ids, now=NOW)
    for case_id, c in zip(ids, world, strict=True):
        for day, mark in marks_of(c).items():
            session = db.session.query(Session).filter_by(case_id=case_id, on_date=day).one()
            session.mark, session.note = mark, "said so"
            session.marked_at, session.marked_by, session.marked_through = NOW, "Test", MarkedThrough.STAFF
    db.session.flush()
    derive(ids, now=NOW)
    return units, leads, secretaries
