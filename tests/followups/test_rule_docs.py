"""docs/rules.md: every field stands in it, and its five examples do what it says."""

import re
import tomllib
from dataclasses import fields, replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask

from activation.clocks.calendar import Calendar
from activation.followups.anchors import SOURCES
from activation.followups.defaults import DEFAULT_RULES
from activation.followups.employer_reminders import AtWorkplace
from activation.followups.facts import HeldFact, PlacementFact, PlanFact
from activation.followups.reminders import remind_on
from activation.followups.rule import Reminder, Rule
from activation.followups.rule_file import rule_from
from activation.followups.rule_words import FIELD_TEXTS
from activation.followups.rules import wanted_tasks
from activation.followups.sense import reasons
from models.enums import (
    Channel,
    DoneWhen,
    Flow,
    FollowUpWay,
    Labelled,
    MeetingKind,
    MeetingWay,
    OnClosedDay,
    Owner,
    Phase,
    PlacementKind,
    Recipient,
)
from tests.followups.test_rules import facts

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "rules.md").read_text(encoding="utf-8")
FILES = [tomllib.loads(text)["rule"] for text in re.findall(r"```toml\n(.*?)```", PAGE, re.S)]
EXAMPLES: list[dict[str, Rule]] = [{d["key"]: rule_from(d) for d in file} for file in FILES]
FRIDAY = date(2026, 11, 20)
DAY = timedelta(days=1)
CALENDAR = Calendar()


def due(rule: Rule, today: date, **values: object) -> list[date]:
    of = facts(is_working_day=CALENDAR.is_working_day, **values)
    return [task.due_on for task in wanted_tasks((rule,), of, today)]


def held(
    on: date, way: MeetingWay = MeetingWay.IN_PERSON, kind: MeetingKind = MeetingKind.FOLLOW_UP
) -> HeldFact:
    return HeldFact(on, kind, way)


def test_every_field_of_a_rule_and_of_a_reminder_stands_in_the_page() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| (.+?) \|", PAGE, re.M))
    assert set(rows) >= {field.name for field in fields(Rule)}
    assert all(f"`{field.name}`" in PAGE for field in fields(Reminder))
    assert {rows[name] for name in FIELD_TEXTS} - {"–"}


@pytest.mark.parametrize(
    "enum", [Flow, Phase, Owner, OnClosedDay, FollowUpWay, DoneWhen, MeetingKind, Recipient]
)
def test_every_word_that_a_field_may_have_stands_in_the_page(enum: type[Labelled]) -> None:
    assert [code.value for code in enum if f"`{code.value}`" not in PAGE] == []  # type: ignore[attr-defined]


def test_every_anchor_stands_in_the_page() -> None:
    assert [anchor.value for anchor in SOURCES if f"`{anchor.value}`" not in PAGE] == []


def test_there_are_five_examples_and_each_makes_sense() -> None:
    assert len(EXAMPLES) == 5
    for example in EXAMPLES:
        for rule in example.values():
            assert list(reasons(rule)) == []


@pytest.mark.parametrize("label", [t for n, t in FIELD_TEXTS.items() if n not in ("key", "what", "how")])
def test_the_page_calls_a_field_as_the_form_does(label: str) -> None:
    assert f"| {label} |" in PAGE


def test_example_1_every_seven_working_days_in_the_support_flow_in_person() -> None:
    main, support = EXAMPLES[0]["follow_up"], EXAMPLES[0]["follow_up_support"]
    assert main == replace(DEFAULT_RULES["follow_up"], flow=Flow.MAIN)
    met = (held(FRIDAY - 3 * DAY),)
    assert due(support, FRIDAY, held=met, flow=Flow.SUPPORT) == [date(2026, 11, 26)]
    assert due(support, FRIDAY, held=met, flow=Flow.MAIN) == []
    assert due(main, FRIDAY, held=met, flow=Flow.SUPPORT) == []
    called = (*met, held(FRIDAY, MeetingWay.PHONE))
    assert due(support, FRIDAY, held=called, flow=Flow.SUPPORT) == [date(2026, 11, 26)]
    of = facts(held=met, flow=Flow.SUPPORT, is_working_day=CALENDAR.is_working_day)
    (task,) = wanted_tasks((support,), of, FRIDAY)
    assert (task.escalates_on, task.escalates_to) == (date(2026, 12, 1), Owner.UNIT_LEAD)


def test_example_2_three_parties_after_three_weeks_and_again_every_six() -> None:
    rule, starts = EXAMPLES[1]["three_party"], date(2026, 10, 5)
    training = PlacementFact(1, PlacementKind.WORK_TRAINING, starts, date(2027, 1, 29))
    assert due(rule, starts, placements=(training,)) == [starts + 21 * DAY]
    first = held(starts + 24 * DAY, kind=MeetingKind.THREE_PARTY)
    assert due(rule, FRIDAY, placements=(training,), held=(first,)) == [starts + 66 * DAY]
    over = replace(training, ends_on=FRIDAY - DAY)
    assert due(rule, FRIDAY, placements=(over,), held=(first,)) == []
    internship = replace(training, kind=PlacementKind.INTERNSHIP)
    assert due(rule, FRIDAY, placements=(internship,)) == []


def test_example_3_a_talk_ten_days_before_a_placement_ends() -> None:
    rule = EXAMPLES[2]["end_talk"]
    ends = date(2026, 12, 8)
    training = PlacementFact(1, PlacementKind.WORK_TRAINING, date(2026, 10, 5), ends)
    # Ten days before is a Saturday: the Friday before it.
    assert due(rule, FRIDAY, placements=(training,)) == [date(2026, 11, 27)]
    assert due(rule, FRIDAY, placements=(training,), held=(held(ends - 22 * DAY),)) == [date(2026, 11, 27)]
    assert due(rule, FRIDAY, placements=(training,), held=(held(ends - 21 * DAY),)) == []
    assert due(rule, FRIDAY, placements=(replace(training, ends_on=None),)) == []


def test_example_4_before_the_plans_review_and_to_the_unit_lead_after() -> None:
    rule, review = EXAMPLES[3]["plan_review"], date(2026, 12, 1)
    plan = PlanFact(date(2026, 10, 5), review, None)
    assert due(rule, FRIDAY, plans=(plan,)) == [review]
    told = [(r.to, remind_on(r, review, CALENDAR)) for r in rule.reminders]
    assert told == [
        (Recipient.OWNER, date(2026, 11, 24)),
        (Recipient.OWNER, review),
        (Recipient.UNIT_LEAD, date(2026, 12, 4)),
    ]


def test_example_5_the_supervisor_is_asked_again_the_next_working_day(app: Flask) -> None:
    rule = EXAMPLES[4]["confirm_attendance"]
    unmarked = AtWorkplace({FRIDAY: 1}, (rule,), CALENDAR.is_working_day)
    monday = FRIDAY + 3 * DAY
    assert unmarked.channels_on(FRIDAY) == {Channel.EMAIL}
    assert unmarked.channels_on(monday) == {Channel.SMS}
    assert unmarked.channels_on(monday + DAY) == set()
    answered = AtWorkplace({FRIDAY: 0, monday: 1}, (rule,), CALENDAR.is_working_day)
    assert answered.channels_on(monday) == {Channel.EMAIL}
    common = AtWorkplace({FRIDAY: 1}, (DEFAULT_RULES["confirm_attendance"],), CALENDAR.is_working_day)
    assert common.channels_on(monday) == {Channel.EMAIL}
    assert common.channels_on(monday + DAY) == set()
