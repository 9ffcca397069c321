"""Extending, ending early, taking that back, moving, the safety introduction: what they do to sessions and history."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from activation.caseload.aid_strip import household_calendar
from activation.database import db
from activation.placements import life
from activation.placements.life_rules import LifeVerb
from activation.placements.queries import placement_to_edit
from activation.records.actor import Actor
from activation.records.history import touch
from models import Case, CaseEvent, Clock, Placement, PlacementSchedule, Session, SessionChange, Unit
from models.enums import (
    AidStatus,
    AidWarning,
    ClockKind,
    EndedBy,
    EndReason,
    Mark,
    MarkedThrough,
    PlacementKind,
    PlacementState,
)
from models.errors import Conflict, FieldError
from tests import builders

NOW = builders.NOW  # Friday 2026-11-20
TODAY = NOW.date()
LAST = date(2026, 12, 18)
ACTOR = builders.SYSTEM


@pytest.fixture
def case(app: Flask) -> Case:
    return builders.case(builders.unit())


def placed(
    case: Case, starts_on: date = date(2026, 11, 16), ends_on: date | None = LAST, **values: Any
) -> Placement:
    row = builders.placement(case, starts_on=starts_on, ends_on=ends_on, **values)
    builders.settle()
    return again(row)


def again(placement: Placement) -> Placement:
    """As a page loads it."""
    found = placement_to_edit(placement.id)
    assert found is not None
    return found


def days_of(case: Case) -> list[date]:
    builders.settle()
    return list(
        db.session.scalars(
            select(Session.on_date)
            .where(Session.case_id == case.id, Session.scheduled)
            .order_by(Session.on_date)
        )
    )


def verbs_told(case: Case) -> list[str]:
    found = db.session.scalars(
        select(CaseEvent.verb).where(CaseEvent.case_id == case.id).order_by(CaseEvent.id)
    )
    return [verb for verb in found if verb.startswith("placement_") and verb != "placement_imported"]


def end(placement: Placement, case: Case, last_day: date | None = TODAY, **values: Any) -> bool:
    return life.end_early(
        **{
            "actor": ACTOR,
            "case": case,
            "placement": placement,
            "seen_version": placement.version,
            "last_day": last_day,
            "by": EndedBy.EMPLOYER,
            "reason": EndReason.NO_NEED,
            "note": "",
            "now": NOW,
            **values,
        }
    )


def extend(placement: Placement, case: Case, ends_on: date = date(2027, 1, 29), **values: Any) -> bool:
    return life.extend(
        **{
            "actor": ACTOR,
            "case": case,
            "placement": placement,
            "seen_version": placement.version,
            "ends_on": ends_on,
            "reason": "",
            "now": NOW,
            **values,
        }
    )


def undo(placement: Placement, case: Case, now: datetime = NOW) -> None:
    life.take_back_end(actor=ACTOR, case=case, placement=placement, seen_version=placement.version, now=now)


def move(placement: Placement, case: Case, starts_on: date = date(2026, 11, 30), **values: Any) -> Placement:
    to = values.pop("workplace", None) or builders.workplace("Det nya")
    seen = values.pop("seen_version", placement.version)
    return life.move(
        actor=ACTOR,
        case=case,
        placement=placement,
        seen_version=seen,
        workplace=to,
        values={"starts_on": starts_on, "ends_on": LAST, **values},
        reason="",
        now=NOW,
    )


def test_an_extension_makes_sessions_up_to_the_new_last_day(case: Case) -> None:
    placement = placed(case, ends_on=date(2026, 11, 27))
    assert days_of(case)[-1] == date(2026, 11, 27)
    assert extend(again(placement), case, date(2026, 12, 4), reason="AF förlänger")
    assert days_of(case)[-1] == date(2026, 12, 4)
    assert verbs_told(case) == ["placement_extended"]


def test_an_extension_comes_after_the_last_day_that_is(case: Case) -> None:
    placement = placed(case)
    for wrong in (LAST, LAST - timedelta(days=1)):
        with pytest.raises(FieldError) as error:
            extend(placement, case, wrong)
        assert error.value.field == "ends_on"


def test_an_early_end_takes_the_sessions_after_it_away_and_leaves_the_case_open(case: Case) -> None:
    placement = placed(case)
    end(
        placement,
        case,
        date(2026, 11, 18),
        by=EndedBy.PARTICIPANT,
        reason=EndReason.HEALTH,
        note="Ringde själv",
    )
    assert days_of(case) == [date(2026, 11, day) for day in (16, 17, 18)]
    placement = again(placement)
    assert (placement.ended_by, placement.end_reason, placement.end_note) == (
        EndedBy.PARTICIPANT,
        EndReason.HEALTH,
        "Ringde själv",
    )
    assert case.closed_on is None
    assert life.state_of(placement, case, today=TODAY) is PlacementState.INTERRUPTED
    assert verbs_told(case) == ["placement_ended"]


def test_a_mark_after_the_last_day_stays_as_a_fact_that_counts_nowhere(case: Case) -> None:
    placement = placed(case)
    session = db.session.scalars(
        select(Session).where(Session.case_id == case.id, Session.on_date == date(2026, 11, 19))
    ).one()
    session.mark, session.marked_at, session.marked_by = Mark.PRESENT, NOW, "Test"
    session.marked_through = MarkedThrough.STAFF
    builders.settle()
    end(again(placement), case, date(2026, 11, 18))
    assert date(2026, 11, 19) not in days_of(case)
    assert db.session.get_one(Session, session.id).mark is Mark.PRESENT


@pytest.mark.parametrize("last_day", [None, date(2026, 11, 15), LAST + timedelta(days=1)])
def test_the_last_day_lies_within_the_placement(case: Case, last_day: date | None) -> None:
    with pytest.raises(FieldError) as error:
        end(placed(case), case, last_day)
    assert error.value.field == "last_day"


def test_one_that_has_not_begun_is_called_off_and_gets_no_session(case: Case) -> None:
    placement = placed(case, starts_on=date(2026, 11, 23))
    assert len(days_of(case)) > 5
    end(again(placement), case, None, reason=EndReason.WORK)
    assert days_of(case) == []
    assert life.state_of(again(placement), case, today=TODAY) is PlacementState.INTERRUPTED
    assert verbs_told(case) == ["placement_called_off"]


@pytest.mark.parametrize("ends_on", [LAST, None])
@pytest.mark.parametrize("starts_on", [date(2026, 11, 16), date(2026, 11, 23)])
def test_an_early_end_is_taken_back_with_all_its_sessions(
    case: Case, starts_on: date, ends_on: date | None
) -> None:
    placement = placed(case, starts_on=starts_on, ends_on=ends_on)
    before = days_of(case)
    end(again(placement), case, TODAY if starts_on < TODAY else None)
    builders.settle()
    undo(again(placement), case, NOW + timedelta(minutes=5))
    assert days_of(case) == before
    placement = again(placement)
    assert (placement.ended_by, placement.end_reason, placement.ends_on) == (None, None, ends_on)
    assert verbs_told(case)[-1] == "placement_end_taken_back"
    assert all(change.withdrawn_at is not None for change in db.session.scalars(select(SessionChange)))


def test_what_was_changed_after_its_end_is_not_taken_back(case: Case) -> None:
    placement = placed(case)
    end(placement, case)
    builders.settle()
    life.record_safety_intro(
        actor=ACTOR,
        case=case,
        placement=again(placement),
        seen_version=again(placement).version,
        given_on=TODAY,
        given_by="Karin",
        now=NOW,
    )
    builders.settle()
    with pytest.raises(Conflict):
        undo(again(placement), case)
    assert again(placement).ended_by is EndedBy.EMPLOYER


def test_a_move_ends_it_the_day_before_and_goes_on_with_the_same_week(case: Case) -> None:
    placement = placed(case, weekdays=0b00101)
    moved = move(placement, case, tasks="Kassan")
    days = days_of(case)
    assert again(placement).ends_on == date(2026, 11, 29)
    assert (moved.moved_from_id, moved.weekdays, moved.kind, moved.tasks) == (
        placement.id,
        0b00101,
        placement.kind,
        "Kassan",
    )
    assert {day.weekday() for day in days} == {0, 2}
    owner = dict(
        db.session.execute(
            select(Session.on_date, Session.placement_id).where(Session.case_id == case.id)
        ).all()
    )
    assert all(owner[day] == (moved.id if day >= date(2026, 11, 30) else placement.id) for day in days)
    assert life.state_of(again(placement), case, today=date(2026, 12, 1)) is PlacementState.COMPLETED
    assert verbs_told(case) == ["placement_moved", "placement_made"]
    assert (moved.safety_intro_on, moved.supervisor_id, moved.crew_id) == (None, None, None)


def test_weeks_that_take_turns_keep_their_turn_when_somebody_moves(case: Case) -> None:
    placement = placed(case)
    monday, tuesday = ([{"hours": "6"} if n == day else None for n in range(7)] for day in (0, 1))
    db.session.add(
        PlacementSchedule(
            placement_id=placement.id,
            valid_from=date(2026, 11, 16),
            weeks=[monday, tuesday],
            made_at=NOW,
            made_by="Test",
        )
    )
    touch(case)
    before = days_of(case)
    assert before[:4] == [date(2026, 11, 16), date(2026, 11, 24), date(2026, 11, 30), date(2026, 12, 8)]
    moved = move(again(placement), case, date(2026, 11, 25))
    assert days_of(case) == before
    (row,) = db.session.scalars(
        select(PlacementSchedule).where(PlacementSchedule.placement_id == moved.id)
    ).all()
    # The 25th lies in the second week of the old pattern: Tuesdays.
    assert (row.valid_from, row.weeks) == (date(2026, 11, 25), [tuesday, monday])


@pytest.mark.parametrize("starts_on", [date(2026, 11, 16), date(2026, 11, 9), LAST + timedelta(days=2)])
def test_a_move_lies_within_the_placement(case: Case, starts_on: date) -> None:
    with pytest.raises(FieldError) as error:
        move(placed(case), case, starts_on, ends_on=None)
    assert error.value.field == "starts_on"


def test_a_subsidised_employment_moves_with_a_decision_of_its_own(case: Case) -> None:
    job = placed(case, kind=PlacementKind.WAGE_SUBSIDY, af_decision_on=date(2026, 11, 1))
    with pytest.raises(FieldError) as error:
        move(job, case)
    assert error.value.field == "af_decision_on"
    db.session.rollback()
    moved = move(again(job), case, af_decision_on=date(2026, 11, 27))
    assert moved.af_decision_on == date(2026, 11, 27)


def test_somebody_is_not_moved_to_where_they_are(case: Case) -> None:
    placement = placed(case)
    with pytest.raises(Conflict):
        move(placement, case, workplace=placement.workplace)


def safety(
    placement: Placement, case: Case, given_on: date | None, by: str = "Karin", version: int = 0
) -> bool:
    return life.record_safety_intro(
        actor=ACTOR,
        case=case,
        placement=placement,
        seen_version=version or placement.version,
        given_on=given_on,
        given_by=by,
        now=NOW,
    )


def test_a_safety_introduction_is_recorded_before_the_first_day_too_and_taken_back(case: Case) -> None:
    placement = placed(case, starts_on=date(2026, 11, 23))
    assert safety(placement, case, TODAY)
    assert not safety(again(placement), case, TODAY)
    assert safety(again(placement), case, None)
    assert (again(placement).safety_intro_on, again(placement).safety_intro_by) == (None, "")
    assert verbs_told(case) == ["placement_safety_intro", "placement_safety_intro_removed"]


@pytest.mark.parametrize(
    ("given_on", "by", "field"),
    [
        (TODAY + timedelta(days=1), "Karin", "safety_intro_on"),
        (date(2024, 1, 1), "Karin", "safety_intro_on"),
        (TODAY, "  ", "safety_intro_by"),
    ],
)
def test_a_safety_introduction_is_told_with_a_day_that_was_and_by_whom(
    case: Case, given_on: date, by: str, field: str
) -> None:
    with pytest.raises(FieldError) as error:
        safety(placed(case), case, given_on, by)
    assert error.value.field == field


# Each verb of the table, tried for real.
PRESS: dict[LifeVerb, Callable[[Placement, Case], Any]] = {
    LifeVerb.EXTEND: extend,
    LifeVerb.END: lambda p, c: end(p, c, min(TODAY, p.ends_on or TODAY) if p.starts_on <= TODAY else None),
    LifeVerb.MOVE: lambda p, c: move(p, c, max(TODAY, p.starts_on) + timedelta(days=1)),
    LifeVerb.UNDO_END: undo,
    LifeVerb.SAFETY_INTRO: lambda p, c: safety(p, c, TODAY),
}
STATES: dict[PlacementState, dict[str, Any]] = {
    PlacementState.AGREED: {"starts_on": date(2026, 11, 23)},
    PlacementState.ONGOING: {},
    PlacementState.COMPLETED: {"ends_on": date(2026, 11, 19)},
    PlacementState.INTERRUPTED: {"ends_on": date(2026, 11, 19)},
}


@pytest.mark.spread
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("verb", PRESS)
def test_a_verb_does_what_the_table_says_and_nothing_else(
    case: Case, state: PlacementState, verb: LifeVerb
) -> None:
    placement = placed(case, **STATES[state])
    if state is PlacementState.INTERRUPTED:
        end(placement, case, date(2026, 11, 18))
        builders.settle()
        placement = again(placement)
    assert life.state_of(placement, case, today=TODAY) is state
    if verb in life.verbs_of(placement, case, today=TODAY):
        PRESS[verb](placement, case)
        return
    before = placement.version
    with pytest.raises(Conflict):
        PRESS[verb](placement, case)
    assert again(placement).version == before


@pytest.mark.parametrize("verb", [LifeVerb.EXTEND, LifeVerb.END, LifeVerb.MOVE, LifeVerb.SAFETY_INTRO])
def test_whoever_saw_an_older_version_is_told(case: Case, verb: LifeVerb) -> None:
    placement = placed(case)
    seen = placement.version
    extend(placement, case, date(2027, 2, 26))
    builders.settle()
    placement = again(placement)
    placement_seen = {
        LifeVerb.EXTEND: lambda: extend(placement, case, date(2027, 3, 26), seen_version=seen),
        LifeVerb.END: lambda: end(placement, case, seen_version=seen),
        LifeVerb.MOVE: lambda: move(placement, case, seen_version=seen),
        LifeVerb.SAFETY_INTRO: lambda: safety(placement, case, TODAY, version=seen),
    }
    with pytest.raises(Conflict):
        placement_seen[verb]()


def test_the_same_press_twice_does_it_once(case: Case) -> None:
    placement, elsewhere = placed(case), builders.workplace("Det nya")
    seen = placement.version
    assert extend(placement, case, seen_version=seen)
    assert not extend(again(placement), case, seen_version=seen)
    seen = again(placement).version
    moved = move(again(placement), case, workplace=elsewhere, seen_version=seen)
    assert move(again(placement), case, workplace=elsewhere, seen_version=seen).id == moved.id
    seen = moved.version
    ended_on = date(2026, 12, 4)
    assert end(
        again(moved), case, ended_on, now=datetime(2026, 12, 4, 12, tzinfo=NOW.tzinfo), seen_version=seen
    )
    assert not end(again(moved), case, ended_on, seen_version=seen)
    assert len(db.session.scalars(select(Placement.id)).all()) == 2


def test_nothing_is_extended_or_moved_in_a_closed_case(case: Case) -> None:
    placement = placed(case)
    case.closed_on = TODAY
    for press in (extend, move):
        with pytest.raises(Conflict):
            press(placement, case)


def test_an_employment_that_was_called_off_stops_no_clock_and_warns_of_no_aid(case: Case) -> None:
    placed(case, kind=PlacementKind.WORK_TRAINING, starts_on=date(2026, 12, 14), ends_on=None)
    job = placed(case, kind=PlacementKind.EMPLOYMENT, starts_on=date(2026, 11, 23), ends_on=None)
    clock = select(Clock.stopped_on).where(Clock.case_id == case.id, Clock.kind == ClockKind.ACTIVATION)
    builders.aid_month(case, date(2026, 12, 1), AidStatus.PAID, paid_on=date(2026, 12, 22))
    touch(case)
    builders.settle()
    assert db.session.scalar(clock) == date(2026, 11, 23)
    december = datetime(2026, 12, 28, 12, tzinfo=NOW.tzinfo)
    assert AidWarning.PAID_AFTER_WORK_STARTED in warnings_of(case, december)
    end(again(job), case, None)
    builders.settle()
    assert db.session.scalar(clock) is None
    assert AidWarning.PAID_AFTER_WORK_STARTED not in warnings_of(case, december)


def warnings_of(case: Case, now: datetime) -> set[AidWarning]:
    actor = Actor.of(builders.staff(db.session.get_one(Unit, case.unit_id)))
    strip = household_calendar(actor, case.household_id, last=now.date(), today=now.date()).months
    return {warning for month in strip for warning in month.warnings}
