"""People beside a need: facts only, in the order of waiting or of names whatever they can."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activation.caseload.queries import Scope
from activation.database import db
from activation.matching import match as module
from activation.matching.match import MatchQuery, Order, match_need
from activation.matching.need_queries import need_row
from activation.matching.rules import Answer, Asked, Part
from activation.records.actor import Actor
from models import Case, NamedStaff, Need, Staff
from models.enums import Flow, LanguageLevel, Licence, Protection, Role
from tests import builders
from tests.matching import world
from tests.matching.world import NOW, TODAY

SignIn = Callable[[Staff], FlaskClient]
HAS, MISSING, NOT_ASKED = Answer.HAS, Answer.MISSING, Answer.NOT_ASKED
MINE, UNIT = MatchQuery(Scope.MINE), MatchQuery(Scope.UNIT)


@pytest.fixture
def sara(app: Flask) -> Staff:
    return builders.staff(builders.unit(), name="Sara", language="en")


def waiting(of: Staff, days: int, last_name: str = "Alm", **values: Any) -> Case:
    since = TODAY - timedelta(days=days)
    return builders.case(of.unit, of, first_contact_on=since, last_name=last_name, **values)


def everything_asked() -> Need:
    return world.need(
        required=("Kock",),
        wished=("HLR",),
        language_level=LanguageLevel.INTERMEDIATE,
        licence=Licence.B,
        hours_per_week=Decimal(20),
        starts_on=date(2026, 12, 1),
    )


def asked(need: Need) -> tuple[Asked, ...]:
    row = need_row(need.id)
    assert row
    return row.requirements


def matched(by: Staff, need: Need, wanted: MatchQuery = MINE) -> module.Matched:
    return match_need(Actor.of(by), asked(need), wanted, today=TODAY)


def order(by: Staff, need: Need, wanted: MatchQuery = MINE) -> list[int]:
    return [row.case_id for row in matched(by, need, wanted).rows]


def test_each_requirement_stands_beside_what_is_known(sara: Staff) -> None:
    need = everything_asked()
    able, unlike, unknown = waiting(sara, 9), waiting(sara, 5), waiting(sara, 3)
    world.can(able, "Kock", "HLR")
    world.profile(
        able,
        language_level=LanguageLevel.GOOD,
        licences=["c"],
        hours_per_week=Decimal(30),
        can_start_on=TODAY,
    )
    world.can(unlike, "Målning")
    world.profile(
        unlike,
        language_level=LanguageLevel.NONE,
        licences=[],
        hours_per_week=Decimal(10),
        can_start_on=date(2027, 1, 1),
    )
    answers = {row.case_id: [cell.answer for cell in row.cells] for row in matched(sara, need).rows}
    assert answers == {able.id: [HAS] * 6, unlike.id: [MISSING] * 6, unknown.id: [NOT_ASKED] * 6}
    first = matched(sara, need).rows[0]
    assert (first.waiting_days, first.in_activity) == (9, False)
    assert first.cells[3].said == (Licence.C,)


def test_an_activity_of_today_is_a_fact_beside_the_others(sara: Staff) -> None:
    need = world.need()
    now, before, ahead = (waiting(sara, days) for days in (9, 8, 7))
    builders.placement(now)
    builders.placement(before, ends_on=TODAY - timedelta(days=1))
    builders.placement(ahead, starts_on=TODAY + timedelta(days=1))
    assert [row.in_activity for row in matched(sara, need).rows] == [True, False, False]


def test_people_come_by_how_long_they_have_waited_or_by_name(sara: Staff) -> None:
    need = world.need()
    b, a, c = waiting(sara, 3, "Bo"), waiting(sara, 9, "Ca"), waiting(sara, 3, "Al")
    assert order(sara, need) == [a.id, c.id, b.id]
    assert order(sara, need, MatchQuery(Scope.MINE, Order.NAME)) == [c.id, b.id, a.id]


def test_there_is_no_other_order() -> None:
    assert {order.value for order in Order} == {"waiting", "name"}


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 4),
            st.sets(st.sampled_from(["Kock", "HLR", "Truck"])),
            st.sampled_from([None, *LanguageLevel]),
            st.sampled_from([None, [], ["b"], ["ce"]]),
        ),
        min_size=2,
        max_size=6,
    )
)
def test_what_people_can_never_moves_them(
    app: Flask, people: list[tuple[int, set[str], LanguageLevel | None, list[str] | None]]
) -> None:
    sara = builders.staff(builders.unit())
    need = everything_asked()
    cases = [waiting(sara, days) for days, *_rest in people]
    before = {by: order(sara, need, MatchQuery(Scope.MINE, by)) for by in Order}
    for case, (_days, terms, level, licences) in zip(cases, people, strict=True):
        if terms:
            world.can(case, *sorted(terms))
        world.profile(case, language_level=level, licences=licences, wishes="x")
    after = {by: order(sara, need, MatchQuery(Scope.MINE, by)) for by in Order}
    assert after == before
    waits = [row.waiting_days for row in matched(sara, need).rows]
    assert waits == sorted(waits, reverse=True)


def test_no_row_knows_how_many_requirements_somebody_meets(sara: Staff, sign_in: SignIn) -> None:
    """Nothing that is shown or carried counts, weighs or adds up."""
    assert set(module.MatchRow.__dataclass_fields__) == {
        "case_id", "name", "case_number", "flow", "protection", "waiting_days", "in_activity", "cells",
    }  # fmt: skip
    need = everything_asked()
    for n, terms in enumerate((("Kock", "HLR"), ("Kock",), ())):
        case = waiting(sara, 10 + n, case_number=f"NR-{'abc'[n]}")
        if terms:
            world.can(case, *terms)
    builders.settle()
    page = sign_in(sara).get(f"/needs/{need.id}/match").text
    table = page[page.index("<tbody") : page.index("</tbody>")]
    for row in re.findall(r"<tr>.*?</tr>", table, re.S):
        text = re.sub(r"<[^>]+>", " ", row)
        numbers = re.findall(r"[0-9]+", re.sub(r"T-[0-9]+|Alm[0-9]+", "", text))
        assert len(numbers) == 1, text  # the days of waiting, and no other figure
    for word in ("%", "score", "of 6", "/6", "points", "best", "rank"):
        assert word not in re.sub(r"<[^>]+>", " ", page[page.index("<main") :]).lower(), word


HAVE: dict[str, tuple[str, ...]] = {
    "c": ("able", "cook"),
    "language": ("able", "fluent"),
    "licence": ("able", "lorry"),
    "hours": ("able",),
    "start": ("able",),
}


@pytest.mark.parametrize("key", HAVE)
def test_one_requirement_can_be_filtered_by_and_the_page_agrees_with_it(sara: Staff, key: str) -> None:
    need = everything_asked()
    people = {
        name: waiting(sara, 9 - n) for n, name in enumerate(["able", "cook", "fluent", "lorry", "none"])
    }
    world.can(people["able"], "Kock")
    world.can(people["cook"], "Kock", "Målning")
    world.can(people["none"], "Målning")
    world.profile(
        people["able"],
        language_level=LanguageLevel.INTERMEDIATE,
        licences=["b"],
        hours_per_week=Decimal(20),
        can_start_on=date(2026, 12, 1),
    )
    world.profile(people["fluent"], language_level=LanguageLevel.FLUENT, licences=["am"])
    world.profile(people["lorry"], language_level=LanguageLevel.BASIC, licences=["ce"])
    world.profile(people["none"], licences=[], hours_per_week=Decimal(19), can_start_on=date(2026, 12, 2))
    number, one = next((n, a) for n, a in enumerate(asked(need)) if a.key.startswith(key))
    found = matched(sara, need, MatchQuery(Scope.MINE, has=one))
    assert [row.case_id for row in found.rows] == [people[name].id for name in HAVE[key]]
    assert found.total == len(HAVE[key])
    everybody = matched(sara, need).rows
    assert [row.case_id for row in everybody if row.cells[number].answer is HAS] == [
        row.case_id for row in found.rows
    ]


def test_closed_cases_are_left_out_and_the_support_flow_unless_asked_for(sara: Staff) -> None:
    need = world.need()
    waiting(sara, 9, closed_on=TODAY)
    closes = waiting(sara, 8, closed_on=TODAY + timedelta(days=1))
    support = waiting(sara, 7, flow=Flow.SUPPORT)
    here = waiting(sara, 6)
    assert order(sara, need) == [closes.id, here.id]
    assert order(sara, need, MatchQuery(Scope.MINE, with_support=True)) == [closes.id, support.id, here.id]


def test_the_scope_is_ones_own_or_the_units_and_never_another_ones(sara: Staff) -> None:
    need = world.need()
    own = waiting(sara, 9)
    colleagues = waiting(builders.staff(sara.unit), 8)
    waiting(builders.staff(builders.unit()), 7)
    assert order(sara, need) == [own.id]
    assert order(sara, need, UNIT) == [own.id, colleagues.id]
    administrator = builders.staff(sara.unit, Role.ADMINISTRATOR)
    assert order(administrator, need, UNIT) == []


def test_protected_people_are_shown_to_those_who_may_see_them_and_counted_for_the_others(sara: Staff) -> None:
    need = world.need(required=("Kock",))
    hidden = waiting(builders.staff(sara.unit), 9, protection=Protection.CONFIDENTIAL)
    world.can(hidden, "Kock")
    waiting(sara, 8)
    found = matched(sara, need, UNIT)
    assert hidden.id not in [row.case_id for row in found.rows]
    assert (found.total, found.hidden) == (1, 1)
    # What the protected can is not given away by a filter either.
    for term in ("Kock", "HLR"):
        other = asked(world.need(builders.workplace(term), required=(term,)))[0]
        assert matched(sara, need, MatchQuery(Scope.UNIT, has=other)).hidden == 1
    db.session.add(NamedStaff(case_id=hidden.id, staff_id=sara.id, named_at=NOW))
    db.session.flush()
    assert order(sara, need, UNIT)[0] == hidden.id
    assert matched(sara, need, UNIT).hidden == 0


def test_a_planned_top_up_stands_beside_the_gap_until_it_is_done(sara: Staff) -> None:
    need = world.need(required=("Truckkort B",))
    case = waiting(sara, 9)
    world.can(case, "Målning")
    assert matched(sara, need).rows[0].cells[0].may_be_topped_up
    world.top_up(case, "Truckkort B", need, ends_on=date(2026, 12, 10))
    cell = matched(sara, need).rows[0].cells[0]
    assert (cell.answer, cell.is_planned, cell.top_up_until) == (MISSING, True, date(2026, 12, 10))
    assert not cell.may_be_topped_up


def test_pages_hold_a_hundred_and_go_on_where_the_last_ended(
    sara: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert module.PAGE_SIZE == 100
    monkeypatch.setattr(module, "PAGE_SIZE", 2)
    need = world.need()
    cases = [waiting(sara, 9 - n).id for n in range(5)]
    pages = [order(sara, need, MatchQuery(Scope.MINE, page=page)) for page in (1, 2, 3, 4)]
    assert pages == [cases[:2], cases[2:4], cases[4:], []]


def test_parts_are_as_many_as_the_fields_that_ask() -> None:
    assert {part.value for part in Part} == {"c", "language", "licence", "hours", "start"}
