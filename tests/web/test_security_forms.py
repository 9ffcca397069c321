"""No form without its token, and no input that breaks a page: every endpoint, with what nobody types by hand."""

import random
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from activation.web.access import ACCESS, ROLES_OF
from models import Staff
from models.enums import Role
from tests.web import everything
from tests.web.everything import Call

SignIn = Callable[[Staff], FlaskClient]

# Tokens are read before any row is. Of what is odd PostgreSQL takes less; whoever is not asked there is on SQLite.
SQLITE, POSTGRESQL = pytest.mark.only("sqlite"), pytest.mark.only("postgresql")

WHO_FOR_ROLE = {
    Role.SECRETARY: "insider",
    Role.UNIT_LEAD: "lead",
    Role.AID_OFFICER: "aid",
    Role.ADMINISTRATOR: "administrator",
}


@contextmanager
def as_outside_tests(app: Flask) -> Iterator[None]:
    """Forms want their token, and errors become pages."""
    before = {key: app.config[key] for key in ("WTF_CSRF_ENABLED", "TESTING", "PROPAGATE_EXCEPTIONS")}
    app.config.update(WTF_CSRF_ENABLED=True, TESTING=False, PROPAGATE_EXCEPTIONS=False)
    try:
        yield
    finally:
        app.config.update(before)


@SQLITE
@pytest.mark.parametrize("role", list(Role))
def test_every_form_wants_its_token(app: Flask, sign_in: SignIn, role: Role) -> None:
    of = everything.make(None)
    client = sign_in(of.staff(WHO_FOR_ROLE[role]))
    before = everything.everything_stored()
    tried = 0
    with as_outside_tests(app):
        for call in [*everything.calls(app, of), Call("accounts.sign_out", "POST", "/sign-out", {}, False)]:
            if call.method != "POST" or call.endpoint.startswith(("employer.", "hooks.")):
                continue
            for data in (call.data, {**call.data, "csrf_token": ""}, {**call.data, "csrf_token": "nothing"}):
                status = client.post(call.address, data=data).status_code
                assert status in (400, 403), (call, status)  # 403: not this role's at all
                tried += 1
    assert tried > 30
    assert everything.everything_stored() == before


def test_signing_in_and_switching_the_language_want_a_token_too(app: Flask) -> None:
    with as_outside_tests(app):
        client = app.test_client()
        for address in ("/sign-in", "/language"):
            assert client.post(address, data={"email": "a@b.example", "language": "en"}).status_code == 400


def test_a_form_with_its_token_is_taken(app: Flask, sign_in: SignIn) -> None:
    of = everything.make(None)
    client = sign_in(of.staff("insider"))
    with as_outside_tests(app):
        page = client.get(f"/cases/{of.case}/notes/new").text
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        assert token
        answer = client.post(f"/cases/{of.case}/notes/new", data={"text": "x", "csrf_token": token[1]})
        assert answer.status_code == 303


