"""The page "At risk": exactly those whose clock runs, is due soon, and has nothing booked that would stop it."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from activation.clocks.calendar import STOCKHOLM
from activation.database import db
from activation.throughput.ahead.free_times import free_times
from activation.throughput.measures.load import LOAD_TASKS
from activation.throughput.queries import days as days_of
from activation.throughput.rules import Period
from activation.throughput.scope import Units
from models import Case, Cover, Staff, Task, Unit
from models.enums import (
    Flow,
    MeetingKind,
    MeetingOutcome,
    Owner,
    PlacementKind,
    Protection,
    Role,
    TaskState,
)
from tests import builders as make
from tests.conftest import Moment
from tests.throughput.test_pages import body_rows, count_of, hidden, links

SignIn = Callable[[Staff], FlaskClient]
TODAY = date(2026, 11, 20)  # a Friday
ADDRESS = "/throughput/at-risk"
JOB = PlacementKind.EMPLOYMENT


@pytest.fixture
def unit(app: Flask) -> Unit:
    return make.unit("Enhet Centrum")


@pytest.fixture
def lead(unit: Unit) -> Staff:
    return make.staff(unit, Role.UNIT_LEAD, language="en")


def at(day: date, hour: int = 10) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=STOCKHOLM)


def fill(unit: Unit, secretary: Staff | None = None) -> dict[str, Case]:
    """A case for each way in which a clock of activation can stand, the first contact ten days before the deadline."""

    def case(name: str, day: int = 16, **values: object) -> Case:
        made = {"last_name": name, "first_contact_on": date(2026, 11, day), **values}
        return make.case(unit, secretary, **made)  # type: ignore[arg-type]

    names = ("Session", "Job", "Latejob", "Proposed", "Paused", "Unmarked", "Working")
    found = {name: case(name) for name in names}
    found |= {
        "Saturday": case("Saturday", 18),
        "Sunday": case("Sunday", 12),
        "Late": case("Late", 2),
        "Support": case("Support", flow=Flow.SUPPORT),
        "Hidden": case("Hidden", 17, protection=Protection.CONFIDENTIAL),
        "Closed": case("Closed", closed_on=date(2026, 11, 19)),
    }
    make.placement(found["Session"], starts_on=date(2026, 11, 23))
    make.placement(found["Job"], starts_on=date(2026, 11, 26), kind=JOB)
    make.placement(found["Latejob"], starts_on=date(2026, 11, 27), kind=JOB)
    make.proposal(found["Proposed"], starts_on=date(2026, 11, 24))
    make.pause(found["Paused"], date(2026, 11, 18), date(2026, 11, 27))
    make.placement(found["Unmarked"], starts_on=date(2026, 11, 17), ends_on=date(2026, 11, 18))
    make.placement(found["Working"], starts_on=date(2026, 11, 17), kind=JOB)
    return found


def part(html: str, heading: str) -> str:
    """What stands in the section with this heading's id."""
    found = re.search(rf'<h2 id="{heading}">.*?</section>', html, re.S)
    assert found, heading
    return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split())


def names_in(text: str) -> list[str]:
    return re.findall(r"Anna (\w+)", text.replace("Find a place Anna", "").replace("Book a meeting Anna", ""))


def test_the_list_is_exactly_who_has_nothing_booked(unit: Unit, lead: Staff, sign_in: SignIn) -> None:
    fill(unit)
    make.case(make.unit(), last_name="Elsewhere")
    make.settle()
    page = sign_in(lead).get(ADDRESS).text
    listed = part(page, "unbooked")
    assert names_in(listed) == ["Sunday", "Latejob", "Proposed", "Unmarked", "Saturday"]
    assert hidden(page) == 1
    assert "2026-11-20 the deadline 2026-11-22 is a closed day today" in listed
    assert "2026-11-26 6 days Proposed from 2026-11-24, not agreed" in listed
    assert "The session of 2026-11-17 is not marked" in listed
    assert "2026-11-27 the deadline 2026-11-28 is a closed day 7 days" in listed
    paused = part(page, "paused")
    assert names_in(paused) == ["Paused"]
    assert "Sickness 2026-11-27" in paused
    # Nothing booked (with the protected one), booked, paused, late.
    numbers = re.findall(r"(\d+) cases", part(page, "clocks"))
    assert numbers[:4] == ["6", "2", "1", "1"]


