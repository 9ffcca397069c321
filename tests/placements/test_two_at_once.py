"""Two people on one proposal or placement at the same moment, in threads with connections of their own."""

import threading
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from activation.database import db
from models import Placement, Proposal
from models.enums import ProposalState
from tests import builders
from tests.placements.world import EN, SignIn, World


@pytest.fixture
def world(app: Flask, sign_in: SignIn) -> World:
    return World(sign_in)


def at_once(*presses: tuple[FlaskClient, str, dict[str, Any]]) -> list[int]:
    """What each answered, sorted."""
    db.session.remove()
    barrier, codes = threading.Barrier(len(presses)), []

    def press(client: FlaskClient, address: str, data: dict[str, Any]) -> None:
        barrier.wait(timeout=30)
        codes.append(client.post(address, data=data).status_code)

    threads = [threading.Thread(target=press, args=one) for one in presses]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(codes)


def two_clients(world: World) -> tuple[FlaskClient, FlaskClient]:
    colleague = builders.staff(world.unit, **EN)
    builders.settle()
    return world.client, world.sign_in(colleague)


def placements() -> int:
    return db.session.scalar(select(func.count()).select_from(Placement)) or 0


@pytest.mark.parametrize("sides", [("participant", "participant"), ("participant", "employer")])
@pytest.mark.parametrize("already", [None, "employer"])
def test_two_answers_at_once_make_one_placement_at_most(
    world: World, sides: tuple[str, str], already: str | None
) -> None:
    clients = two_clients(world)
    proposal = builders.proposal(world.case, builders.workplace("Växthuset"))
    if already:
        proposal.employer_yes_on = date(2026, 11, 19)
    builders.settle()
    address, seen, before = f"/proposals/{proposal.id}/yes", proposal.version, placements()
    form = {"on": "2026-11-20", "version": str(seen)}
    codes = at_once(*((c, f"{address}/{side}", form) for c, side in zip(clients, sides, strict=True)))
    assert codes in ([303, 303], [303, 422], [303, 409])
    after = db.session.scalars(select(Proposal)).one()
    made = placements() - before
    assert made == (after.state is ProposalState.AGREED)
    assert made <= 1


def test_a_double_press_places_and_proposes_once(world: World) -> None:
    clients = two_clients(world)
    workplace = builders.workplace("Växthuset").id
    builders.settle()
    form = {"kind": "internship", "starts_on": "2026-12-01", "weekdays": ["0"]}
    for page in ("placements", "proposals"):
        address = f"/cases/{world.case.id}/{page}/new?workplace={workplace}"
        assert at_once(*((client, address, form) for client in clients)) == [303, 422]
        db.session.rollback()
    assert placements() == 2
    assert db.session.scalar(select(func.count()).select_from(Proposal)) == 1


def test_of_two_who_end_and_move_at_once_one_is_told(world: World) -> None:
    clients = two_clients(world)
    elsewhere = builders.workplace("Växthuset").id
    builders.settle()
    at, seen = f"/placements/{world.placement.id}", str(world.placement.version)
    end = {"last_day": "2026-11-19", "by": "employer", "end_reason": "no_need", "version": seen}
    move = {"starts_on": "2026-11-30", "version": seen}
    codes = at_once((clients[0], f"{at}/end", end), (clients[1], f"{at}/move?workplace={elsewhere}", move))
    assert codes == [303, 422]
    row = db.session.scalars(select(Placement).order_by(Placement.id)).first()
    assert row is not None
    assert (row.ended_by is None) == (placements() == 2)
