"""What became of follow-up tasks, against plain Python over the same random rows."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activation.clocks.calendar import local_date
from activation.database import db
from activation.records.actor import Actor
from activation.throughput.dimensions import OWNER, RULE, SECRETARY
from activation.throughput.measures.follow_up import (
    TASKS_AHEAD,
    TASKS_IN_TIME,
    TASKS_LATE,
    TASKS_MISSING,
    TASKS_NOT_RELEVANT,
    TASKS_PUT_OFF,
    TASKS_WITHDRAWN,
)
from activation.throughput.queries import Narrow, by_group, days, figures, rows
from activation.throughput.rules import Period
from activation.throughput.scope import Units
from models import Task
from models.enums import Owner, TaskState
from tests import builders as make

MEASURES = (
    TASKS_IN_TIME,
    TASKS_LATE,
    TASKS_MISSING,
    TASKS_NOT_RELEVANT,
    TASKS_WITHDRAWN,
    TASKS_AHEAD,
    TASKS_PUT_OFF,
)
DAYS = st.dates(date(2026, 10, 18), date(2026, 11, 12))
# Late in the evening it is tomorrow in Stockholm; the hour changes on 25 October.
MOMENTS = st.builds(
    lambda day, hour: datetime.combine(day, time(hour, 30), UTC), DAYS, st.sampled_from([8, 21, 22, 23])
)


@st.composite
def tasks(draw: st.DrawFn) -> dict[str, Any]:
    state = draw(st.sampled_from(TaskState))
    due = draw(DAYS)
    put_off = draw(st.none() | st.integers(1, 20))
    return {
        "unit": draw(st.integers(0, 1)),
        "rule": draw(st.sampled_from(["follow_up", "plan_agreed"])),
        "owner": draw(st.sampled_from([Owner.SECRETARY, Owner.AID_OFFICER])),
        "due": due,
        "made": draw(MOMENTS),
        "state": state,
        "closed": None if state is TaskState.OPEN else draw(MOMENTS),
        "put_off": put_off,
    }


def expected(world: list[dict[str, Any]], start: date, end: date) -> dict[str, list[Any]]:
    """What the definitions say, one after the other."""
    found: dict[str, list[Any]] = {
        "in_time": [], "late": [], "missing": [], "not_relevant": [], "withdrawn": [], "ahead": [],
        "left_out": [], "put_off": [],
    }  # fmt: skip
    for task in world:
        closed = local_date(task["closed"]) if task["closed"] else None
        is_open = closed is None or closed > end
        if is_open and task["due"] >= end and local_date(task["made"]) <= end:
            found["ahead"].append(task)
        if task["state"] is TaskState.OPEN and task["put_off"]:
            found["put_off"].append(task["put_off"])
        if not start <= task["due"] <= end:
            continue
        if is_open:
            found["missing" if task["due"] < end else "left_out"].append(task)
        elif task["state"] is TaskState.DONE:
            assert closed is not None
            found["in_time" if closed <= task["due"] else "late"].append(task)
        else:
            found[task["state"].value].append(task)
            found["left_out"].append(task)
    return found


def store(world: list[dict[str, Any]]) -> list[Any]:
    units = [make.unit(), make.unit()]
    cases = [make.case(unit, make.staff(unit)) for unit in units]
    for n, task in enumerate(world):
        first = task["due"] - timedelta(task["put_off"] or 0)
        db.session.add(
            Task(
                case_id=cases[task["unit"]].id,
                rule=task["rule"],
                key=str(n),
                owner=task["owner"],
                due_on=task["due"],
                postponed_from=first if task["put_off"] else None,
                postponed_to=task["due"] if task["put_off"] else None,
                state=task["state"],
                made_at=task["made"],
                closed_at=task["closed"],
                closed_by="x" if task["closed"] else None,
                reason="so",
            )
        )
    db.session.flush()
    return units


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    world=st.lists(tasks(), max_size=8),
    start=DAYS,
    length=st.integers(0, 20),
    unit=st.sampled_from([None, 0]),
)
def test_what_became_of_tasks_is_what_plain_python_finds(
    app: Flask, world: list[dict[str, Any]], start: date, length: int, unit: int | None
) -> None:
    end = start + timedelta(length)
    try:
        units = store(world)
        scope, period = Units.maybe(None if unit is None else units[unit].id), Period(start, end)
        want = expected([t for t in world if unit in (None, t["unit"])], start, end)
        found = {f.measure.key: f for f in figures(MEASURES, period, scope)}
        share = found["tasks_in_time"]
        judged = [*want["in_time"], *want["late"], *want["missing"]]
        assert (share.numerator, share.denominator) == (len(want["in_time"]), len(judged))
        assert share.left_out == len(want["left_out"])
        for key in ("missing", "not_relevant", "withdrawn", "ahead", "put_off"):
            assert found[f"tasks_{key}"].value == len(want[key]), key
        assert found["tasks_done_late"].value == len(want["late"])
        of_days = days(TASKS_PUT_OFF, period, scope)
        assert sorted(n for n, count in of_days.items() for _ in range(count)) == sorted(want["put_off"])
        _groups_have_their_rows(period, units[0].id)
    finally:
        db.session.rollback()
        db.session.info.clear()


def _groups_have_their_rows(period: Period, unit_id: int) -> None:
    """By rule, and by secretary and owner: each number has as many rows, also with what the rows show of reasons."""
    for by in ((RULE,), (SECRETARY, OWNER)):
        found = by_group(MEASURES, by, period, Units.one(unit_id))
        for measure in MEASURES:
            for group, (hits, total) in found[measure.key].items():
                narrow = Narrow(groups=tuple(zip(by, group, strict=True)))
                for part, number in (("numerator", hits), ("denominator", total)):
                    behind = rows(
                        measure, part, period, unit_id=unit_id, actor=Actor.system("test"), offset=0,
                        limit=99, narrow=narrow,
                    )  # fmt: skip
                    assert behind.total == len(behind.rows) == number