def test_every_number_leads_to_as_many_rows_as_it_says(unit: Unit, lead: Staff, sign_in: SignIn) -> None:
    for week in range(16):
        case = make.case(unit, first_contact_on=TODAY - timedelta(days=7 * week + 5))
        make.meeting(case, at(TODAY - timedelta(days=7 * week + 3)), kind=MeetingKind.FIRST)
    fill(unit, make.staff(unit))
    make.settle()
    client = sign_in(lead)
    found = links(client.get(ADDRESS).text)
    assert len({href.split("/")[3] for href, _ in found}) >= 14
    for href, number in found:
        rows = client.get(href).text
        assert body_rows(rows) + hidden(rows) == int(number), href


def test_what_stops_a_first_meeting_or_a_plan_is_a_meeting_booked_in_time(
    unit: Unit, lead: Staff, sign_in: SignIn
) -> None:
    names = ("Booked", "Toolate", "Cancelled", "Nothing", "Yesterday", "Met")
    cases = {n: make.case(unit, last_name=n, first_contact_on=date(2026, 11, 19)) for n in names}
    booked = MeetingOutcome.BOOKED
    make.meeting(cases["Booked"], at(date(2026, 11, 21), 23), booked)
    make.meeting(cases["Toolate"], at(date(2026, 11, 22), 0), booked, kind=MeetingKind.FIRST)
    make.meeting(cases["Cancelled"], at(date(2026, 11, 20), 15), MeetingOutcome.CANCELLED)
    make.meeting(cases["Yesterday"], at(date(2026, 11, 19), 15), booked)
    make.meeting(cases["Met"], at(date(2026, 11, 19), 16))
    make.settle()
    client = sign_in(lead)
    first = part(client.get(f"{ADDRESS}?clock=first_meeting").text, "unbooked")
    assert names_in(first) == ["Cancelled", "Nothing", "Toolate", "Yesterday"]
    assert "The meeting of 2026-11-19 has no outcome yet" in first
    # The plan has until the 29th: a meeting on the 22nd is in time.
    plan = part(client.get(f"{ADDRESS}?clock=plan").text, "unbooked")
    assert names_in(plan) == ["Cancelled", "Met", "Nothing", "Yesterday"]
    assert client.get(f"{ADDRESS}?clock=none&page=99999").status_code == 200


def test_a_long_list_is_paged_and_statements_do_not_grow(unit: Unit, lead: Staff, sign_in: SignIn) -> None:
    fill(unit, make.staff(unit))
    make.settle()
    client = sign_in(lead)
    few = count_of(client, ADDRESS)
    for _ in range(51):
        make.case(unit)
    fill(unit, make.staff(unit))
    make.settle()
    assert count_of(client, ADDRESS) == few
    first, second = client.get(ADDRESS).text, client.get(f"{ADDRESS}?page=2").text
    assert len(names_in(part(first, "unbooked"))) == 50
    assert len(names_in(part(second, "unbooked"))) == 11
    assert "1–50 of 61" in first


