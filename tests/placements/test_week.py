"""The week of a placement is saved from a day on, shown before it is saved, taken back, and gives way to a file."""

import re
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from activation.database import db
from activation.placements import service as placements_service
from activation.placements.rules import weekday_bits
from activation.placements.week_queries import latest_row, saved_weeks
from activation.placements.week_service import save_week
from activation.records.history import touch
from models import CaseEvent, PlacementSchedule, Session
from models.enums import Mark, MeetingOutcome, PlacementKind
from models.errors import Conflict
from tests import builders
from tests.conftest import Moment
from tests.placements.world import NOW, TODAY, SignIn, World
from tests.statements import statements

MONDAY = date(2026, 11, 23)
Answer = Any


@pytest.fixture
def world(app: Flask, sign_in: SignIn) -> World:
    return World(sign_in)


def address(world: World) -> str:
    return f"/placements/{world.placement.id}/week"


def day(
    name: str, starts_at: str = "", ends_at: str = "", pause: str = "", hours: str = ""
) -> dict[str, str]:
    return {
        f"{name}-there": "y",
        f"{name}-starts_at": starts_at,
        f"{name}-ends_at": ends_at,
        f"{name}-break_minutes": pause,
        f"{name}-hours": hours,
    }


# Monday 08–12 and Wednesday 08–15 with half an hour's break.
WEEK = {**day("a1", "08:00", "12:00"), **day("a3", "08:00", "15:00", "30")}


def post(world: World, valid_from: str = "2026-11-23", **fields: str) -> Answer:
    seen = str(latest_row(world.placement.id))
    builders.settle()
    return world.client.post(address(world), data={"valid_from": valid_from, "seen": seen, **fields})


def sessions(world: World, first: date = MONDAY, days: int = 14) -> list[tuple[Any, ...]]:
    rows = db.session.scalars(
        select(Session)
        .where(
            Session.case_id == world.case.id,
            Session.on_date >= first,
            Session.on_date < first + timedelta(days=days),
            Session.scheduled,
        )
        .order_by(Session.on_date)
    )
    return [(f"{s.on_date:%m-%d}", s.planned_hours, s.starts_at, s.ends_at) for s in rows]


def saved(world: World) -> list[PlacementSchedule]:
    return list(db.session.scalars(select(PlacementSchedule).order_by(PlacementSchedule.id)))


def test_a_week_is_saved_from_next_monday_with_the_hours_of_its_times(world: World) -> None:
    form = world.client.get(address(world)).text
    assert 'value="2026-11-23"' in form
    assert post(world, **WEEK).status_code == 303
    shown = world.client.get(address(world)).text
    assert "Mon 08–12, Wed 08–15 · 10,5 h a week" in shown
    assert sessions(world) == [
        ("11-23", Decimal(4), time(8), time(12)),
        ("11-25", Decimal("6.5"), time(8), time(15)),
        ("11-30", Decimal(4), time(8), time(12)),
        ("12-02", Decimal("6.5"), time(8), time(15)),
    ]
    # This week is as it was.
    assert len(sessions(world, date(2026, 11, 16), 7)) == 5
    event = db.session.scalars(select(CaseEvent).where(CaseEvent.verb == "week_changed")).one()
    assert event.changes["valid_from"] == [None, "2026-11-23"]
    history = world.client.get(f"/cases/{world.case.id}/timeline").text
    assert "Changed the week at Återbruket from 2026-11-23: Mon 08–12, Wed 08–15 · 10,5 h a week." in history
    assert "Mon–Fri 8 h · 40 h a week → Mon 08–12, Wed 08–15" in history


def test_the_same_week_sent_twice_is_one_week(world: World) -> None:
    assert post(world, **WEEK).status_code == 303
    again = post(world, **WEEK)
    assert again.status_code == 303
    assert len(saved(world)) == 1
    assert "That week holds already" in world.client.get(address(world)).text


def test_two_weeks_take_turns_and_the_form_begins_with_the_one_that_comes_next(
    world: World, moment: Moment
) -> None:
    both = {**day("a1", hours="4"), **day("b2", hours="6,5"), "alternates": "y"}
    assert post(world, **both).status_code == 303
    assert [row[0] for row in sessions(world, days=28)] == ["11-23", "12-01", "12-07", "12-15"]
    shown = world.client.get(address(world)).text
    assert "week A: Mon 4 h · 4 h a week; week B: Tue 6,5 h · 6,5 h a week" in shown
    # A week later the form begins with the week that then comes first.
    moment.now = NOW + timedelta(days=7)
    form = world.client.get(address(world)).text
    assert 'value="2026-11-30"' in form
    boxes = re.findall(r'<input[^>]*-there"[^>]*>', form)
    ticked = {box.split('name="')[1][:2] for box in boxes if " checked" in box}
    assert ticked == {"a2", "b1"}


