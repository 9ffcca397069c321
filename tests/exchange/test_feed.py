"""The calendar feed: what stands in it, when it is told, to whom, and that nobody is named."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from activation.accounts import service as accounts_service
from activation.database import db
from activation.exchange import feed
from activation.followups.queries import Scope
from activation.meetings import service as meetings_service
from activation.meetings.entries import case_address
from activation.records.actor import Actor
from activation.web.forms import moment_of
from activation.web.logs import safe_path
from models import AccessLogEntry, Case, Cover, Meeting, NamedStaff, Staff, Task
from models.enums import MeetingKind, MeetingOutcome, MeetingWay, Protection, Role, TaskState
from tests import builders
from tests.statements import statements
from tests.web import everything

SignIn = Callable[[Staff], FlaskClient]
NOW = builders.NOW
KEY = "k" * 43
STOCKHOLM = ZoneInfo("Europe/Stockholm")


@pytest.fixture
def secretary(app: Flask) -> Staff:
    row = builders.staff(builders.unit(), language="en", calendar_key=KEY)
    builders.settle()
    return row


def fetched(client: FlaskClient, key: str = KEY, **headers: str) -> TestResponse:
    return client.get(f"/calendar/{key}.ics", headers=headers)


def events(client: FlaskClient, key: str = KEY) -> list[Any]:
    answer = fetched(client, key)
    assert answer.status_code == 200, answer.status_code
    return list(icalendar.Calendar.from_ical(answer.data).walk("VEVENT"))


def meetings(client: FlaskClient, key: str = KEY) -> dict[str, Any]:
    """The timed events by summary."""
    return {str(e["SUMMARY"]): e for e in events(client, key) if isinstance(e["DTSTART"].dt, datetime)}


def days(client: FlaskClient, key: str = KEY) -> dict[date, Any]:
    """The all-day events by day."""
    return {e["DTSTART"].dt: e for e in events(client, key) if not isinstance(e["DTSTART"].dt, datetime)}


def case_of(secretary: Staff, first: str = "Anna", last: str = "Alm", **values: Any) -> Case:
    return builders.case(secretary.unit, secretary, first_name=first, last_name=last, **values)


def book(case: Case, at: datetime, by: Staff, **values: Any) -> Meeting:
    return meetings_service.book(
        actor=Actor.of(by),
        case=case,
        at=at,
        now=NOW,
        **{"kind": MeetingKind.FOLLOW_UP, "way": MeetingWay.IN_PERSON, **values},
    )


def test_a_meeting_stands_there_with_kind_and_initials(client: FlaskClient, secretary: Staff) -> None:
    case = case_of(secretary)
    meeting = book(case, NOW + timedelta(days=3), secretary, place="Room 2")
    builders.settle()
    entry = meetings(client)["A.A. follow-up"]
    assert entry["UID"] == f"meeting-{meeting.id}@127.0.0.1"
    assert entry["DTSTART"].dt == NOW + timedelta(days=3)
    assert entry["DTEND"].dt == NOW + timedelta(days=3, hours=1)
    assert entry["LOCATION"] == "Room 2"
    assert entry["URL"] == f"http://127.0.0.1:8000/cases/{case.id}"
    assert (entry["STATUS"], entry["TRANSP"], entry["SEQUENCE"]) == ("CONFIRMED", "OPAQUE", 1)
    assert entry["LAST-MODIFIED"].dt == NOW


def test_the_language_is_that_of_the_account(client: FlaskClient, secretary: Staff) -> None:
    secretary.language = "sv"
    book(case_of(secretary), NOW + timedelta(days=3), secretary, way=MeetingWay.PHONE)
    builders.settle()
    entry = meetings(client)["A.A. uppföljning"]
    assert entry["DESCRIPTION"] == "Per telefon"
    assert entry["DTEND"].dt - entry["DTSTART"].dt == timedelta(minutes=30)


# Local times, and what they are in UTC: worked out by hand.
LOCAL_AND_UTC = [
    ("2026-10-25 01:30", "20261024T233000Z"),  # summer time still
    ("2026-10-25 03:30", "20261025T023000Z"),  # after the hour that came twice
    ("2026-10-26 09:00", "20261026T080000Z"),
    ("2026-12-24 10:00", "20261224T090000Z"),  # a closed day: it was booked there all the same
    ("2026-12-31 16:00", "20261231T150000Z"),  # week 53
    ("2027-01-03 23:30", "20270103T223000Z"),  # its last day
    ("2027-03-26 09:00", "20270326T080000Z"),
    ("2027-03-28 01:30", "20270328T003000Z"),
    ("2027-03-28 03:30", "20270328T013000Z"),  # after the hour that never came
    ("2027-03-29 09:00", "20270329T070000Z"),
]


@pytest.mark.parametrize(("local", "utc"), LOCAL_AND_UTC)
def test_the_hour_is_right_around_changes_of_the_clock(
    client: FlaskClient, secretary: Staff, local: str, utc: str
) -> None:
    wanted = datetime.fromisoformat(local)
    builders.meeting(
        case_of(secretary),
        moment_of(wanted.date(), wanted.time()),
        MeetingOutcome.BOOKED,
        staff_id=secretary.id,
    )
    builders.settle()
    text = fetched(client).text
    assert f"DTSTART:{utc}\r\n" in text
    entry = meetings(client)["A.A. follow-up"]
    assert entry["DTSTART"].dt.astimezone(STOCKHOLM).replace(tzinfo=None) == wanted
    assert entry["DTEND"].dt - entry["DTSTART"].dt == timedelta(hours=1)


def test_a_year_ahead_and_a_month_back_and_no_more(client: FlaskClient, secretary: Staff) -> None:
    for number, after in enumerate((-31, -29, 364, 366)):
        case = case_of(secretary, chr(65 + number), "Ek")
        builders.meeting(case, NOW + timedelta(days=after), MeetingOutcome.BOOKED, staff_id=secretary.id)
    builders.settle()
    assert set(meetings(client)) == {"B.E. follow-up", "C.E. follow-up"}


def test_ones_own_meetings_are_those_one_holds_or_nobody_does(client: FlaskClient, secretary: Staff) -> None:
    colleague = builders.staff(secretary.unit)
    own, theirs = (
        case_of(secretary),
        builders.case(secretary.unit, colleague, first_name="Bo", last_name="Ek"),
    )
    at = NOW + timedelta(days=2)
    builders.meeting(own, at, MeetingOutcome.BOOKED, staff_id=None)
    builders.meeting(
        own, at + timedelta(hours=1), MeetingOutcome.BOOKED, staff_id=colleague.id, kind=MeetingKind.FIRST
    )
    builders.meeting(theirs, at, MeetingOutcome.BOOKED, staff_id=secretary.id, kind=MeetingKind.THREE_PARTY)
    builders.meeting(theirs, at + timedelta(hours=2), MeetingOutcome.BOOKED, staff_id=None)
    builders.settle()
    assert set(meetings(client)) == {"A.A. follow-up", "B.E. three-party meeting"}


def test_a_meeting_called_off_is_struck_out_for_two_weeks(
    client: FlaskClient, secretary: Staff, moment: Any
) -> None:
    case = case_of(secretary)
    meeting = book(case, NOW + timedelta(days=30), secretary)
    builders.settle()
    meetings_service.record_outcome(
        actor=Actor.of(secretary), meeting=meeting, outcome=MeetingOutcome.CANCELLED, now=NOW
    )
    builders.settle()
    entry = meetings(client)["Cancelled: A.A. follow-up"]
    assert (entry["STATUS"], entry["TRANSP"], entry["SEQUENCE"]) == ("CANCELLED", "TRANSPARENT", 2)
    moment.now = NOW + timedelta(days=13)
    assert meetings(client)
    moment.now = NOW + timedelta(days=15)
    assert not meetings(client)


def test_a_moved_meeting_is_struck_out_and_stands_at_its_new_time(
    client: FlaskClient, secretary: Staff
) -> None:
    case = case_of(secretary)
    old = book(case, NOW + timedelta(days=3), secretary)
    new = meetings_service.move(
        actor=Actor.of(secretary), case=case, meeting=old, to=NOW + timedelta(days=4), now=NOW
    )
    builders.settle()
    found = meetings(client)
    assert found["Cancelled: A.A. follow-up"]["UID"] == f"meeting-{old.id}@127.0.0.1"
    assert found["A.A. follow-up"]["UID"] == f"meeting-{new.id}@127.0.0.1"
    assert found["A.A. follow-up"]["DTSTART"].dt == NOW + timedelta(days=4)


def test_somebody_who_did_not_come_is_not_called_cancelled(client: FlaskClient, secretary: Staff) -> None:
    builders.meeting(
        case_of(secretary), NOW - timedelta(days=1), MeetingOutcome.NO_SHOW, staff_id=secretary.id
    )
    builders.settle()
    assert meetings(client)["A.A. follow-up"]["STATUS"] == "CONFIRMED"


def test_where_somebody_lives_or_is_called_is_left_out(client: FlaskClient, secretary: Staff) -> None:
    at = NOW + timedelta(days=2)
    for number, (place, kind) in enumerate(
        [
            ("Storgatan 3", MeetingKind.HOME_VISIT),
            ("Hemma hos Ek", MeetingKind.FOLLOW_UP),
            ("Tel 070-174 06 05", MeetingKind.FOLLOW_UP),
            ("19881018-2397", MeetingKind.FOLLOW_UP),
            ("x@y.example", MeetingKind.FOLLOW_UP),
        ]
    ):
        case = case_of(secretary, "Bo", "Ek")
        builders.meeting(case, at + timedelta(hours=number), MeetingOutcome.BOOKED, kind=kind, place=place)
    shown = case_of(secretary, "Bo", "Ek")
    builders.meeting(shown, at, MeetingOutcome.BOOKED, place="Kontoret, Storgatan 3, 271 34 Ystad")
    builders.settle()
    places = [e.get("LOCATION") for e in events(client) if isinstance(e["DTSTART"].dt, datetime)]
    assert [place for place in places if place] == ["Kontoret, Storgatan 3, 271 34 Ystad"]
    assert len(places) == 6


@pytest.mark.parametrize("protection", list(Protection))
def test_of_a_protected_person_it_says_only_that_there_is_a_meeting(
    client: FlaskClient, secretary: Staff, protection: Protection
) -> None:
    case = case_of(secretary, protection=protection)
    book(case, NOW + timedelta(days=2), secretary, place="Rum 2", kind=MeetingKind.HOME_VISIT)
    builders.settle()
    entry = meetings(client)["Meeting"]
    assert {"LOCATION", "URL", "DESCRIPTION"}.isdisjoint(entry)


def test_a_protected_person_one_is_not_named_on_is_not_there(client: FlaskClient, secretary: Staff) -> None:
    other = builders.staff(secretary.unit)
    case = builders.case(secretary.unit, other, protection=Protection.CONFIDENTIAL)
    builders.meeting(case, NOW + timedelta(days=2), MeetingOutcome.BOOKED, staff_id=secretary.id)
    builders.settle()
    assert not meetings(client)
    db.session.add(NamedStaff(case_id=case.id, staff_id=secretary.id, named_at=NOW))
    builders.settle()
    assert set(meetings(client)) == {"Meeting"}


@pytest.mark.parametrize("protection", [None, Protection.CONFIDENTIAL])
def test_nothing_that_is_known_of_a_person_is_in_it(app: Flask, protection: Protection | None) -> None:
    of = everything.make(protection)
    for who in ("insider", "lead", "aid"):
        of.staff(who).calendar_key = who.ljust(43, "x")
    builders.settle()
    for who in ("insider", "lead", "aid"):
        answer = fetched(app.test_client(), who.ljust(43, "x"))
        assert answer.status_code == 200
        unfolded = answer.text.replace("\r\n ", "")
        known = [*everything.IDENTIFYING, *everything.CONTENTS, "H.S." if protection else "Hemligina"]
        # A room may stand there, of those who are not protected.
        found = [m for m in known if m in unfolded and not (m == everything.PLACE and protection is None)]
        assert found == [], (who, found)
        assert ("H.S. " in unfolded) == (who == "insider" and protection is None)
    if protection is None:
        assert "Uppföljning".lower() in fetched(app.test_client(), "insider".ljust(43, "x")).text


@pytest.mark.drifts
def test_tasks_stand_on_their_day_as_a_number_and_overdue_ones_on_today(
    client: FlaskClient, secretary: Staff
) -> None:
    case_of(secretary)
    builders.settle()
    case = case_of(secretary)
    builders.settle()
    made = db.session.scalars(select(Task).where(Task.state == TaskState.OPEN).order_by(Task.id)).all()
    assert made
    today = date(2026, 11, 20)
    for number, task in enumerate(made):
        task.due_on = today - timedelta(days=3) if number == 0 else today + timedelta(days=5)
    db.session.add(
        Task(case_id=case.id, rule="three_party", key="x", owner=made[0].owner, due_on=today, made_at=NOW)
    )
    db.session.commit()
    found = days(client)
    assert list(found) == [today, today + timedelta(days=5)]
    assert found[today]["SUMMARY"] == "2 follow-up tasks, 1 overdue"
    assert found[today]["DTEND"].dt == today + timedelta(days=1)
    assert found[today]["TRANSP"] == "TRANSPARENT"
    assert found[today]["UID"] == f"tasks-{secretary.id}-2026-11-20@127.0.0.1"
    assert "1 × Hold a three-party meeting" in found[today]["DESCRIPTION"]
    assert "http://127.0.0.1:8000/tasks" in found[today]["DESCRIPTION"]
    later = len(made) - 1
    assert found[today + timedelta(days=5)]["SUMMARY"].startswith(f"{later} follow-up task")


def test_whom_one_stands_in_for_is_there_while_one_does(
    client: FlaskClient, secretary: Staff, moment: Any
) -> None:
    away = builders.staff(secretary.unit, name="Sven Ek")
    case = builders.case(secretary.unit, away, first_name="Bo", last_name="Ek")
    hidden = builders.case(secretary.unit, away, protection=Protection.CONFIDENTIAL)
    for after in (-1, 1, 20):
        builders.meeting(case, NOW + timedelta(days=after), MeetingOutcome.BOOKED, staff_id=away.id)
    builders.meeting(hidden, NOW + timedelta(days=1), MeetingOutcome.BOOKED, staff_id=away.id)
    today = date(2026, 11, 20)
    db.session.add(
        Cover(
            staff_id=away.id, cover_id=secretary.id, starts_on=today, ends_on=today + timedelta(days=7),
            made_at=NOW, made_by="x",
        )
    )  # fmt: skip
    builders.settle()
    timed = [e for e in events(client) if isinstance(e["DTSTART"].dt, datetime)]
    assert [(e["DTSTART"].dt, e["DESCRIPTION"]) for e in timed] == [
        (NOW + timedelta(days=1), "In place of S.E.")
    ]
    moment.now = NOW + timedelta(days=8)
    assert not meetings(client)


@pytest.mark.parametrize(
    "change",
    [
        {"active": False},
        {"role": Role.ADMINISTRATOR},
        {"calendar_key": None},
        {"calendar_key": "n" * 43},
    ],
)
def test_revoked_closed_and_unknown_get_the_same_answer(
    client: FlaskClient, secretary: Staff, change: dict[str, Any]
) -> None:
    assert fetched(client).status_code == 200
    for name, value in change.items():
        setattr(secretary, name, value)
    builders.settle()
    answer, unknown = fetched(client), fetched(client, "u" * 43)
    assert answer.status_code == unknown.status_code == 404
    assert answer.data == unknown.data
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("key", ["", "%00", "a", "k" * 42, "k" * 44, "k" * 5000, "å" * 43, "k" * 42 + "%0A"])
def test_odd_addresses_are_not_found(client: FlaskClient, secretary: Staff, key: str) -> None:
    assert fetched(client, key).status_code == 404


@pytest.mark.parametrize("values", [{"role": Role.UNIT_LEAD}, {"active": False}])
def test_who_gets_other_work_needs_a_new_address(
    client: FlaskClient, secretary: Staff, values: dict[str, Any]
) -> None:
    unchanged = {"name": secretary.name, "role": secretary.role, "unit": secretary.unit, "active": True}
    administrator = Actor.of(builders.staff(secretary.unit, Role.ADMINISTRATOR))
    accounts_service.update_staff(
        actor=administrator, staff=secretary, now=NOW, **{**unchanged, "name": "Ny Namn"}
    )
    assert secretary.calendar_key == KEY
    accounts_service.update_staff(actor=administrator, staff=secretary, now=NOW, **{**unchanged, **values})
    builders.settle()
    assert fetched(client).status_code == 404
    assert secretary.calendar_key is None


def test_what_has_not_changed_is_not_sent_again(client: FlaskClient, secretary: Staff, moment: Any) -> None:
    case = case_of(secretary)
    meeting = book(case, NOW + timedelta(days=3), secretary)
    builders.settle()
    first = fetched(client)
    tag = first.headers["ETag"]
    moment.now = NOW + timedelta(minutes=20)
    again = fetched(client, **{"If-None-Match": tag})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
    meeting.place = "Rum 7"
    builders.settle()
    changed = fetched(client, **{"If-None-Match": tag})
    assert changed.status_code == 200
    assert changed.headers["ETag"] != tag


def test_the_answer_is_kept_by_the_reader_alone(client: FlaskClient, secretary: Staff) -> None:
    headers = fetched(client).headers
    assert headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert headers["Cache-Control"] == "private, max-age=300"
    assert headers["X-Robots-Tag"] == "noindex, nofollow"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "Set-Cookie" not in headers


def test_the_address_is_in_no_log_line(app: Flask, secretary: Staff) -> None:
    with app.test_request_context(f"/calendar/{KEY}.ics"):
        assert safe_path() == "/calendar/<secret>.ics"


def test_reading_it_is_no_look_at_a_person_and_writes_nothing(client: FlaskClient, secretary: Staff) -> None:
    book(case_of(secretary), NOW + timedelta(days=3), secretary)
    builders.settle()
    before = everything.everything_stored()
    fetched(client)
    assert everything.everything_stored() == before
    assert not db.session.scalar(select(func.count()).select_from(AccessLogEntry))


def test_as_many_queries_for_forty_meetings_as_for_one(client: FlaskClient, secretary: Staff) -> None:
    def queries() -> int:
        with statements() as seen:
            fetched(client)
        return len(seen)

    book(case_of(secretary), NOW + timedelta(days=3), secretary)
    builders.settle()
    before = queries()
    for number in range(40):
        book(case_of(secretary), NOW + timedelta(days=3, minutes=number), secretary)
    builders.settle()
    assert queries() == before <= 7


def test_it_is_bounded_and_keeps_what_is_next(
    client: FlaskClient, secretary: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "MOST_MEETINGS", 3)
    for after in (-3, -2, -1, 1, 2):
        builders.meeting(case_of(secretary), NOW + timedelta(days=after), MeetingOutcome.BOOKED)
    builders.settle()
    assert sorted(e["DTSTART"].dt for e in meetings_of(client)) == [
        NOW + timedelta(days=after) for after in (-1, 1, 2)
    ]


def meetings_of(client: FlaskClient) -> list[Any]:
    return [e for e in events(client) if isinstance(e["DTSTART"].dt, datetime)]


def test_the_addresses_in_it_are_pages(app: Flask, secretary: Staff) -> None:
    with app.test_request_context():
        assert case_address(7).endswith(url_for("caseload.case_page", case_id=7))


def test_a_meeting_can_be_fetched_as_a_file(sign_in: SignIn, secretary: Staff) -> None:
    case = case_of(secretary, "Anna", "Alm")
    meeting = book(case, NOW + timedelta(days=3), secretary)
    stranger = builders.staff(builders.unit())
    builders.settle()
    client = sign_in(secretary)
    assert f"/meetings/{meeting.id}/calendar.ics" in client.get(f"/meetings/{meeting.id}").text
    answer = client.get(f"/meetings/{meeting.id}/calendar.ics")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="meeting-{meeting.id}.ics"'
    (entry,) = icalendar.Calendar.from_ical(answer.data).walk("VEVENT")
    assert entry["SUMMARY"] == "A.A. follow-up"
    assert entry["DTSTART"].dt == (NOW + timedelta(days=3)).astimezone(UTC)
    assert "Alm" not in answer.text
    assert sign_in(stranger).get(f"/meetings/{meeting.id}/calendar.ics").status_code == 404


def test_every_role_with_a_calendar_has_a_list_of_tasks() -> None:
    assert set(feed.SCOPES) == set(feed.CASE_ROLES)
    assert Scope.MINE in feed.SCOPES[Role.SECRETARY]