def test_a_day_with_fewer_first_meetings_than_usual_has_room(unit: Unit, lead: Staff) -> None:
    asta, bo = make.staff(unit, name="Asta"), make.staff(unit, name="Bo")
    days = [date(2026, 11, 23), date(2026, 11, 24), date(2026, 11, 25)]
    assert free_times(unit.id, today=TODAY, days=days).usual is None
    # On four of five days at most two; a busy day, another kind and another unit's do not make more room.
    first, number = MeetingKind.FIRST, 0
    for day, held in ((9, 1), (10, 2), (11, 2), (12, 2), (13, 5)):
        for n in range(held):
            number += 1
            on = at(date(2026, 11, day), 8 + n)
            make.meeting(make.case(unit, asta, last_name=f"M{number}"), on, kind=first, staff_id=asta.id)
    make.meeting(make.case(unit, asta), at(date(2026, 11, 9)), kind=MeetingKind.FOLLOW_UP)
    for n in range(2):
        case, booked = make.case(unit, asta), MeetingOutcome.BOOKED
        make.meeting(case, at(days[0], 9 + n), booked, kind=first)
    make.meeting(make.case(unit, bo), at(days[1]), MeetingOutcome.BOOKED, kind=first, staff_id=asta.id)
    db.session.add(
        Cover(
            staff_id=bo.id,
            cover_id=asta.id,
            starts_on=days[2],
            ends_on=days[2],
            made_at=make.NOW,
            made_by="t",
        )
    )
    make.settle()
    found = free_times(unit.id, today=TODAY, days=days)
    assert found.usual == 2
    assert {line.name: [(d.day, d.booked) for d in line.days] for line in found.lines} == {
        "Asta": [(days[1], 1), (days[2], 0)],
        "Bo": [(days[0], 0), (days[1], 0)],
    }


def test_a_forecast_needs_weeks_and_is_the_same_all_day(
    unit: Unit, lead: Staff, sign_in: SignIn, moment: Moment
) -> None:
    make.case(unit, first_contact_on=TODAY - timedelta(weeks=9))
    make.settle()
    client = sign_in(lead)
    assert "needs 12 whole weeks of the unit. 8 are known" in part(client.get(ADDRESS).text, "forecast")
    for week in range(30):
        for n in range(week % 4):
            case = make.case(unit, first_contact_on=TODAY - timedelta(days=7 * week + 4))
            if n:
                make.meeting(case, at(TODAY - timedelta(days=7 * week + 2)), kind=MeetingKind.FIRST)
    make.settle()
    morning = client.get(ADDRESS).text
    moment.advance(hours=8)
    assert part(client.get(ADDRESS).text, "forecast") == part(morning, "forecast")
    told = part(morning, "forecast")
    assert "29 whole weeks 2026-W18–2026-W46" in told
    assert re.findall(r"20\d\d-W\d\d", told)[2:] == [
        "2026-W48", "2026-W49", "2026-W50", "2026-W51", "2026-W52", "2026-W53", "2027-W01", "2027-W02",
    ]  # fmt: skip
    assert re.search(r"Open cases \d of 8", part(morning, "check"))


def test_follow_up_that_fell_due_is_the_secretaries_and_not_what_was_withdrawn(unit: Unit) -> None:
    case = make.case(unit)
    make.settle()
    db.session.query(Task).delete()
    for n, (owner, state, day) in enumerate(
        (
            (Owner.SECRETARY, TaskState.OPEN, 10),
            (Owner.SECRETARY, TaskState.DONE, 12),
            (Owner.SECRETARY, TaskState.NOT_RELEVANT, 12),
            (Owner.SECRETARY, TaskState.WITHDRAWN, 12),
            (Owner.SUPERVISOR, TaskState.OPEN, 12),
            (Owner.SECRETARY, TaskState.OPEN, 16),
        )
    ):
        closed = {} if state is TaskState.OPEN else {"closed_at": make.NOW, "closed_by": "t", "reason": "r"}
        due = date(2026, 11, day)
        db.session.add(
            Task(
                case_id=case.id,
                rule="r",
                key=str(n),
                owner=owner,
                due_on=due,
                state=state,
                made_at=make.NOW,
                **closed,
            )
        )
    db.session.flush()
    week = Period(date(2026, 11, 9), date(2026, 11, 15))
    assert days_of(LOAD_TASKS, week, Units.one(unit.id)) == {3: 2, 5: 1}
    db.session.rollback()
