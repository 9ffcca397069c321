"""Pausing clocks: what moves, what is refused, who sees it, what the history says."""

from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from activation.clocks import pauses
from activation.clocks.queries import clocks_report
from activation.clocks.service import recompute
from activation.database import db
from activation.records.actor import Actor
from models import Case, CaseEvent, Clock, ClockPause
from models.enums import ClockKind, ClosureReason, PauseReason, Role
from models.errors import Conflict, FieldError, NotAllowed
from tests import builders
from tests.statements import statements

TODAY = date(2026, 11, 20)
FIRST, LAST = date(2026, 11, 23), date(2026, 11, 27)


def deadlines(case: Case) -> dict[ClockKind, tuple[date, date]]:
    """Of each clock: the deadline, and the one without pauses."""
    builders.settle()
    db.session.expire_all()
    rows = db.session.scalars(select(Clock).where(Clock.case_id == case.id).order_by(Clock.id))
    return {c.kind: (c.due_on, c.target_on) for c in rows}


def values(**changed: object) -> dict[str, object]:
    return {"reason": PauseReason.SICKNESS, "note": "", "starts_on": FIRST, "ends_on": LAST, **changed}


def test_a_pause_moves_all_clocks_or_the_one_it_names(app: Flask) -> None:
    one, all_of_them = builders.case(builders.unit()), builders.case(builders.unit())
    builders.pause(one, clock=ClockKind.PLAN)
    builders.pause(all_of_them)
    first = (date(2026, 11, 18), date(2026, 11, 18))  # over before the pause began
    moved, stays = (date(2026, 12, 1), date(2026, 11, 26)), (date(2026, 11, 26), date(2026, 11, 26))
    assert list(deadlines(one).values()) == [first, moved, stays]
    assert list(deadlines(all_of_them).values()) == [first, moved, moved]
    assert recompute([one.id, all_of_them.id]) == 0


def test_a_pause_changed_or_taken_back_moves_the_deadline_with_it(app: Flask) -> None:
    case = builders.case(builders.unit())
    pause = builders.pause(case)
    assert deadlines(case)[ClockKind.PLAN] == (date(2026, 12, 1), date(2026, 11, 26))
    kept = {"actor": builders.SYSTEM, "case": case, "pause": pause, "now": builders.NOW}
    assert pauses.change_pause(values=values(ends_on=FIRST), **kept)  # type: ignore[arg-type]
    assert deadlines(case)[ClockKind.PLAN] == (date(2026, 11, 27), date(2026, 11, 26))
    assert not pauses.change_pause(values=values(ends_on=FIRST), **kept)  # type: ignore[arg-type]
    pauses.take_back_pause(**kept)  # type: ignore[arg-type]
    assert deadlines(case)[ClockKind.PLAN] == (date(2026, 11, 26), date(2026, 11, 26))
    with pytest.raises(Conflict):
        pauses.take_back_pause(**kept)  # type: ignore[arg-type]
    with pytest.raises(Conflict):
        pauses.change_pause(values=values(), **kept)  # type: ignore[arg-type]
    verbs = db.session.scalars(
        select(CaseEvent.verb).where(CaseEvent.case_id == case.id).order_by(CaseEvent.id)
    ).all()
    assert verbs[1:] == ["clock_paused", "clock_pause_changed", "clock_pause_taken_back"]
    assert db.session.scalars(select(ClockPause.id)).all() == [pause.id], "the row stays"


