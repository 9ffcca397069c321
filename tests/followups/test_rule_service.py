"""Changing the rules: versions from a day on, by administrators only, one at a time; the open tasks follow."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from activation.database import db
from activation.followups import rule_service
from activation.followups.book import forget_rulebook, rulebook
from activation.followups.defaults import DEFAULT_RULES
from activation.followups.rule import Rule
from activation.followups.rule_service import back_to_common, new_key, save_version, switch_off
from activation.followups.service import latest_postponement
from activation.records.actor import Actor
from activation.unit_of_work import derive
from models import Case, CaseEvent, RuleVersion, Staff, Task, Unit
from models.enums import Anchor, DayKind, DoneWhen, Flow, FollowUpWay, Role, TaskState
from models.errors import Conflict, FieldError, NotAllowed
from tests import builders
from tests.builders import NOW, settle

TODAY = date(2026, 11, 20)
DAY = timedelta(days=1)
FOLLOW_UP = DEFAULT_RULES["follow_up"]
WEEKLY = replace(FOLLOW_UP, offset=7, interval=7)


@pytest.fixture
def unit(app: Flask) -> Unit:
    return builders.unit("Enhet Syd")


@pytest.fixture
def administrator(unit: Unit) -> Actor:
    return Actor.of(builders.staff(unit, Role.ADMINISTRATOR, name="Ada Admin"))


@pytest.fixture
def secretary(unit: Unit) -> Staff:
    return builders.staff(unit)


def met(secretary: Staff, days_ago: int = 3, **values: Any) -> Case:
    case = builders.case(secretary.unit, secretary, **values)
    builders.meeting(case, NOW - timedelta(days=days_ago))
    settle()
    return case


def save(actor: Actor, rule: Rule = WEEKLY, unit_id: int | None = None, **values: Any) -> rule_service.Saved:
    forget_rulebook()
    asked: dict[str, Any] = {
        "valid_from": TODAY,
        "reason": "",
        "seen": rulebook().newest(rule.key, unit_id),
        "now": NOW,
        **values,
    }
    return save_version(actor=actor, rule=rule, unit_id=unit_id, **asked)


def due(case: Case, rule: str = "follow_up") -> date | None:
    db.session.expire_all()
    found: date | None = db.session.scalar(
        select(Task.due_on).where(Task.case_id == case.id, Task.rule == rule, Task.state == TaskState.OPEN)
    )
    return found


def test_a_changed_rule_moves_the_open_tasks_in_the_same_transaction(
    administrator: Actor, secretary: Staff
) -> None:
    case = met(secretary)
    events = db.session.scalar(select(func.count(CaseEvent.id)))
    assert due(case) == TODAY + 11 * DAY
    saved = save(administrator, reason=" Oftare ")
    settle()
    assert (saved.cases, saved.at_once) == (1, True)
    assert due(case) == TODAY + 4 * DAY
    version = db.session.scalars(select(RuleVersion)).one()
    assert (version.made_by, version.reason, version.valid_from) == ("Ada Admin", "Oftare", TODAY)
    assert db.session.scalar(select(func.count(CaseEvent.id))) == events
    assert derive([case.id], now=NOW) == 0


def test_a_rule_from_a_later_day_moves_tasks_in_that_days_night(
    administrator: Actor, secretary: Staff
) -> None:
    case = met(secretary)
    assert save(administrator, valid_from=TODAY + 2 * DAY).at_once is False
    settle()
    derive([case.id], now=NOW + DAY)
    assert due(case) == TODAY + 11 * DAY
    derive([case.id], now=NOW + 2 * DAY)
    assert due(case) == TODAY + 4 * DAY


def test_until_its_day_comes_a_changed_rule_decides_nothing(administrator: Actor, secretary: Staff) -> None:
    case = met(secretary)
    task = db.session.scalars(select(Task).where(Task.rule == "follow_up")).one()
    before = latest_postponement(task, case.unit_id, today=TODAY)
    rule = replace(
        DEFAULT_RULES["follow_up"],
        postpone_limit=0,
        anchor=Anchor.FIRST_CONTACT,
        interval=None,
        done_when=DoneWhen.BY_HAND,
    )
    save(administrator, rule, valid_from=TODAY + 2 * DAY)
    settle()
    assert latest_postponement(task, case.unit_id, today=TODAY) == before
    builders.meeting(case, NOW - timedelta(hours=1))
    settle()
    db.session.refresh(task)
    assert task.state is TaskState.DONE


@pytest.mark.drifts  # until the night
def test_of_too_many_cases_the_tasks_follow_in_the_night(
    administrator: Actor, secretary: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = met(secretary)
    monkeypatch.setattr(rule_service, "AT_ONCE", 0)
    assert save(administrator) == rule_service.Saved(cases=1, at_once=False)
    settle()
    assert due(case) == TODAY + 11 * DAY


@pytest.mark.parametrize("role", [Role.SECRETARY, Role.UNIT_LEAD, Role.AID_OFFICER])
def test_others_than_administrators_cannot_change_rules(unit: Unit, role: Role) -> None:
    actor = Actor.of(builders.staff(unit, role))
    with pytest.raises(NotAllowed):
        save(actor)
    for end in (switch_off, back_to_common):
        with pytest.raises(NotAllowed):
            end(actor=actor, key="follow_up", unit_id=unit.id, valid_from=TODAY, reason="", seen=0, now=NOW)
    assert db.session.scalar(select(func.count(RuleVersion.id))) == 0


@pytest.mark.parametrize(
    ("of_field", "rule", "values"),
    [
        ("valid_from", WEEKLY, {"valid_from": TODAY - DAY}),
        ("valid_from", WEEKLY, {"valid_from": TODAY + 400 * DAY}),
        ("", FOLLOW_UP, {}),
        ("valid_to", replace(WEEKLY, valid_to=TODAY - DAY), {}),
        ("offset", replace(FOLLOW_UP, offset=0, interval=None), {}),
        ("flow", WEEKLY, {"for_other_flow": "follow_up"}),
    ],
)
def test_what_cannot_be_saved_is_said_beside_its_field(
    administrator: Actor, of_field: str, rule: Rule, values: dict[str, Any]
) -> None:
    with pytest.raises(FieldError) as refused:
        save(administrator, rule, **values)
    assert refused.value.field == of_field


def test_the_second_of_two_who_change_a_rule_is_told(administrator: Actor) -> None:
    seen = rulebook().newest("follow_up", None)
    save(administrator, seen=seen)
    with pytest.raises(Conflict):
        save(administrator, replace(WEEKLY, offset=10, interval=10), seen=seen)
    with pytest.raises(Conflict):
        switch_off(
            actor=administrator,
            key="follow_up",
            unit_id=None,
            valid_from=TODAY,
            reason="",
            seen=seen,
            now=NOW,
        )


def test_the_past_keeps_its_own_rule(administrator: Actor) -> None:
    save(administrator, valid_from=TODAY + 5 * DAY)
    book = rulebook()
    assert book.held("follow_up", None, TODAY + 4 * DAY) == FOLLOW_UP
    assert book.held("follow_up", None, TODAY + 5 * DAY) == WEEKLY


def test_a_rule_switched_off_withdraws_its_tasks_and_on_again_brings_them_back(
    administrator: Actor, secretary: Staff
) -> None:
    case = met(secretary)
    asked: dict[str, Any] = {"actor": administrator, "key": "follow_up", "unit_id": None, "reason": ""}
    switch_off(**asked, valid_from=TODAY, seen=0, now=NOW)
    settle()
    assert due(case) is None
    with pytest.raises(FieldError):
        switch_off(**asked, valid_from=TODAY, seen=rulebook().newest("follow_up", None), now=NOW)
    save(administrator, FOLLOW_UP)
    settle()
    assert due(case) == TODAY + 11 * DAY


def test_a_units_own_rule_holds_there_only_until_it_returns_to_the_common_one(
    administrator: Actor, secretary: Staff
) -> None:
    other = builders.staff(builders.unit())
    here, there = met(secretary), met(other)
    save(administrator, unit_id=secretary.unit_id)
    settle()
    assert (due(here), due(there)) == (TODAY + 4 * DAY, TODAY + 11 * DAY)
    save(administrator, replace(FOLLOW_UP, offset=21, interval=21))
    settle()
    assert (due(here), due(there)) == (TODAY + 4 * DAY, TODAY + 18 * DAY)
    asked: dict[str, Any] = {"actor": administrator, "key": "follow_up", "unit_id": secretary.unit_id}
    seen = rulebook().newest("follow_up", secretary.unit_id)
    back_to_common(**asked, valid_from=TODAY, reason="", seen=seen, now=NOW)
    settle()
    assert due(here) == TODAY + 18 * DAY
    seen = rulebook().newest("follow_up", secretary.unit_id)
    with pytest.raises(FieldError):
        back_to_common(**asked, valid_from=TODAY, reason="", seen=seen, now=NOW)
    save(administrator, replace(FOLLOW_UP, offset=28, interval=28))
    settle()
    assert due(here) == TODAY + 25 * DAY


def test_one_flow_gets_a_rule_of_its_own_and_the_other_keeps_its(
    administrator: Actor, secretary: Staff
) -> None:
    main, support = met(secretary), met(secretary, flow=Flow.SUPPORT)
    own = replace(
        FOLLOW_UP,
        offset=7,
        interval=7,
        day_kind=DayKind.WORKING,
        way=FollowUpWay.IN_PERSON,
        flow=Flow.SUPPORT,
        escalate_after=3,
    )
    saved = save(administrator, own, for_other_flow="follow_up")
    settle()
    assert saved.cases == 2
    assert (due(main), due(main, "follow_up_support")) == (TODAY + 11 * DAY, None)
    # Tuesday the 17th and seven working days.
    assert (due(support), due(support, "follow_up_support")) == (None, date(2026, 11, 26))


def test_a_new_rule_gets_a_key_of_its_own(administrator: Actor) -> None:
    book = rulebook()
    assert new_key("Ring upp på fredag!", book) == "ring_upp_pa_fredag"
    assert new_key("Follow up", book) == "follow_up_2"
    assert new_key("…", book) == "rule"
    assert new_key("Ring", book, taken=["ring", "ring_2"]) == "ring_3"
    assert len(new_key("x" * 300, book)) <= 60
