"""Lists of meetings: whose, which day, which wait, and how many queries it takes."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from flask import Flask

from activation.database import db
from activation.followups.book import forget_rulebook
from activation.followups.defaults import DEFAULT_RULES
from activation.followups.rule_file import definition_of
from activation.meetings import queries
from activation.records.actor import Actor
from models import RuleVersion
from models.enums import Anchor, DoneWhen, MeetingOutcome, Protection, Role
from tests import builders
from tests.builders import NOW, settle
from tests.statements import statements

O = MeetingOutcome  # noqa: E741 - short in the rows below
TODAY = NOW.date()


def test_a_cases_meetings_come_latest_first_and_bounded(app: Flask) -> None:
    unit = builders.unit()
    case = builders.case(unit)
    days = [NOW + timedelta(days=n) for n in (-20, -6, 8)]
    for at, outcome in zip(days, (O.HELD, O.BOOKED, O.BOOKED), strict=True):
        builders.meeting(case, at, outcome)
    builders.meeting(builders.case(unit), NOW)
    found = queries.meetings_of(case.id, limit=2)
    assert [m.at for m in found] == [days[2], days[1]]
    assert [m.awaits_outcome(NOW) for m in found] == [False, True]
    assert found[0].staff_name is None


def test_a_day_is_a_local_day_and_leaves_out_what_was_moved_or_cancelled(app: Flask) -> None:
    unit = builders.unit()
    lead = Actor.of(builders.staff(unit, Role.UNIT_LEAD))
    case = builders.case(unit)
    late_evening = datetime(2026, 11, 19, 22, 30, tzinfo=UTC)  # 23:30 local, the day before
    after_midnight = datetime(2026, 11, 19, 23, 30, tzinfo=UTC)  # 00:30 local
    for at in (late_evening, after_midnight):
        builders.meeting(case, at, O.BOOKED)
    for hour, outcome in ((9, O.MOVED), (10, O.CANCELLED), (11, O.EXCUSED)):
        builders.meeting(case, datetime(2026, 11, 20, hour, tzinfo=UTC), outcome)
    found = queries.meetings_on(actor=lead, day=date(2026, 11, 20), staff_id=None)
    assert [m.at.hour for m in found] == [23, 11]


def test_the_long_day_in_october_has_25_hours(app: Flask) -> None:
    unit = builders.unit()
    lead = Actor.of(builders.staff(unit, Role.UNIT_LEAD))
    builders.meeting(builders.case(unit), datetime(2026, 10, 25, 22, 30, tzinfo=UTC), O.BOOKED)
    assert len(queries.meetings_on(actor=lead, day=date(2026, 10, 25), staff_id=None)) == 1
    assert queries.meetings_on(actor=lead, day=date(2026, 10, 26), staff_id=None) == []


def test_a_taken_over_case_brings_its_meetings_along(app: Flask) -> None:
    unit = builders.unit()
    old, new, other = (builders.staff(unit) for _ in range(3))
    case = builders.case(unit, new)
    builders.meeting(case, NOW, O.BOOKED, staff_id=old.id)
    builders.settle()
    seen = {
        who.id: len(queries.meetings_on(actor=Actor.of(who), day=TODAY, staff_id=who.id))
        for who in (old, new, other)
    }
    assert seen == {old.id: 1, new.id: 1, other.id: 0}


def test_what_waits_for_its_outcome_is_what_has_begun_and_only_what_may_be_seen(app: Flask) -> None:
    unit, elsewhere = builders.unit(), builders.unit()
    secretary, lead = builders.staff(unit), builders.staff(unit, Role.UNIT_LEAD)
    case = builders.case(unit, secretary)
    protected = builders.case(unit, secretary, protection=Protection.CONFIDENTIAL)
    foreign = builders.case(elsewhere)
    for of in (case, protected, foreign):
        builders.meeting(of, NOW - timedelta(days=1), O.BOOKED)
    builders.meeting(case, NOW - timedelta(days=2), O.HELD)
    builders.meeting(case, NOW + timedelta(minutes=1), O.BOOKED)
    builders.settle()

    def waiting(actor: Actor, staff_id: int | None) -> tuple[set[int], int]:
        rows = queries.without_outcome(actor=actor, now=NOW, staff_id=staff_id)
        count = queries.count_without_outcome(actor=actor, now=NOW, staff_id=staff_id)
        return {m.case_id for m in rows}, count

    assert waiting(Actor.of(secretary), secretary.id) == ({case.id, protected.id}, 2)
    # The unit's count stays whole; the protected row does not show.
    assert waiting(Actor.of(lead), None) == ({case.id}, 2)


def test_the_number_of_queries_does_not_grow(app: Flask) -> None:
    unit = builders.unit()
    secretary = builders.staff(unit)
    actor, staff_id = Actor.of(secretary), secretary.id
    reads: list[Callable[[int], object]] = [
        lambda _: queries.meetings_on(actor=actor, day=TODAY, staff_id=staff_id),
        lambda _: queries.without_outcome(actor=actor, now=NOW, staff_id=staff_id),
        lambda case_id: queries.meetings_of(case_id, limit=20),
    ]
    took = []
    for _ in range(2):
        case = builders.case(unit, secretary)
        for n in range(4):
            builders.meeting(case, NOW - timedelta(minutes=7 * n), O.BOOKED)
        case_id = case.id
        builders.settle()
        with statements() as seen:
            for read in reads:
                read(case_id)
        took.append(len([s for s in seen if s.lstrip().upper().startswith("SELECT")]))
    assert took == [3, 3]


def test_a_busy_time_is_one_within_half_an_hour_of_another_case(app: Flask) -> None:
    unit = builders.unit()
    secretary = builders.staff(unit)
    mine, other = builders.case(unit, secretary), builders.case(unit, secretary)
    builders.meeting(other, NOW, O.BOOKED, staff_id=secretary.id)
    builders.meeting(other, NOW + timedelta(minutes=40), O.CANCELLED, staff_id=secretary.id)

    def busy(minutes: int, case_id: int = mine.id) -> int:
        at = NOW + timedelta(minutes=minutes)
        return len(queries.times_too_close(staff_id=secretary.id, at=at, case_id=case_id))

    assert [busy(m) for m in (-30, -29, 0, 29, 30, 40)] == [0, 1, 1, 1, 0, 0]
    assert busy(0, other.id) == 0


def test_the_next_follow_up_is_that_of_the_rules_of_today(app: Flask) -> None:
    unit = builders.unit()
    case = builders.case(unit, builders.staff(unit), first_contact_on=date(2026, 11, 2))
    builders.meeting(case, NOW - timedelta(days=3))
    settle()
    before = queries.next_follow_up(case, TODAY)
    rule = replace(
        DEFAULT_RULES["follow_up"], anchor=Anchor.FIRST_CONTACT, interval=None, done_when=DoneWhen.BY_HAND
    )
    db.session.add(
        RuleVersion(
            key=rule.key,
            valid_from=TODAY + timedelta(days=9),
            definition=definition_of(rule),
            made_at=NOW,
            made_by="Admin",
        )
    )
    db.session.flush()
    forget_rulebook()
    assert queries.next_follow_up(case, TODAY) == before == date(2026, 12, 1)
    assert "follow_up" in dict(queries.due_tasks(case, TODAY))
