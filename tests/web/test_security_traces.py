"""What somebody may not know of leaves no trace: every endpoint, as every role, with every id of a case."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from html import unescape
from io import BytesIO
from urllib.parse import unquote
from zipfile import ZipFile

import pytest
from flask import Flask, current_app
from flask.sessions import SecureCookieSessionInterface
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from activation.aid.work_rules import ToDo
from activation.database import db
from activation.messages.ledger import Standing
from activation.requirement.figures import COLUMNS
from activation.throughput.measures import BY_KEY
from activation.web.access import ACCESS, ROLES_OF, Access
from models import Case, Staff
from models.enums import (
    AidStatus,
    AidWarning,
    HandoverState,
    MessageState,
    Obstacle,
    PaymentErrorKind,
    Protection,
)
from tests import builders
from tests.pdf import text_of
from tests.web import everything
from tests.web.everything import CASE_NUMBER, CONTENTS, FIRST, IDENTIFYING, LAST, PERSONAL_NUMBER, Everything

SignIn = Callable[[Staff], FlaskClient]

# That both databases find the same cases visible is tests/caseload/test_visibility.py: here each role has one of them.
SQLITE, POSTGRESQL = pytest.mark.only("sqlite"), pytest.mark.only("postgresql")
UNNAMED = (
    "secretary",
    pytest.param("lead", marks=POSTGRESQL),
    pytest.param("other_secretary", marks=SQLITE),
    pytest.param("other_lead", marks=SQLITE),
    pytest.param("aid", marks=POSTGRESQL),
    pytest.param("administrator", marks=SQLITE),
)
OUTSIDE = (
    pytest.param("other_secretary", marks=POSTGRESQL),
    pytest.param("other_lead", marks=SQLITE),
    pytest.param("administrator", marks=POSTGRESQL),
)
# Beyond the calls of every endpoint: pages that only links lead to, with what stands after their `?`.
MOST_PAGES = 25
# What a workplace decides holds for whoever is placed there, also for whom the person who writes it down may not see:
# else a protected person would be awaited on a closed day, or under a crew that is no more. No more than this changes,
# and nothing of it is told: who ends a crew stands in the history of its people as having ended the crew.
OF_THE_WORKPLACE = {
    "room.close": {"sessions - row"},
    "crews.end": {"placements.crew_id", "placements.version", "case_events + row"},
}


def everything_in(answer: TestResponse) -> str:
    """All that an answer tells: headers, what the session's cookie holds, the page or the file unpacked."""
    body = answer.get_data()
    text = body.decode(errors="replace")
    if body.startswith(b"%PDF"):
        text = text_of(body)
    if body.startswith(b"PK"):
        with ZipFile(BytesIO(body)) as parts:
            text = "".join(parts.read(name).decode(errors="replace") for name in parts.namelist())
    headers = "\n".join(f"{name}: {unquote(value)}" for name, value in answer.headers)
    return unescape(text) + headers + _session_in(answer)


def _session_in(answer: TestResponse) -> str:
    """What the session's cookie holds: it is signed, not sealed."""
    for cookie in answer.headers.getlist("Set-Cookie"):
        name, _, value = cookie.partition(";")[0].partition("=")
        if name == "activation_session" and value:
            serializer = SecureCookieSessionInterface().get_signing_serializer(current_app)
            assert serializer is not None
            return repr(serializer.loads(value))
    return ""


