"""A rule in plain sentences, made from its data."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from flask import Flask

from activation.followups.defaults import DEFAULT_RULES
from activation.followups.rule import Reminder, Rule
from activation.followups.rule_file import FIELDS
from activation.followups.rule_words import ANCHORS, FIELD_TEXTS, differences, ordinal, sentence, value_text
from activation.web.language import in_language
from models.enums import (
    Anchor,
    Channel,
    DayKind,
    Flow,
    FollowUpWay,
    OnClosedDay,
    Owner,
    Phase,
    PlacementKind,
    Recipient,
)

FOLLOW_UP = DEFAULT_RULES["follow_up"]
THREE_PARTY = DEFAULT_RULES["three_party"]


@pytest.fixture(autouse=True)
def in_english(app: Flask) -> Iterator[None]:
    with in_language("en"):
        yield


SENTENCES: list[tuple[Rule, str]] = [
    (
        FOLLOW_UP,
        "Every 14th day after the last held contact, the employment secretary; reminder the same day; raised to the"
        " unit lead after 5 working days.",
    ),
    (
        replace(
            FOLLOW_UP,
            offset=7,
            interval=7,
            day_kind=DayKind.WORKING,
            way=FollowUpWay.IN_PERSON,
            flow=Flow.SUPPORT,
            escalate_after=1,
        ),
        "Every 7th working day after the last held contact, in person, the employment secretary, in the support flow;"
        " reminder the same day; raised to the unit lead after 1 working day.",
    ),
    (
        replace(THREE_PARTY, interval=42, times=2, placement_kinds=frozenset({PlacementKind.WORK_TRAINING})),
        "21 days after the start of a placement, then every 42nd day, at most 2 times, as a three-party meeting, the"
        " employment secretary, only with: work training; done when this has been held: three-party meeting;"
        " reminder the same day; raised to the unit lead after 5 working days.",
    ),
    (
        replace(
            DEFAULT_RULES["plan_review"],
            offset=-5,
            day_kind=DayKind.WORKING,
            on_closed_day=OnClosedDay.BEFORE,
            phases=frozenset({Phase.ACTIVE, Phase.PLANNED}),
            owner=Owner.UNIT_LEAD,
            reminders=(Reminder(-2), Reminder(3, Recipient.AID_OFFICER, (Channel.EMAIL,))),
            escalate_after=0,
            escalate_to=Owner.AID_OFFICER,
            valid_to=date(2026, 12, 24),
        ),
        "5 working days before the review day of the plan, on a closed day: the last working day before, the unit lead,"
        " only in the phase: in an activity, has a plan, no activity; reminder 2 working days before; reminder after"
        " 3 working days to the aid officer by e-mail; raised to the aid officer the same day; until 2026-12-24.",
    ),
    (
        DEFAULT_RULES["return_check"],
        "By the day 12 months after the closing, the employment secretary; ticked off by hand; no reminder.",
    ),
    (
        DEFAULT_RULES["confirm_attendance"],
        "By the day of a session, the supervisor at the workplace; reminder the same day to the supervisor at the"
        " workplace by e-mail; reminder after 1 working day to the supervisor at the workplace by e-mail.",
    ),
]


@pytest.mark.parametrize(("rule", "expected"), SENTENCES)
def test_a_rule_is_one_sentence(rule: Rule, expected: str) -> None:
    assert sentence(rule) == expected


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_delivered_rule_has_its_sentence_in_both_languages(language: str) -> None:
    with in_language(language):
        said = {key: sentence(rule) for key, rule in DEFAULT_RULES.items()}
    assert len(set(said.values())) >= len(DEFAULT_RULES) - 1
    assert all(text.endswith(".") and "%" not in text for text in said.values())


def test_in_swedish_it_reads_as_people_say_it() -> None:
    rule = replace(FOLLOW_UP, way=FollowUpWay.IN_PERSON)
    with in_language("sv"):
        assert sentence(rule) == (
            "Var 14:e dag efter senaste genomförda kontakt, personligen, arbetsmarknadssekreteraren; påminnelse samma"
            " dag; lyfts till enhetschefen efter 5 arbetsdagar."
        )


def test_every_anchor_and_field_has_its_words() -> None:
    assert set(ANCHORS) == set(Anchor)
    assert set(FIELD_TEXTS) == set(FIELDS)


@pytest.mark.parametrize(
    ("number", "swedish", "english"),
    [(1, "1:a", "1st"), (2, "2:a", "2nd"), (3, "3:e", "3rd"), (11, "11:e", "11th"), (12, "12:e", "12th"),
     (13, "13:e", "13th"), (14, "14:e", "14th"), (21, "21:a", "21st"), (42, "42:a", "42nd")],
)  # fmt: skip
def test_ordinals(number: int, swedish: str, english: str) -> None:
    assert ordinal(number) == english
    with in_language("sv"):
        assert ordinal(number) == swedish


def test_what_a_version_changed_is_told_field_by_field() -> None:
    after = replace(
        FOLLOW_UP, offset=7, interval=7, flow=Flow.MAIN, reminders=(), phases=frozenset({Phase.ACTIVE})
    )
    assert differences(FOLLOW_UP, after) == [
        ("Flow", "–", "Main flow"),
        ("Phases", "–", "in an activity"),
        ("Days from there", "14", "7"),
        ("Again after, days", "14", "7"),
        ("Reminders", "reminder the same day", "no reminder"),
    ]
    assert differences(None, after) == []
    assert value_text({"en": "By phone"}) == "By phone"
    assert value_text(date(2026, 12, 24)) == "2026-12-24"
