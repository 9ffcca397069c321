"""The administrator sets targets from a day on; what held before stays."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from activation.clocks import follow
from activation.clocks.target_pages import add_target, holding, touched_by
from activation.clocks.targets import Dated, Target
from activation.database import db
from models import Case, Clock, ClockTarget, Staff, Task, Unit
from models.enums import ClockKind, ClosureReason, DayKind, Flow, Role
from models.errors import FieldError
from tests import builders
from tests.statements import statements

SignIn = Callable[[Staff], FlaskClient]
TODAY = date(2026, 11, 20)
PLAN = ClockKind.PLAN


def set_target(unit: Unit | None, days: int, valid_from: date, kind: ClockKind = PLAN) -> bool:
    return add_target(
        actor=builders.SYSTEM,
        unit_id=unit.id if unit else None,
        kind=kind,
        days=days,
        day_kind=DayKind.CALENDAR,
        valid_from=valid_from,
        now=builders.NOW,
    )


def due(case: Case, kind: ClockKind = PLAN) -> date:
    builders.settle()
    found = db.session.scalar(select(Clock.due_on).where(Clock.case_id == case.id, Clock.kind == kind))
    assert found is not None
    return found


@pytest.fixture
def administrator(app: Flask) -> Staff:
    row = builders.staff(builders.unit("Enhet Norr"), Role.ADMINISTRATOR, language="en")
    builders.settle()
    return row


def test_the_first_target_may_begin_in_the_past_and_open_and_closed_cases_follow(app: Flask) -> None:
    unit = builders.unit()
    before = builders.case(unit, first_contact_on=date(2026, 1, 9))
    closed = builders.case(
        unit,
        first_contact_on=date(2026, 2, 2),
        closed_on=date(2026, 3, 2),
        closure_reason=ClosureReason.MOVED,
    )
    open_one = builders.case(unit, first_contact_on=date(2026, 2, 2))
    other = builders.case(builders.unit(), first_contact_on=date(2026, 2, 2))
    builders.settle()
    assert touched_by(Dated(unit.id, PLAN, date(2026, 1, 10), Target(5))).open == 1
    assert touched_by(Dated(unit.id, PLAN, date(2026, 1, 10), Target(5))).closed == 1
    assert set_target(unit, 5, date(2026, 1, 10))
    assert [due(c) for c in (before, closed, open_one, other)] == [
        date(2026, 1, 19),
        date(2026, 2, 7),
        date(2026, 2, 7),
        date(2026, 2, 12),
    ]


def test_what_holds_is_never_rewritten(app: Flask) -> None:
    unit = builders.unit()
    set_target(unit, 5, date(2026, 11, 1))
    for day in (date(2026, 11, 1), date(2026, 10, 1), date(2025, 1, 1)):
        with pytest.raises(FieldError) as error:
            set_target(unit, 7, day)
        assert error.value.field == "valid_from"
    set_target(unit, 7, date(2026, 11, 2))
    set_target(unit, 8, date(2027, 1, 1))
    set_target(unit, 9, date(2026, 12, 1))
    set_target(unit, 3, date(2025, 1, 1), ClockKind.ACTIVATION)  # of another clock


def test_where_all_units_have_one_a_units_own_begins_a_month_back_at_most(app: Flask) -> None:
    unit = builders.unit()
    set_target(None, 5, date(2026, 1, 1))
    with pytest.raises(FieldError):
        set_target(unit, 7, date(2026, 10, 19))
    set_target(unit, 7, date(2026, 10, 20))


def test_a_common_target_leaves_out_units_with_their_own(app: Flask) -> None:
    own, without = builders.unit(), builders.unit()
    set_target(own, 3, date(2026, 11, 1))
    cases = [builders.case(unit, first_contact_on=TODAY) for unit in (own, without)]
    builders.settle()
    assert touched_by(Dated(None, PLAN, date(2026, 11, 1), Target(20))).open == 1
    set_target(None, 20, date(2026, 11, 1))
    assert [due(case) for case in cases] == [date(2026, 11, 23), date(2026, 12, 10)]


def test_a_target_of_a_clock_that_the_case_does_not_have_touches_nobody(app: Flask) -> None:
    unit = builders.unit()
    builders.case(unit, flow=Flow.SUPPORT)
    builders.settle()
    row = Dated(unit.id, ClockKind.ACTIVATION, date(2026, 11, 1), Target(20))
    assert touched_by(row).open == 0
    assert touched_by(Dated(unit.id, PLAN, date(2026, 11, 1), Target(10))).open == 0, "the same deadline"


@pytest.mark.drifts
def test_where_many_follow_their_clocks_move_now_and_the_rest_in_the_night(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follow, "AT_ONCE", 1)
    unit = builders.unit()
    cases = [builders.case(unit, first_contact_on=TODAY) for _ in range(2)]
    builders.settle()
    assert set_target(unit, 5, date(2026, 11, 1)) is False
    assert [due(case) for case in cases] == [date(2026, 11, 25)] * 2


def test_counting_whom_a_target_touches_takes_as_many_queries_for_many(app: Flask) -> None:
    unit = builders.unit()

    def asked() -> int:
        with statements() as seen:
            touched_by(Dated(None, PLAN, date(2026, 1, 1), Target(5)))
        builders.settle()
        return len(seen)

    builders.case(unit, first_contact_on=date(2026, 5, 4))
    builders.settle()
    few = asked()
    for n in range(6):
        builders.case(builders.unit(), first_contact_on=date(2026, 6, 1) + timedelta(days=n))
    builders.settle()
    assert asked() == few <= 3


def test_what_holds_today_is_told_per_unit_and_clock(app: Flask) -> None:
    unit = builders.unit("A-enheten")
    builders.unit("B-enheten")
    set_target(unit, 5, date(2026, 11, 1))
    set_target(unit, 6, date(2026, 12, 1))
    set_target(None, 3, date(2026, 11, 1), ClockKind.FIRST_MEETING)
    builders.settle()
    told = {line.unit: [target.days for _, target, _ in line.cells] for line in holding(TODAY)}
    assert told == {None: [3, 10, 10], "A-enheten": [3, 5, 10], "B-enheten": [3, 10, 10]}


FORM = {"kind": "plan", "days": "7", "day_kind": "working", "valid_from": "2026-11-01", "unit_id": ""}


def test_the_administrator_looks_saves_and_sees_it(administrator: Staff, sign_in: SignIn) -> None:
    case = builders.case(administrator.unit, first_contact_on=date(2026, 11, 16))
    builders.settle()
    client, name = sign_in(administrator), case.last_name
    looked = client.post("/calendar/targets", data={**FORM, "preview": "1"})
    assert looked.status_code == 200
    assert "1 open case gets another deadline," in looked.text
    assert name not in looked.text
    assert db.session.scalar(select(func.count()).select_from(ClockTarget)) == 0
    saved = client.post("/calendar/targets", data=FORM, follow_redirects=True).text
    assert "The target was saved." in saved
    assert "7 working days" in saved
    assert due(case) == date(2026, 11, 25)
    again = client.post("/calendar/targets", data=FORM)
    assert again.status_code == 422
    assert "already a target from that day" in again.text


def test_only_a_target_that_lies_ahead_is_removed(administrator: Staff, sign_in: SignIn) -> None:
    set_target(None, 5, TODAY)
    set_target(None, 6, date(2026, 11, 21))
    builders.settle()
    client = sign_in(administrator)
    holds, ahead = db.session.scalars(select(ClockTarget.id).order_by(ClockTarget.valid_from)).all()
    page = client.get("/calendar/targets").text
    assert f"/calendar/targets/{ahead}/remove" in page
    assert f"/calendar/targets/{holds}/remove" not in page
    assert (
        "holds already, and stays"
        in client.post(f"/calendar/targets/{holds}/remove", follow_redirects=True).text
    )
    assert "was removed" in client.post(f"/calendar/targets/{ahead}/remove", follow_redirects=True).text
    assert db.session.scalars(select(ClockTarget.id)).all() == [holds]


@pytest.mark.parametrize(
    "changed", [{"days": "367"}, {"days": "-1"}, {"kind": ""}, {"day_kind": ""}, {"unit_id": "999"}]
)
def test_what_makes_no_target_is_refused(
    administrator: Staff, sign_in: SignIn, changed: dict[str, str]
) -> None:
    answer = sign_in(administrator).post("/calendar/targets", data={**FORM, **changed})
    assert answer.status_code == 422
    assert db.session.scalar(select(func.count()).select_from(Task)) == 0