def lists_and_files() -> Iterator[str]:
    """Addresses with the queries that change what a list, a figure or a file holds."""
    tiles = ("open", "not-activated", "overdue", "unmarked", "no-meeting", "plan-ends", "closed")
    for scope in ("mine", "unit"):
        yield from (f"/cases?scope={scope}&show={tile}&sort=-due" for tile in tiles)
    yield from (f"/today?all={part}" for part in ("sessions", "meetings", "clocks"))
    for scope in ("mine", "unit", "escalated", "aid"):
        yield from (
            f"/tasks?scope={scope}&when={when}" for when in ("", "due", "overdue", "today", "week", "later")
        )
    for key in BY_KEY:
        for part in ("numerator", "denominator"):
            yield f"/throughput/rows/{key}/{part}?start=2026-01-01&end=2026-12-31"
            yield f"/throughput/rows/{key}/{part}?start=2026-11-20&end=2026-11-20"
    yield from (f"/throughput/export/{kind}?start=2026-01-01&end=2026-12-31" for kind in ("csv", "xlsx"))
    yield from (f"/outbox?state={state.value}" for state in MessageState)
    yield from (f"/reminders?day=2026-11-20&standing={standing.value}" for standing in Standing)
    yield from (f"/reminders?letter={message_id}" for message_id in range(1, 12))
    yield from (f"/aid/2026-11?warning={warning.value}" for warning in AidWarning)
    yield from (
        f"/aid/{month}?status={s.value}" for month in ("2026-10", "2026-11", "2026-12") for s in AidStatus
    )
    for month in ("2026-11", "2026-12"):
        for scope in ("mine", "unit"):
            yield from (f"/aid/{month}/to-do?scope={scope}&part={part.value}" for part in ToDo)
    yield from (f"/handovers?state={state.value}" for state in HandoverState)
    for column in COLUMNS:
        yield f"/requirement/rows/{column.key}?quarter=2026-4"
        yield from (f"/requirement/rows/{column.key}?obstacle={obstacle.value}" for obstacle in Obstacle)
    yield from (f"/requirement/export/{kind}?quarter=2026-4" for kind in ("csv", "xlsx"))
    yield from (f"/payment-errors?year=2026&kind={kind.value}" for kind in PaymentErrorKind)
    yield from ("/aid/2026-11?number=SKY", "/aid/2026-11?number=HUSH", "/aid/2026-11?number=H-DELAT")
    yield from ("/access-log?start=2026-01-01&end=2026-12-31", "/workplaces?q=Lagret", "/staff?q=Inga")


def searches() -> Iterator[str]:
    """What somebody who guesses would type; never the whole of what must not come back."""
    yield from (FIRST[:-1], LAST[:-1], CASE_NUMBER[:-1], f"{LAST[:4]} {FIRST[:4]}", PERSONAL_NUMBER)


def links_in(page: str) -> set[str]:
    found = {unescape(href) for href in re.findall(r'(?:href|action)="(/[^"#]*)', page)}
    return {href for href in found if not href.startswith("/static")}


def crawl(client: FlaskClient) -> Iterator[tuple[str, TestResponse]]:
    """Every page that links lead to from the start."""
    seen, waiting = {"/"}, ["/"]
    while waiting and len(seen) < MOST_PAGES:
        address = waiting.pop(0)
        answer = client.get(address, follow_redirects=True)
        yield address, answer
        new = links_in(answer.get_data().decode(errors="replace")) - seen
        seen |= new
        waiting += sorted(new)


def assert_no_trace(client: FlaskClient, markers: tuple[str, ...], app: Flask, of: Everything) -> None:
    def look(what: str, answer: TestResponse) -> None:
        told = everything_in(answer)
        found = [marker for marker in markers if marker.casefold() in told.casefold()]
        assert not found, (what, answer.status_code, found)
        assert answer.status_code < 500, (what, answer.status_code)

    for call in everything.calls(app, of):
        if call.method == "GET":
            look(call.address, client.get(call.address))
    for address in lists_and_files():
        look(address, client.get(address))
    for text in searches():
        for page in ("/cases/search", "/reminders/search"):
            client.post(page, data={"q": text})
            look(f"{page} {text}", client.get(page))
    for address, answer in crawl(client):
        look(f"from {address}", answer)


