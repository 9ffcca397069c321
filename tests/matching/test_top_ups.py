"""The skills top-up: tied to gap, need and plan; done it closes the gap; each step in the history."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from activation.database import db
from activation.matching import top_ups
from activation.matching.queries import competences_of, top_ups_of
from models import Case, CaseCompetence, TopUp
from models.enums import TopUpState
from models.errors import Conflict, FieldError
from tests import builders
from tests.matching import world
from tests.matching.test_person import history
from tests.matching.world import NOW, TODAY


@pytest.fixture
def case(app: Flask) -> Case:
    return builders.case(builders.unit())


def end(case: Case, top_up: TopUp, *, seen: int | None = None, **values: Any) -> None:
    stored = top_ups.top_up_of(top_up.id)
    assert stored
    verb = top_ups.interrupt_top_up if "reason" in values else top_ups.finish_top_up
    arguments: dict[str, Any] = {"ended_on": TODAY, **values}
    verb(
        actor=builders.SYSTEM,
        case=case,
        top_up=stored,
        seen_version=stored.version if seen is None else seen,
        now=NOW,
        **arguments,
    )


def test_it_is_tied_to_the_need_and_to_the_plan_in_force(app: Flask, case: Case) -> None:
    builders.plan(case, date(2026, 11, 2))
    in_force = builders.plan(case, date(2026, 11, 18))
    builders.plan(case, date(2026, 12, 1))
    need = world.need(required=("Truckkort B",))
    made = world.top_up(case, "truckkort b", need, place="Komvux", cost=Decimal(4500), ends_on=TODAY)
    assert (made.need_id, made.plan_id, made.state) == (need.id, in_force.id, TopUpState.PLANNED)
    row = top_ups_of(case.id)[0]
    assert (row.competence, row.need, row.plan_agreed_on) == ("Truckkort B", "Kock sökes", date(2026, 11, 18))
    assert history(app, case.id)[-1] == (
        "Planned a skills top-up from 2026-11-20: Truckkort B.",
        ["What: Kurs", "Place: Komvux", "Ends on: 2026-11-20", "Cost: 4500", "Need: Kock sökes"],
    )


def test_without_need_and_plan_it_stands_alone(case: Case) -> None:
    made = world.top_up(case)
    assert (made.need_id, made.plan_id) == (None, None)


def test_done_it_closes_the_gap_in_the_same_step(app: Flask, case: Case) -> None:
    made = world.top_up(case, "HLR", starts_on=TODAY - timedelta(days=2))
    end(case, made, note="godkänd")
    noted = db.session.scalars(select(CaseCompetence).where(CaseCompetence.case_id == case.id)).one()
    assert (noted.top_up_id, noted.competence_id, noted.note) == (made.id, made.competence_id, "godkänd")
    assert competences_of(case.id)[0].by_top_up
    assert history(app, case.id)[-1] == (
        "The skills top-up was done on 2026-11-20: HLR.",
        ["Note: godkänd"],
    )


def test_what_was_noted_meanwhile_is_not_noted_twice(case: Case) -> None:
    made = world.top_up(case, "HLR")
    world.can(case, "HLR")
    end(case, made)
    assert len(competences_of(case.id)) == 1


def test_interrupted_it_has_a_reason_and_the_gap_stays(app: Flask, case: Case) -> None:
    made = world.top_up(case, "HLR", starts_on=TODAY + timedelta(days=9))
    with pytest.raises(FieldError):
        end(case, made, reason="  ")
    end(case, made, reason="Kursen ställdes in")
    assert competences_of(case.id) == []
    assert history(app, case.id)[-1] == (
        "The skills top-up was interrupted on 2026-11-20: HLR.",
        ["Reason: Kursen ställdes in"],
    )


def test_ended_once_it_stays_ended(case: Case) -> None:
    made = world.top_up(case, "HLR")
    end(case, made)
    endings: tuple[dict[str, Any], ...] = ({}, {"reason": "fel"})
    for values in endings:
        with pytest.raises(Conflict):
            end(case, made, **values)
    with pytest.raises(Conflict):
        top_ups.change_top_up(
            actor=builders.SYSTEM,
            case=case,
            top_up=made,
            seen_version=made.version,
            values=world.TOP_UP,
            now=NOW,
        )


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("ended_on", {"ended_on": TODAY + timedelta(days=1)}),
        ("ended_on", {"ended_on": TODAY - timedelta(days=1)}),
        ("ended_on", {"ended_on": TODAY + timedelta(days=1), "reason": "x"}),
    ],
)
def test_it_is_not_done_before_it_begins_nor_ahead(case: Case, field: str, values: dict[str, Any]) -> None:
    made = world.top_up(case)
    with pytest.raises(FieldError) as refused:
        end(case, made, **values)
    assert refused.value.field == field
    assert made.state is TopUpState.PLANNED


def test_one_gap_has_one_planned_top_up_and_what_is_there_is_no_gap(case: Case) -> None:
    first = world.top_up(case, "HLR")
    with pytest.raises(FieldError):
        world.top_up(case, "hlr")
    end(case, first, reason="inställd")
    end(case, world.top_up(case, "HLR"))
    with pytest.raises(FieldError):
        world.top_up(case, "HLR")


@pytest.mark.parametrize("term", ["", "x" * 121])
def test_which_competence_must_be_said_in_so_many_words(case: Case, term: str) -> None:
    with pytest.raises(FieldError) as refused:
        world.top_up(case, term)
    assert refused.value.field == "competence"


def test_dates_and_cost_are_changed_with_a_version(app: Flask, case: Case) -> None:
    made = world.top_up(case, "HLR")
    values = {**world.TOP_UP, "ends_on": TODAY, "cost": Decimal(900)}
    arguments: dict[str, Any] = {"actor": builders.SYSTEM, "case": case, "top_up": made, "now": NOW}
    assert top_ups.change_top_up(seen_version=1, values=values, **arguments)
    assert not top_ups.change_top_up(seen_version=2, values=values, **arguments)
    with pytest.raises(Conflict):
        top_ups.change_top_up(seen_version=1, values=world.TOP_UP, **arguments)
    with pytest.raises(FieldError):
        top_ups.change_top_up(
            seen_version=2, values={**values, "ends_on": TODAY - timedelta(days=1)}, **arguments
        )
    with pytest.raises(Conflict):
        end(case, made, seen=1)
    assert history(app, case.id)[-1] == (
        "Changed a skills top-up: HLR.",
        ["Ends on: 2026-11-20", "Cost: 900"],
    )
