"""Aid and target: what the page shows, that no small sum can be reckoned out, and that it does not grow with rows."""

import itertools
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from activation.committee import context, council
from activation.committee.annotations import annotate
from activation.database import db
from activation.records.actor import Actor
from activation.throughput.aid import rules
from activation.throughput.aid.rules import ALL, OWN, REST
from models import PaymentError, Staff, Unit
from models.enums import AidStatus, Obstacle, PaymentErrorCause, PaymentErrorKind, Protection, Role
from tests import builders
from tests.statements import statements

SignIn = Callable[[Staff], FlaskClient]
NOW = builders.NOW
OCTOBER = date(2026, 10, 1)
numbers = st.one_of(st.integers(0, 7), st.integers(0, 60))


def told(rows: list[list[int]], wanted: list[int]) -> bool:
    """Whether a sum is a combination of these rows (Gauss, in fractions)."""
    basis: dict[int, list[Fraction]] = {}

    def rest_of(row: list[Fraction]) -> list[Fraction]:
        for lead, other in sorted(basis.items()):
            if row[lead]:
                factor = row[lead] / other[lead]
                row = [a - factor * b for a, b in zip(row, other, strict=True)]
        return row

    for row in rows:
        left = rest_of([Fraction(n) for n in row])
        lead = next((n for n, value in enumerate(left) if value), None)
        if lead is not None:
            basis[lead] = left
    return not any(rest_of([Fraction(n) for n in wanted]))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(numbers, numbers), min_size=1, max_size=3), st.binary(max_size=4))
def test_no_sum_of_fewer_than_five_households_can_be_reckoned_out(
    groups: list[tuple[int, int]], salt: bytes
) -> None:
    """Own and all units, the month and its obstacles: every sum of cells is tried against all that is shown."""
    own = {f"g{n}": mine for n, (mine, _others) in enumerate(groups)}
    everywhere = {f"g{n}": mine + others for n, (mine, others) in enumerate(groups)}
    mine, whole = sum(own.values()), sum(everywhere.values())
    totals = rules.hidden_months({OCTOBER: mine}, {OCTOBER: whole}, salt)
    hidden_totals = [who for who in (OWN, ALL) if (who, OCTOBER) in totals]
    hidden = rules.hidden_groups(own, everywhere, hidden_totals, salt)
    atoms = [(who, key) for key in own for who in (OWN, REST)]
    size = {**{(OWN, k): n for k, n in own.items()}, **{(REST, k): everywhere[k] - n for k, n in own.items()}}

    def cells(who: str, key: str | None) -> list[int]:
        parts = (OWN, REST) if who == ALL else (who,)
        return [int(part in parts and key in (None, of)) for part, of in atoms]

    shown = [cells(who, key) for who in (OWN, ALL) for key in own if (who, key) not in hidden]
    shown += [cells(who, None) for who in (OWN, ALL) if who not in hidden_totals]
    # Of nobody there is no amount, which is known too.
    shown += [[int(n == at) for n in range(len(atoms))] for at, atom in enumerate(atoms) if not size[atom]]
    for chosen in itertools.product((0, 1), repeat=len(atoms)):
        if 0 < sum(size[atom] for atom, there in zip(atoms, chosen, strict=True) if there) < 5:
            assert not told(shown, list(chosen)), (own, everywhere, chosen)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(numbers, numbers), min_size=1, max_size=5), st.binary(max_size=4))
def test_whoever_knows_the_own_unit_learns_no_small_number_of_the_others(
    groups: list[tuple[int, int]], salt: bytes
) -> None:
    own = {f"g{n}": mine for n, (mine, _others) in enumerate(groups)}
    everywhere = {f"g{n}": mine + others for n, (mine, others) in enumerate(groups)}
    hidden = rules.hidden_counts(own, everywhere, salt)
    others = {key: everywhere[key] - mine for key, mine in own.items()}
    assert not any(0 < others[key] < 5 for key in others if key not in hidden)
    unknown = [key for key in hidden if others[key]]
    assert len(unknown) != 1 or sum(others.values()) == others[unknown[0]] < 5


def test_the_number_of_households_holds_for_two_years_and_no_longer() -> None:
    known = {date(2024, 12, 1): Decimal(40_000), date(2025, 12, 1): Decimal(41_000)}
    assert rules.households_in(known, date(2024, 11, 1)) is None
    assert rules.households_in(known, date(2025, 11, 1)) == (date(2024, 12, 1), Decimal(40_000))
    assert rules.households_in(known, date(2027, 12, 1)) == (date(2025, 12, 1), Decimal(41_000))
    assert rules.households_in(known, date(2028, 1, 1)) is None


def _household(unit: Unit, kronor: int | None, status: AidStatus = AidStatus.PAID, **values: Any) -> None:
    case = builders.case(unit, first_contact_on=date(2026, 8, 3), **values)
    builders.aid_month(case, OCTOBER, status, amount=None if kronor is None else Decimal(kronor))