def test_the_same_pause_sent_twice_is_one(app: Flask) -> None:
    case = builders.case(builders.unit())
    assert builders.pause(case).id == builders.pause(case).id
    assert builders.pause(case).id != builders.pause(case, clock=ClockKind.PLAN).id


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"ends_on": date(2026, 11, 22)}, "ends_on"),
        ({"ends_on": date(2027, 11, 24)}, "ends_on"),  # 367 days
        ({"starts_on": date(2026, 11, 15)}, "starts_on"),  # the day before the first contact
        ({"reason": PauseReason.OTHER}, "note"),
    ],
)
def test_a_pause_that_makes_no_sense_is_refused(app: Flask, changed: dict[str, object], field: str) -> None:
    case = builders.case(builders.unit())
    with pytest.raises(FieldError) as error:
        builders.pause(case, **changed)  # type: ignore[arg-type]
    assert error.value.field == field
    pause = builders.pause(case)
    with pytest.raises(FieldError):
        pauses.change_pause(
            actor=builders.SYSTEM, case=case, pause=pause, values=values(**changed), now=builders.NOW
        )


@pytest.mark.parametrize(
    "changed",
    [
        {"ends_on": date(2027, 11, 23)},  # 366 days
        {"starts_on": date(2026, 11, 16)},  # the day of the first contact
        {"reason": PauseReason.OTHER, "note": "Flyttar"},
        {"ends_on": FIRST},
    ],
)
def test_a_pause_at_the_edge_is_taken(app: Flask, changed: dict[str, object]) -> None:
    assert builders.pause(builders.case(builders.unit()), **changed).id  # type: ignore[arg-type]


def test_a_closed_case_is_paused_no_more(app: Flask) -> None:
    unit = builders.unit()
    closed = builders.case(unit, closed_on=TODAY, closure_reason=ClosureReason.MOVED)
    with pytest.raises(Conflict):
        builders.pause(closed)
    closes_later = builders.case(unit, closed_on=date(2026, 11, 21), closure_reason=ClosureReason.MOVED)
    assert builders.pause(closes_later).id


def test_who_only_reads_a_case_cannot_pause_it(app: Flask) -> None:
    unit = builders.unit()
    case, reader = builders.case(unit), Actor.of(builders.staff(unit, Role.AID_OFFICER))
    with pytest.raises(NotAllowed):
        pauses.pause_clock(actor=reader, case=case, values=values(clock=None), now=builders.NOW)
    pause = builders.pause(case)
    with pytest.raises(NotAllowed):
        pauses.take_back_pause(actor=reader, case=case, pause=pause, now=builders.NOW)


def test_the_report_says_the_deadline_with_its_pauses(app: Flask) -> None:
    case = builders.case(builders.unit())
    builders.pause(case)
    builders.settle()
    rows = {row["clock"]: row for row in clocks_report(date(2026, 11, 30))}
    assert rows["plan"]["due_on"] == "2026-12-01"
    assert rows["plan"]["status"] == "running"
    assert set(rows["plan"]) == {
        "case_number", "clock", "started_on", "due_on", "stopped_on", "status", "late_days",
    }  # fmt: skip


def test_a_pause_decides_whether_a_clock_was_met_in_time(app: Flask) -> None:
    case = builders.case(builders.unit())
    builders.plan(case, date(2026, 11, 19))
    builders.meeting(case, datetime(2026, 11, 19, 9, tzinfo=UTC))
    builders.settle()
    status = {row["clock"]: row["status"] for row in clocks_report(TODAY)}
    assert status["first_meeting"] == "met_late"
    builders.pause(case, date(2026, 11, 16), date(2026, 11, 17))
    builders.settle()
    status = {row["clock"]: row["status"] for row in clocks_report(TODAY)}
    assert status["first_meeting"] == "met"


def test_the_pauses_of_many_cases_are_one_query(app: Flask) -> None:
    unit = builders.unit()
    ids = [builders.case(unit).id for _ in range(8)]
    builders.settle()

    def asked(paused: list[int]) -> int:
        for case_id in paused:
            builders.pause(db.session.get_one(Case, case_id))
        db.session.flush()
        with statements() as seen:
            recompute(ids)
        builders.settle()
        return sum(s.startswith("SELECT") for s in seen)

    none = asked([])
    assert asked(ids[:2]) == none
    assert asked(ids[2:]) == none
