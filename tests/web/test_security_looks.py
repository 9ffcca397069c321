"""Who was shown whose data stands in the access log: on every page about a person, also on one with errors."""

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select

from activation.database import db
from models import AccessLogEntry, Case, Staff
from models.enums import Protection, Viewed
from tests import builders
from tests.web import everything
from tests.web.everything import CASE_NUMBER, FIRST, LAST, PERSONAL_NUMBER

SignIn = Callable[[Staff], FlaskClient]

SQLITE, POSTGRESQL = pytest.mark.only("sqlite"), pytest.mark.only("postgresql")

# Working lists of one's own unit: names to choose from. What is opened from them is logged, their rows are not, or the
# log would be too long to be gone through. Of other people one finds only by searching, and that is logged.
WORKING_LISTS = {
    "caseload.today",
    "caseload.cases",
    "caseload.unassigned",
    "followups.tasks",
    "followups.selected",
    "covers.day_of",
    "handing_over.caseload",
    "ledger.day_messages",
    "letters.to_print",
    "employers.workplace",
    "room_find.choose_person",
    "employers.employer",
    "employers.placed",
    "matching.of_need",
    "employer_reports.index",
    "employers.send_link",
    "crews.of_workplace",
    "crews.edit",
    "crews.join",
    "board.page",
    "throughput.rows",
    "ahead.page",
    "aid.month",
    "handovers.index",
    "aid_work.to_do",
    "records.access_log",
}


def looked_at() -> set[int]:
    """The cases in the log, which is emptied."""
    found = set(db.session.scalars(select(AccessLogEntry.case_id)))
    db.session.execute(delete(AccessLogEntry))
    builders.settle()
    return found


