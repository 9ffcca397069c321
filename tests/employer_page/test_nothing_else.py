"""Nothing about a person beyond what an employer may see (OSL 26:1) is in any byte sent to one.

A case with something in every corner of the database; everything that goes to employers: all pages, cards, refusals and
errors in both languages, e-mails and SMS as they leave. All of it is compared with every text that the database holds,
table by table and column by column, but for those named here with the reason why an employer may know them.
"""

import email
import email.policy
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import JSON, Enum, String, select

from activation.attendance import service
from activation.database import db
from activation.employer_page.links import form_token, link_token, make_link, revoke_link
from activation.employer_page.service import send_link
from activation.followups.employer_reminders import remind_employers
from activation.records.actor import Actor
from models import Base, Case, EmployerLink, Placement, Session, Supervisor, Workplace
from models.enums import Channel, Labelled, Mark, MarkedThrough
from scheduler import outbox
from tests import builders
from tests.web import everything

NOW, TODAY = builders.NOW, builders.NOW.date()
SV_AND_EN = ("sv", "en")

# What an employer may be told, and why.
ALLOWED = {
    "cases.first_name": "the first name",
    "workplaces.name": "their own workplace",
    "employers.name": "their own organisation",
    "crews.name": "people are shown by crew",
    "supervisors.name": "their own supervisors; each answer says who gave it",
    "supervisors.email": "the address that the message goes to",
    "supervisors.phone": "the number that the SMS goes to",
    "employer_links.sent_to": "the address that the link went to",
    "employer_links.supervisor_name": "whose link it is",
}
# Codes of the page's own buttons and of what it says was told; and the language of a text.
CODES = {
    "sessions.answer": "what the supervisor answered",
    "employer_reports.answer": "what the supervisor answered",
    "employer_reports.kind": "what the supervisor told",
    "supervisors.language": "the language of the page",
    "staff.language": "sv or en: the page has a language too",
    "messages.language": "sv or en: the page has a language too",
    "notes.kind": "the word note",
    "payment_errors.kind": "paid: a code of the aid side's own list",
    "payment_errors.cause": "work, costs, other: words of any page",
    "report_issues.content": "a printed report: names of figures, numbers from five up, its maker; nobody's data",
    "messages.kind": "the kind of a message says nothing of anybody",
    "messages.channel": "email, sms: how something is sent",
}
# Words that say nothing of anybody, and stand on every page.
WORDS = {
    "main": "the name of an HTML element, and the code of the main flow",
    "open": "a task is open; so is a page",
    "sent": "a message is sent",
    "done": "a task is done; the address after a press says `done`",
    "phone": "a way to tell; here the supervisor's own phone",
    "here": "the button",
    "health": "a code of the plan; the page itself says that messages are not about health",
    "Aktivering": "the product's name",
    "127.0.0.1": "the supervisor's own address, and the test's server",
}
# Words of the municipality's own that are about nobody: "text", "yes" and the like stand in them.
ABOUT_NOBODY = ("question_sets", "question_set_versions", "standard_texts", "cost_standards", "hour_limits")
# Days are what the page is about; which days of whom it shows is tested in test_page.py.
A_DAY = re.compile(r"[0-9]{4}-[0-9]{2}(-[0-9]{2})?")
# A shorter one is found in any text by chance.
AT_LEAST = 4


def texts_of(value: Any) -> Iterator[str]:
    """The texts in a value: of a JSON column each that is inside."""
    if isinstance(value, Labelled):
        yield value.value
    elif isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from texts_of(part)
    elif isinstance(value, list):
        for part in value:
            yield from texts_of(part)


def columns_with_text() -> Iterator[Any]:
    for table in Base.metadata.sorted_tables:
        for column in table.c if table.name not in ABOUT_NOBODY else ():
            if isinstance(column.type, String | Enum | JSON):
                yield column


def in_database(wanted: set[str] | None = None) -> dict[str, str]:
    """Each text that the database holds → a column where it stands. `wanted`: of these columns only."""
    found: dict[str, str] = {}
    for column in columns_with_text():
        name = f"{column.table.name}.{column.name}"
        if wanted is None or name in wanted:
            for value in db.session.scalars(select(column)):
                for text in texts_of(value):
                    found.setdefault(text.strip(), name)
    return found