def assert_changes_nothing(
    client: FlaskClient,
    markers: tuple[str, ...],
    app: Flask,
    of: Everything,
    *,
    besides: tuple[str, ...] = (),
) -> list[tuple[str, int]]:
    """Sends every form but those of the endpoints `besides`; returns what those that point at the case answered.

    Rules and calendars are the administrator's: they move every case's days, and name none.
    """
    besides = (*besides, "rules.", "calendar.")
    before, statuses = everything.of_case(of), []
    for call in everything.calls(app, of):
        if call.method != "POST" or call.endpoint.startswith(besides):
            continue
        if call.endpoint in OF_THE_WORKPLACE:
            assert everything.of_case(of) == before
        answer = client.post(call.address, data=call.data)
        told = everything_in(answer)
        assert not [marker for marker in markers if marker.casefold() in told.casefold()], call
        assert answer.status_code < 500, call
        statuses += [(call.endpoint, answer.status_code)] * call.points_at_it
        if call.endpoint in OF_THE_WORKPLACE:
            after = everything.of_case(of)
            assert everything.differences(before, after) <= OF_THE_WORKPLACE[call.endpoint], call
            before = after
    assert everything.of_case(of) == before
    return statuses


def expected(endpoint: str, person: Staff) -> set[int]:
    """404 where the role may call the endpoint, 403 where it may not."""
    access = ACCESS[endpoint]
    if access is Access.EMPLOYER_LINK:
        return {303, 409, 410}  # the link itself works, until somebody revokes it
    return {404} if person.role in ROLES_OF[access] else {403}


@pytest.mark.spread
@pytest.mark.parametrize("who", UNNAMED)
def test_a_protected_case_leaves_no_trace_for_whoever_is_not_named_on_it(
    app: Flask, sign_in: SignIn, who: str
) -> None:
    of = everything.make(Protection.CONFIDENTIAL)
    client = sign_in(of.staff(who))
    assert_no_trace(client, (*IDENTIFYING, *CONTENTS), app, of)
    person = of.staff(who)
    # Of a household with somebody they know of, the aid side records the month and what was paid: that is no fact of
    # this case alone, and stands in the history of both adults.
    besides = ("aid.record", "payment_errors.new") if who == "aid" else ()
    for endpoint, status in assert_changes_nothing(
        client, (*IDENTIFYING, *CONTENTS), app, of, besides=besides
    ):
        assert status in expected(endpoint, person), (endpoint, status)
    if who == "aid":
        own = f"/aid/2026-11/households/{of.household}/record"
        assert client.post(own, data=everything.FORMS["aid.record"]).status_code == 404
        own = f"/households/{of.household}/payment-errors/new"
        assert client.post(own, data=everything.FORMS["payment_errors.new"]).status_code == 404


@SQLITE
def test_what_one_may_see_is_no_door_to_what_one_may_not(app: Flask, sign_in: SignIn) -> None:
    """Ids of the protected case in the addresses and forms of an open one of the same household."""
    of = everything.make(Protection.CONFIDENTIAL)
    own = builders.plan(db.session.get_one(Case, of.open_relative), agreed_on=date(2026, 11, 2))
    builders.settle()
    theirs, plan = of.ids["plan_id"][0], own.id
    before = everything.of_case(of)
    for who in ("secretary", "aid"):
        client = sign_in(of.staff(who))
        for address in (
            f"/cases/{of.open_relative}/plans/compare?one={plan}&other={theirs}",
            f"/plans/{plan}/page",
            f"/plans/{plan}/plan.pdf",
            f"/cases/{of.open_relative}/handovers",
            f"/aid/2026-11/households/{of.shared_household}",
            f"/households/{of.shared_household}/payment-errors/new",
        ):
            told = everything_in(client.get(address))
            assert not [m for m in (*IDENTIFYING, *CONTENTS) if m.casefold() in told.casefold()], address
        for address in (
            f"/cases/{of.open_relative}/children/{of.ids['child_id'][0]}/remove",
            f"/requirement/found/{of.ids['found_id'][0]}/withdraw",
            f"/payment-errors/repayments/{of.ids['repayment_id'][0]}/withdraw",
        ):
            assert client.post(address).status_code in (403, 404), address
    assert everything.of_case(of) == before