HUGE = "9" * 40
ODD = (
    "",
    " ",
    "\x00",
    "a\x00b",
    "-1",
    "0",
    "2147483647",
    "2147483648",
    "9223372036854775807",
    "9223372036854775808",
    HUGE,
    "1e400",
    "NaN",
    "-Infinity",
    "0x10",
    "٣",
    "²",
    "½",
    "0000-00-00",
    "0001-01-01",
    "9999-12-31",
    "2026-02-30",
    "2026-13",
    "9999-12",
    "0001-01",
    "24:00",
    "99:99",
    "25:61",
    "å" * 20_000,
    "x" * 5_000,
    "%00%ff%",
    "%s%(x)s{0}",
    "{{7*7}}",
    "<script>alert(1)</script>",
    "'; DROP TABLE cases; --",
    "_%\\",
    "\ud7ff\ue000\uffff",
    "\u202e\u200b\ufeff",
    "🦊" * 50,
    "a@b",
    "=1+1",
    "\r\n\r\nSet-Cookie: a=b",
    "..//..//etc/passwd",
    "//evil.example",
    "None",
    "true",
    "[]",
)
QUERY_NAMES = (  # noqa: SIM905 - easier to read
    "q room page all show sort scope when rule secretary after before status warning number start end unit "
    "staff_id workplace new month back lang done undone state next key up_to need competence has order support kind "
    "free inactive starts_by series day"
).split()
FORM_NAMES = (  # noqa: SIM905 - easier to read
    "first_name last_name personal_number flow obstacle household_number phone email language reach_by protection "
    "case_number first_contact_on secretary_id check reason named version to seen closed_on outcome_starts_on note "
    "confirmed_on day at kind way place accept outcome new_day new_at next text agreed_on review_by ends_on "
    "assigned_hours own_search_hours goals steps-0-what steps-0-by_on steps-7-what steps-9999999-what more starts_on "
    "weekdays hours_per_day af_decision_on contact_name contact_email contact_phone places org_number employer_name "
    "workplace_name supervisor_name sent_to mark hours by_phone take_back status decided_on paid_on amount q up_to "
    "current again password role unit_id new_unit active new_password do answer session form name term name_en on_list "
    "into language_level licences can_start_on wishes title tasks positions placement_kind hours_per_week required_one "
    "required wished_one wished licence competence what cost state ended_on about_on told_on told_to heard_on "
    "heard_how account objection to_staff_id outcome_on period_from period_to cause found_on found_by repaid repaid_on "
    "on_date households_percent decided_in value counted_in source whose file "
    "reclaim_amount reclaim_decided_on birth_year since_on assessed_on heading body valid_from activities-0-hours "
    "text-jobs seen-jobs choice-jobs page set_id use lower_hours said_on reviewed_on result"
).split()
TYPES = (
    None,
    "application/json",
    "text/plain",
    "multipart/form-data",
    "multipart/form-data; boundary=x",
    "application/x-www-form-urlencoded; charset=utf-16",
)


def odd_query(chance: random.Random) -> dict[str, Any]:
    names = chance.sample(QUERY_NAMES, chance.randint(1, 6))
    return {name: [chance.choice(ODD) for _ in range(chance.randint(1, 2))] for name in names}


def odd_form(chance: random.Random, call: Call) -> dict[str, Any]:
    """The right form with some fields replaced, doubled, left out or added: odd enough, and yet it gets far."""
    data: dict[str, Any] = dict(call.data)
    names = list(data) or FORM_NAMES
    for name in (*chance.sample(names, min(len(names), chance.randint(1, 2))), *chance.sample(FORM_NAMES, 2)):
        match chance.randrange(4):
            case 0:
                data[name] = [chance.choice(ODD), chance.choice(ODD)]
            case 1:
                data.pop(name, None)
            case _:
                data[name] = chance.choice(ODD)
    return data


def odd_requests(chance: random.Random, call: Call) -> Iterator[dict[str, Any]]:
    path, _, query = call.address.partition("?")
    if call.method == "GET":
        for _i in range(2):
            yield {"path": path, "query_string": odd_query(chance)}
        yield {"path": path, "query_string": "page=%ff%fe&q=%C3%28&after=%00&month=%ed%a0%80"}
        return
    for _i in range(2):
        yield {
            "path": path,
            "query_string": chance.choice([query, odd_query(chance)]),
            "data": odd_form(chance, call),
        }
    yield {
        "path": path,
        "query_string": query,
        "data": chance.choice(
            [b"\xff\xfe\x00=%ff", b'{"a":', b"--x\r\n", b"&&&===%", b"steps-0-what=%C3%28"]
        ),
        "content_type": chance.choice(TYPES),
    }


@pytest.mark.parametrize(
    "who",
    [
        pytest.param("insider", marks=SQLITE),
        *(pytest.param(who, marks=POSTGRESQL) for who in ("lead", "aid", "administrator")),
    ],
)
def test_no_input_breaks_a_page(app: Flask, sign_in: SignIn, who: str) -> None:
    """Seeded: the same requests each time. What is odd is refused in words, never answered with an incident."""
    of = everything.make(None)
    client, seed = sign_in(of.staff(who)), 20261120
    role, tried = of.staff(who).role, set()
    for call in everything.calls(app, of):
        access = ACCESS[call.endpoint]
        # Once an endpoint: its other ids are sent the same. Who may not call it is refused before anything is read.
        if (call.endpoint, call.method) in tried or role not in ROLES_OF.get(access, {role}):
            continue
        tried.add((call.endpoint, call.method))
        chance = random.Random(f"{seed} {who} {call.endpoint} {call.method}")
        for odd in odd_requests(chance, call):
            path = odd.pop("path")
            answer = client.open(path, method=call.method, **odd)
            assert answer.status_code < 500, (call.endpoint, odd)