def forbidden() -> dict[str, str]:
    """What no employer may see: all texts but those that are allowed, and other ways of writing the same."""
    allowed = in_database({*ALLOWED, *CODES})
    secret = {
        text: where
        for text, where in in_database().items()
        if len(text) >= AT_LEAST and text not in allowed and text not in WORDS and not A_DAY.fullmatch(text)
    }
    for number in everything.NUMBERS:
        secret[number] = "cases.personal_number"
    for digits in ("070-174", "70174", "0701740605"):
        secret[digits] = "cases.phone"
    return secret


class Sent:
    """Everything that went to employers: where it came from → the text of it."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.texts: dict[str, str] = {}
        # Links are signatures: whatever is in them is chance.
        self.keys: set[str] = set()

    def get(self, token: str, **query: object) -> None:
        for lang in SV_AND_EN:
            self._take(
                f"GET {query} {lang}", self.client.get(f"/e/{token}", query_string={"lang": lang, **query})
            )

    def post(self, token: str, query: dict[str, object], **data: object) -> None:
        for part in ({}, {"X-Part": "1"}):
            answer = self.client.post(
                f"/e/{token}", query_string={"lang": "en", **query}, data=data, headers=part
            )
            self._take(f"POST {query} {data} {part}", answer)
            if answer.status_code == 303:
                self._take(f"after {query} {data}", self.client.get(answer.location))

    def _take(self, name: str, answer: Any) -> None:
        self.texts[f"{name}: {answer.status_code}"] = f"{answer.headers}\n{answer.text}"

    def take_files(self, folder: Path) -> None:
        for path in folder.rglob("*"):
            if path.is_file():
                message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
                body = message.get_body()
                text = body.get_content() if body is not None else path.read_text()
                self.texts[f"{path.name} to {message['To']}"] = (
                    f"{message.items()}\n{text}\n{path.read_text()}"
                )

    def findings(self) -> list[str]:
        secret = forbidden()
        found = []
        for name, text in self.texts.items():
            for key in self.keys:
                text = text.replace(key, "KEY")
            found += [f"{where} {value!r} in {name}" for value, where in secret.items() if value in text]
        return found


@pytest.fixture
def of(app: Flask) -> everything.Everything:
    """The everything-case, with two supervisors, days that staff have judged, and another workplace."""
    made = everything.make(None)
    case = db.session.get_one(Case, made.case)
    case.last_name = "Skyddsson"
    second = db.session.get_one(Supervisor, made.supervisor)
    second.name, second.phone = "Pella Handledare", "+46706060606"
    relative = db.session.scalars(select(Placement).where(Placement.case_id == made.open_relative)).one()
    relative.supervisor_id = second.id
    sara = Actor("Sara Sekreterare", staff_id=made.people["insider"])
    days = db.session.scalars(
        select(Session)
        .where(Session.case_id == made.case, Session.on_date <= TODAY)
        .order_by(Session.on_date)
    ).all()
    for session, value in zip(days[-3:-1], (Mark.SICK, Mark.INVALID_ABSENCE), strict=True):
        service.mark(
            actor=sara,
            session=session,
            seen_version=None,
            value=value,
            hours=None,
            note="Bedömningens egna ord",
            through=MarkedThrough.STAFF,
            now=NOW,
        )
    builders.settle()
    return made


def test_no_byte_sent_to_an_employer_holds_anything_else_that_the_database_knows(
    app: Flask,
    client: FlaskClient,
    of: everything.Everything,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # SMS leave too, into that folder.
    monkeypatch.setitem(
        app.extensions, "settings", replace(app.extensions["settings"], mail_folder=str(tmp_path))
    )
    workplace = db.session.get_one(Workplace, of.workplace)
    second = db.session.get_one(Supervisor, of.supervisor)
    link = make_link(
        actor=Actor("Sara Sekreterare", staff_id=of.people["insider"]),
        workplace=workplace,
        sent_to="+46706060606",
        supervisor_name=second.name,
        supervisor=second,
        now=NOW - timedelta(hours=1),
    )
    token, form = link_token(link), form_token(link)
    old = make_link(
        actor=builders.SYSTEM,
        workplace=workplace,
        sent_to="gammal@ab.example",
        supervisor_name="Gammal",
        now=NOW,
    )
    revoke_link(actor=builders.SYSTEM, link=old, now=NOW)
    revoked = link_token(old)
    ids = list(
        db.session.scalars(
            select(Session.id)
            .join(Placement, Placement.id == Session.placement_id)
            .where(Placement.workplace_id == of.workplace, Session.on_date <= TODAY)
            .order_by(Session.on_date.desc(), Session.id)
            .limit(8)
        )
    )
    placements = list(db.session.scalars(select(Placement.id).where(Placement.workplace_id == of.workplace)))
    _send_messages(of, workplace, second)
    builders.settle()

    sent = Sent(client)
    sent.keys |= {token, form, of.token, of.form}
    for key, own_form in ((token, form), (of.token, of.form)):
        sent.get(key)
        sent.get(key, next=1)
        for day in ("2026-11-19", "2026-11-18", "2026-11-17"):
            sent.get(key, day=day)
        for session_id in ids:
            sent.get(key, ask=session_id)
            for answer in ("here", "left_early", "not_here", "undo", "nonsense"):
                sent.post(key, {"f": own_form, "s": session_id}, answer=answer, hours="3")
                sent.post(key, {"f": own_form, "s": session_id, "ask": 1}, answer=answer, hours="x")
        sent.post(key, {"f": own_form, "all": 1}, sessions=",".join(map(str, ids)))
        for placement_id in (*placements, 10**8):
            sent.get(key, about=placement_id)
            sent.post(key, {"f": own_form, "about": placement_id}, kind="message", said="Ring mig gärna")
            sent.post(key, {"f": own_form, "about": placement_id}, kind="ended_early", on_date="2026-11-19")
            sent.post(key, {"f": own_form, "about": placement_id}, kind="never_came", on_date="2030-01-01")
        sent.post(key, {"f": "wrong", "s": ids[0]}, answer="here")
    assert any(": 409" in name for name in sent.texts)
    assert any(": 422" in name for name in sent.texts)
    sent.post(token, {}, postcode="12345")
    sent.get(token + "x")
    sent.get(revoked)

    db.session.rollback()
    outbox.empty_outbox(worker="w", clock=lambda: NOW, stopping=lambda: False)
    sent.take_files(tmp_path)
    # Letters to staff and participants leave too: they are not the employer's.
    theirs = ("ab.example", "46706060606")
    sent.texts = {
        n: t
        for n, t in sent.texts.items()
        if n.startswith(("GET", "POST", "after")) or any(x in n + t for x in theirs)
    }
    assert sum(not n.startswith(("GET", "POST", "after")) for n in sent.texts) >= 3, sorted(sent.texts)
    told = "\n".join(sent.texts.values())
    assert f"{everything.FIRST} S." in told
    sent.keys |= {link_token(each) for each in db.session.scalars(select(EmployerLink))}
    assert sent.findings() == []


def _send_messages(of: everything.Everything, workplace: Workplace, second: Supervisor) -> None:
    """Asks the main supervisor by e-mail and the other, who has a telephone only, by SMS; and sends a link by hand."""
    second.email = None
    db.session.flush()
    for _counts in remind_employers(day=TODAY, now=NOW):
        pass
    send_link(
        actor=Actor("Sara Sekreterare", staff_id=of.people["insider"]),
        workplace=workplace,
        sent_to="ny@ab.example",
        supervisor_name="Ny Handledare",
        now=NOW,
    )
    send_link(
        actor=Actor("Sara Sekreterare", staff_id=of.people["insider"]),
        workplace=workplace,
        sent_to="+46706060606",
        supervisor_name=second.name,
        supervisor=second,
        channel=Channel.SMS,
        now=NOW,
    )


def test_a_planted_text_is_found(client: FlaskClient, of: everything.Everything) -> None:
    sent = Sent(client)
    sent.texts["planted"] = f"… {everything.NOTE} … {everything.PERSONAL_NUMBER} …"
    assert len(sent.findings()) >= 2


def test_every_column_that_may_be_told_is_one_of_the_database() -> None:
    columns = {f"{column.table.name}.{column.name}" for column in columns_with_text()}
    assert {*ALLOWED, *CODES} <= columns
