"""How values are written on pages."""

from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest
from flask import Flask

from activation.web import filters
from activation.web.language import in_language
from models.enums import AidStatus, ClosureReason, MeetingOutcome, Obstacle

SUMMER = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)


def test_moments_are_shown_on_the_clock_in_stockholm() -> None:
    assert filters.datetime_text(SUMMER) == "2026-07-02 00:30"
    assert filters.date_text(SUMMER) == "2026-07-02"
    assert filters.time_text(SUMMER) == "00:30"


def test_dates_are_iso() -> None:
    assert filters.date_text(date(2026, 11, 21)) == "2026-11-21"
    assert filters.month_text(date(2026, 11, 1)) == "2026-11"
    assert filters.time_text(time(9, 5)) == "09:05"


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (0, None, "0"),
        (1234, None, "1\u202f234"),
        (1234567.5, None, "1\u202f234\u202f567,5"),
        (Decimal("7.50"), None, "7,5"),
        (Decimal("100"), None, "100"),
        (Decimal("1E+3"), None, "1\u202f000"),
        (2.345, 2, "2,35"),
        (3, 1, "3,0"),
        (-5, None, "\u22125"),
    ],
)
def test_numbers_have_a_comma_and_thin_spaces(value: float, decimals: int | None, text: str) -> None:
    assert filters.number_text(value, decimals) == text


def test_shares_and_money() -> None:
    assert filters.percent_text(0.853) == "85\u00a0%"
    assert filters.percent_text(0.853, 1) == "85,3\u00a0%"
    assert filters.kronor_text(Decimal("1234.50")) == "1\u202f234,50\u00a0kr"
    assert filters.kronor_text(Decimal("10500.00")) == "10\u202f500\u00a0kr"


def test_what_is_not_known_is_a_dash_and_never_a_zero(bare: Flask) -> None:
    for write in (
        filters.label_of,
        filters.date_text,
        filters.datetime_text,
        filters.time_text,
        filters.month_text,
        filters.number_text,
        filters.percent_text,
        filters.kronor_text,
        filters.personal_number_text,
        filters.phone_text,
        filters.weekdays_text,
        filters.text_of,
    ):
        assert write(None) == "–", write  # type: ignore[operator]


def test_numbers_of_people() -> None:
    assert filters.personal_number_text("198805122382") == "19880512-2382"
    assert filters.phone_text("+46701740605") == "070-174 06 05"
    assert filters.phone_text("+4791234567").startswith("+47 ")
    assert filters.phone_text("växeln") == "växeln"


@pytest.mark.parametrize(
    ("bits", "text"),
    [
        (0b0011111, "Mon–Fri"),
        (0b0010101, "Mon, Wed, Fri"),
        (0b1100000, "Sat, Sun"),
        (0b1000111, "Mon–Wed, Sun"),
        (0b1111111, "Mon–Sun"),
        (0, "–"),
    ],
)
def test_weekdays_are_written_as_people_say_them(bare: Flask, bits: int, text: str) -> None:
    assert filters.weekdays_text(bits) == text


def test_codes_of_the_same_value_keep_their_own_labels(bare: Flask) -> None:
    # As strings the three are equal.
    others = [ClosureReason.OTHER, Obstacle.OTHER, MeetingOutcome.MOVED, ClosureReason.MOVED, AidStatus.NONE]
    assert [filters.label_of(code) for code in others] == [str(code.label) for code in others]


def test_a_label_remembered_in_one_language_is_not_shown_in_another(bare: Flask) -> None:
    code = AidStatus.REFUSED
    english = filters.label_of(code)
    with in_language("sv"):
        filters.label_of(code)
    assert filters.label_of(code) == english == "Refused"
