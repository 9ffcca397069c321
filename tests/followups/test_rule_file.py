"""Rules in the form of a file: what is written can be read, and is the same rule."""

from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given

from activation.followups.book import AS_COMMON, RuleBook, Version
from activation.followups.defaults import DEFAULT_RULES
from activation.followups.rule import Reminder, Rule
from activation.followups.rule_file import definition_of, rule_from
from models.enums import Anchor, Channel, Recipient
from models.errors import FieldError
from tests.followups.test_rule_projection import own_rules

LEAST = {"key": "own", "what": "Ring", "anchor": "first_contact"}


@pytest.mark.parametrize("rule", DEFAULT_RULES.values(), ids=lambda rule: rule.key)
def test_a_delivered_rule_survives_the_file(rule: Rule) -> None:
    assert rule_from(definition_of(rule)) == rule


@given(own_rules())
def test_any_rule_survives_the_file(rule: Rule) -> None:
    again = rule_from(definition_of(rule))
    assert rule_from(definition_of(again)) == again
    if rule.anchor is not Anchor.LAST_HELD_CONTACT or rule.interval is not None:
        assert again == rule


def test_counted_from_the_last_contact_the_number_is_said_once() -> None:
    rule = rule_from({**LEAST, "anchor": "last_held_contact", "offset": 7})
    assert (rule.offset, rule.interval) == (7, 7)


def test_a_text_without_language_is_for_all_and_blanks_are_none() -> None:
    assert rule_from(LEAST).what == {"sv": "Ring", "en": "Ring"}
    assert rule_from({**LEAST, "what": {"sv": " Ring  upp ", "en": " "}}).what == {"sv": "Ring upp"}


def test_the_order_of_reminders_and_channels_is_no_difference() -> None:
    rules = [
        rule_from({**LEAST, "reminders": rows})
        for rows in (
            [{"days": 2, "channels": ["email", "in_app"]}, {"days": -1}],
            [{"days": -1}, {"days": 2, "channels": ["in_app", "email", "email"]}],
        )
    ]
    assert rules[0] == rules[1]
    assert rules[0].reminders == (Reminder(-1), Reminder(2))


def test_a_participant_is_reached_as_they_have_chosen() -> None:
    rule = rule_from({**LEAST, "reminders": [{"to": "participant"}]})
    assert rule.reminders == (Reminder(0, Recipient.PARTICIPANT, ()),)
    assert Channel.EMAIL in rule_from({**LEAST, "reminders": [{}]}).reminders[0].channels


@pytest.mark.parametrize(
    ("of_field", "change"),
    [
        ("unknown", {"unknown": 1}),
        ("what", {"what": ""}),
        ("what", {"what": {"de": "Anruf"}}),
        ("what", {"what": {"sv": 1}}),
        ("what", {"what": "x" * 201}),
        ("key", {"key": "Å"}),
        ("key", {"key": "With Blank"}),
        ("key", {"key": "x" * 61}),
        ("key", {"key": 7}),
        ("anchor", {"anchor": "full_moon"}),
        ("owner", {"owner": 3}),
        ("phases", {"phases": "active"}),
        ("phases", {"phases": ["asleep"]}),
        ("offset", {"offset": "7"}),
        ("offset", {"offset": True}),
        ("interval", {"interval": 1.5}),
        ("reminders", {"reminders": {"days": 1}}),
        ("reminders", {"reminders": [{"day": 1}]}),
        ("reminders", {"reminders": [{"to": "nobody"}]}),
        ("reminders", {"reminders": [{"channels": "email"}]}),
        ("reminders", {"reminders": [{"channels": ["pigeon"]}]}),
        ("reminders", {"reminders": [{"days": "soon"}]}),
        ("valid_to", {"valid_to": "tomorrow"}),
        ("valid_to", {"valid_to": datetime(2026, 12, 24, 8)}),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_field(of_field: str, change: dict[str, Any]) -> None:
    with pytest.raises(FieldError) as refused:
        rule_from({**LEAST, **change})
    assert refused.value.field == of_field
    assert str(refused.value)


def test_a_unit_may_return_to_the_common_rule_and_then_follows_its_changes() -> None:
    days = [date(2026, 12, n) for n in (1, 5, 9, 13)]
    own = rule_from({**LEAST, "offset": 5})
    common = [rule_from({**LEAST, "offset": n}) for n in (1, 2)]
    book = RuleBook(
        [
            Version("own", common[0], None, days[0], 1),
            Version("own", own, 7, days[1], 2),
            Version("own", None, 7, days[2], 3),
            Version("own", common[1], None, days[3], 4),
        ],
        shipped={},
    )
    held = [book.held("own", 7, day) for day in days]
    assert held == [common[0], own, common[0], common[1]]
    assert [book.own("own", 7, day) for day in days] == [False, True, False, False]
    assert book.held("own", 8, days[1]) == common[0]
    assert (book.newest("own", 7), book.newest("own", 8), book.newest("other", 7)) == (4, 4, 0)
    assert definition_of(own) != AS_COMMON


def test_a_rule_of_one_unit_has_words_everywhere_and_holds_there_only() -> None:
    own = rule_from(LEAST)
    book = RuleBook([Version("own", own, 7, date(2026, 12, 1), 1)], shipped={})
    assert book.rule("own") == own
    assert book.rules_for(8, date(2026, 12, 2)) == ()
    assert book.rules_for(7, date(2026, 12, 2)) == (own,)
    assert list(book.all_rules()) == [own]