@pytest.mark.parametrize(
    "who", ["insider", pytest.param("lead", marks=POSTGRESQL), pytest.param("aid", marks=SQLITE)]
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_every_page_about_a_person_is_logged(app: Flask, sign_in: SignIn, who: str, method: str) -> None:
    of = everything.make(None)
    client = sign_in(of.staff(who))
    logged = set()
    for call in everything.calls(app, of):
        if call.method != method or call.endpoint in WORKING_LISTS or call.endpoint.startswith("employer."):
            continue
        looked_at()
        # What an earlier press did is told by the page it leads to, which is looked at by itself.
        with client.session_transaction() as session:
            session.pop("_flashes", None)
        # A form that is sent empty comes back with errors: it shows the person all the same.
        answer = client.open(call.address, method=method, data={})
        told = answer.get_data().decode(errors="replace")
        if answer.status_code not in (301, 303) and (LAST in told or CASE_NUMBER in told):
            assert looked_at() & set(of.ids["case_id"]), (call, answer.status_code)
            logged.add(call.endpoint)
    least = {("aid", "POST"): 1, ("aid", "GET"): 2}
    assert len(logged) >= least.get((who, method), 9), logged


def test_a_form_with_errors_changes_nothing_but_says_who_saw_it(app: Flask, sign_in: SignIn) -> None:
    of = everything.make(None)
    client = sign_in(of.staff("insider"))
    looked_at()
    before = everything.everything_stored()
    answer = client.post(f"/cases/{of.case}/edit", data={"first_name": ""})
    assert answer.status_code == 422
    assert everything.everything_stored() == before
    row = db.session.execute(
        select(AccessLogEntry.staff_id, AccessLogEntry.address, AccessLogEntry.viewed)
    ).one()
    assert tuple(row) == (of.people["insider"], "127.0.0.1", Viewed.CASE_FORM)


@POSTGRESQL
def test_what_may_not_be_seen_is_not_logged_as_seen(app: Flask, sign_in: SignIn) -> None:
    of = everything.make(Protection.CONFIDENTIAL)
    client = sign_in(of.staff("lead"))
    looked_at()
    for call in everything.calls(app, of):
        if not call.endpoint.startswith("employer."):
            client.open(call.address, method=call.method, data=call.data)
    assert not looked_at() & set(of.ids["case_id"])


@pytest.mark.parametrize("text", [FIRST, f"{LAST} {FIRST}", CASE_NUMBER[:-1], PERSONAL_NUMBER])
def test_whom_a_search_finds_is_logged_whatever_was_searched_by(
    app: Flask, sign_in: SignIn, text: str
) -> None:
    of = everything.make(None)
    client = sign_in(of.staff("secretary"))
    looked_at()
    client.post("/cases/search", data={"q": text}, follow_redirects=True)
    assert of.case in looked_at()


def test_a_search_in_the_aid_month_is_logged_and_its_list_is_not(app: Flask, sign_in: SignIn) -> None:
    of = everything.make(None)
    client = sign_in(of.staff("aid"))
    looked_at()
    assert LAST in client.get("/aid/2026-11").text
    assert looked_at() == set()
    assert LAST in client.get(f"/aid/2026-11?number={CASE_NUMBER}").text
    assert of.case in looked_at()


def enrolment(**values: str) -> dict[str, str]:
    return {
        "first_name": "Ny",
        "last_name": "Person",
        "case_number": "N-1",
        "first_contact_on": "2026-11-20",
        "flow": "main",
        "personal_number": PERSONAL_NUMBER,
        **values,
    }


def test_asking_for_earlier_cases_when_enrolling_is_a_search(app: Flask, sign_in: SignIn) -> None:
    of = everything.make(None)
    client = sign_in(of.staff("secretary"))
    looked_at()
    assert CASE_NUMBER in client.post("/cases/new", data=enrolment(check="1")).text
    assert looked_at() == {of.case}


@pytest.mark.parametrize("who", ["secretary", "other_secretary"])
def test_who_learns_from_a_refusal_that_somebody_has_a_case_stands_in_its_log(
    app: Flask, sign_in: SignIn, who: str
) -> None:
    """Two cases of one person in the same time are refused, so a refusal cannot be hidden: but it is seen to."""
    of = everything.make(Protection.CONFIDENTIAL)
    person = of.staff(who)
    own = builders.case(person.unit, person)
    builders.settle()
    own_id, version, person_id = own.id, own.version, person.id
    client = sign_in(person)
    looked_at()
    answer = client.post("/cases/new", data=enrolment())
    assert answer.status_code == 422
    assert not [m for m in (FIRST, LAST, CASE_NUMBER) if m in answer.text]
    assert looked_at() == {of.case}
    edited = {**enrolment(), "version": str(version)}
    assert client.post(f"/cases/{own_id}/edit", data=edited).status_code == 422
    assert set(db.session.scalars(select(AccessLogEntry.staff_id))) == {person_id}
    assert looked_at() == {of.case, own_id}


def test_a_case_that_turns_out_to_be_a_protected_persons_is_protected_too(
    app: Flask, sign_in: SignIn
) -> None:
    unit = builders.unit()
    insider, secretary, colleague = builders.staff(unit), builders.staff(unit), builders.staff(unit)
    earlier = builders.case(
        unit,
        insider,
        personal_number=PERSONAL_NUMBER,
        protection=Protection.PROTECTED_REGISTRATION,
        first_contact_on=date(2025, 1, 7),
        closed_on=date(2025, 6, 2),
    )
    own = builders.case(unit, secretary, first_name=FIRST)
    builders.settle()
    own_id, version = own.id, own.version
    looked_at()
    client = sign_in(secretary)
    edited = {**enrolment(first_name=FIRST), "version": str(version)}
    assert client.post(f"/cases/{own_id}/edit", data=edited).status_code == 303
    assert db.session.get_one(Case, own_id).protection is Protection.PROTECTED_REGISTRATION
    assert earlier.id in looked_at()
    assert client.get(f"/cases/{own_id}").status_code == 200
    assert sign_in(colleague).get(f"/cases/{own_id}").status_code == 404
