"""The page of follow-up: every number leads to its rows, nobody is ranked, what stands still is named and why."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from activation.database import db
from activation.followups.exceptions import pause_rules
from activation.followups.service import postpone_task
from activation.records.history import touch
from models import Message, Session, Staff, Task, Unit
from models.enums import (
    Channel,
    EmployerAnswer,
    MessageKind,
    MessageState,
    Owner,
    Protection,
    Role,
    TaskState,
)
from tests import builders as make
from tests.statements import statements
from tests.throughput.test_pages import body_rows, hidden, links

SignIn = Callable[[Staff], FlaskClient]
PAGE = "/throughput/follow-up?start=2026-09-01&end=2026-11-20"


@pytest.fixture
def unit(app: Flask) -> Unit:
    return make.unit("Enhet Centrum")


@pytest.fixture
def lead(unit: Unit) -> Staff:
    return make.staff(unit, Role.UNIT_LEAD, language="en", name="Lena Lead")


def fill(unit: Unit, cases: int = 8) -> None:
    """Cases with contacts and without, days that nobody marked, tasks done, late, put off and paused."""
    secretaries = [make.staff(unit, name=f"{name} Alm") for name in ("Zara", "Adam")]
    for n in range(cases):
        case = make.case(
            unit,
            secretaries[n % 2] if n % 4 else None,
            first_contact_on=date(2026, 9, 1 + n),
            protection=Protection.CONFIDENTIAL if n == 1 else None,
        )
        for week in range(n % 4):
            make.meeting(case, datetime(2026, 9, 14, 22, 30, tzinfo=UTC) + timedelta(days=9 * week + n))
        if n % 3 == 2:
            make.placement(case, starts_on=date(2026, 11, 2 + n), ends_on=date(2026, 11, 30))
        if n % 4 == 0:
            make.pause(case, date(2026, 11, 16), date(2026, 11, 27))
            pause_rules(
                actor=make.SYSTEM, case=case, rule=None, starts_on=date(2026, 11, 20),
                ends_on=date(2026, 12, 4), reason="Resa", now=make.NOW,
            )  # fmt: skip
    make.settle()
    session = db.session.query(Session).filter(Session.on_date < date(2026, 11, 19)).first()
    if session is not None:
        session.answer, session.answered_at = EmployerAnswer.NOT_HERE, make.NOW
        session.marked_at = make.NOW
        touch(session.case_id)
    make.settle()


def put_one_off(unit: Unit) -> None:
    case = make.case(unit, first_contact_on=date(2026, 10, 1))
    task = Task(
        case_id=case.id, rule="follow_up", key="x", owner=Owner.SECRETARY, due_on=date(2026, 11, 18),
        state=TaskState.OPEN, made_at=make.NOW,
    )  # fmt: skip
    db.session.add(task)
    db.session.flush()
    postpone_task(
        actor=make.SYSTEM, task=task, until=date(2026, 11, 24), reason="Väntar på läkare", now=make.NOW
    )


def test_every_number_leads_to_as_many_rows_as_it_says(unit: Unit, lead: Staff, sign_in: SignIn) -> None:
    fill(unit)
    client = sign_in(lead)
    found = links(client.get(PAGE).text)
    assert len(found) > 50
    wanted: dict[str, set[int]] = {}
    for href, number in found:
        if number.isdigit():
            wanted.setdefault(href, set()).add(int(number))
    keys = {href.split("/")[3] for href in wanted}
    assert keys >= {
        "tasks_in_time",
        "tasks_missing",
        "contact_interval_median",
        "days_since_contact_median",
        "sessions_unmarked_age",
        "rules_paused",
        "clocks_paused",
    }
    for href, numbers in wanted.items():
        rows = client.get(href).text
        # A median leads to the rows that it is of: their number stands beside it, under the same link.
        assert len(numbers) == 1 or "_median/" in href
        if body_rows(rows) < 50:
            assert body_rows(rows) + hidden(rows) in numbers, href


def test_a_task_put_off_is_shown_with_how_far_and_why(unit: Unit, lead: Staff, sign_in: SignIn) -> None:
    put_one_off(unit)
    db.session.commit()
    client = sign_in(lead)
    href = next(href for href, _ in links(client.get(PAGE).text) if "/tasks_put_off/" in href)
    rows = client.get(href).text
    assert "Väntar på läkare" in rows
    assert 'data-label="Days">4<' in rows


def test_secretaries_stand_by_name_and_without_a_share_of_few(
    unit: Unit, lead: Staff, sign_in: SignIn
) -> None:
    secretaries = [make.staff(unit, name=name) for name in ("Zara Alm", "Adam Alm")]
    for secretary, number in zip(secretaries, (6, 4), strict=True):
        case = make.case(unit, secretary, first_contact_on=date(2026, 9, 1))
        for n in range(number):
            db.session.add(
                Task(
                    case_id=case.id,
                    rule="follow_up",
                    key=str(n),
                    owner=Owner.SECRETARY,
                    due_on=date(2026, 10, 5),
                    state=TaskState.DONE,
                    made_at=make.NOW,
                    closed_at=datetime(2026, 10, 5 if n else 6, 8, tzinfo=UTC),
                    closed_by="x",
                )
            )
    db.session.commit()
    page = sign_in(lead).get(PAGE).text.replace("\u00a0", " ")
    part = page[page.index('id="secretaries"') :].split("</section>")[0]
    adam, zara = (part[part.index(name) :].split("</tr>")[0] for name in ("Adam Alm", "Zara Alm"))
    assert part.index("Adam Alm") < part.index("Zara Alm")
    assert "83 %" in zara
    assert "%" not in adam


def test_letters_that_did_not_get_through_lead_to_the_outbox_by_reason(
    unit: Unit, lead: Staff, sign_in: SignIn
) -> None:
    case = make.case(unit)
    for n, (state, reason) in enumerate(
        [
            (MessageState.NOT_SENT, "no consent to SMS"),
            (MessageState.NOT_SENT, "no consent to SMS"),
            (MessageState.NOT_SENT, "the meeting was moved"),
            (MessageState.FAILED, "550 no such user"),
            (MessageState.FAILED, "551 mailbox full"),
        ]
    ):
        db.session.add(
            Message(
                key=str(n),
                kind=MessageKind.MEETING_REMINDER,
                channel=Channel.SMS,
                bundle=f"b{n}",
                case_id=case.id,
                state=state,
                reason=reason,
                created_at=make.NOW,
                next_attempt_at=make.NOW,
            )
        )
    db.session.commit()
    client = sign_in(lead)
    page = client.get(PAGE).text
    part = page[page.index('id="messages"') :]
    assert "550 no such user" not in part
    outbox = client.get("/outbox?state=not_sent&reason=no+consent+to+SMS").text
    assert outbox.count('<th scope="row">') == 2
    assert client.get("/outbox?state=failed").text.count('<th scope="row">') == 2
    assert "state=not_sent&amp;reason=no+consent+to+SMS" in part or "reason=no%20consent%20to%20SMS" in part


def test_no_query_more_with_more_cases_and_other_units_are_mere_figures(
    unit: Unit, lead: Staff, sign_in: SignIn
) -> None:
    make.settle()
    client = sign_in(lead)
    counts = []
    for _ in range(2):
        fill(unit, 6)
        for address in (PAGE, PAGE + "&unit=all"):
            with statements() as found:
                page = client.get(address)
            assert page.status_code == 200
            counts.append(len(found))
    assert counts[:2] == counts[2:]
    assert max(counts) < 30
    assert links(page.text) == []
    assert "Zara Alm" not in page.text


def test_too_many_units_at_once_are_not_gone_through(
    unit: Unit, lead: Staff, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.unit()
    make.settle()
    monkeypatch.setattr("activation.throughput.follow_up.views.MOST_UNITS", 1)
    client = sign_in(lead)
    assert "Too many units at once" in client.get(PAGE + "&unit=all").text
    assert "Tasks of the period" in client.get(PAGE).text
    monkeypatch.setattr("activation.throughput.flows.views.MOST_OVER_TIME", 1)
    page = client.get("/throughput/flows?unit=all").text
    assert "only the last part of the period" in page
    assert "2026-11" in page
    assert ">2026-10<" not in page