# Who reads a list, its address, and the filters that it has.
FILTERS = (
    ("lead", "/cases", "scope show sort page"),
    ("lead", "/tasks", "scope when rule secretary after"),
    ("lead", "/workplaces", "q room page"),
    ("lead", "/access-log", "start end staff_id page"),
    ("lead", "/throughput", "start end unit"),
    ("lead", "/throughput/rows/enrolled/numerator", "start end secretary page"),
    ("lead", "/throughput/results", "start end unit page"),
    ("lead", "/throughput/at-risk", "clock page"),
    ("lead", "/throughput/time", "start end unit clock shown happened"),
    ("lead", "/outbox", "state"),
    ("lead", "/reminders", "day channel kind standing letter before"),
    ("aid", "/aid/2026-11", "warning status number after before"),
    ("lead", "/aid/2026-11/to-do", "part scope page"),
    ("lead", "/handovers", "state page"),
    ("lead", "/requirement", "quarter"),
    ("lead", "/requirement/rows/covered", "quarter obstacle page"),
    ("lead", "/requirement/export/csv", "quarter"),
    ("lead", "/throughput/aid", "unit month series"),
    ("lead", "/throughput/annotations", "day page"),
    ("administrator", "/council", "series"),
    ("aid", "/payment-errors", "year kind page"),
    ("administrator", "/staff", "q after before"),
)


@POSTGRESQL
@pytest.mark.parametrize(("who", "page", "names"), FILTERS)
def test_each_filter_reads_anything(app: Flask, sign_in: SignIn, who: str, page: str, names: str) -> None:
    of = everything.make(None)
    client = sign_in(of.staff(who))
    values = [odd for odd in ODD if len(odd) < 10_000]
    # Each filter gets each of the values once, and all of them get one at a time.
    for first in range(len(values)):
        query = {name: values[(first + 7 * n) % len(values)] for n, name in enumerate(names.split())}
        status = client.get(page, query_string=query).status_code
        assert status in (200, 404), (page, query, status)


def test_odd_signs_in_addresses(app: Flask, sign_in: SignIn) -> None:
    of = everything.make(None)
    client = sign_in(of.staff("insider"))
    for path in (
        "/cases/99999999999999999999",
        "/cases/-1",
        "/cases/%00",
        "/cases/%ff",
        "/cases/٣",
        "/aid/0000-00",
        "/aid/9999-99",
        "/aid/2199-12",
        "/aid/1900-01",
        "/throughput/rows/%00/numerator",
        "/e/%00",
        "/e/" + "a" * 5_000,
        "/e/..%2f..",
        f"/e/{of.token}%00",
        f"/e/{of.token}/sessions/{HUGE}",
        "/static/../../etc/passwd",
        "/static/%00",
    ):
        assert client.get(path).status_code in (200, 303, 308, 403, 404), path


def test_headers_that_lie(app: Flask, sign_in: SignIn) -> None:
    of = everything.make(None)
    client = sign_in(of.staff("insider"))
    for name, value in (
        ("Cookie", "activation_session=ÿ; language=\x01"),
        ("Cookie", "language=" + "x" * 4_000),
        ("Accept-Language", "x;q=foo,,,;;=" * 50),
        ("X-Forwarded-For", "<script>, 1.2.3"),
        ("Host", "evil.example"),
        ("Content-Length", "5"),
        ("Range", "bytes=0-1,5-"),
        ("If-Modified-Since", "yesterday"),
    ):
        assert client.get("/today", headers={name: value}).status_code < 500, name
    assert "evil.example" not in client.get("/", headers={"Host": "evil.example"}).headers["Location"]
