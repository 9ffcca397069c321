"""Kinds of placements and their rules: which are chosen by hand, which stand in files, which count as success."""

from datetime import date

import pytest
from flask import Flask

from activation.exchange.words import PLACEMENT_KINDS
from activation.throughput.measures import BY_KEY
from activation.throughput.measures.report import MEASURES
from activation.throughput.queries import figures
from activation.throughput.rules import Period
from activation.throughput.scope import Units
from models.enums import EMPLOYMENT_KINDS, OTHER_ACTIVITIES, ActivityType, ClosureReason, PlacementKind
from tests import builders
from tests.placements.world import SignIn, World

AUTUMN = Period(date(2026, 9, 1), date(2026, 11, 30))


@pytest.fixture
def world(app: Flask, sign_in: SignIn) -> World:
    return World(sign_in)


def test_every_kind_has_an_activity_type_or_is_employment() -> None:
    types = {kind: kind.activity_type for kind in PlacementKind}
    assert {kind for kind, of in types.items() if of is None} == EMPLOYMENT_KINDS
    assert {kind for kind, of in types.items() if of is ActivityType.WORKPLACE} == {
        PlacementKind.WORK_TRAINING,
        PlacementKind.WORK_TRIAL,
        PlacementKind.INTERNSHIP,
        PlacementKind.LANGUAGE_INTERNSHIP,
        PlacementKind.SERVICE_CREW,
    }
    assert len(OTHER_ACTIVITIES) == 7


def test_files_keep_their_list_of_kinds() -> None:
    assert set(PLACEMENT_KINDS.values()) == set(PlacementKind) - set(OTHER_ACTIVITIES)


@pytest.mark.parametrize("kind", OTHER_ACTIVITIES)
def test_the_other_activities_are_chosen_by_hand(world: World, kind: PlacementKind) -> None:
    address = f"/cases/{world.case.id}/placements/new?workplace={world.workplace.id}"
    form = world.client.get(address).text
    assert f'value="{kind.value}"' in form
    data = {"kind": kind.value, "starts_on": "2026-12-01", "weekdays": ["0"]}
    assert world.client.post(address, data=data).status_code == 303
    page = world.client.get(f"/cases/{world.case.id}/placements").text
    assert f"activity type {OTHER_ACTIVITIES[kind].value}" in page


def test_the_page_of_an_employment_asks_for_no_week_and_only_a_subsidised_one_for_the_decision(
    world: World,
) -> None:
    decided = {"af_decision_on": date(2026, 11, 1)}
    made = {
        PlacementKind.EMPLOYMENT: builders.placement(
            world.case, world.workplace, date(2026, 12, 1), PlacementKind.EMPLOYMENT
        ),
        PlacementKind.WAGE_SUBSIDY: builders.placement(
            world.case, world.workplace, date(2026, 12, 2), PlacementKind.WAGE_SUBSIDY, **decided
        ),
        PlacementKind.WORK_TRAINING: world.placement,
    }
    builders.settle()
    shown = {kind: world.client.get(f"/placements/{row.id}").text for kind, row in made.items()}
    assert [kind for kind, text in shown.items() if 'name="weekdays"' in text] == [
        PlacementKind.WORK_TRAINING
    ]
    assert [kind for kind, text in shown.items() if 'name="af_decision_on"' in text] == [
        PlacementKind.WAGE_SUBSIDY
    ]
    for row in made.values():
        form = {"weekdays": ["0"], "version": row.version, "tasks": "Annat", "af_decision_on": "2026-11-01"}
        assert world.client.post(f"/placements/{row.id}", data=form).status_code == 303
    assert made[PlacementKind.EMPLOYMENT].weekdays == 0b11111


def test_municipal_employment_is_no_success(app: Flask) -> None:
    """Work counts by the reason of closing (Kolada U40455); a placement of any kind counts for nothing."""
    unit = builders.unit()
    for reason in (None, ClosureReason.MUNICIPAL_EMPLOYMENT):
        for kind in PlacementKind:
            of = builders.case(unit, first_contact_on=date(2026, 9, 1))
            builders.placement(of, starts_on=date(2026, 9, 7), kind=kind)
            if reason is not None:
                of.closed_on, of.closure_reason = date(2026, 11, 2), reason
                of.outcome_starts_on = date(2026, 9, 7)
    builders.settle()
    (figure,) = figures([BY_KEY["work_or_study"]], AUTUMN, Units.maybe(unit.id))
    assert figure.numerator == 0
    assert figure.denominator == len(PlacementKind)
    assert MEASURES
