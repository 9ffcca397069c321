"""Two figures of one report tell no group of one to four by what they leave over."""

from collections.abc import Mapping
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activation.committee.reports.counted import WHOLE, Cell, Numbers
from activation.committee.reports.spans import Span, last_ones, parse
from activation.committee.reports.sums import WITHIN, sums
from activation.committee.reports.withheld import hangs_together, withheld
from activation.database import db
from activation.throughput.measures import BY_KEY
from activation.throughput.scope import ALL_UNITS, Units
from tests.throughput.world import cases, store

UNIT = 7
SEPTEMBER, OCTOBER, JANUARY = "2026-09", "2026-10", "2027-01"


def numbers_of(counts: Mapping[tuple[str, str], int]) -> Numbers:
    """As if these had been counted; of all else there is nobody."""
    found = Numbers(Units.one(UNIT))
    spans = {span for _part, span in counts} | {f"2025-{n:02}" for n in range(9, 13)}
    for span in spans | {f"2026-{n:02}" for n in range(1, 13)} | {JANUARY}:
        found._by[span] = frozenset()
        for part in {part for of in sums() for part in of}:
            found._of[part, span] = {(UNIT, WHOLE): counts.get((part, span), 0)}
    return found


@pytest.mark.parametrize(
    ("counts", "small"),
    [
        # Judged are those in time, those late and those that are missing.
        (
            {"tasks_in_time": 20, "tasks_in_time.numerator": 12, "tasks_done_late": 6, "tasks_missing": 2},
            "tasks_missing",
        ),
        ({"tasks_in_time.left_out": 12, "tasks_not_relevant": 9, "tasks_withdrawn": 3}, "tasks_withdrawn"),
        # Of the open cases those with a contact, and those without.
        (
            {"open_at_end": 40, "days_since_contact_median": 37, "days_since_contact_median.left_out": 3},
            "days_since_contact_median.left_out",
        ),
        ({"sessions_unmarked_age": 9, "sessions_unmarked": 7}, None),
        # Everybody who came in is judged or left out, whatever the clock.
        (
            {"flow_in": 30, "plan_in_time": 26, "plan_in_time.numerator": 20, "plan_in_time.left_out": 4},
            "plan_in_time.left_out",
        ),
        ({"first_meeting_in_time": 20, "days_to_first_meeting": 17}, None),
        ({"days_to_activation_median": 20, "days_to_activation": 18}, None),
        (
            {"closed": 30, "work_or_study.numerator": 10, "work_or_study_preliminary.numerator": 17},
            None,
        ),
        ({"in_flow": 40, "waiting": 38}, None),
        # The same people in two figures.
        (
            {"waiting": 22, "activation_unbooked": 8, "activation_booked": 12, "late_with_activation": 2},
            "late_with_activation",
        ),
        (
            {
                "placements_to_work": 0,
                "placements_to_work.left_out": 16,
                "placements_as_planned": 9,
                "placements_moved": 0,
                "placements_broken_off": 5,
                "placements_with_case": 2,
            },
            "placements_with_case",
        ),
        ({"long_term_aid": 12, "long_term_aid_new": 9}, None),
    ],
)
def test_what_figures_of_a_report_leave_over_is_told_by_none(
    counts: dict[str, int], small: str | None
) -> None:
    """`small` None: it is what is left over that is small. At least one number besides it is not shown."""
    read = numbers_of({(part, OCTOBER): number for part, number in counts.items()})
    cells = {Cell(part, UNIT, OCTOBER) for part in counts}
    hidden = {cell.part for cell in withheld(cells, {}, read, salt=b"salt")}
    assert hidden - {small}
    assert small is None or small in hidden


def test_what_two_months_leave_over_is_told_by_none() -> None:
    """Nine unmarked days up to October, six up to September: three of October."""
    counts = {("sessions_unmarked_age", SEPTEMBER): 6, ("sessions_unmarked_age", OCTOBER): 9}
    read = numbers_of({**counts, ("sessions_unmarked", OCTOBER): 3})
    assert withheld({Cell(part, UNIT, span) for part, span in counts}, {}, read, salt=b"salt")


def test_a_month_of_closings_is_not_told_by_those_who_could_return() -> None:
    months = [f"2025-{n:02}" for n in (10, 11, 12)] + [f"2026-{n:02}" for n in range(1, 10)]
    counts = {("closed", month): 3 if month == "2026-03" else 10 for month in months}
    counts["returned", OCTOBER] = 113
    cells = {Cell(part, UNIT, span) for part, span in counts}
    hidden = withheld(cells, {}, numbers_of(counts), salt=b"salt")
    assert Cell("closed", UNIT, "2026-03") in hidden
    assert len(hidden) > 1


def test_those_of_whom_it_is_not_known_are_not_told_three_months_later() -> None:
    counts = {
        ("still_in_work_3", OCTOBER): 10,
        ("still_in_work_3.left_out", OCTOBER): 3,
        ("still_in_work_6", JANUARY): 8,
        ("still_in_work_6.left_out", JANUARY): 5,
    }
    told = {
        Cell("still_in_work_3", UNIT, OCTOBER): {10},
        Cell("still_in_work_3.left_out", UNIT, OCTOBER): {None},
    }
    new = {Cell(part, UNIT, span) for part, span in counts if span == JANUARY}
    assert withheld(new, told, numbers_of(counts), salt=b"salt")


def test_every_figure_that_adds_up_with_another_is_there() -> None:
    for together in sums():
        keys = {part.partition(".")[0] for part in together}
        assert keys <= BY_KEY.keys()
        related = {measure.key for measure in hangs_together([BY_KEY[key] for key in sorted(keys)[:1]])}
        assert keys <= related


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(world=st.lists(cases(), min_size=1, max_size=7))
def test_whoever_counts_in_a_part_counts_in_the_whole(app: Flask, world: list[dict[str, Any]]) -> None:
    """But for moves between the flows: some figures of a past day ask which flow holds today."""
    try:
        store([{**case, "moves": []} for case in world])
        last = parse(OCTOBER)
        assert last is not None
        spans: list[Span] = last_ones(last, 4)
        keys = {part.partition(".")[0] for within in WITHIN for part in (*within.wholes, *within.parts)}
        read = Numbers(ALL_UNITS)
        read.read([BY_KEY[key] for key in sorted(keys)], [(span, ()) for span in spans])
        for within in WITHIN:
            for span in spans:
                whole, of_parts = (
                    sum(read.of(Cell(part, 0, span.text)) for part in parts)
                    for parts in (within.wholes, within.parts)
                )
                assert whole >= of_parts, within
    finally:
        db.session.rollback()
        db.session.info.clear()
