"""A rule that makes no sense is refused, with the field that should change; every one that is delivered makes sense."""

from dataclasses import replace
from typing import Any

import pytest

from activation.followups.anchors import SOURCES
from activation.followups.defaults import DEFAULT_RULES
from activation.followups.rule import Reminder, Rule
from activation.followups.sense import MAY_BE_DONE, check, reasons
from models.enums import (
    Anchor,
    Channel,
    DayKind,
    DoneWhen,
    FollowUpWay,
    MeetingKind,
    Owner,
    Phase,
    Recipient,
)
from models.errors import FieldError

FOLLOW_UP = DEFAULT_RULES["follow_up"]
CLOCK = DEFAULT_RULES["first_meeting"]
REVIEW = DEFAULT_RULES["plan_review"]
ASKED = DEFAULT_RULES["confirm_attendance"]
AID = DEFAULT_RULES["aid_paid_without_plan"]
OWN = Rule(key="own", what={"sv": "Ring"}, anchor=Anchor.FIRST_CONTACT, done_when=DoneWhen.CONTACT_HELD)
BY_MEETING = replace(OWN, done_when=DoneWhen.MEETING_HELD, meeting_kind=MeetingKind.FIRST)
TO_PARTICIPANT = (Reminder(0, Recipient.PARTICIPANT, ()),)


@pytest.mark.parametrize("rule", [*DEFAULT_RULES.values(), OWN], ids=lambda rule: rule.key)
def test_a_delivered_rule_makes_sense(rule: Rule) -> None:
    assert list(reasons(rule)) == []
    check(rule)


SENSELESS: list[tuple[str, Rule, dict[str, Any]]] = [
    ("what", FOLLOW_UP, {"what": {}}),
    ("done_when", CLOCK, {"done_when": DoneWhen.CONTACT_HELD}),
    ("done_when", FOLLOW_UP, {"done_when": DoneWhen.SESSIONS_MARKED}),
    ("meeting_kind", OWN, {"done_when": DoneWhen.MEETING_HELD}),
    ("meeting_kind", FOLLOW_UP, {"meeting_kind": MeetingKind.FIRST}),
    ("way", DEFAULT_RULES["three_party"], {"meeting_kind": MeetingKind.FOLLOW_UP}),
    ("way", BY_MEETING, {"way": FollowUpWay.HOME_VISIT}),
    ("offset", OWN, {"offset": 400}),
    ("offset", FOLLOW_UP, {"offset": 0, "interval": None}),
    ("offset", DEFAULT_RULES["mark_attendance"], {"offset": -1}),
    ("interval", OWN, {"interval": 0}),
    ("interval", CLOCK, {"interval": 7}),
    ("interval", FOLLOW_UP, {"interval": 7}),
    ("times", OWN, {"interval": 7, "times": 100}),
    ("times", OWN, {"times": 2}),
    ("times", FOLLOW_UP, {"times": 2}),
    ("phases", DEFAULT_RULES["return_check"], {"phases": frozenset({Phase.ACTIVE})}),
    ("phases", FOLLOW_UP, {"phases": frozenset({Phase.CLOSED})}),
    ("owner", FOLLOW_UP, {"owner": Owner.SUPERVISOR, "reminders": ()}),
    ("owner", ASKED, {"owner": Owner.SECRETARY, "reminders": ()}),
    ("escalate_after", OWN, {"escalate_after": 400}),
    ("escalate_to", OWN, {"escalate_to": Owner.SECRETARY}),
    ("escalate_to", OWN, {"owner": Owner.UNIT_LEAD, "escalate_after": 3}),
    ("escalate_after", ASKED, {"escalate_after": 3}),
    ("postpone_limit", OWN, {"postpone_limit": -1}),
    ("reminders", OWN, {"reminders": tuple(Reminder(n) for n in range(5))}),
    ("reminders", OWN, {"reminders": (Reminder(61),)}),
    ("reminders", OWN, {"reminders": (Reminder(1), Reminder(1))}),
    ("reminders", OWN, {"owner": Owner.UNIT_LEAD, "reminders": (Reminder(1, Recipient.UNIT_LEAD),)}),
    ("reminders", OWN, {"reminders": (Reminder(0, Recipient.SUPERVISOR, (Channel.EMAIL,)),)}),
    ("reminders", ASKED, {"reminders": (Reminder(0),)}),
    ("reminders", OWN, {"reminders": (Reminder(0, Recipient.PARTICIPANT, (Channel.SMS,)),)}),
    ("reminders", OWN, {"reminders": (Reminder(0, Recipient.OWNER, ()),)}),
    ("reminders", AID, {"reminders": TO_PARTICIPANT}),
    ("reminders", DEFAULT_RULES["aid_plan_missing"], {"reminders": TO_PARTICIPANT}),
    ("reminders", OWN, {"reminders": (Reminder(0, Recipient.OWNER, (Channel.SMS,)),)}),
    ("reminders", ASKED, {"reminders": (Reminder(0, Recipient.SUPERVISOR, (Channel.IN_APP,)),)}),
    ("offset", ASKED, {"offset": 6}),
    ("offset", ASKED, {"day_kind": DayKind.CALENDAR}),
]  # fmt: skip


@pytest.mark.parametrize(("of_field", "rule", "change"), SENSELESS)
def test_what_makes_no_sense_is_refused_beside_its_field(
    of_field: str, rule: Rule, change: dict[str, Any]
) -> None:
    wrong = replace(rule, **change)
    assert of_field in {name for name, _reason in reasons(wrong)}
    with pytest.raises(FieldError):
        check(wrong)


def test_every_reason_is_tried_here() -> None:
    said = {text for _f, rule, change in SENSELESS for _n, text in reasons(replace(rule, **change))}
    assert len(said) >= 33


def test_every_anchor_can_be_done_in_some_way_and_found_in_the_facts() -> None:
    assert set(MAY_BE_DONE) == set(SOURCES) == set(Anchor)
    assert all(MAY_BE_DONE.values())
