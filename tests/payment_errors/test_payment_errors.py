"""Incorrect payments: what is found, reclaimed and paid back, year by year; typed by people of the aid side alone."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from html import unescape
from random import Random
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from activation.database import db
from activation.payment_errors import queries, service
from activation.records.actor import Actor
from models import Case, CaseEvent, Household, PaymentError, Repayment, Staff, Unit
from models.enums import AidStatus, AidWarning, PaymentErrorCause, PaymentErrorKind, Protection, Role
from models.errors import Conflict, FieldError, NotAllowed
from tests import builders
from tests.statements import statements

SignIn = Callable[[Staff], FlaskClient]
NOW = builders.NOW
TODAY = date(2026, 11, 20)


@pytest.fixture
def unit(app: Flask) -> Unit:
    return builders.unit()


@pytest.fixture
def officer(unit: Unit) -> Staff:
    return builders.staff(unit, Role.AID_OFFICER)


@pytest.fixture
def case(unit: Unit) -> Case:
    return builders.case(unit, builders.staff(unit))


def values(**changed: Any) -> dict[str, Any]:
    return {
        "kind": PaymentErrorKind.PAID, "period_from": date(2026, 9, 1), "period_to": date(2026, 10, 1),
        "amount": Decimal("4200.50"), "cause": PaymentErrorCause.WORK, "found_on": TODAY,
        "found_by": AidWarning.PAID_AFTER_WORK_STARTED.value, "note": "", "reclaim_decided_on": None,
        "reclaim_amount": None, **changed,
    }  # fmt: skip


def note(officer: Staff, case: Case, **changed: Any) -> PaymentError:
    household = db.session.get_one(Household, case.household_id)
    error, _new = service.note_error(
        actor=Actor.of(officer), household=household, values=values(**changed), now=NOW
    )
    return error


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"period_to": date(2026, 8, 1)}, "period_to"),
        ({"found_on": date(2026, 11, 21)}, "found_on"),
        ({"reclaim_decided_on": TODAY}, "reclaim_amount"),
        ({"reclaim_amount": Decimal(5)}, "reclaim_decided_on"),
        (
            {
                "kind": PaymentErrorKind.PREVENTED,
                "reclaim_decided_on": TODAY,
                "reclaim_amount": Decimal(5),
            },
            "reclaim_amount",
        ),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(
    officer: Staff, case: Case, changed: dict[str, Any], field: str
) -> None:
    with pytest.raises(FieldError) as error:
        note(officer, case, **changed)
    assert error.value.field == field


def test_the_same_sent_twice_is_one_and_the_history_has_no_amount(officer: Staff, case: Case) -> None:
    assert note(officer, case).id == note(officer, case).id
    builders.settle()
    event = db.session.scalars(select(CaseEvent).where(CaseEvent.verb == "payment_error_noted")).one()
    assert event.changes == {"period_from": [None, "2026-09"], "period_to": [None, "2026-10"]}


@pytest.mark.parametrize("role", [Role.SECRETARY, Role.UNIT_LEAD, Role.ADMINISTRATOR])
def test_only_the_aid_side_writes_them_down(unit: Unit, case: Case, role: Role) -> None:
    with pytest.raises(NotAllowed):
        note(builders.staff(unit, role), case)


def test_a_reclaim_is_paid_back_in_parts_and_never_more_than_it_is(officer: Staff, case: Case) -> None:
    actor = Actor.of(officer)
    error = note(officer, case)

    def repay(amount: str, seen: int, day: date = TODAY) -> Repayment:
        return service.add_repayment(
            actor=actor, error=error, paid_on=day, amount=Decimal(amount), seen=seen, now=NOW
        )

    with pytest.raises(Conflict):
        repay("100", 0)
    decided = values(reclaim_decided_on=date(2026, 11, 10), reclaim_amount=Decimal(1000))
    assert service.change_error(actor=actor, error=error, values=decided, seen_version=error.version, now=NOW)
    first = repay("400", 0)
    with pytest.raises(Conflict):
        repay("400", 0)
    for amount, seen, day in (
        ("601", 1, TODAY),
        ("0", 1, TODAY),
        ("1", 1, date(2026, 11, 9)),
        ("1", 1, date(2026, 11, 21)),
    ):
        with pytest.raises(FieldError):
            repay(amount, seen, day)
    repay("600", 1)
    assert service.left_of(error) == 0
    service.withdraw_repayment(actor=actor, error=error, repayment=first, now=NOW)
    assert service.left_of(error) == 400
    with pytest.raises(Conflict):
        service.withdraw_repayment(actor=actor, error=error, repayment=first, now=NOW)
    with pytest.raises(FieldError):
        service.change_error(actor=actor, error=error, values=values(), seen_version=error.version, now=NOW)


def test_a_reclaim_is_never_less_than_what_was_paid_back(officer: Staff, case: Case) -> None:
    reclaim = {"reclaim_decided_on": TODAY, "reclaim_amount": Decimal(100)}
    error, actor = note(officer, case, **reclaim), Actor.of(officer)
    service.add_repayment(actor=actor, error=error, paid_on=TODAY, amount=Decimal(60), seen=0, now=NOW)
    for less in (Decimal(59), None):
        changed = values(reclaim_decided_on=TODAY if less else None, reclaim_amount=less)
        with pytest.raises(FieldError) as found:
            service.change_error(
                actor=actor, error=error, values=changed, seen_version=error.version, now=NOW
            )
        assert found.value.field == "reclaim_amount"


def test_what_is_refused_comes_back_beside_its_field(officer: Staff, case: Case, sign_in: SignIn) -> None:
    error = note(officer, case, reclaim_decided_on=TODAY, reclaim_amount=Decimal(100))
    builders.settle()
    page, client = f"/payment-errors/{error.id}", sign_in(officer)
    too_much = client.post(
        f"{page}/repayments", data={"repaid_on": "2026-11-20", "repaid": "101", "seen": "0"}
    )
    assert too_much.status_code == 422
    assert 'id="repaid-error"' in too_much.text
    right = {"repaid_on": "2026-11-20", "repaid": "60", "seen": "0"}
    assert client.post(f"{page}/repayments", data=right).status_code == 303
    changed = {
        "kind": "paid", "period_from": "2026-09", "period_to": "2026-10", "amount": "4200.50", "cause": "work",
        "found_on": "2026-11-20", "reclaim_decided_on": "2026-11-20", "reclaim_amount": "59", "version": "1",
    }  # fmt: skip
    less = client.post(page, data=changed)
    assert less.status_code == 422
    assert 'id="reclaim_amount-error"' in less.text


def test_two_officers_at_once_do_not_overwrite_each_other(officer: Staff, case: Case) -> None:
    error = note(officer, case)
    seen = error.version
    actor = Actor.of(officer)
    service.change_error(
        actor=actor, error=error, values=values(amount=Decimal(1)), seen_version=seen, now=NOW
    )
    with pytest.raises(Conflict):
        service.change_error(
            actor=actor, error=error, values=values(amount=Decimal(2)), seen_version=seen, now=NOW
        )
    assert error.amount == 1


def test_years_and_groups_are_what_adding_up_by_hand_gives(unit: Unit, officer: Staff) -> None:
    chance, actor = Random(7), Actor.of(officer)
    by_hand: dict[int, dict[str, Decimal]] = {}

    def add(year: int, key: str, amount: Decimal) -> None:
        of_year = by_hand.setdefault(year, {})
        of_year[key] = of_year.get(key, Decimal(0)) + amount

    for _ in range(30):
        case = builders.case(unit, protection=chance.choice([None, None, Protection.CONFIDENTIAL]))
        kind = chance.choice(list(PaymentErrorKind))
        amount = Decimal(chance.randrange(1, 90_000)) / 100
        found_on = date(chance.randrange(2023, 2027), chance.randrange(1, 11), 3)
        reclaim = amount if kind is PaymentErrorKind.PAID and chance.random() < 0.6 else None
        error = note(
            officer, case, kind=kind, amount=amount, found_on=found_on, cause=chance.choice(list(PaymentErrorCause)),
            reclaim_decided_on=date(2026, 2, 1) if reclaim else None, reclaim_amount=reclaim,
        )  # fmt: skip
        if reclaim and chance.random() < 0.5:
            part = (amount / 2).quantize(Decimal("0.01")) or amount
            service.add_repayment(
                actor=actor, error=error, paid_on=date(2026, 3, 1), amount=part, seen=0, now=NOW
            )
            if chance.random() < 0.7:
                add(2026, "repaid", part)
            else:
                row = queries.repayments_of(error.id)[0]
                service.withdraw_repayment(actor=actor, error=error, repayment=row, now=NOW)
        if chance.random() < 0.15 and not service.paid_back(error.id):
            service.withdraw_error(actor=actor, error=error, now=NOW)
            continue
        add(found_on.year, kind.value, amount)
        if reclaim:
            add(2026, "decided", reclaim)
    found = {
        year.year: {
            key: amount
            for key, amount in (
                ("paid", year.paid_amount),
                ("prevented", year.prevented_amount),
                ("decided", year.decided_amount),
                ("repaid", year.repaid_amount),
            )
            if amount
        }
        for year in queries.years(actor)
    }
    assert found == by_hand
    whole = sum((year.get("paid", Decimal(0)) for year in by_hand.values()), Decimal(0))
    assert sum(group.paid_amount for group in queries.by_cause(actor)) == whole
    assert sum(group.paid_amount for group in queries.by_warning(actor)) == whole


def test_a_protected_household_counts_and_does_not_show(unit: Unit, officer: Staff) -> None:
    hidden = builders.case(unit, protection=Protection.CONFIDENTIAL)
    error = note(officer, hidden)
    page = queries.error_page(Actor.of(officer), year=None, kind=None, offset=0, limit=50)
    assert (len(page.rows), page.shown, page.hidden) == (0, 0, 1)
    assert queries.find_error(error.id, Actor.of(officer)) is None
    assert queries.years(Actor.of(officer))[0].paid == 1


def test_nothing_of_it_touches_the_aid_month(officer: Staff, case: Case) -> None:
    month = builders.aid_month(case, date(2026, 10, 1), AidStatus.PAID, paid_on=date(2026, 10, 23))
    builders.settle()
    note(officer, case, reclaim_decided_on=TODAY, reclaim_amount=Decimal(100))
    builders.settle()
    assert (month.status, month.version) == (AidStatus.PAID, 1)


def test_from_a_warning_to_a_repayment_by_the_pages(officer: Staff, case: Case, sign_in: SignIn) -> None:
    builders.settle()
    household, client = case.household_id, sign_in(officer)
    address = f"/households/{household}/payment-errors/new"
    begun = client.get(f"{address}?month=2026-10&warning=paid_after_work_started")
    assert 'value="2026-10"' in begun.text
    form = {
        "kind": "paid", "period_from": "2026-10", "period_to": "2026-10", "amount": "4200,50", "cause": "work",
        "found_on": "2026-11-20", "found_by": "paid_after_work_started",
    }  # fmt: skip
    assert client.post(address, data={**form, "amount": "mycket"}).status_code == 422
    made = client.post(address, data=form)
    assert made.status_code == 303
    again = client.post(address, data=form)
    assert again.location == made.location
    error = db.session.scalars(select(PaymentError)).one()
    error_id, version = error.id, error.version
    decided = {
        **form,
        "reclaim_decided_on": "2026-11-19",
        "reclaim_amount": "4200,50",
        "version": str(version),
    }
    assert client.post(f"/payment-errors/{error_id}", data=decided).status_code == 303
    repaid = {"repaid_on": "2026-11-20", "repaid": "1000", "seen": "0"}
    assert client.post(f"/payment-errors/{error_id}/repayments", data=repaid).status_code == 303
    assert client.post(f"/payment-errors/{error_id}/repayments", data=repaid).status_code == 422
    page = client.get(f"/payment-errors/{error_id}").text
    assert "3 200,50" in page.replace("\u202f", " ").replace("\xa0", " ")
    assert "4 200,50" in client.get("/payment-errors").text.replace("\u202f", " ").replace("\xa0", " ")
    assert client.get("/payment-errors/years").status_code == 200
    for query in ("year=abc", "year=99999999999", "kind=x", "page=-1"):
        assert client.get(f"/payment-errors?{query}").status_code == 200
    row = db.session.scalars(select(Repayment.id)).one()
    assert client.post(f"/payment-errors/repayments/{row}/withdraw").status_code == 303
    assert client.post(f"/payment-errors/{error_id}/withdraw").location == "/payment-errors"
    assert db.session.scalar(select(func.count()).select_from(PaymentError)) == 1, "the row stays"


def test_secretaries_see_no_amount_and_nobody_else_a_household(
    unit: Unit, officer: Staff, case: Case, sign_in: SignIn
) -> None:
    error = note(officer, case)
    staff = {role: builders.staff(unit, role) for role in (Role.SECRETARY, Role.UNIT_LEAD)}
    builders.settle()
    error_id = error.id
    for role, years in ((Role.SECRETARY, 403), (Role.UNIT_LEAD, 200)):
        client = sign_in(staff[role])
        assert client.get("/payment-errors/years").status_code == years
        assert ("/payment-errors/years" in client.get("/aid/2026-11").text) is (years == 200)
        for address in ("/payment-errors", f"/payment-errors/{error_id}"):
            assert client.get(address).status_code == 403


def test_a_unit_lead_sees_no_amount_that_is_one_households(
    unit: Unit, officer: Staff, sign_in: SignIn
) -> None:
    def some(number: int, amount: str, **more: Any) -> None:
        for _ in range(number):
            note(officer, builders.case(unit), amount=Decimal(amount), **more)

    some(4, "1111")
    some(1, "7000", cause=PaymentErrorCause.OTHER)
    some(
        1,
        "3333",
        found_on=date(2025, 5, 5),
        reclaim_decided_on=date(2025, 5, 6),
        reclaim_amount=Decimal("3333"),
    )
    lead = builders.staff(unit, Role.UNIT_LEAD)
    builders.settle()
    of_lead = plain_text(sign_in(lead).get("/payment-errors/years").text)
    of_aid = plain_text(sign_in(officer).get("/payment-errors/years").text)
    assert "11444 kr" in of_lead, "the sum of five"
    for amount in ("3333", "7000", "7777"):
        assert f"{amount} kr" in of_aid
        assert f"{amount} kr" not in of_lead


def plain_text(page: str) -> str:
    """Without the thin spaces between thousands."""
    return re.sub(r"(?<=[0-9])[\u202f\u2009\xa0](?=[0-9])", "", unescape(page)).replace("\xa0", " ")


def test_the_list_takes_as_many_queries_with_more_rows(unit: Unit, officer: Staff, sign_in: SignIn) -> None:
    builders.settle()
    client = sign_in(officer)
    counts = []
    for number in (2, 12):
        for _ in range(number):
            note(officer, builders.case(unit))
        builders.settle()
        with statements() as found:
            client.get("/payment-errors")
        counts.append(len(found))
    assert counts[0] == counts[1]
