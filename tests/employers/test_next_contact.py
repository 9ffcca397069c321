"""When an employer is to be contacted next: the rule by hand, and kept up to date in the table."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from activation.database import db
from activation.employers.contact_rules import Contacts, next_contact_day
from activation.employers.contact_service import add_contact
from activation.employers.next_contact import recompute_next_contacts, rule_of_contacts
from activation.followups import book
from activation.followups.rule import Rule
from activation.records.actor import Actor
from activation.records.history import record_employer
from models import Agreement, Employer
from models.enums import Anchor, ContactWay, DayKind, EmployerStatus, OnClosedDay
from tests import builders
from tests.statements import statements

TODAY = builders.NOW.date()
JUNE = date(2026, 6, 1)
ACTIVE = EmployerStatus.ACTIVE


def later(day: date) -> date:
    return day + timedelta(days=90)


@pytest.mark.parametrize(
    ("status", "contacts", "interval", "expected"),
    [
        (ACTIVE, Contacts(last_on=JUNE), True, later(JUNE)),
        (ACTIVE, Contacts(known_since=JUNE), True, later(JUNE)),
        # What was agreed holds, also where it is further off or nearer than the interval.
        (ACTIVE, Contacts(JUNE, agreed_on=date(2027, 6, 1)), True, date(2027, 6, 1)),
        (ACTIVE, Contacts(JUNE, agreed_on=date(2026, 6, 2)), True, date(2026, 6, 2)),
        # A contact on the agreed day, or after it, has passed it; one before it has not.
        (ACTIVE, Contacts(JUNE, agreed_on=JUNE), True, later(JUNE)),
        (ACTIVE, Contacts(JUNE, agreed_on=JUNE + timedelta(days=1)), True, JUNE + timedelta(days=1)),
        # A prospect is kept up as an active one is; whoever rests is left alone.
        (EmployerStatus.PROSPECT, Contacts(last_on=JUNE), True, later(JUNE)),
        (EmployerStatus.RESTING, Contacts(JUNE, agreed_on=date(2027, 6, 1)), True, None),
        (EmployerStatus.NOT_SUITABLE, Contacts(last_on=JUNE), True, None),
        # Without a rule only what was agreed counts.
        (ACTIVE, Contacts(last_on=JUNE), False, None),
        (ACTIVE, Contacts(JUNE, agreed_on=date(2027, 6, 1)), False, date(2027, 6, 1)),
        # Nobody knows anything: at once.
        (ACTIVE, Contacts(), True, TODAY),
    ],
)
def test_the_rule(status: EmployerStatus, contacts: Contacts, interval: bool, expected: date | None) -> None:
    assert next_contact_day(status, contacts, later if interval else None, TODAY) == expected


@pytest.fixture
def rule(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """The rule of contacts as a test wants it; None in `is`: it was switched off."""
    wanted: dict[str, Any] = {"is": _rule()}

    def rules_for(_book: object, unit_id: int | None, day: date) -> tuple[Rule, ...]:
        return (wanted["is"],) if wanted["is"] else ()

    monkeypatch.setattr(book.RuleBook, "rules_for", rules_for)
    yield wanted
    # The nightly run over cases, after each test, goes by the book as it is.
    monkeypatch.undo()


def _rule(**values: Any) -> Rule:
    return Rule(
        key="employer_contact", what={"sv": "x"}, anchor=Anchor.EMPLOYER_CONTACT, **{"offset": 90, **values}
    )


def employer(**values: Any) -> Employer:
    row = builders.workplace().employer
    for column, value in values.items():
        setattr(row, column, value)
    db.session.flush()
    return row


def contact(of: Employer, on_date: date, next_on: date | None = None, text: str = "") -> None:
    add_contact(
        actor=builders.SYSTEM,
        employer=of,
        workplace=None,
        on_date=on_date,
        way=ContactWay.PHONE,
        with_whom="",
        text=text,
        next_on=next_on,
        now=builders.NOW,
    )


def test_a_contact_moves_the_day_at_once(rule: dict[str, Any]) -> None:
    one = employer()
    contact(one, date(2026, 11, 2), next_on=date(2026, 12, 1))
    assert one.next_contact_on == date(2026, 12, 1)
    # An older contact, written down afterwards, changes nothing of what was agreed since.
    contact(one, date(2026, 10, 2), next_on=date(2026, 10, 20))
    assert one.next_contact_on == date(2026, 12, 1)
    # One before the agreed day without a day of its own lets it stand.
    contact(one, date(2026, 11, 19))
    assert one.next_contact_on == date(2026, 12, 1)
    # The newest agreed day goes before the older one.
    contact(one, date(2026, 11, 20), next_on=date(2026, 11, 25))
    assert one.next_contact_on == date(2026, 11, 25)


def test_an_agreed_day_is_passed_by_a_contact_after_it(rule: dict[str, Any]) -> None:
    one = employer()
    contact(one, date(2026, 10, 1), next_on=date(2026, 11, 1))
    assert one.next_contact_on == date(2026, 11, 1)  # and due since then
    contact(one, date(2026, 11, 20))
    assert one.next_contact_on == date(2026, 11, 20) + timedelta(days=90)


def test_the_employers_own_rhythm_goes_before_the_rule(rule: dict[str, Any]) -> None:
    one = employer(contact_every_days=30)
    contact(one, date(2026, 11, 2))
    assert one.next_contact_on == date(2026, 12, 2)
    rule["is"] = None
    recompute_next_contacts([one.id], today=TODAY)
    assert one.next_contact_on == date(2026, 12, 2)
    one.contact_every_days = None
    recompute_next_contacts([one.id], today=TODAY)
    assert one.next_contact_on is None


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"offset": 35}, date(2026, 12, 25)),
        ({"offset": 35, "on_closed_day": OnClosedDay.BEFORE}, date(2026, 12, 23)),
        ({"offset": 35, "on_closed_day": OnClosedDay.AFTER}, date(2026, 12, 28)),
        ({"offset": 5, "day_kind": DayKind.WORKING}, date(2026, 11, 27)),
    ],
)
def test_the_rule_counts_as_rules_do(rule: dict[str, Any], values: dict[str, Any], expected: date) -> None:
    rule["is"] = _rule(**values)
    one = employer(owner_id=builders.staff(builders.unit()).id)
    contact(one, TODAY)
    assert one.next_contact_on == expected


def test_without_any_contact_it_counts_from_the_agreement_or_from_when_they_became_known(
    rule: dict[str, Any],
) -> None:
    signed, known, unknown = employer(), employer(), employer()
    db.session.add(Agreement(employer_id=signed.id, signed_on=JUNE, made_at=builders.NOW, made_by="x"))
    record_employer(
        known, actor=Actor.system("x"), now=datetime(2026, 5, 31, 23, tzinfo=UTC), verb="employer_taken_in"
    )
    assert recompute_next_contacts(None, today=TODAY) == 3
    assert signed.next_contact_on == known.next_contact_on == later(JUNE)
    assert unknown.next_contact_on == TODAY
    # Run again it finds nothing, on another day too.
    assert recompute_next_contacts(None, today=TODAY) == 0
    assert recompute_next_contacts(None, today=TODAY + timedelta(days=3)) == 0


def test_who_rests_or_was_merged_is_not_called_up(rule: dict[str, Any]) -> None:
    one, other = employer(), employer()
    contact(one, TODAY)
    contact(other, TODAY)
    one.status = EmployerStatus.RESTING
    other.merged_into_id = one.id
    assert recompute_next_contacts([one.id, other.id], today=TODAY) == 2
    assert one.next_contact_on is other.next_contact_on is None
    one.status = ACTIVE
    assert recompute_next_contacts([one.id], today=TODAY) == 1


def test_the_product_ships_with_a_rule_for_it(app: Flask) -> None:
    shipped = rule_of_contacts(None, TODAY)
    assert shipped is not None
    assert (shipped.key, shipped.offset, shipped.day_kind) == ("employer_contact", 90, DayKind.CALENDAR)


def test_all_employers_take_few_statements(rule: dict[str, Any]) -> None:
    for _ in range(30):
        employer()
    with statements() as seen:
        recompute_next_contacts(None, today=TODAY)
    assert len(seen) <= 10
