"""Three absences in a row, against a definition of its own: a text of letters, searched for rows of three."""

import re
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activation.attendance.rules import ABSENCES, DayFact, absences_in_a_row
from models.enums import EmployerAnswer, Mark

MONDAY = date(2026, 11, 16)
FACTS = [(mark, answer) for mark in (None, *Mark) for answer in (None, *EmployerAnswer)]


def letter(mark: Mark | None, answer: EmployerAnswer | None) -> str:
    """a: an absence. p: somebody knows that it was none. ?: nobody knows."""
    if mark is not None:
        return "p" if mark in (Mark.PRESENT, Mark.OTHER_ACTIVITY) else "a"
    return "a" if answer is EmployerAnswer.NOT_HERE else "?"


def days(facts: list[tuple[Mark | None, EmployerAnswer | None]]) -> list[DayFact]:
    return [DayFact(MONDAY + timedelta(days=n), *fact) for n, fact in enumerate(facts)]


@given(st.lists(st.sampled_from(FACTS), max_size=40))
def test_the_third_day_of_each_row_is_found_once(
    facts: list[tuple[Mark | None, EmployerAnswer | None]],
) -> None:
    written = "".join(letter(*fact) for fact in facts)
    thirds = [MONDAY + timedelta(days=row.start() + 2) for row in re.finditer("a{3,}", written)]
    assert absences_in_a_row(days(facts)) == thirds


@given(st.lists(st.sampled_from(FACTS), max_size=40), st.integers(0, 39))
def test_an_unmarked_day_never_makes_an_absence_more(
    facts: list[tuple[Mark | None, EmployerAnswer | None]], at: int
) -> None:
    """Taking back what was said of a day makes no row that was not there, but where it parts a long one."""
    unmarked = [*facts[:at], (None, None), *facts[at + 1 :]] if at < len(facts) else facts
    before, after = absences_in_a_row(days(facts)), absences_in_a_row(days(unmarked))
    assert all(day in before or day > MONDAY + timedelta(days=at) for day in after)
    assert MONDAY + timedelta(days=at) not in after or at >= len(facts)


@pytest.mark.parametrize(
    ("mark", "answer", "is_absence"),
    [
        (None, None, False),
        (None, EmployerAnswer.NOT_HERE, True),
        (Mark.PRESENT, EmployerAnswer.NOT_HERE, False),
        (Mark.OTHER_ACTIVITY, EmployerAnswer.NOT_HERE, False),
        (Mark.SICK, None, True),
        (Mark.VALID_ABSENCE, EmployerAnswer.NOT_HERE, True),
        (Mark.INVALID_ABSENCE, None, True),
    ],
)
def test_what_staff_say_goes_before_what_the_employer_said(
    mark: Mark | None, answer: EmployerAnswer | None, is_absence: bool
) -> None:
    assert DayFact(MONDAY, mark, answer).is_absence is is_absence


def test_every_mark_is_an_absence_or_a_day_that_counts() -> None:
    assert set(Mark) - {Mark.PRESENT, Mark.OTHER_ACTIVITY} == ABSENCES
