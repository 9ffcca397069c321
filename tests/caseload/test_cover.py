"""A colleague stands in: who may arrange it, when it holds, and what it shows of whose work."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from activation.caseload.cover import (
    CoverState,
    covered_by,
    covered_on,
    covers_shown,
    end_cover,
    make_cover,
    standing_in,
)
from activation.database import db
from activation.records.actor import Actor
from models import Cover, Staff, Unit
from models.enums import Role
from models.errors import Conflict, FieldError, NotAllowed
from tests import builders
from tests.statements import statements

NOW = builders.NOW
TODAY = date(2026, 11, 20)


def day(offset: int) -> date:
    return TODAY + timedelta(days=offset)


@pytest.fixture
def unit(app: Flask) -> Unit:
    return builders.unit()


@pytest.fixture
def anna(unit: Unit) -> Staff:
    return builders.staff(unit, name="Anna Away")


@pytest.fixture
def bo(unit: Unit) -> Staff:
    return builders.staff(unit, name="Bo Byter")


def cover(anna: Staff, bo: Staff | None, starts: int = 0, ends: int = 7, by: Staff | None = None) -> Cover:
    return make_cover(
        actor=Actor.of(by or anna), staff=anna, in_place=bo, starts_on=day(starts), ends_on=day(ends), now=NOW
    )


@pytest.mark.parametrize(
    ("offset", "holds"), [(-1, False), (0, False), (1, True), (3, True), (4, False), (40, False)]
)
def test_a_cover_holds_from_its_first_day_through_its_last(
    anna: Staff, bo: Staff, offset: int, holds: bool
) -> None:
    cover(anna, bo, 1, 3)
    assert covered_by(day(offset)) == ({anna.id: [bo.id]} if holds else {})
    assert [s.name for s in standing_in(Actor.of(bo), today=day(offset))] == (["Anna Away"] if holds else [])


def test_several_may_stand_in_at_the_same_time(unit: Unit, anna: Staff, bo: Staff) -> None:
    cia = builders.staff(unit)
    for who, starts, ends in ((bo, 0, 5), (cia, 3, 9), (bo, 2, 8)):
        cover(anna, who, starts, ends)
    assert covered_by(day(4)) == {anna.id: sorted([bo.id, cia.id])}
    days = [day(n) for n in (2, 4, 9, 10)]
    assert covered_on(days) == {one: covered_by(one) for one in days}
    assert covered_on([]) == {}
    until = {s.name: s.until for s in standing_in(Actor.of(bo), today=day(4))}
    assert until == {"Anna Away": day(8)}


def test_a_cover_is_followed_once_only(unit: Unit, anna: Staff, bo: Staff) -> None:
    cia = builders.staff(unit, name="Cia")
    first, second = cover(anna, bo), cover(bo, cia)
    assert covered_by(TODAY) == {anna.id: [bo.id], bo.id: [cia.id]}
    rows = {row.id: row for row in covers_shown(Actor.of(bo), today=TODAY)}
    assert rows[first.id].in_place_is_away
    assert not rows[second.id].in_place_is_away


@pytest.mark.parametrize(
    ("role", "same_unit", "allowed"),
    [
        (Role.SECRETARY, True, False),
        (Role.UNIT_LEAD, True, True),
        (Role.UNIT_LEAD, False, False),
        (Role.AID_OFFICER, True, False),
        (Role.ADMINISTRATOR, True, False),
    ],
)
def test_only_oneself_and_the_units_lead_arrange_cover(
    unit: Unit, anna: Staff, bo: Staff, role: Role, same_unit: bool, allowed: bool
) -> None:
    by = builders.staff(unit if same_unit else builders.unit(), role)
    if allowed:
        made = cover(anna, bo, by=by)
        end_cover(actor=Actor.of(by), cover=made, now=NOW)
        return
    with pytest.raises(NotAllowed):
        cover(anna, bo, by=by)
    made = cover(anna, bo)
    with pytest.raises(NotAllowed):
        end_cover(actor=Actor.of(by), cover=made, now=NOW)


def test_who_cannot_stand_in(unit: Unit, anna: Staff) -> None:
    others = [
        anna,
        None,
        builders.staff(unit, active=False),
        builders.staff(unit, Role.AID_OFFICER),
        builders.staff(builders.unit()),
    ]
    for other in others:
        with pytest.raises(FieldError) as refused:
            cover(anna, other)
        assert refused.value.field == "cover_id"


@pytest.mark.parametrize(
    ("starts", "ends", "field"),
    [(-1, 3, "starts_on"), (2, 1, "ends_on"), (0, 400, "ends_on")],
)
def test_a_time_that_makes_no_sense_is_refused(
    anna: Staff, bo: Staff, starts: int, ends: int, field: str
) -> None:
    with pytest.raises(FieldError) as refused:
        cover(anna, bo, starts, ends)
    assert refused.value.field == field


def test_pressing_twice_makes_one_cover(anna: Staff, bo: Staff) -> None:
    assert cover(anna, bo).id == cover(anna, bo).id


def row_of(anna: Staff, made: Cover, today: date = TODAY) -> Any:
    return next(row for row in covers_shown(Actor.of(anna), today=today) if row.id == made.id)


def test_a_cover_ahead_is_taken_back_and_one_that_runs_ends_today(anna: Staff, bo: Staff) -> None:
    ahead, runs = cover(anna, bo, 2, 5), cover(anna, bo, 0, 9)
    assert row_of(anna, ahead).state(TODAY) is CoverState.AHEAD
    end_cover(actor=Actor.of(anna), cover=ahead, now=NOW)
    assert row_of(anna, ahead).state(TODAY) is CoverState.TAKEN_BACK
    later = NOW + timedelta(days=3)
    end_cover(actor=Actor.of(anna), cover=runs, now=later)
    assert runs.ends_on == day(3)
    assert row_of(anna, runs).state(day(3)) is CoverState.NOW
    assert row_of(anna, runs).state(day(4)) is CoverState.OVER
    for ended in (ahead, runs):
        with pytest.raises(Conflict):
            end_cover(actor=Actor.of(anna), cover=ended, now=later)
    assert covered_by(day(4)) == {}


def test_somebody_who_left_or_moved_stands_in_no_longer(unit: Unit, anna: Staff, bo: Staff) -> None:
    cia = builders.staff(unit)
    cover(anna, bo)
    cover(anna, cia)
    bo.active = False
    cia.unit_id = builders.unit().id
    db.session.flush()
    assert covered_by(TODAY) == {}
    assert standing_in(Actor.of(bo), today=TODAY) == []


def test_a_lead_sees_the_units_covers_and_others_their_own(unit: Unit, anna: Staff, bo: Staff) -> None:
    lead, cia = builders.staff(unit, Role.UNIT_LEAD), builders.staff(unit)
    elsewhere = builders.unit()
    mine, theirs = cover(anna, bo), cover(cia, bo)
    cover(builders.staff(elsewhere), None or builders.staff(elsewhere))
    assert [r.id for r in covers_shown(Actor.of(lead), today=TODAY)] == [theirs.id, mine.id]
    assert [r.id for r in covers_shown(Actor.of(anna), today=TODAY)] == [mine.id]
    assert [r.id for r in covers_shown(Actor.of(bo), today=TODAY)] == [theirs.id, mine.id]
    assert covers_shown(Actor.of(lead), today=day(7 + 31)) == []
    assert len(covers_shown(Actor.of(lead), today=day(7 + 30))) == 2


def test_reading_takes_one_query_however_many(unit: Unit, anna: Staff, bo: Staff) -> None:
    for many in (1, 4):
        for _ in range(many):
            cover(builders.staff(unit), bo)
        with statements() as seen:
            covered_by(TODAY)
            standing_in(Actor.of(bo), today=TODAY)
            covers_shown(Actor.of(bo), today=TODAY)
        assert len(seen) == 3
