"""Hours of a plan and two plans side by side: the pure part, also on random plans."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activation.plans.rules import (
    Activity,
    Change,
    Doubt,
    Pair,
    Step,
    aligned,
    doubts_about,
    hours_of,
)
from activation.requirement.rules import Limits, full_time, is_over_cap, young_children
from models.enums import ActivityType, LowerHours

DAY = date(2026, 11, 20)
LIMITS = Limits(Decimal(40), Decimal(10), 8)


def activity(what: str = "Lagret", hours: str | None = "8") -> Activity:
    return Activity(what, ActivityType.WORKPLACE, None if hours is None else Decimal(hours))


@pytest.mark.parametrize(
    ("hours", "total"),
    [([], None), (["8"], "8"), (["8", "7.5"], "15.5"), (["8", None], None), ([None], None), (["0"], "0")],
)
def test_activities_are_added_up_where_all_hours_are_known(
    hours: list[str | None], total: str | None
) -> None:
    assert hours_of([activity(hours=h) for h in hours]) == (None if total is None else Decimal(total))


def test_a_child_counts_as_young_as_long_as_it_may_be() -> None:
    assert young_children(LIMITS, [2000, 2017, 2018, 2019, 2026, 2027], DAY) == [2018, 2019, 2026]
    assert young_children(Limits(), [2026], DAY) == []


@pytest.mark.parametrize(("young", "most"), [(False, 40), (True, 30)])
def test_full_time_is_less_with_a_young_child(young: bool, most: int) -> None:
    assert full_time(LIMITS, has_young_child=young) == most
    assert full_time(Limits(), has_young_child=young) is None


@pytest.mark.parametrize(
    ("assigned", "own", "young", "reason", "found"),
    [
        ("40", None, False, None, []),
        ("35", "5", False, None, []),
        ("35", "4", False, None, [Doubt.NO_REASON]),
        ("35", "4", False, LowerHours.HEALTH, []),
        ("30", None, True, None, []),
        ("31", None, True, None, [Doubt.YOUNG_CHILD]),
        ("31", None, True, LowerHours.CHILD, [Doubt.YOUNG_CHILD]),
        ("20", None, True, None, [Doubt.NO_REASON]),
        (None, None, True, None, []),
    ],
)
def test_what_is_asked_of_hours(
    assigned: str | None, own: str | None, young: bool, reason: LowerHours | None, found: list[Doubt]
) -> None:
    asked = {
        "has_young_child": young,
        "assigned": Decimal(assigned) if assigned else None,
        "own_search": Decimal(own) if own else None,
        "lower_hours": reason,
    }
    assert doubts_about(LIMITS, **asked) == found  # type: ignore[arg-type] # by name
    assert doubts_about(Limits(), **asked) == []  # type: ignore[arg-type]


def test_the_cap_is_the_cap() -> None:
    assert is_over_cap(LIMITS, Decimal("40.25"))
    assert not is_over_cap(LIMITS, Decimal(40))
    assert not is_over_cap(LIMITS, None)
    assert not is_over_cap(Limits(), Decimal(80))


steps = st.builds(
    Step,
    what=st.sampled_from(["Uppdatera cv", "uppdatera  CV", "Ringa", "Söka plats"]),
    who=st.sampled_from(["", "Deltagaren"]),
    by_on=st.none() | st.dates(date(2026, 1, 1), date(2027, 1, 1)),
)


@given(st.lists(steps, max_size=6), st.lists(steps, max_size=6))
def test_side_by_side_nothing_is_lost_or_told_twice(before: list[Step], after: list[Step]) -> None:
    pairs = aligned(before, after)
    assert [p.after for p in pairs if p.after is not None] == after
    assert sorted((p.before for p in pairs if p.before is not None), key=repr) == sorted(before, key=repr)
    for pair in pairs:
        assert pair.before is not None or pair.after is not None
    assert {p.change for p in aligned(after, after)} <= {Change.SAME}
    back = [p.change for p in aligned(after, before)]
    assert back.count(Change.ADDED) == [p.change for p in pairs].count(Change.REMOVED)


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        (1, 1, Change.SAME),
        (None, None, Change.SAME),
        (None, 1, Change.ADDED),
        ("", "a", Change.ADDED),
        (1, None, Change.REMOVED),
        ("a", "", Change.REMOVED),
        ("a", "b", Change.CHANGED),
    ],
)
def test_each_difference_has_its_sign(before: object, after: object, change: Change) -> None:
    assert Pair(before, after).change is change
