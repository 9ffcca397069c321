"""Rules of the case: names to sort and search by, periods that must not overlap."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from activation.caseload.rules import Period, facts_outside, overlapping, search_name, sort_name

DAYS = st.dates(date(2026, 1, 1), date(2026, 3, 1))


@st.composite
def periods(draw: st.DrawFn, number: str) -> Period:
    start = draw(DAYS)
    length = draw(st.none() | st.integers(0, 30))
    return Period(number, start, None if length is None else start + timedelta(days=length))


def days_of(period: Period) -> set[date]:
    """Every day from the first contact up to, not including, the closing day."""
    end = period.closed_on or date(2026, 6, 1)
    return {period.first_contact_on + timedelta(days=i) for i in range((end - period.first_contact_on).days)}


@given(periods("A"), periods("B"))
def test_periods_overlap_exactly_when_they_share_a_day_or_one_begins_within_the_other(
    a: Period, b: Period
) -> None:
    # A period that closes on its first day has no day of its own; inside another it still is in the way.
    empty_inside = any(
        not days_of(x) and y.first_contact_on < x.first_contact_on and x.first_contact_on in days_of(y)
        for x, y in ((a, b), (b, a))
    )
    assert a.overlaps(b) == (bool(days_of(a) & days_of(b)) or empty_inside)


@given(periods("A"), periods("B"))
def test_overlap_goes_both_ways(a: Period, b: Period) -> None:
    assert a.overlaps(b) == b.overlaps(a)


def test_coming_back_on_the_closing_day_is_no_overlap() -> None:
    first = Period("A", date(2026, 1, 1), date(2026, 2, 1))
    assert overlapping(Period("B", date(2026, 2, 1), None), [first]) is None


def test_a_case_does_not_overlap_itself() -> None:
    same = Period("A", date(2026, 1, 1), None)
    assert overlapping(same, [same]) is None


def test_swedish_letters_sort_after_z() -> None:
    names = ["Öberg", "Zetterlund", "Åberg", "Ängman", "Andersson"]
    assert sorted(names, key=lambda n: sort_name("A", n)) == [
        "Andersson",
        "Zetterlund",
        "Åberg",
        "Ängman",
        "Öberg",
    ]


@given(st.text("aåäö Z-", max_size=20))
def test_a_typed_name_is_found_in_its_sort_name(name: str) -> None:
    assert search_name(name) in " ".join(sort_name("", name).split())


def test_facts_outside_the_case_are_told() -> None:
    days = [date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)]
    assert facts_outside(days, date(2026, 1, 2), date(2026, 2, 1)) == (date(2026, 1, 1), date(2026, 3, 1))
    assert facts_outside(days, date(2026, 1, 1), date(2026, 3, 1)) == (None, None)
    assert facts_outside([], date(2026, 1, 1), None) == (None, None)
