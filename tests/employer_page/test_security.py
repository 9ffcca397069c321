"""The supervisor's page under attack: what a link opens, for how long, and what the answers give away."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from activation.database import db
from activation.employer_page.links import form_token, link_token, make_link, revoke_link
from models import Case, EmployerLink, Placement, Session, Workplace
from models.enums import Protection
from tests import builders
from tests.conftest import Moment

NOW = builders.NOW
TODAY = NOW.date()


def linked(workplace: Workplace) -> EmployerLink:
    link = make_link(
        actor=builders.SYSTEM,
        workplace=workplace,
        sent_to="karin@ab.example",
        supervisor_name="Karin",
        now=NOW,
    )
    builders.settle()
    return link


def placed(at: Workplace, protection: Protection | None = None) -> Case:
    case = builders.case(builders.unit(), first_name="Anna", last_name="Hemligman", protection=protection)
    builders.placement(case, at, starts_on=date(2026, 11, 16))
    builders.settle()
    return case


def sessions_of(case: Case) -> list[int]:
    return list(
        db.session.scalars(select(Session.id).where(Session.case_id == case.id).order_by(Session.on_date))
    )


def stored() -> list[tuple[object, ...]]:
    rows = db.session.execute(select(Session.__table__).order_by(Session.id)).all()
    return [tuple(row) for row in rows]


def press_everything(client: FlaskClient, token: str, form: str, ids: list[int]) -> list[int]:
    statuses = []
    for session_id in ids[:8]:  # more would be more often than a person presses
        for path, data in (
            (f"s={session_id}", {"answer": "here", "hours": "8"}),
            (f"s={session_id}", {"answer": "not_here"}),
            (f"s={session_id}", {"answer": "left_early", "hours": "2"}),
            (f"s={session_id}&ask=1", {"answer": "not_here"}),
            (f"s={session_id}", {"answer": "undo"}),
            ("all=1", {"sessions": str(session_id)}),
        ):
            answer = client.post(f"/e/{token}?f={form}&{path}", data=data)
            assert "Hemligman" not in answer.text
            statuses.append(answer.status_code)
    return statuses


def of_another_workplace(link: EmployerLink) -> list[int]:
    return sessions_of(placed(builders.workplace("Köket")))


def of_a_protected_person(link: EmployerLink) -> list[int]:
    return sessions_of(
        placed(db.session.get_one(Workplace, link.workplace_id), protection=Protection.CONFIDENTIAL)
    )


def not_yet_come(link: EmployerLink) -> list[int]:
    ids = sessions_of(placed(db.session.get_one(Workplace, link.workplace_id)))
    ahead = select(Session.id).where(Session.id.in_(ids), Session.on_date > TODAY)
    found = list(db.session.scalars(ahead))
    if not found:  # sessions ahead may not have been made yet
        case_id, placement_id = db.session.execute(
            select(Session.case_id, Session.placement_id).where(Session.id == ids[0])
        ).one()
        session = Session(
            case_id=case_id, placement_id=placement_id, on_date=TODAY + timedelta(days=3), scheduled=True
        )
        db.session.add(session)
        db.session.commit()
        found = [session.id]
    return found


def out_of_the_schedule(link: EmployerLink) -> list[int]:
    ids = sessions_of(placed(db.session.get_one(Workplace, link.workplace_id)))
    for session_id in ids:
        db.session.get_one(Session, session_id).scheduled = False
    db.session.commit()
    return ids


def long_ago(link: EmployerLink) -> list[int]:
    case = builders.case(builders.unit(), first_name="Anna", last_name="Hemligman")
    place = db.session.get_one(Workplace, link.workplace_id)
    builders.placement(case, place, starts_on=TODAY - timedelta(days=30), ends_on=TODAY - timedelta(days=15))
    builders.settle()
    return sessions_of(case)


@pytest.mark.drifts
@pytest.mark.parametrize(
    "which", [of_another_workplace, of_a_protected_person, not_yet_come, out_of_the_schedule, long_ago]
)
def test_a_link_changes_no_session_that_is_not_its_own(
    client: FlaskClient, workplace: Workplace, which: Callable[[EmployerLink], list[int]]
) -> None:
    link = linked(workplace)
    token, form = link_token(link), form_token(link)
    ids, before = which(link), stored()
    assert ids
    assert set(press_everything(client, token, form, ids)) <= {303, 409}
    assert stored() == before


ODD = (
    "\x00",
    "a\x00b",
    "x" * 100_000,
    "٣",
    "-1",
    "2147483648",
    "9" * 40,
    "NaN",
    "1e400",
    "0001-01-01",
    "9999-12-31",
)


@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
def test_nothing_that_a_phone_sends_breaks_the_page(
    client: FlaskClient, workplace: Workplace, odd: str
) -> None:
    link = linked(workplace)
    case = placed(workplace)
    placement_id = db.session.scalars(select(Placement.id).where(Placement.case_id == case.id)).one()
    session_id = sessions_of(case)[0]
    address = f"/e/{link_token(link)}"
    for query, form in (
        ({"s": session_id}, {"answer": "left_early", "hours": odd}),
        ({"s": session_id}, {"answer": odd}),
        ({"s": odd}, {"answer": "here"}),
        ({"all": 1}, {"sessions": odd}),
        ({"about": placement_id}, {"kind": "message", "said": odd}),
        ({"about": placement_id}, {"kind": "started", "on_date": odd}),
        ({"about": odd}, {"kind": odd, "said": odd}),
        ({"day": odd, "lang": odd, "done": odd, "ask": odd}, {"postcode": odd}),
        ({"f": odd, "s": session_id}, {"answer": "here"}),
    ):
        asked = {"f": form_token(link), **{name: str(value)[:3_000] for name, value in query.items()}}
        for headers in ({}, {"X-Part": "1", "Cookie": f"place{workplace.id}={odd[:20]!r}"}):
            answer = client.post(address, query_string=asked, data=form, headers=headers)
            assert answer.status_code in (200, 303, 409, 422), (query, form)
        assert client.get(address, query_string=asked).status_code == 200


@pytest.mark.parametrize("state", ["expired", "revoked", "tampered"])
def test_a_link_that_no_longer_works_changes_nothing(
    client: FlaskClient, workplace: Workplace, moment: Moment, state: str
) -> None:
    link, ids = linked(workplace), sessions_of(placed(workplace))
    token, form = link_token(link), form_token(link)
    if state == "revoked":
        revoke_link(actor=builders.SYSTEM, link=link, now=NOW)
        builders.settle()
    elif state == "expired":
        moment.advance(days=15)
    else:
        token = token[:-2] + ("AA" if not token.endswith("AA") else "BB")
    before = stored()
    assert set(press_everything(client, token, form, ids)) <= {404, 410}
    assert stored() == before


def test_a_link_and_a_form_of_two_workplaces_do_not_go_together(
    client: FlaskClient, workplace: Workplace
) -> None:
    here, there = linked(workplace), linked(builders.workplace("Köket"))
    ids, before = sessions_of(placed(workplace)), stored()
    assert set(press_everything(client, link_token(here), form_token(there), ids)) == {409}
    assert set(press_everything(client, link_token(there), form_token(there), ids)) <= {303, 409}
    assert stored() == before


def test_every_answer_keeps_the_address_to_itself(client: FlaskClient, workplace: Workplace) -> None:
    link, ids = linked(workplace), sessions_of(placed(workplace))
    token, form = link_token(link), form_token(link)
    for answer in (
        client.get(f"/e/{token}"),
        client.get(f"/e/{token}?day=2026-11-19"),
        client.post(f"/e/{token}?f={form}&s={ids[0]}", data={"answer": "here", "hours": "8"}),
        client.post(f"/e/{token}?f={form}&s={ids[0]}", data={"answer": "here", "hours": "x"}),
        client.get(f"/e/{token[:-1]}"),
        client.get(f"/e/{token}/nothing"),
    ):
        if answer.status_code != 404 or answer.request.path.count("/") == 2:
            assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in answer.headers
        assert "Hemligman" not in answer.text
        assert "http" not in answer.headers.get("Location", "")