def test_four_weeks_are_shown_before_anything_is_saved(world: World) -> None:
    both = {**day("a1", hours="4"), **day("b2", hours="6,5"), "alternates": "y"}
    shown = post(world, valid_from="2026-12-14", preview="1", **both)
    assert shown.status_code == 200
    assert saved(world) == []
    text = " ".join(shown.text.split())
    assert "Nothing is saved yet" in text
    assert "Week 51 · A" in text
    assert "Week 53 · A" in text
    assert "Week 1" not in text.split("Week 53")[0]
    assert "Tue 22" in text
    # Typed fields are still there.
    assert 'value="6,5"' in text


@pytest.mark.parametrize(
    ("fields", "field", "error"),
    [
        ({**day("a1", "08:00")}, "a1-ends_at", "Say until when"),
        ({**day("a1", "22:00", "06:00")}, "a1-ends_at", "over midnight"),
        ({**day("a2", "08:00", "12:00", hours="5")}, "a2-hours", "From–to without the break is 4 hours"),
        ({**day("a5", "8.99", "12:00")}, "a5-starts_at", "This is not a time"),
        ({"a1-hours": "4"}, "a1-there", "Tick the day, or clear what is typed"),
        ({**day("a1", hours="4"), **day("b1", hours="4")}, "alternates", "Tick this for week B to count"),
        ({**day("a1", hours="4"), **day("b1"), "alternates": "y"}, "b1-hours", "how many hours"),
    ],
)
def test_an_error_stands_beside_the_field_of_its_day_and_nothing_is_lost(
    world: World, fields: dict[str, str], field: str, error: str
) -> None:
    answer = post(world, **fields)
    assert answer.status_code == 422
    beside = answer.text.split(f'id="{field}-error"')[1].split("</p>")[0]
    assert error in beside
    assert f'href="#{field}"' in answer.text
    for name, value in fields.items():
        if value not in ("", "y"):
            assert f'name="{name}"' in answer.text
            assert f'value="{value}"' in answer.text
    assert saved(world) == []


def test_a_week_without_a_day_and_one_outside_the_placement_are_refused(world: World) -> None:
    assert "Tick at least one day" in post(world).text
    assert "begins on 2026-11-16" in post(world, valid_from="2026-11-15", **WEEK).text
    world.placement.ends_on = date(2026, 12, 31)
    touch(world.case.id)
    builders.settle()
    assert "ends on 2026-12-31" in post(world, valid_from="2027-01-01", **WEEK).text
    assert saved(world) == []


def test_a_day_is_taken_out_by_unticking_it_though_its_hours_still_stand_there(world: World) -> None:
    """The form begins with Monday to Friday, eight hours."""
    fields = {f"a{n}-hours": "8" for n in range(1, 6)} | {f"a{n}-there": "y" for n in range(1, 5)}
    assert post(world, **fields).status_code == 303
    assert [row[0] for row in sessions(world, days=7)] == ["11-23", "11-24", "11-25", "11-26"]


def test_a_week_may_begin_in_the_past_and_marked_days_stay_as_facts(world: World) -> None:
    session = world.session(date(2026, 11, 17))
    session.mark, session.marked_at, session.marked_by = Mark.PRESENT, NOW, "Sara"
    touch(world.case.id)
    builders.settle()
    assert post(world, valid_from="2026-11-16", **WEEK).status_code == 303
    shown = world.client.get(address(world)).text
    assert "1 marked day is no longer in the schedule: it stays as a fact and counts nowhere." in shown
    assert [row[0] for row in sessions(world, date(2026, 11, 16), 7)] == ["11-16", "11-18"]
    kept = world.session(date(2026, 11, 17))
    assert (kept.scheduled, kept.mark) == (False, Mark.PRESENT)


def test_a_planned_week_is_taken_back_and_one_that_has_begun_is_not(world: World) -> None:
    post(world, valid_from="2026-11-16", **day("a1", hours="4"))
    post(world, valid_from="2026-12-07", **WEEK)
    take_back = f"{address(world)}/%s/withdraw"
    assert world.client.post(take_back % "2026-12-07").status_code == 303
    assert [w.valid_from for w in saved_weeks(world.placement)] == [date(2026, 11, 16)]
    assert [row[0] for row in sessions(world, date(2026, 12, 7), 7)] == ["12-07"]
    world.client.post(take_back % "2026-12-07")
    assert "was taken back already" in world.client.get(address(world)).text
    world.client.post(take_back % "2026-11-16")
    assert "This week holds since 2026-11-16" in world.client.get(address(world)).text
    assert [w.valid_from for w in saved_weeks(world.placement)] == [date(2026, 11, 16)]


