"""Whom somebody may not see leaves no trace where they work with the workplace, whatever they do to it there."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from activation.database import db
from models import CaseEvent, EmployerEvent, Placement, Staff
from models.enums import Protection
from tests import builders
from tests.web import everything
from tests.web.everything import CONTENTS, IDENTIFYING, Everything
from tests.web.test_security_traces import everything_in

SignIn = Callable[[Staff], FlaskClient]


def hidden_versions(page: str) -> dict[str, str]:
    """The versions that the form on a page carries."""
    tags = re.findall(r'<input[^>]*type="hidden"[^>]*>', page)
    found = {}
    for tag in tags:
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and value and "version" in name[1]:
            found[name[1]] = value[1]
    return found


def untold(answer: TestResponse) -> TestResponse:
    told = everything_in(answer).casefold()
    assert not [m for m in (*IDENTIFYING, *CONTENTS) if m.casefold() in told], answer.request.path
    assert answer.status_code < 500
    return answer


def pages_of(of: Everything) -> list[str]:
    """What is asked for with something after the `?`, and what tells of a workplace."""
    case, placement = of.case, of.ids["placement_id"][0]
    return [
        f"/employers/places?case={of.open_relative}&moving={placement}",
        f"/workplaces/{of.workplace}/place?scope=unit",
        f"/cases/{of.open_relative}/placements/new?workplace={of.workplace}&need={of.need}&case={case}",
        f"/cases/{of.open_relative}/top-ups/new?need={of.need}&competence={of.competence}",
        f"/needs/{of.need}/match?scope=unit&support=1&has=competence-{of.competence}",
        f"/needs/{of.need}/match?scope=unit&support=1&order=name&page=2",
        "/employer-reports?whose=unit",
        *(f"/{group}/sheet{end}?day=2026-11-19" for group in groups(of) for end in ("", ".csv")),
        *(f"/{group}/sign-in-list?day=2026-11-19" for group in groups(of)),
        f"/employers/{of.employer}",
        f"/employers/{of.employer}/history",
        f"/workplaces/{of.workplace}",
        f"/workplaces/{of.elsewhere}",
    ]


def groups(of: Everything) -> tuple[str, str]:
    return f"workplaces/{of.workplace}", f"crews/{of.crew}"


@pytest.mark.parametrize("who", ["lead", "other_lead"])
def test_what_is_done_to_a_workplace_tells_nothing_of_a_protected_person_there(
    app: Flask, sign_in: SignIn, who: str
) -> None:
    of = everything.make(Protection.CONFIDENTIAL)
    client, name = sign_in(of.staff(who)), of.staff(who).name
    db.session.get_one(Placement, of.ids["placement_id"][0]).supervisor_id = of.supervisor
    db.session.commit()
    assert untold(client.get(f"/employers/places?case={of.case}")).status_code == 404
    leaving, merging = (
        f"/supervisors/{of.supervisor}/left",
        f"/workplaces/{of.workplace}/merge/{of.elsewhere}",
    )
    for address, data in (
        (f"/crews/{of.crew}/end", {}),
        (leaving, {"left_on": "2026-11-20"}),
        (merging, {}),
    ):
        for page in pages_of(of):
            untold(client.get(page))
        versions = hidden_versions(untold(client.get(address)).text)
        answer = untold(client.post(address, data={**data, **versions}))
        assert answer.status_code == 303, (address, answer.status_code)
        untold(client.get(answer.location))
    for page in pages_of(of):
        untold(client.get(page, follow_redirects=True))
    moved = db.session.get_one(Placement, of.ids["placement_id"][0])
    assert (moved.workplace_id, moved.crew_id, moved.supervisor_id) == (of.elsewhere, None, None)
    # The case's own history says who did what to the workplace; the employer's says nothing of the case.
    verbs = select(CaseEvent.verb).where(CaseEvent.case_id == of.case, CaseEvent.actor_name == name)
    assert {"crew_ended", "supervisor_taken_off"} <= set(db.session.scalars(verbs))
    events = repr(db.session.scalars(select(EmployerEvent.changes)).all())
    assert not [m for m in (*IDENTIFYING, *CONTENTS) if m in events]
    builders.settle()
