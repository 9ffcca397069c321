"""What may stand on a day of a week, the hours of times, and weeks in words."""

from datetime import date, time
from decimal import Decimal

import pytest
from flask import Flask
from flask_babel import force_locale

from activation.placements.rules import same_every_day, weekday_bits, weeks_from_json
from activation.placements.week_rules import (
    DayEntry,
    StoredWeeks,
    entry_of,
    hours_of,
    next_monday,
    same_weeks,
    turned,
    weeks_of_file,
)
from activation.placements.week_words import week_in_words
from models.errors import FieldError


def entry(
    starts_at: str | None = None,
    ends_at: str | None = None,
    break_minutes: int | None = None,
    hours: str | None = None,
) -> DayEntry:
    return DayEntry(
        time.fromisoformat(starts_at) if starts_at else None,
        time.fromisoformat(ends_at) if ends_at else None,
        break_minutes,
        Decimal(hours) if hours else None,
    )


def test_hours_are_those_between_the_times_without_the_break() -> None:
    assert entry("08:00", "15:00", 30).stored() == {
        "hours": "6.5", "from": "08:00", "to": "15:00", "break": 30,
    }  # fmt: skip
    assert entry("08:00", "12:00").stored() == {"hours": "4", "from": "08:00", "to": "12:00"}
    assert entry(hours="6.50").stored() == {"hours": "6.5"}
    assert entry("08:00", "12:00", hours="4").stored()["hours"] == "4"
    assert entry("08:00", "15:20").stored()["hours"] == "7.33"


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        (entry(), "hours"),
        (entry(hours="0"), "hours"),
        (entry("08:00"), "ends_at"),
        (entry(ends_at="08:00"), "starts_at"),
        (entry("08:00", "08:00"), "ends_at"),
        (entry("22:00", "06:00"), "ends_at"),
        (entry("08:00", "09:00", 60), "break_minutes"),
        (entry(break_minutes=30, hours="4"), "break_minutes"),
        (entry("08:00", "12:00", 30, "4"), "hours"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field_and_no_day_goes_over_midnight(
    typed: DayEntry, field: str
) -> None:
    with pytest.raises(FieldError) as refused:
        typed.stored()
    assert refused.value.field == field


@pytest.mark.parametrize("typed", [entry("08:00", "15:00", 30), entry("08:00", "12:00"), entry(hours="6.5")])
def test_a_stored_day_comes_back_as_it_was_typed(typed: DayEntry) -> None:
    assert entry_of(typed.stored()) == typed


def test_the_day_when_the_clock_is_put_back_has_the_hours_on_the_wall() -> None:
    """25 October 2026 has 25 hours. Times of a week are local ones, so 00–08 is eight hours on every day."""
    assert entry("00:00", "08:00").stored()["hours"] == "8"


def test_weeks_that_take_turns_begin_with_the_one_a_day_lies_in() -> None:
    weeks = ["A", "B"]
    monday = date(2026, 12, 21)  # week 52; then 53 and 1
    assert [turned(weeks, monday, date(2026, 12, 21 + n))[0] for n in (0, 6, 7)] == ["A", "A", "B"]
    assert turned(weeks, monday, date(2027, 1, 4)) == ["A", "B"]
    assert turned(["A"], monday, date(2027, 1, 4)) == ["A"]
    assert next_monday(date(2026, 11, 20)) == next_monday(date(2026, 11, 16)) == date(2026, 11, 23)


def test_the_sum_of_a_week_is_known_only_when_every_day_is() -> None:
    assert hours_of(same_every_day(weekday_bits([1, 2]), Decimal("6.5"))) == 13
    assert hours_of(same_every_day(weekday_bits([1, 2]), None)) is None


def test_a_week_of_a_file_is_the_same_in_the_stored_form() -> None:
    stored = weeks_of_file(weekday_bits([1, 5]), Decimal("6.50"))
    assert weeks_from_json(stored) == (same_every_day(weekday_bits([1, 5]), Decimal("6.5")),)
    assert same_weeks(stored, weeks_of_file(weekday_bits([1, 5]), Decimal("6.5")))


MON_WED: StoredWeeks = [
    [entry("08:00", "12:00").stored(), None, entry("08:00", "15:00").stored(), None, None, None, None]
]
EVERY: StoredWeeks = [[*[entry("08:30", "16:00", 30).stored()] * 5, None, None]]


@pytest.mark.parametrize(
    ("weeks", "english", "swedish"),
    [
        (MON_WED, "Mon 08–12, Wed 08–15 · 11 h a week", "mån 08–12, ons 08–15"),
        (EVERY, "Mon–Fri 08:30–16 · 35 h a week", "mån–fre 08:30–16"),
        (weeks_of_file(0b11111, Decimal(6)), "Mon–Fri 6 h · 30 h a week", "mån–fre 6 tim"),
        (weeks_of_file(0b0010011, None), "Mon, Tue, Fri", "mån, tis, fre"),
        ([[None] * 7], "–", "–"),
        (
            [*MON_WED, *EVERY],
            "week A: Mon 08–12, Wed 08–15 · 11 h a week; week B: Mon–Fri 08:30–16 · 35 h a week",
            "mån–fre 08:30–16",
        ),
    ],
)
def test_a_week_is_said_in_words(app: Flask, weeks: StoredWeeks, english: str, swedish: str) -> None:
    with app.test_request_context(), force_locale("en"):
        assert week_in_words(weeks_from_json(weeks)) == english
    with app.test_request_context(), force_locale("sv"):
        assert swedish in week_in_words(weeks_from_json(weeks)).lower()