def test_of_two_who_save_at_once_the_second_is_told_and_may_still_save(world: World) -> None:
    world.client.get(address(world))
    save(world, [{"hours": "3"}, *[None] * 6])
    stale = world.client.post(address(world), data={"valid_from": "2026-11-23", "seen": "0", **WEEK})
    assert stale.status_code == 422
    assert "Somebody else saved a week" in stale.text
    assert "Mon 3 h" in stale.text
    seen = latest_row(world.placement.id)
    assert f'name="seen" type="hidden" value="{seen}"' in stale.text
    assert post(world, **WEEK).status_code == 303


def save(world: World, week: list[Any], valid_from: date = MONDAY) -> None:
    save_week(
        actor=builders.SYSTEM,
        case=world.case,
        placement=world.placement,
        valid_from=valid_from,
        weeks=[week],
        seen=latest_row(world.placement.id),
        now=NOW,
    )
    builders.settle()


def test_an_employment_has_no_week(world: World) -> None:
    world.placement.kind = PlacementKind.EMPLOYMENT
    touch(world.case.id)
    builders.settle()
    assert "An employment has no sessions" in world.client.get(address(world)).text
    with pytest.raises(Conflict):
        save(world, [{"hours": "3"}, *[None] * 6])


def test_a_closed_case_keeps_its_week(world: World) -> None:
    world.case.closed_on = TODAY
    touch(world.case.id)
    builders.settle()
    with pytest.raises(Conflict):
        save(world, [{"hours": "3"}, *[None] * 6])


def by_file(world: World, **values: Any) -> bool:
    _row, changed = placements_service.upsert_placement(
        actor=builders.SYSTEM,
        case=world.case,
        workplace=world.workplace,
        starts_on=world.placement.starts_on,
        existing=world.placement,
        values=values,
        now=NOW,
    )
    builders.settle()
    return changed


def test_a_file_with_another_week_takes_back_the_one_saved_from_the_first_day(world: World) -> None:
    save(world, [{"hours": "3"}, *[None] * 6], date(2026, 11, 16))
    save(world, [None, {"hours": "5"}, *[None] * 5], date(2026, 12, 7))
    assert by_file(world, weekdays=weekday_bits([4]))
    assert [row[0] for row in sessions(world, date(2026, 11, 16), 28)] == ["11-19", "11-26", "12-03", "12-08"]
    event = db.session.scalars(select(CaseEvent).order_by(CaseEvent.id.desc()).limit(1)).one()
    assert event.verb == "placement_imported"
    history = world.client.get(f"/cases/{world.case.id}/timeline").text
    assert "Mon 3 h · 3 h a week → Thu 8 h · 8 h a week" in history


def test_a_file_that_says_nothing_new_of_the_week_leaves_it(world: World) -> None:
    save(world, [{"hours": "3"}, *[None] * 6], date(2026, 11, 16))
    assert not by_file(world, weekdays=world.placement.weekdays)
    assert by_file(world, ends_on=date(2027, 3, 1))
    assert [row[0] for row in sessions(world, date(2026, 11, 16), 7)] == ["11-16"]


def test_the_week_is_shown_wherever_the_placement_is(world: World) -> None:
    save(world, [{"hours": "3"}, *[None] * 6], date(2026, 11, 16))
    pages = [
        f"/cases/{world.case.id}",
        f"/cases/{world.case.id}/attendance",
        f"/cases/{world.case.id}/placements",
        f"/workplaces/{world.workplace.id}",
    ]
    for page in pages:
        assert "Mon 3 h · 3 h a week" in world.client.get(page).text.split("Changed the week")[0], page


def test_the_number_of_queries_does_not_grow_with_weeks_and_placements(world: World) -> None:
    def count() -> int:
        world.client.get(address(world))
        with statements() as found:
            assert world.client.get(address(world)).status_code == 200
        return len(found)

    def more(n: int) -> None:
        save(world, [{"hours": str(n + 3)}, *[None] * 6], MONDAY + timedelta(days=7 * n))
        builders.placement(world.case, builders.workplace(f"Plats {n}"), starts_on=MONDAY)
        builders.meeting(world.case, NOW + timedelta(days=n), MeetingOutcome.BOOKED)
        builders.settle()

    more(1)
    before = count()
    for n in range(2, 6):
        more(n)
    assert count() == before
