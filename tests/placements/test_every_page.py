"""What all pages around a placement have in common: who may open them, and that the log says who did."""

import pytest
from flask import Flask
from sqlalchemy import select

from activation.database import db
from models import AccessLogEntry
from models.enums import Protection, Role
from tests import builders
from tests.placements.world import EN, SignIn, World


@pytest.fixture
def world(app: Flask, sign_in: SignIn) -> World:
    return World(sign_in)


def pages(world: World) -> list[str]:
    return [
        f"/cases/{world.case.id}/placements/new",
        f"/cases/{world.case.id}/attendance",
        f"/placements/{world.placement.id}",
        f"/placements/{world.placement.id}/week",
        f"/placements/{world.placement.id}/days/2026-11-23",
        f"/cases/{world.case.id}/leave",
        f"/sessions/{world.session().id}",
    ]


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_page_renders_and_leaves_a_line_in_the_access_log(world: World, language: str) -> None:
    world.sara.language = language
    builders.settle()
    for address in [
        *pages(world),
        "/workplaces",
        f"/workplaces/{world.workplace.id}",
        f"/workplaces/{world.workplace.id}/crews",
    ]:
        answer = world.client.get(address)
        assert answer.status_code == 200, address
        assert answer.text.count("<h1>") == 1
    logged = db.session.scalars(select(AccessLogEntry.case_id)).all()
    assert logged == [world.case.id] * len(pages(world))


def test_an_invisible_case_is_not_found_and_an_aid_officer_may_not(world: World) -> None:
    people = [
        builders.staff(builders.unit(), **EN),
        builders.staff(world.unit, **EN),
        builders.staff(world.unit, Role.AID_OFFICER, **EN),
    ]
    builders.settle()
    elsewhere, colleague, aid_officer = map(world.sign_in, people)
    for address in pages(world):
        assert elsewhere.get(address).status_code == 404, address
        assert colleague.get(address).status_code == 200, address
        assert aid_officer.get(address).status_code == 403, address
    world.case.protection = Protection.CONFIDENTIAL
    builders.settle()
    for address in pages(world):
        assert colleague.get(address).status_code == 404, address
        assert world.client.get(address).status_code == 200, address


@pytest.mark.parametrize(
    "address", ["/placements/%s", "/sessions/%s", "/workplaces/%s", "/cases/%s/attendance"]
)
def test_what_is_not_there_is_not_found(world: World, address: str) -> None:
    assert world.client.get(address % 999_999).status_code == 404