@pytest.mark.spread
@pytest.mark.parametrize("who", OUTSIDE)
def test_a_case_of_another_unit_leaves_no_trace(app: Flask, sign_in: SignIn, who: str) -> None:
    of = everything.make(None)
    client, person = sign_in(of.staff(who)), of.staff(who)
    # A supervisor knows first name and initial: whoever holds the link sees as much.
    markers = tuple(marker for marker in (*IDENTIFYING, *CONTENTS) if marker != FIRST)
    assert_no_trace(client, markers, app, of)
    for endpoint, status in assert_changes_nothing(client, markers, app, of, besides=("employer.",)):
        assert status in expected(endpoint, person), (endpoint, status)


@SQLITE
def test_an_aid_officer_reads_what_the_aid_month_needs_and_changes_nothing_but_it(
    app: Flask, sign_in: SignIn
) -> None:
    of = everything.make(None)
    client = sign_in(of.staff("aid"))
    assert_no_trace(client, (), app, of)
    of_the_aid_month = {
        everything.GOAL,
        everything.STEP,
        everything.ACTIVITY,
        everything.PLAN_OBJECTION,
        everything.OWN_HOUSEHOLD,
        everything.ACCOUNT,
        everything.HEARD,
        everything.PAYMENT_NOTE,
    }
    not_theirs = tuple(marker for marker in CONTENTS if marker not in of_the_aid_month)
    assert_no_trace(client, (*not_theirs, everything.PHONE, "070-174", everything.EMAIL), app, of)
    theirs = ("employer.", "aid.record", "followups.", "handovers.", "payment_errors.")
    for endpoint, status in assert_changes_nothing(client, (), app, of, besides=theirs):
        assert status == 403, (endpoint, status)


def test_the_calls_are_ones_that_succeed_for_whoever_may(app: Flask, sign_in: SignIn) -> None:
    """Or the tests above would prove nothing."""
    of = everything.make(Protection.CONFIDENTIAL)
    insider = sign_in(of.staff("insider"))
    told = insider.get(f"/cases/{of.case}").text
    assert all(marker in told for marker in (FIRST, LAST, CASE_NUMBER, everything.NOTE, everything.GOAL))
    done: set[str] = set()
    # What takes something away from the others comes after them, in this order.
    last = (
        "assessments.page",
        "followups.close",
        "life.move",
        "life.end",
        "life.take_back_end",
        "proposals.decline",
        "placements.edit",
        "handing_over.caseload",
        "handovers.withdraw",
        "caseload.edit_case",
        "caseload.hand_over",
        "closing.close",
        "closing.confirm",
        "closing.reopen",
    )
    rank = {endpoint: place for place, endpoint in enumerate(last)}
    rank["followups.postpone"] = -2  # before what the tasks ask for is done
    rank["assessments.wordings"] = -2  # before another text is written
    for call in sorted(everything.calls(app, of), key=lambda call: rank.get(call.endpoint, -1)):
        if call.method == "POST" and call.endpoint in everything.FORMS:
            answer = insider.post(call.address, data=call.data)
            # What came before may have moved the row's version on.
            for _again in range(6 if answer.status_code == 422 and "version" in call.data else 0):
                call.data["version"] = str(int(call.data["version"]) + 1)
                if answer.status_code == 422:
                    answer = insider.post(call.address, data=call.data)
            if answer.status_code == (200 if call.endpoint in everything.WITH_A_RESULT else 303):
                done.add(call.endpoint)
    aid_side = {
        "aid.record",
        "handovers.hand_over",
        "handovers.receive",
        "handovers.outcome",
        "payment_errors.new",
        "payment_errors.page",
        "payment_errors.repay",
        "payment_errors.withdraw",
        "payment_errors.withdraw_repayment",
    }
    # About no case: figures and plans of unit leads and administrators.
    about_nobody = {"flows.hours", "flow_targets.page", "reports.issue"}
    # What has nothing to confirm, and what waits until one of two texts is chosen.
    assert set(everything.FORMS) - done <= aid_side | about_nobody | {
        "closing.confirm",
        "outcomes.of_case",
        "assessments.page",
    }
