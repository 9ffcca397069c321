"""How many more people a workplace takes: the rule by hand, and the statement against the rule."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activation.database import db
from activation.employers.room_find import Standing, Wanted, counted, found_places
from activation.employers.room_rules import Room, driven_with, free_places, free_without_rooms
from models import Capacity, Placement
from models.enums import Licence, PlacementKind, Protection
from tests import builders

DAY = date(2026, 11, 23)  # a Monday
TRAINING, LANGUAGE = PlacementKind.WORK_TRAINING, PlacementKind.LANGUAGE_INTERNSHIP
JOB = PlacementKind.EMPLOYMENT
KINDS = (TRAINING, LANGUAGE, JOB, PlacementKind.WAGE_SUBSIDY)


def room(number: int, kind: PlacementKind | None, places: int, **values: date) -> Room:
    return Room(number, kind, values.get("starts_on", DAY), values.get("ends_on"), places)


@pytest.mark.parametrize(
    ("rooms", "there", "places", "free"),
    [
        ([room(1, TRAINING, 3)], [TRAINING], None, {1: 2}),
        # The workplace takes no more than it takes, whatever is written of its rooms.
        ([room(1, TRAINING, 3)], [TRAINING], 2, {1: 1}),
        # Each kind has its own; what is of no kind has everybody else.
        ([room(1, TRAINING, 2), room(2, None, 2)], [TRAINING, TRAINING, LANGUAGE], None, {1: 0, 2: 1}),
        # Two rooms of one kind have their people together.
        ([room(1, TRAINING, 2), room(2, TRAINING, 1)], [TRAINING, TRAINING], None, {1: 1, 2: 1}),
        # Employed people take no training place; where room for them is written down they take that.
        ([room(1, None, 2)], [JOB, JOB], 2, {1: 2}),
        ([room(1, JOB, 2), room(2, None, 1)], [JOB, TRAINING], 1, {1: 1, 2: 0}),
        # Too many there is no free place, not less than none.
        ([room(1, TRAINING, 1)], [TRAINING, TRAINING, TRAINING], None, {1: 0}),
        # Room that has ended, or has not begun, is none.
        ([room(1, None, 5, starts_on=DAY + timedelta(days=1))], [], None, {}),
        ([room(1, None, 5, starts_on=DAY - timedelta(days=9), ends_on=DAY)], [], None, {1: 5}),
    ],
)
def test_free_places_by_hand(
    rooms: list[Room], there: list[PlacementKind], places: int | None, free: dict[int, int]
) -> None:
    assert free_places(rooms, there, places, DAY) == free


def test_where_nobody_counted_it_is_not_known() -> None:
    assert free_without_rooms([TRAINING], None) is None
    assert free_without_rooms([TRAINING, JOB], 3) == 2
    assert free_without_rooms([TRAINING] * 4, 3) == 0


def test_who_drives_a_lorry_drives_a_car() -> None:
    assert driven_with([Licence.CE]) >= {Licence.AM, Licence.B, Licence.BE, Licence.C}
    assert Licence.C not in driven_with([Licence.D, Licence.BE])
    assert driven_with([]) == frozenset()


rooms_of_a_workplace = st.lists(
    st.tuples(
        st.sampled_from([None, *KINDS]), st.integers(-2, 1), st.integers(0, 2) | st.none(), st.integers(0, 3)
    ),
    max_size=4,
)
people_of_a_workplace = st.lists(
    st.tuples(st.sampled_from(KINDS), st.integers(-2, 1), st.integers(0, 3) | st.none()), max_size=5
)
a_workplace = st.tuples(st.none() | st.integers(0, 4), rooms_of_a_workplace, people_of_a_workplace)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(described=st.lists(a_workplace, min_size=8, max_size=8))
def test_the_statement_says_what_the_rule_says(app: Flask, described: list[Any]) -> None:
    unit = builders.unit()
    # One of them is protected and counts as everybody, one's case closed the day before and counts no more.
    cases = [builders.case(unit, protection=Protection.CONFIDENTIAL if n == 0 else None) for n in range(5)]
    cases[4].closed_on = DAY - timedelta(days=1)
    expected: dict[tuple[int, int | None], int | None] = {}
    without_room = full = 0
    for places, rooms, people in described:
        workplace = builders.workplace(places=places)
        rows = [
            Capacity(
                workplace_id=workplace.id,
                kind=kind,
                starts_on=DAY + timedelta(days=begins),
                ends_on=None if ends is None else DAY + timedelta(days=begins + ends),
                places=number,
            )
            for kind, begins, ends, number in rooms
        ]
        db.session.add_all(rows)
        there = []
        for case, (kind, begins, ends) in zip(cases, people, strict=False):
            first = DAY + timedelta(days=begins)
            last = None if ends is None else first + timedelta(days=ends)
            db.session.add(
                Placement(
                    case_id=case.id, workplace_id=workplace.id, kind=kind, starts_on=first, ends_on=last
                )
            )
            if case.closed_on is None and first <= DAY and (last is None or last >= DAY):
                there.append(kind)
        db.session.flush()
        if rows:
            by_rule = free_places(
                [Room(r.id, r.kind, r.starts_on, r.ends_on, r.places) for r in rows], there, places, DAY
            )
            answers: dict[int | None, int | None] = {**by_rule}
            without_room += not by_rule
        else:
            answers = {None: free_without_rooms(there, places)}
        full += sum(free == 0 for free in answers.values())
        expected |= {(workplace.id, of): free for of, free in answers.items() if free != 0}
    found = found_places(Wanted(day=DAY), limit=500)
    assert {(f.workplace_id, f.capacity_id): f.free for f in found} == expected
    tally = counted(Wanted(day=DAY))
    assert tally[Standing.FULL] == full
    assert tally[Standing.NO_ROOM] == without_room
    assert tally[Standing.FITS] + tally[Standing.NOT_SAID] == len(expected)
    db.session.rollback()
    db.session.info.clear()
