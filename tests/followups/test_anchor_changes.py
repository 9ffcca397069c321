"""A rule gets another anchor while it has open tasks, whose keys are of the kind that it had before."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from activation.clocks.calendar import local_date
from activation.database import db
from activation.followups.book import forget_rulebook
from activation.followups.rule import Rule
from activation.followups.rule_file import definition_of
from activation.followups.sense import MAY_BE_DONE, check
from activation.records.history import touch
from models import RuleVersion, Task
from models.enums import Anchor, DoneWhen, MeetingKind, TaskState
from tests import builders
from tests.builders import NOW, settle

TODAY = local_date(NOW)
DAY = timedelta(days=1)
OF_CASES = [anchor for anchor in Anchor if anchor not in (Anchor.SESSION_DAY, Anchor.EMPLOYER_CONTACT)]


def the_rule(anchor: Anchor) -> Rule:
    done_when = min(MAY_BE_DONE[anchor])
    kind = MeetingKind.FOLLOW_UP if done_when is DoneWhen.MEETING_HELD else None
    offset = 14 if anchor is Anchor.LAST_HELD_CONTACT else 0
    rule = Rule(
        key="own",
        what={"sv": "x"},
        anchor=anchor,
        offset=offset,
        done_when=done_when,
        meeting_kind=kind,
        reminders=(),
    )
    check(rule)
    return rule


def holds_from(rule: Rule, day: date) -> None:
    row = RuleVersion(
        key=rule.key, valid_from=day, definition=definition_of(rule), made_at=NOW, made_by="Admin"
    )
    db.session.add(row)
    db.session.flush()
    forget_rulebook()


@pytest.mark.spread
@pytest.mark.parametrize("day", [TODAY, TODAY + 30 * DAY], ids=["today", "ahead"])
@pytest.mark.parametrize("second", [Anchor.UNMARKED_SESSION, Anchor.PLAN_END, Anchor.AID_CUT_OFF])
@pytest.mark.parametrize("first", OF_CASES)
def test_tasks_follow_a_rule_to_its_new_anchor(app: Flask, first: Anchor, second: Anchor, day: date) -> None:
    holds_from(the_rule(first), TODAY - DAY)
    unit = builders.unit()
    case = builders.case(unit, builders.staff(unit), first_contact_on=TODAY - 60 * DAY)
    builders.meeting(case, NOW - 20 * DAY)
    builders.plan(case, TODAY - 30 * DAY, review_by=TODAY + 9 * DAY, ends_on=TODAY + 5 * DAY)
    builders.placement(case, starts_on=TODAY - 15 * DAY, ends_on=TODAY + 20 * DAY)
    settle()
    open_ones = select(Task.key).where(Task.rule == "own", Task.state == TaskState.OPEN).order_by(Task.key)
    before = db.session.scalars(open_ones).all()
    holds_from(replace(the_rule(second), flow=case.flow), day)
    touch(case.id)
    settle()
    after = db.session.scalars(open_ones).all()
    if day > TODAY:
        assert after == before
    elif second is Anchor.UNMARKED_SESSION:
        assert all(date.fromisoformat(key) for key in after)
        assert after
    else:
        assert len(after) == 1
