"""Links of the employer's page: each way in which one does not work, and that nothing of it can be guessed."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select

from activation.database import db
from activation.employer_page import service
from activation.employer_page.links import (
    LinkExpired,
    LinkRefused,
    LinkRevoked,
    LinkUnknown,
    find_or_make_link,
    form_token,
    link_token,
    link_url,
    make_link,
    open_link,
    revoke_link,
)
from models import EmployerLink, Message, Workplace
from models.enums import MessageKind
from tests import builders

NOW = builders.NOW
A_SECOND = timedelta(seconds=1)


@pytest.fixture
def workplace(app: Flask) -> Workplace:
    return builders.workplace()


def make(workplace: Workplace, to: str = "karin@ab.example", name: str = "Karin", **ago: int) -> EmployerLink:
    return make_link(
        actor=builders.SYSTEM,
        workplace=workplace,
        sent_to=to,
        supervisor_name=name,
        now=NOW - timedelta(**ago),
    )


def test_a_link_opens_its_workplace_until_it_expires(workplace: Workplace) -> None:
    link = make(workplace)
    assert link.expires_at == NOW + timedelta(days=14)
    opened = open_link(link_token(link), now=link.expires_at - A_SECOND)
    assert (opened.id, opened.workplace_name, opened.workplace_id, opened.employer_name) == (
        link.id,
        workplace.name,
        workplace.id,
        workplace.employer.name,
    )
    with pytest.raises(LinkExpired):
        open_link(link_token(link), now=link.expires_at)


def test_a_revoked_link_stops_at_once_and_the_other_supervisors_go_on(workplace: Workplace) -> None:
    karin, per = make(workplace), make(workplace, "per@ab.example", "Per")
    assert revoke_link(actor=builders.SYSTEM, link=karin, now=NOW) is True
    assert revoke_link(actor=builders.SYSTEM, link=karin, now=NOW + A_SECOND) is False
    assert karin.revoked_at == NOW
    with pytest.raises(LinkRevoked):
        open_link(link_token(karin), now=NOW)
    assert open_link(link_token(per), now=NOW).id == per.id


@pytest.mark.parametrize(
    "change", ["", "x", "token+x", "token-1", "other id", "other secret", "form token", "å"]
)
def test_a_tampered_address_is_unknown(app: Flask, workplace: Workplace, change: str) -> None:
    link = make(workplace)
    token = link_token(link)
    payload, signature = token.split(".")
    altered = {
        "token+x": token + "x",
        "token-1": token[:-1],
        "other id": f"WzIsMTc5NTE3OTYwMF0.{signature}",
        "other secret": f"{payload}.{'A' * len(signature)}",
        "form token": f"{payload}.{form_token(link)}",
    }.get(change, change)
    with pytest.raises(LinkUnknown):
        open_link(altered, now=NOW)


def test_a_link_whose_row_is_gone_is_unknown_even_if_its_number_comes_again(workplace: Workplace) -> None:
    link = make(workplace, hours=1)
    token, number = link_token(link), link.id
    db.session.execute(delete(EmployerLink))
    db.session.expunge_all()
    with pytest.raises(LinkUnknown):
        open_link(token, now=NOW)
    again = make(db.session.get_one(Workplace, workplace.id))
    again.id = number
    db.session.flush()
    with pytest.raises(LinkUnknown):
        open_link(token, now=NOW)


def test_the_address_is_whole_outside_a_request(workplace: Workplace) -> None:
    link = make(workplace)
    assert link_url(link) == f"http://127.0.0.1:8000/e/{link_token(link)}"


def test_a_link_is_found_again_while_it_works_for_two_more_days(workplace: Workplace) -> None:
    first = make(workplace)

    def found(**later: int) -> EmployerLink:
        return find_or_make_link(
            actor=builders.SYSTEM,
            workplace=workplace,
            sent_to="karin@ab.example",
            supervisor_name=" Karin ",
            now=NOW + timedelta(**later),
        )

    assert found(days=12).id == first.id
    second = found(days=12, minutes=1)
    assert second.id != first.id
    assert found(days=13).id == second.id
    revoke_link(actor=builders.SYSTEM, link=second, now=NOW)
    assert found(days=13).id not in (first.id, second.id)
    assert (
        find_or_make_link(
            actor=builders.SYSTEM, workplace=workplace, sent_to="per@ab.example", supervisor_name="", now=NOW
        ).supervisor_name
        == "per@ab.example"
    )


def test_sending_a_link_queues_one_letter_and_pressing_twice_sends_one(workplace: Workplace) -> None:
    def send(**later: int) -> EmployerLink | None:
        return service.send_link(
            actor=builders.SYSTEM,
            workplace=workplace,
            sent_to="karin@ab.example",
            supervisor_name="Karin",
            now=NOW + timedelta(**later),
        )

    link = send()
    assert link is not None
    assert send(seconds=20) is None
    assert send(minutes=2) is not None
    messages = db.session.scalars(select(Message).order_by(Message.id)).all()
    assert messages[0].link_id == link.id
    assert {(m.kind, m.to_address) for m in messages} == {(MessageKind.EMPLOYER_LINK, "karin@ab.example")}
    assert len(messages) == 2


@pytest.mark.parametrize(("state", "status"), [("unknown", 404), ("expired", 410), ("revoked", 410)])
def test_the_page_of_a_link_that_does_not_work_says_whom_to_call_and_nothing_else(
    client: FlaskClient, workplace: Workplace, state: str, status: int
) -> None:
    link = make(workplace, days=30 if state == "expired" else 0)
    token = link_token(link) if state != "unknown" else "WzEsMTc5NTE3OTYwMF0.nonsense"
    if state == "revoked":
        revoke_link(actor=builders.SYSTEM, link=link, now=NOW)
    name = workplace.name
    builders.settle()
    answers = [
        client.get(f"/e/{token}?lang=en"),
        client.post(f"/e/{token}?all=1&lang=en"),
        client.post(f"/e/{token}?s=1&lang=en", data={"answer": "here"}),
        client.post(f"/e/{token}?about=1&lang=en", data={"kind": "started"}),
        client.post(f"/e/{token}?lang=en", data={"postcode": "12345"}),
    ]
    assert [a.status_code for a in answers] == [status] * 5
    for answer in answers:
        assert "Kontakt Test" in answer.text
        assert "The link does not work" in answer.text
        assert name not in answer.text
        assert "Karin" not in answer.text


def test_all_three_say_the_same(client: FlaskClient, workplace: Workplace) -> None:
    expired, revoked = make(workplace, days=30), make(workplace)
    revoke_link(actor=builders.SYSTEM, link=revoked, now=NOW)
    tokens = [link_token(expired), link_token(revoked), "nonsense"]
    builders.settle()
    pages = {client.get(f"/e/{token}").text.replace(token, "TOKEN") for token in tokens}
    assert len(pages) == 1
    assert issubclass(LinkExpired, LinkRefused)


def test_looking_leaves_no_stamp_and_answering_does(client: FlaskClient, workplace: Workplace) -> None:
    link = make(workplace)
    token, form = link_token(link), form_token(link)
    builders.settle()
    client.get(f"/e/{token}")
    assert db.session.scalar(select(EmployerLink.last_used_at)) is None
    client.post(f"/e/{token}?f={form}&all=1")
    assert db.session.scalar(select(EmployerLink.last_used_at)) == NOW
    assert db.session.scalar(select(func.count()).select_from(EmployerLink)) == 1