def _world() -> tuple[Staff, Unit]:
    """Seven households of the own unit, of which one's adult is protected; two of the other unit."""
    unit, other = builders.unit("Enhet Norr"), builders.unit("Enhet Söder")
    lead = builders.staff(unit, Role.UNIT_LEAD)
    for n in range(5):
        _household(unit, 9000 + n, obstacle=Obstacle.UNEMPLOYED)
    _household(unit, 4321, obstacle=Obstacle.LANGUAGE)
    _household(unit, None, AidStatus.GRANTED, obstacle=Obstacle.LANGUAGE, protection=Protection.CONFIDENTIAL)
    _household(unit, 5000, AidStatus.REFUSED)
    for _ in range(2):
        _household(other, 7777, obstacle=Obstacle.UNEMPLOYED)
    builders.settle()
    return lead, other


def text_of(page: str) -> str:
    plain = re.sub(r"<[^>]+>", " ", page).replace("\u202f", "")
    return re.sub(r"\s+", " ", plain)


def test_the_page_shows_households_and_sums_and_no_single_amount(app: Flask, sign_in: SignIn) -> None:
    lead, other = _world()
    lead.language = "en"
    administrator = Actor.of(builders.staff(other, Role.ADMINISTRATOR))
    annotate(actor=Actor.of(lead), on_date=date(2026, 10, 12), what="Fabriken stängde", for_all=True, now=NOW)
    builders.settle()
    client = sign_in(lead)
    own = client.get("/throughput/aid").text
    assert "Fabriken stängde" in own
    assert "7 households with aid in 2026-10" in own
    for single in ("4321", "7777"):
        assert single not in text_of(own)
        assert single not in text_of(client.get("/throughput/aid?unit=all").text)
    links = [
        link.replace("&amp;", "&")
        for link in re.findall(r'href="(/throughput/rows/aid_households[^"]+)"', own)
    ]
    assert len(links) >= 3, "the month, and two obstacles"
    rows = {link: client.get(link).text for link in links}
    assert any(page.count('<th scope="row">') == 6 and "1 more is counted" in page for page in rows.values())
    assert "5000" not in "".join(text_of(page) for page in rows.values()), "an amount of one household"
    # The share: not known, then of 1000 households, beside the target.
    assert "is not known" in own
    values = {"counted_in": "", "source": "SCB"}
    series = context.make_series(actor=administrator, name="", key="households", values=values)
    context.set_number(
        actor=administrator, series=series, month=date(2025, 12, 1), value=Decimal(1000), existing=None
    )
    council.set_target(
        actor=administrator, valid_from=date(2026, 1, 1), households_percent=Decimal(1), source="KF", now=NOW
    )
    builders.settle()
    shown = text_of(client.get("/throughput/aid").text)
    assert "0,90 % of the municipality's households had aid in 2026-10; the council aims at 1 % at most" in (
        shown.replace("&#39;", "'")
    )
    elsewhere = client.get(f"/throughput/aid?unit={other.id}").text
    assert "for your own unit and for all units" in elsewhere
    assert "/throughput/rows/aid_households" not in elsewhere


@pytest.mark.only("sqlite")
def test_amounts_of_years_are_sums_of_enough_also_without_the_own_unit(app: Flask, sign_in: SignIn) -> None:
    lead, _other = _world()
    households = [builders.case(lead.unit).household_id for _ in range(5)]
    households += [builders.case(_other).household_id for _ in range(2)]
    for household in households:
        db.session.add(
            PaymentError(
                household_id=household, kind=PaymentErrorKind.PREVENTED, period_from=OCTOBER, period_to=OCTOBER,
                amount=Decimal(1111), cause=PaymentErrorCause.WORK, found_on=date(2026, 11, 2), made_at=NOW,
                made_by="B",
            )
        )  # fmt: skip
    builders.settle()
    client = sign_in(lead)
    assert "5555 kr" in text_of(client.get("/throughput/aid").text)
    whole = text_of(client.get("/throughput/aid?unit=all").text)
    assert "7777 kr" not in whole, "less the own unit's it would be two findings"


@pytest.mark.only("sqlite")
def test_five_findings_of_one_household_are_no_sum_of_enough(app: Flask, sign_in: SignIn) -> None:
    lead, _other = _world()
    household = builders.case(lead.unit).household_id
    for n in range(5):
        db.session.add(
            PaymentError(
                household_id=household, kind=PaymentErrorKind.PAID, period_from=OCTOBER, period_to=OCTOBER,
                amount=Decimal(1111), cause=PaymentErrorCause.WORK, found_on=date(2026, 11, 2 + n), made_at=NOW,
                made_by="B", reclaim_decided_on=date(2026, 11, 9), reclaim_amount=Decimal(1111),
            )
        )  # fmt: skip
    builders.settle()
    client = sign_in(lead)
    for address in ("/throughput/aid", "/throughput/aid?unit=all", "/payment-errors/years"):
        assert "5555" not in text_of(client.get(address).text).replace("\u202f", "").replace("\xa0", "")


@pytest.mark.only("postgresql")
def test_the_page_asks_no_more_questions_when_there_are_more_households(app: Flask, sign_in: SignIn) -> None:
    lead, other = _world()
    client = sign_in(lead)

    def asked() -> list[int]:
        found = []
        for query in ("", "?unit=all", f"?unit={other.id}&month=2026-11"):
            with statements() as counted:
                assert client.get(f"/throughput/aid{query}").status_code == 200
            found.append(len(counted))
        return found

    asked()
    before = asked()
    for _ in range(12):
        _household(lead.unit, 8000, obstacle=Obstacle.SICK_LEAVE)
    builders.settle()
    assert asked() == before
