"""The preview of a change: whole counts, no names of participants, a constant number of questions to the database."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from activation.followups.book import rulebook
from activation.followups.defaults import DEFAULT_RULES
from activation.followups.preview import Preview, Who, preview
from activation.followups.rule import Rule
from activation.followups.rule_pages import shown, who_text
from activation.records.actor import Actor
from activation.unit_of_work import rollback
from activation.web.language import in_language
from models import Staff, Unit
from models.enums import Owner, Protection, Role
from tests import builders
from tests.builders import NOW, SYSTEM, settle
from tests.statements import statements

TODAY = date(2026, 11, 20)
FOLLOW_UP = DEFAULT_RULES["follow_up"]
WEEKLY = replace(FOLLOW_UP, offset=7, interval=7)


def looked(rule: Rule = WEEKLY, unit_id: int | None = None, actor: Actor = SYSTEM, **values: Any) -> Preview:
    book = rulebook()
    after = book.with_version(rule, unit_id, TODAY)
    return preview(book, after, valid_from=TODAY, actor=actor, today=TODAY, **values)


def met(secretary: Staff, *days_ago: int, **values: Any) -> None:
    for days in days_ago:
        case = builders.case(
            secretary.unit, secretary, **{"first_contact_on": TODAY - timedelta(days=90), **values}
        )
        builders.meeting(case, NOW - timedelta(days=days))
        builders.plan(case, TODAY - timedelta(days=60))
    settle()


@pytest.fixture
def unit(app: Flask) -> Unit:
    return builders.unit("Enhet Syd")


@pytest.fixture
def secretary(unit: Unit) -> Staff:
    return builders.staff(unit, name="Sven Sekreterare")


def test_what_if_we_met_everyone_every_week(secretary: Staff) -> None:
    met(secretary, 5, 6, 40)
    found = looked()
    assert (found.cases, found.touched, found.added, found.gone, found.moved) == (3, 3, 0, 0, 3)
    # 14 days after: 9, 23 | 8, 22 | 0, 14, 28. Every week: 2, 9, 16, 23 | 1, 8, 15, 22, 29 | 0, 7, 14, 21, 28.
    assert found.count(rules=("follow_up",)) == (7, 14)
    weeks = [found.count(week=week, rules=("follow_up",)) for week in found.weeks]
    assert weeks == [(1, 3), (2, 3), (1, 3), (2, 3), (1, 2)]
    assert [week for _year, week in found.weeks] == [47, 48, 49, 50, 51]
    assert found.people[0] == Who(Owner.SECRETARY, secretary.id)
    assert found.names == {secretary.id: "Sven Sekreterare"}


def test_an_overdue_task_counts_in_this_week_and_once(secretary: Staff) -> None:
    met(secretary, 50)
    found = looked(replace(FOLLOW_UP, offset=28, interval=28))
    assert found.count(week=(2026, 47), rules=("follow_up",)) == (1, 1)
    assert found.count(rules=("follow_up",)) == (3, 2)


def test_cases_that_nobody_has_stand_apart(unit: Unit) -> None:
    case = builders.case(unit, first_contact_on=TODAY - timedelta(days=30))
    builders.meeting(case, NOW - timedelta(days=10))
    settle()
    with in_language("en"):
        assert [who_text(who, {}) for who in looked().people] == ["Nobody yet"]


def test_counts_stay_whole_and_a_lead_sees_their_unit_only(secretary: Staff) -> None:
    other = builders.staff(builders.unit())
    met(secretary, 5)
    met(secretary, 6, protection=Protection.CONFIDENTIAL)
    met(other, 7)
    lead = Actor.of(builders.staff(secretary.unit, Role.UNIT_LEAD))
    administrator = Actor.of(builders.staff(secretary.unit, Role.ADMINISTRATOR))
    assert [looked(actor=actor).cases for actor in (lead, administrator, SYSTEM)] == [2, 3, 3]
    assert looked(actor=lead).names == {secretary.id: "Sven Sekreterare"}


def test_a_units_own_rule_is_looked_at_in_that_unit(secretary: Staff) -> None:
    other = builders.staff(builders.unit())
    met(secretary, 5)
    met(other, 5, 6)
    assert looked(unit_id=secretary.unit_id).cases == 1
    assert looked(unit_id=other.unit_id).cases == 2


def test_reminders_alone_move_no_task(secretary: Staff) -> None:
    met(secretary, 5)
    found = looked(replace(FOLLOW_UP, reminders=()))
    assert (found.cases, found.touched, found.count().more) == (1, 0, 0)


def test_nothing_changed_concerns_nobody(secretary: Staff) -> None:
    met(secretary, 5)
    found = looked(FOLLOW_UP)
    assert (found.cases, found.count(), found.people) == (0, (0, 0), [])


def test_of_many_cases_some_are_looked_at_and_the_numbers_are_those_of_all(secretary: Staff) -> None:
    met(secretary, *([5] * 20))
    whole, part = looked(), looked(sample=7)
    assert (whole.is_sample, part.is_sample, part.looked_at) == (False, True, 7)
    assert part.cases == whole.cases == 20
    assert part.count(rules=("follow_up",)) == whole.count(rules=("follow_up",))
    assert part.touched == 20


def test_twice_as_many_cases_ask_the_database_no_more(secretary: Staff) -> None:
    met(secretary, 5, 6)
    looked()
    numbers = []
    for _ in range(2):
        rollback()
        with statements() as few:
            looked()
        numbers.append(len(few))
        met(secretary, *range(5, 15))
    assert numbers[0] == numbers[1] <= 15


def test_the_page_of_a_preview_adds_up(secretary: Staff) -> None:
    other = builders.staff(secretary.unit, name="Eva Ek")
    met(secretary, 5, 6)
    met(other, 7)
    book = rulebook()
    after = book.with_version(WEEKLY, None, TODAY)
    page = shown(looked(), book, after)
    assert [row.name for row in page.people[:2]] == ["Sven Sekreterare", "Eva Ek"]
    assert sum(row.total.then for row in page.people) == page.total.then
    assert sum(pair.then for row in page.people for pair in row.weeks) == page.total.then
    assert sum(all_.now for _t, _r, all_ in page.weeks) == page.total.now
    assert sum(number.then for _name, number in page.rules) == page.total.then
    assert [bar.text for bar in page.chart.bars] == [
        str(number) for _t, _r, all_ in page.weeks for number in all_
    ]
