"""Notes and the participant's objections: written once, never changed."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from activation.database import db
from activation.meetings import service
from activation.records.actor import Actor
from models import Case, Note, Staff
from models.enums import NoteKind, Protection, Role
from tests import builders
from tests.builders import NOW

SignIn = Callable[[Staff], FlaskClient]


@pytest.fixture
def secretary(app: Flask) -> Staff:
    return builders.staff(builders.unit(), language="en")


@pytest.fixture
def case(secretary: Staff) -> Case:
    return builders.case(secretary.unit, secretary)


@pytest.fixture
def note(secretary: Staff, case: Case) -> Note:
    row = service.add_note(actor=Actor.of(secretary), case=case, text="Kom för sent.", now=NOW)
    builders.settle()
    return row


@pytest.fixture
def client(sign_in: SignIn, secretary: Staff, note: Note) -> FlaskClient:
    return sign_in(secretary)


def written(kind: NoteKind) -> list[str]:
    return list(db.session.scalars(select(Note.text).where(Note.kind == kind).order_by(Note.id)))


def test_a_note_is_written_as_it_was_typed(client: FlaskClient, case: Case) -> None:
    text = "=Mål: jobb\r\n\r\n<b>Hon sa</b> \"nej\" & 'ja' – åäö 😀"
    answer = client.post(f"/cases/{case.id}/notes/new", data={"text": text})
    assert (answer.status_code, answer.location) == (303, f"/cases/{case.id}")
    assert written(NoteKind.NOTE)[-1] == text.replace("\r\n", "\n")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "This must be filled in."),
        (" \n\t ", "This must be filled in."),
        ("x" * 20_001, "longer than 20000"),
        ("a\x00b", "control character"),
    ],
)
def test_a_note_that_cannot_be_kept_is_refused_beside_the_field(
    client: FlaskClient, case: Case, text: str, says: str
) -> None:
    page = client.post(f"/cases/{case.id}/notes/new", data={"text": text})
    assert page.status_code == 422
    assert says in page.text
    assert 'id="text-error"' in page.text
    assert written(NoteKind.NOTE) == ["Kom för sent."]


def test_pressing_twice_writes_one_note(client: FlaskClient, case: Case) -> None:
    for _ in range(2):
        assert client.post(f"/cases/{case.id}/notes/new", data={"text": "Ny"}).status_code == 303
    assert written(NoteKind.NOTE) == ["Kom för sent.", "Ny"]


def test_an_objection_stands_beside_the_note(client: FlaskClient, note: Note, case: Case) -> None:
    page = f"/notes/{note.id}/objection"
    assert "Kom för sent." in client.get(page).text
    assert client.post(page, data={"text": ""}).status_code == 422
    answer = client.post(page, data={"text": "Bussen var inställd."})
    assert (answer.status_code, answer.location) == (303, f"/cases/{case.id}")
    assert written(NoteKind.OBJECTION) == ["Bussen var inställd."]
    assert written(NoteKind.NOTE) == ["Kom för sent."]
    assert "Bussen var inställd." in client.get(page).text


def test_there_is_no_objection_to_an_objection(
    client: FlaskClient, secretary: Staff, case: Case, note: Note
) -> None:
    objection = service.add_objection(actor=Actor.of(secretary), case=case, about=note, text="Nej", now=NOW)
    builders.settle()
    assert client.get(f"/notes/{objection.id}/objection").status_code == 404


def test_who_may_not_know_of_the_case_finds_no_note(
    sign_in: SignIn, secretary: Staff, case: Case, note: Note
) -> None:
    colleague = builders.staff(secretary.unit)
    aid = builders.staff(secretary.unit, Role.AID_OFFICER)
    case.protection = Protection.PROTECTED_REGISTRATION
    builders.settle()
    for page in (f"/notes/{note.id}/objection", f"/cases/{case.id}/notes/new"):
        for method in ("GET", "POST"):
            assert sign_in(colleague).open(page, method=method).status_code == 404
            assert sign_in(aid).open(page, method=method).status_code == 403


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_pages_speak_both_languages(sign_in: SignIn, secretary: Staff, note: Note, language: str) -> None:
    secretary.language = language
    builders.settle()
    page = sign_in(secretary).get(f"/notes/{note.id}/objection").text
    assert f'<html lang="{language}"' in page
