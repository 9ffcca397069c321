"""What falls on the same time is said, and nothing is refused."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale

from activation.database import db
from activation.placements.clash import Overlap, meets, overlap_of
from activation.placements.clash_queries import session_at, warnings_of_placement, warnings_of_plan
from activation.placements.rules import DayPlan, WeekPattern
from activation.records.history import touch
from activation.web.forms import moment_of
from models import Placement, PlacementSchedule
from models.enums import MeetingOutcome, PlacementKind
from tests import builders
from tests.placements.world import NOW, TODAY, SignIn, World
from tests.statements import statements

MONDAY = date(2026, 11, 23)


@pytest.fixture
def world(app: Flask, sign_in: SignIn) -> World:
    return World(sign_in)


def plan(first: int, last: int) -> DayPlan:
    return DayPlan(Decimal(last - first), time(first), time(last))


@pytest.mark.parametrize(
    ("one", "other", "how"),
    [
        (plan(8, 12), plan(9, 10), Overlap.SAME_TIME),
        (plan(8, 12), plan(12, 16), Overlap.SAME_DAY),
        (plan(12, 16), plan(8, 12), Overlap.SAME_DAY),
        (plan(8, 12), plan(11, 16), Overlap.SAME_TIME),
        (plan(8, 12), DayPlan(Decimal(4)), Overlap.NOT_KNOWN),
    ],
)
def test_two_plans_of_a_day(one: DayPlan, other: DayPlan, how: Overlap) -> None:
    assert overlap_of(one, other) is how
    assert overlap_of(other, one) is how


@pytest.mark.parametrize(
    ("at", "how"),
    [
        ("07:00", Overlap.SAME_DAY),  # taken to last an hour
        ("07:01", Overlap.SAME_TIME),
        ("11:59", Overlap.SAME_TIME),
        ("12:00", Overlap.SAME_DAY),
        ("23:30", Overlap.SAME_DAY),
    ],
)
def test_a_meeting_is_taken_to_last_an_hour(at: str, how: Overlap) -> None:
    assert meets(plan(8, 12), datetime.combine(MONDAY, time.fromisoformat(at))) is how


def week(placement: Placement, **days: tuple[str, str]) -> None:
    """Saved from its first day: mon=("08:00", "12:00")."""
    names = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    stored: list[dict[str, Any] | None] = [
        {"hours": "4", "from": days[name][0], "to": days[name][1]} if name in days else None for name in names
    ]
    db.session.add(
        PlacementSchedule(
            placement_id=placement.id,
            valid_from=placement.starts_on,
            weeks=[stored],
            made_at=NOW,
            made_by="test",
        )
    )
    touch(placement.case_id)
    builders.settle()


def sfi(world: World) -> Placement:
    return builders.placement(
        world.case, builders.workplace("Komvux"), starts_on=MONDAY, kind=PlacementKind.SFI
    )


def said(world: World, placement: Placement, pattern: WeekPattern | None = None) -> list[str]:
    with force_locale("en"):
        return warnings_of_placement(world.case.id, placement.id, today=TODAY, pattern=pattern)


def test_the_swedish_class_at_the_same_time_is_said_with_its_days(world: World) -> None:
    week(world.placement, mon=("08:00", "12:00"), wed=("08:00", "15:00"), fri=("08:00", "12:00"))
    school = sfi(world)
    week(school, mon=("11:00", "15:00"), wed=("15:00", "17:00"))
    assert said(world, world.placement) == [
        "Komvux (Swedish for immigrants (SFI)) is at the same time on Mon, first on 2026-11-23.",
        "Komvux (Swedish for immigrants (SFI)) is on the same days at other times (Wed, first on 2026-11-25). "
        "A day has one session: it belongs to the placement that began first.",
    ]
    assert len(said(world, school)) == 2


def test_other_days_do_not_clash_nor_do_employments_and_ended_placements(world: World) -> None:
    week(world.placement, mon=("08:00", "12:00"))
    week(sfi(world), tue=("08:00", "12:00"))
    builders.placement(world.case, starts_on=MONDAY, kind=PlacementKind.EMPLOYMENT)
    builders.placement(world.case, starts_on=date(2026, 11, 17), ends_on=TODAY - timedelta(days=1))
    builders.settle()
    assert said(world, world.placement) == []


def test_a_planned_week_is_compared_before_it_is_saved(world: World) -> None:
    week(world.placement, mon=("08:00", "12:00"))
    week(sfi(world), tue=("08:00", "12:00"))
    pattern = WeekPattern(MONDAY, ((None, plan(9, 10), None, None, None, None, None),))
    assert "is at the same time on Tue" in said(world, world.placement, pattern)[0]
    data = {"valid_from": "2026-11-23", "seen": "1", "preview": "1", "a1-hours": "", "a2-there": "y",
            "a2-starts_at": "09:00", "a2-ends_at": "10:00"}  # fmt: skip
    shown = world.client.post(f"/placements/{world.placement.id}/week", data=data)
    assert shown.status_code == 200
    assert "is at the same time on Tue" in shown.text


def test_something_only_talked_about_is_compared_too(world: World) -> None:
    with force_locale("en"):
        found = warnings_of_plan(
            world.case.id,
            kind=PlacementKind.INTERNSHIP,
            starts_on=MONDAY,
            ends_on=None,
            weekdays=0b0000011,
            hours_per_day=None,
            today=TODAY,
        )
    assert found == [
        "Återbruket (Work training) is on the same days (Mon, Tue, first on 2026-11-23). "
        "A day has one session: it belongs to the placement that began first."
    ]


def test_booked_meetings_in_the_time_of_a_session_are_listed(world: World) -> None:
    week(world.placement, mon=("08:00", "12:00"))
    for at in ("09:00", "12:00"):
        builders.meeting(world.case, moment_of(MONDAY, time.fromisoformat(at)), MeetingOutcome.BOOKED)
    builders.meeting(world.case, moment_of(MONDAY, time(10)), MeetingOutcome.CANCELLED)
    builders.settle()
    assert said(world, world.placement) == ["A meeting is booked in the time of a session: 2026-11-23 09:00."]


def book(world: World, at: str, **more: str) -> Any:
    data = {"day": "2026-11-23", "at": at, "kind": "follow_up", "way": "in_person", **more}
    return world.client.post(f"/cases/{world.case.id}/meetings/new", data=data)


def test_booking_a_meeting_in_the_time_of_a_session_asks_once_and_books_all_the_same(world: World) -> None:
    week(world.placement, mon=("08:00", "12:00"))
    asked = book(world, "10:00")
    assert asked.status_code == 200
    assert "The participant is to be at Återbruket that day, 08–12." in asked.text
    accept = moment_of(MONDAY, time(10)).isoformat()
    assert book(world, "10:00", accept=accept).status_code == 303
    assert "Tell the supervisor." in world.client.get(f"/cases/{world.case.id}").text
    assert book(world, "13:00").status_code == 303


def test_a_session_without_times_is_only_mentioned_after_booking(world: World) -> None:
    assert book(world, "10:00").status_code == 303
    assert (
        "The participant is to be at Återbruket that day" in world.client.get(f"/cases/{world.case.id}").text
    )


def test_one_question_tells_what_a_meeting_falls_on(world: World) -> None:
    case_id = world.case.id
    with statements() as found:
        assert session_at(case_id, moment_of(date(2026, 11, 28), time(10))) is None
    assert len(found) == 1


def test_the_questions_do_not_grow_with_placements_and_meetings(world: World) -> None:
    def count() -> int:
        builders.settle()
        db.session.expire_all()
        with statements() as found:
            warnings_of_placement(world.case.id, world.placement.id, today=TODAY)
        return len(found)

    def more(n: int) -> None:
        builders.placement(world.case, builders.workplace(f"Plats {n}"), starts_on=MONDAY)
        builders.meeting(world.case, NOW + timedelta(days=n), MeetingOutcome.BOOKED)

    more(1)
    before = count()
    for n in range(2, 7):
        more(n)
    assert count() == before
