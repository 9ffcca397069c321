"""The ledger: what was sent and not sent, of a case, a task, a day, a person; who may read it."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, insert, select

from activation.database import db
from activation.employer_page.links import make_link
from activation.messages.ledger import PAGE_SIZE, Standing, Wanted, counts, leaving_on, of_case, of_day
from activation.records.actor import Actor
from models import AccessLogEntry, Case, EmployerLink, Message, Staff, Task, Workplace
from models.enums import (
    Channel,
    Delivery,
    MessageKind,
    MessageState,
    Owner,
    Protection,
    Role,
    Viewed,
)
from tests import builders
from tests.builders import NOW, settle
from tests.statements import statements

SignIn = Callable[[Staff], FlaskClient]


def message(**values: Any) -> Message:
    """A sent e-mail, unless said otherwise."""
    n = next(builders._numbers)
    row = Message(
        **{
            "key": f"ledger:{n}",
            "bundle": f"ledger:{n}",
            "kind": MessageKind.TASK_DUE,
            "channel": Channel.EMAIL,
            "params": {},
            "state": MessageState.SENT,
            "sent_at": NOW if values.get("state", MessageState.SENT) is MessageState.SENT else None,
            "created_at": NOW,
            "next_attempt_at": NOW,
            "attempts": 1,
            **values,
        }
    )
    db.session.add(row)
    db.session.flush()
    return row


def task_of(case: Case, key: str = "test", **values: Any) -> Task:
    row = Task(
        **{
            "case_id": case.id,
            "rule": "follow_up",
            "key": key,
            "owner": Owner.SECRETARY,
            "due_on": NOW.date(),
            "made_at": NOW,
            **values,
        }
    )
    db.session.add(row)
    db.session.flush()
    return row


def link_to(workplace: Workplace) -> EmployerLink:
    return make_link(
        actor=builders.SYSTEM,
        workplace=workplace,
        sent_to="h@ab.example",
        supervisor_name="Karin Berg",
        now=NOW - timedelta(days=3),
    )


def text(client: FlaskClient, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, response.status_code
    return response.get_data(as_text=True)


def rows_in(page: str) -> int:
    return len(re.findall(r'<th scope="row">', page))


@pytest.fixture
def secretary(app: Flask) -> Staff:
    return builders.staff(builders.unit(), language="en")


@pytest.mark.parametrize(
    ("values", "standing"),
    [
        (
            {"state": MessageState.QUEUED, "attempts": 0, "next_attempt_at": NOW + timedelta(hours=1)},
            "planned",
        ),
        ({"state": MessageState.QUEUED, "attempts": 0, "next_attempt_at": NOW}, "queued"),
        (
            {"state": MessageState.QUEUED, "attempts": 2, "next_attempt_at": NOW + timedelta(hours=1)},
            "queued",
        ),
        ({"state": MessageState.SENDING}, "sending"),
        ({}, "sent"),
        ({"channel": Channel.SMS, "delivery": Delivery.DELIVERED, "delivered_at": NOW}, "delivered"),
        ({"channel": Channel.SMS, "delivery": Delivery.UNDELIVERED, "delivered_at": NOW}, "undelivered"),
        ({"state": MessageState.FAILED}, "failed"),
        ({"state": MessageState.UNCERTAIN}, "uncertain"),
        ({"state": MessageState.NOT_SENT}, "not_sent"),
    ],
)
def test_each_standing_is_told_apart_and_its_tile_counts_its_list(
    secretary: Staff, values: dict[str, Any], standing: str
) -> None:
    case = builders.case(secretary.unit, secretary)
    one = message(case_id=case.id, **values)
    other = MessageState.FAILED if standing != "failed" else MessageState.UNCERTAIN
    message(case_id=case.id, state=other)
    wanted = Wanted(Actor.of(secretary), NOW.date(), NOW)
    assert counts(wanted)[Standing(standing)] == 1  # type: ignore[call-arg] # by value
    only = Wanted(Actor.of(secretary), NOW.date(), NOW, standing=Standing(standing))  # type: ignore[call-arg]
    assert [entry.id for entry in of_day(only)] == [one.id]
    assert sum(counts(only).values()) == 2


def test_each_state_has_a_standing_and_a_text() -> None:
    assert {state.value for state in MessageState} <= {standing.value for standing in Standing}


def test_the_ledger_of_a_case_says_what_to_whom_and_why_not(secretary: Staff, sign_in: SignIn) -> None:
    case = builders.case(secretary.unit, secretary, first_contact_on=date(2026, 11, 2))
    workplace = builders.workplace("Snickeriet")
    builders.placement(case, workplace)
    task = task_of(case)
    message(case_id=case.id, task_id=task.id, staff_id=secretary.id)
    message(
        case_id=case.id,
        kind=MessageKind.MEETING_REMINDER,
        channel=Channel.SMS,
        to_address="+46701740605",
        state=MessageState.NOT_SENT,
        reason="The task was closed before | 550 nobody",
    )
    message(
        link_id=link_to(workplace).id,
        kind=MessageKind.ATTENDANCE_REQUEST,
        to_address="h@ab.example",
    )
    settle()
    page = text(sign_in(secretary), f"/cases/{case.id}/reminders")
    assert rows_in(page) == 3
    for said in (
        "The participant",
        "Supervisor at Snickeriet",
        secretary.name,
        "The task was closed before · 550 nobody",
        "SMS",
        f"/tasks/{task.id}/reminders",
    ):
        assert said in page, said
    # Addresses are nobody's business here.
    assert "+46701740605" not in page
    assert "h@ab.example" not in page


def test_what_went_to_a_workplace_belongs_to_the_time_of_the_placement(secretary: Staff) -> None:
    case = builders.case(secretary.unit, secretary, first_contact_on=date(2026, 9, 1))
    workplace = builders.workplace()
    builders.placement(case, workplace, starts_on=date(2026, 10, 5), ends_on=date(2026, 10, 9))
    link = link_to(workplace)
    days = {
        day: message(link_id=link.id, created_at=datetime(2026, 10, day, 10, tzinfo=UTC)).id
        for day in (2, 5, 23, 25)
    }
    settle()
    assert [entry.id for entry in of_case(case, now=NOW)] == [days[23], days[5]]


def test_a_protected_participants_ledger_names_no_message_to_a_workplace(secretary: Staff) -> None:
    case = builders.case(secretary.unit, secretary, protection=Protection.CONFIDENTIAL)
    workplace = builders.workplace()
    builders.placement(case, workplace)
    message(link_id=link_to(workplace).id)
    settle()
    assert of_case(case, now=NOW) == []


def test_the_ledger_of_a_task_holds_its_messages_only(secretary: Staff, sign_in: SignIn) -> None:
    case = builders.case(secretary.unit, secretary)
    task = task_of(case)
    message(case_id=case.id, task_id=task.id, staff_id=secretary.id)
    message(case_id=case.id, task_id=task_of(case, "other").id, staff_id=secretary.id)
    settle()
    assert rows_in(text(sign_in(secretary), f"/tasks/{task.id}/reminders")) == 1


def test_a_long_ledger_is_read_page_by_page_without_gap_or_repetition(
    secretary: Staff, sign_in: SignIn
) -> None:
    case = builders.case(secretary.unit, secretary)
    task = task_of(case)
    # Several in one moment: the id decides.
    ids = [
        message(
            case_id=case.id,
            task_id=task.id,
            staff_id=secretary.id,
            created_at=NOW - timedelta(minutes=i // 7),
        ).id
        for i in range(2 * PAGE_SIZE + 3)
    ]
    settle()
    client = sign_in(secretary)
    for start in (f"/cases/{case.id}/reminders", f"/tasks/{task.id}/reminders", "/reminders?day=2026-11-20"):
        seen: list[int] = []
        address: str | None = start
        pages = 0
        while address:
            page = text(client, address)
            seen += [int(i) for i in re.findall(r'href="/reminders/(\d+)/again[?"]', page)]
            older = re.search(r'rel="next" href="([^"]*before=[^"]*)"', page)
            address = older[1].replace("&amp;", "&") if older else None
            pages += 1
        assert pages == 3
        assert len(seen) == len(set(seen)) == len(ids)
        assert set(seen) == set(ids)


def test_a_day_begins_and_ends_at_midnight_in_stockholm(secretary: Staff) -> None:
    case = builders.case(secretary.unit, secretary)
    moments = [datetime(2026, 11, 19, 22, 59), datetime(2026, 11, 19, 23, 0), datetime(2026, 11, 20, 23, 0)]
    ids = [message(case_id=case.id, created_at=at.replace(tzinfo=UTC)).id for at in moments]
    wanted = Wanted(Actor.of(secretary), date(2026, 11, 20), NOW)
    assert [entry.id for entry in of_day(wanted)] == [ids[1]]


def test_what_was_made_before_stands_on_the_day_on_which_it_leaves(secretary: Staff, sign_in: SignIn) -> None:
    case = builders.case(secretary.unit, secretary)
    waiting = {"state": MessageState.QUEUED, "attempts": 0, "next_attempt_at": NOW + timedelta(days=3)}
    ahead = message(case_id=case.id, kind=MessageKind.MEETING_REMINDER, **waiting)
    message(case_id=case.id, **{**waiting, "state": MessageState.NOT_SENT})
    message(case_id=builders.case(builders.unit()).id, **waiting)
    settle()
    day = NOW.date() + timedelta(days=3)
    found = {
        d: [entry.id for entry in leaving_on(Wanted(Actor.of(secretary), d, NOW))]
        for d in (NOW.date(), day, day + timedelta(days=1))
    }
    assert found == {NOW.date(): [], day: [ahead.id], day + timedelta(days=1): []}
    page = text(sign_in(secretary), f"/reminders?day={day}")
    assert case.name in page
    assert "to leave this day" in page


def everybody(secretary: Staff) -> dict[str, Staff]:
    unit, other = secretary.unit, builders.unit()
    return {
        "secretary": secretary,
        "colleague": builders.staff(unit),
        "lead": builders.staff(unit, Role.UNIT_LEAD),
        "other_lead": builders.staff(other, Role.UNIT_LEAD),
        "other_secretary": builders.staff(other),
    }


@pytest.mark.parametrize(
    ("what", "seen_by"),
    [
        ("own case", {"secretary", "lead"}),
        ("protected case", {"secretary"}),
        ("digest", {"secretary", "lead"}),
        ("workplace", {"secretary", "lead"}),
        ("reminder of a colleague's case", {"secretary", "colleague", "lead"}),
    ],
)
def test_a_day_holds_what_is_ones_own(secretary: Staff, what: str, seen_by: set[str]) -> None:
    people = everybody(secretary)
    protection = Protection.CONFIDENTIAL if what == "protected case" else None
    case = builders.case(secretary.unit, secretary, protection=protection)
    if what == "digest":
        one = message(kind=MessageKind.DIGEST, staff_id=secretary.id)
    elif what == "workplace":
        workplace = builders.workplace()
        builders.placement(case, workplace)
        one = message(link_id=link_to(workplace).id, kind=MessageKind.ATTENDANCE_REQUEST)
    elif what == "reminder of a colleague's case":
        theirs = builders.case(secretary.unit, people["colleague"])
        one = message(case_id=theirs.id, staff_id=secretary.id)
    else:
        one = message(case_id=case.id)
    settle()
    found = {
        who
        for who, person in people.items()
        if [entry.id for entry in of_day(Wanted(Actor.of(person), NOW.date(), NOW))] == [one.id]
    }
    assert found == seen_by


def test_filters_of_a_day_are_kept_from_tile_to_page(secretary: Staff, sign_in: SignIn) -> None:
    case = builders.case(secretary.unit, secretary)
    message(case_id=case.id, channel=Channel.SMS, kind=MessageKind.MEETING_REMINDER)
    message(case_id=case.id, channel=Channel.SMS, kind=MessageKind.CONTACT_REQUEST)
    message(case_id=case.id, channel=Channel.EMAIL, state=MessageState.FAILED)
    settle()
    client = sign_in(secretary)
    assert rows_in(text(client, "/reminders")) == 3
    assert rows_in(text(client, "/reminders?channel=sms")) == 2
    assert rows_in(text(client, "/reminders?channel=sms&kind=contact_request")) == 1
    assert rows_in(text(client, "/reminders?standing=failed")) == 1
    assert rows_in(text(client, "/reminders?day=2026-11-19")) == 0
    page = text(client, "/reminders?channel=sms")
    tile = re.search(r'<a class="tile" href="([^"]+)"', page)
    assert tile is not None
    assert "channel=sms" in tile[1]
    assert "standing=sent" in tile[1]


def test_one_letter_can_be_opened_from_the_outbox(secretary: Staff, sign_in: SignIn) -> None:
    lead = builders.staff(secretary.unit, Role.UNIT_LEAD, language="en")
    case = builders.case(secretary.unit, secretary)
    for _ in range(2):
        message(
            case_id=case.id,
            staff_id=secretary.id,
            bundle="letter",
            state=MessageState.FAILED,
            created_at=NOW - timedelta(days=2),
        )
    message(case_id=case.id, staff_id=secretary.id, created_at=NOW - timedelta(days=2))
    settle()
    client = sign_in(lead)
    href = re.search(r'href="(/reminders\?[^"]*letter=[^"]*)"', text(client, "/outbox"))
    assert href is not None
    assert rows_in(text(client, href[1].replace("&amp;", "&"))) == 2


def test_what_is_only_planned_is_no_trouble_of_the_outbox(
    secretary: Staff, sign_in: SignIn, moment: Any
) -> None:
    """A reminder of a meeting is in the outbox from its booking on."""
    lead = builders.staff(secretary.unit, Role.UNIT_LEAD, language="en")
    case = builders.case(secretary.unit, secretary)
    message(
        case_id=case.id,
        kind=MessageKind.MEETING_REMINDER,
        channel=Channel.SMS,
        state=MessageState.QUEUED,
        attempts=0,
        next_attempt_at=NOW + timedelta(days=9),
    )
    settle()
    moment.advance(days=5)
    page = text(sign_in(lead), "/outbox")
    assert "get through</h2>" not in page
    assert "state=queued" not in page
    moment.advance(days=4, minutes=1)
    assert "state=queued" in text(sign_in(lead), "/outbox")
    moment.advance(days=1)
    assert "get through</h2>" in text(sign_in(lead), "/outbox")


@pytest.mark.parametrize("searched", ["Almgren", "T-LEDGER-1", "198810182397", "19881018-2397"])
def test_a_person_is_found_by_name_and_numbers_and_the_search_is_logged(
    secretary: Staff, sign_in: SignIn, searched: str
) -> None:
    case = builders.case(
        secretary.unit,
        secretary,
        last_name="Almgren",
        case_number="T-LEDGER-1",
        personal_number="198810182397",
    )
    settle()
    client = sign_in(secretary)
    page = client.post("/reminders/search", data={"q": searched}, follow_redirects=True).text
    assert f'href="/cases/{case.id}/reminders"' in page
    looks = db.session.execute(select(AccessLogEntry.case_id, AccessLogEntry.viewed)).all()
    assert (case.id, Viewed.SEARCH) in [tuple(look) for look in looks]


def test_a_personal_number_is_not_kept(secretary: Staff, sign_in: SignIn) -> None:
    builders.case(secretary.unit, secretary, personal_number="198810182397")
    settle()
    client = sign_in(secretary)
    client.post("/reminders/search", data={"q": "198810182397"})
    with client.session_transaction() as kept:
        assert "198810182397" not in repr(dict(kept))
    assert "198810182397" not in client.get("/reminders/search").text


def test_nobody_is_found_for_another_unit_and_an_impossible_number_is_named(
    secretary: Staff, sign_in: SignIn
) -> None:
    builders.case(secretary.unit, secretary, last_name="Almgren")
    stranger = builders.staff(builders.unit(), language="en")
    settle()
    client = sign_in(stranger)
    assert (
        "Almgren," not in client.post("/reminders/search", data={"q": "Almgren"}, follow_redirects=True).text
    )
    assert "Nobody found" in client.get("/reminders/search").text
    assert (
        "notice" in client.post("/reminders/search", data={"q": "19881018-2398"}, follow_redirects=True).text
    )
    assert "Nobody found" not in client.post("/reminders/search", data={"q": ""}, follow_redirects=True).text


def test_who_opened_a_ledger_stands_in_the_access_log(secretary: Staff, sign_in: SignIn) -> None:
    case = builders.case(secretary.unit, secretary)
    task = task_of(case)
    one = message(case_id=case.id, state=MessageState.FAILED)
    settle()
    client = sign_in(secretary)
    for address, viewed in (
        (f"/cases/{case.id}/reminders", Viewed.CASE_PAGE),
        (f"/tasks/{task.id}/reminders", Viewed.CASE_PAGE),
        (f"/reminders/{one.id}/again", Viewed.CASE_FORM),
    ):
        db.session.execute(delete(AccessLogEntry))
        settle()
        text(client, address)
        assert db.session.execute(select(AccessLogEntry.case_id, AccessLogEntry.viewed)).one() == (
            case.id,
            viewed,
        )


def test_the_ledgers_of_other_units_are_no_pages(secretary: Staff, sign_in: SignIn) -> None:
    case = builders.case(secretary.unit, secretary)
    task = task_of(case)
    one = message(case_id=case.id)
    digest = message(staff_id=secretary.id, kind=MessageKind.DIGEST)
    stranger, colleague = builders.staff(builders.unit()), builders.staff(secretary.unit)
    settle()
    client = sign_in(stranger)
    for address in (
        f"/cases/{case.id}/reminders",
        f"/tasks/{task.id}/reminders",
        f"/reminders/{one.id}/again",
        f"/reminders/{digest.id}/again",
    ):
        assert client.get(address).status_code == 404, address
    assert sign_in(colleague).get(f"/reminders/{digest.id}/again").status_code == 404


def grown(secretary: Staff, number: int) -> None:
    case = db.session.scalars(select(Case).order_by(Case.id)).first()
    assert case is not None
    workplace = builders.workplace()
    link = link_to(workplace)
    builders.placement(case, workplace, starts_on=date(2026, 11, 16))
    for _ in range(number):
        task = task_of(case, f"k{next(builders._numbers)}")
        message(case_id=case.id, task_id=task.id, staff_id=secretary.id)
        message(link_id=link.id, kind=MessageKind.ATTENDANCE_REQUEST)
        message(case_id=builders.case(secretary.unit, secretary).id, state=MessageState.FAILED)
    settle()


def test_twice_the_messages_take_the_same_queries(secretary: Staff, sign_in: SignIn) -> None:
    case = builders.case(secretary.unit, secretary)
    task = task_of(case)
    message(case_id=case.id, task_id=task.id, staff_id=secretary.id)
    lead = builders.staff(secretary.unit, Role.UNIT_LEAD)
    grown(secretary, 3)
    case_id, task_id = case.id, task.id
    pages = (
        f"/cases/{case_id}/reminders",
        f"/tasks/{task_id}/reminders",
        "/reminders",
        "/reminders?standing=failed&channel=email",
        "/outbox",
    )
    client = sign_in(lead)
    few: dict[str, int] = {}
    for round_ in range(2):
        for page in pages:
            client.get(page)
            with statements() as seen:
                text(client, page)
            if round_ == 0:
                few[page] = len(seen)
            else:
                assert len(seen) == few[page], page
        grown(secretary, 6)
    assert max(few.values()) <= 17, few


def test_the_list_of_a_day_reads_an_index_and_sorts_nothing(secretary: Staff) -> None:
    """On SQLite, whose plan says so in words."""
    if db.engine.dialect.name != "sqlite":
        pytest.skip("the plan is SQLite's")
    case_id = builders.case(secretary.unit, secretary).id
    lead = builders.staff(secretary.unit, Role.UNIT_LEAD)
    row = message(case_id=case_id)
    values = {c.name: getattr(row, c.name) for c in Message.__table__.columns if c.name != "id"}
    db.session.execute(
        insert(Message),
        [{**values, "key": f"k{i}", "created_at": NOW + timedelta(seconds=i)} for i in range(300)],
    )
    settle()
    for person in (lead, secretary):
        with statements() as seen:
            of_day(Wanted(Actor.of(person), NOW.date(), NOW), before=(NOW + timedelta(hours=1), 10**6))
        statement = seen[-1]
        connection = db.session.connection().connection.dbapi_connection
        assert connection is not None
        number = statement.count("?")
        plan = "\n".join(
            str(line[-1])
            for line in connection.cursor().execute(f"EXPLAIN QUERY PLAN {statement}", [None] * number)
        )
        assert "ix_messages_created_at" in plan, plan
        assert "TEMP B-TREE FOR ORDER BY" not in plan, plan
