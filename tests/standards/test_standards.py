"""Standard texts, cost standards, and letters begun with them."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from activation.database import db
from activation.meetings.service import add_note
from activation.records.actor import Actor
from activation.standards import service
from activation.standards.catalogue import LETTERS, OF_KIND
from activation.standards.queries import beginning, costs
from activation.standards.seed import seed_texts, shipped_texts
from models import Case, CostStandard, Note, Staff, StandardText, Unit
from models.enums import CostPer, MeetingKind, MeetingOutcome, NoteKind, Role, StandardTextKind
from models.errors import Conflict, FieldError, NotAllowed
from tests import builders
from tests.statements import statements

SignIn = Callable[[Staff], FlaskClient]
NOW = builders.NOW
TODAY = date(2026, 11, 20)


@pytest.fixture
def administrator(app: Flask) -> Staff:
    return builders.staff(builders.unit("Kansliet"), Role.ADMINISTRATOR)


@pytest.fixture
def anna(app: Flask) -> Staff:
    return builders.staff(builders.unit())


@pytest.fixture
def case(anna: Staff) -> Case:
    unit = db.session.get_one(Unit, anna.unit_id)
    return builders.case(unit, anna, first_name="Anna", last_name="Åkesson")


def text_values(**changed: Any) -> dict[str, Any]:
    return {
        "kind": StandardTextKind.NOTE, "language": "sv", "name": "Samtal", "body": "Hej {participant}",
        "active": True, **changed,
    }  # fmt: skip


def loaded(case: Case) -> Case:
    """The case as the loader gives it, its secretary at hand."""
    statement = select(Case).where(Case.id == case.id).options(joinedload(Case.secretary))
    return db.session.scalars(statement.execution_options(populate_existing=True)).one()


def save(administrator: Staff, text: StandardText | None = None, **changed: Any) -> StandardText:
    row, _changed = service.save_text(
        actor=Actor.of(administrator), text=text, values=text_values(**changed), now=NOW,
        seen_version=text.version if text else None,
    )  # fmt: skip
    return row


def test_the_shipped_texts_come_once_and_pass_their_own_check(administrator: Staff) -> None:
    assert seed_texts(now=NOW) == len(shipped_texts()) > 10
    assert seed_texts(now=NOW) == 0
    for row in db.session.scalars(select(StandardText)).all():
        values = {name: getattr(row, name) for name in ("kind", "language", "name", "body", "active")}
        saved, changed = service.save_text(
            actor=Actor.of(administrator), text=row, values=values, seen_version=row.version, now=NOW
        )
        assert (saved.id, changed) == (row.id, False)
    languages = {(text["kind"], text["language"]) for text in shipped_texts()}
    assert {(kind.value, language) for kind in StandardTextKind for language in ("sv", "en")} <= languages


def test_a_text_that_was_retired_does_not_come_back_with_the_shipped_ones(administrator: Staff) -> None:
    save(administrator, active=False)
    assert seed_texts(now=NOW) == 0


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"body": "Hej {nobody}"}, "body"),
        ({"body": "Hej {participant"}, "body"),
        ({"body": "   "}, "body"),
        ({"name": " "}, "subject"),
        ({"body": "Stängt {closed_on}"}, "body"),
    ],
)
def test_what_cannot_be_filled_is_refused(administrator: Staff, changed: dict[str, str], field: str) -> None:
    with pytest.raises(FieldError) as error:
        save(administrator, **changed)
    assert error.value.field == field


def test_two_texts_of_a_kind_have_two_names_and_a_press_twice_makes_one(administrator: Staff) -> None:
    first = save(administrator)
    assert save(administrator).id == first.id
    with pytest.raises(FieldError):
        save(administrator, body="Något annat")
    assert save(administrator, language="en").id != first.id


def test_two_administrators_at_once_do_not_overwrite_each_other(administrator: Staff) -> None:
    row = save(administrator)
    seen = row.version
    save(administrator, row, body="Den första")
    with pytest.raises(Conflict):
        service.save_text(
            actor=Actor.of(administrator), text=row, values=text_values(body="Den andra"), seen_version=seen, now=NOW
        )  # fmt: skip
    assert row.body == "Den första"


@pytest.mark.parametrize("role", [Role.SECRETARY, Role.UNIT_LEAD, Role.AID_OFFICER])
def test_only_administrators_change_them(administrator: Staff, role: Role) -> None:
    other = builders.staff(builders.unit("Annan"), role)
    with pytest.raises(NotAllowed):
        save(other)
    with pytest.raises(NotAllowed):
        service.save_cost(actor=Actor.of(other), cost=None, values=cost_values(), now=NOW)


def test_places_are_filled_and_empty_lines_go_away(administrator: Staff, case: Case) -> None:
    row = save(
        administrator, kind=StandardTextKind.CALL, name="Kallelse",
        body="Hej {participant},\n\nVi ses {next_meeting}\n\nHälsar {secretary}",
    )  # fmt: skip
    case = loaded(case)
    begun = beginning(LETTERS, case, chosen=str(row.id), today=TODAY)
    assert begun.text.startswith("Hej Anna Åkesson,\n\nHälsar")
    builders.meeting(case, NOW.replace(day=24), kind=MeetingKind.FOLLOW_UP, outcome=MeetingOutcome.BOOKED)
    assert "Vi ses 2026-11-24" in beginning(LETTERS, case, chosen=str(row.id), today=TODAY).text


@pytest.mark.parametrize("chosen", ["", "0", "x", "99999999999999999999", "1 OR 1"])
def test_an_id_that_is_none_chooses_nothing(administrator: Staff, case: Case, chosen: str) -> None:
    save(administrator, kind=StandardTextKind.LETTER)
    assert beginning(LETTERS, case, chosen=chosen, today=TODAY).text == ""


def test_retired_texts_and_other_kinds_are_not_offered(administrator: Staff, case: Case) -> None:
    save(administrator, name="Ute", active=False)
    row = save(administrator, name="Inne")
    begun = beginning([StandardTextKind.NOTE], case, chosen="", today=TODAY, language="sv")
    assert [text.id for text in begun.choices] == [row.id]
    assert not beginning(LETTERS, case, chosen="", today=TODAY).choices


def test_no_place_of_a_text_says_why_somebody_has_aid_or_is_away() -> None:
    """A letter lies open in a home: name, day, whom to call, and what the participant has been told in person."""
    allowed = {
        "participant", "today", "secretary", "municipality", "contact", "next_meeting", "closed_on", "begins_on",
    }  # fmt: skip
    assert {place.name for places in OF_KIND.values() for place in places} == allowed


def cost_values(**changed: Any) -> dict[str, Any]:
    return {
        "name": "Hemförsäkring", "name_en": "Home insurance", "amount": Decimal(150), "per": CostPer.MONTH,
        "valid_from": date(2026, 1, 1), "valid_to": None, "tip": "Jämför", "tip_en": "", **changed,
    }  # fmt: skip


def test_a_cost_has_one_amount_a_day(administrator: Staff) -> None:
    actor = Actor.of(administrator)
    first, _new = service.save_cost(actor=actor, cost=None, values=cost_values(), now=NOW)
    assert service.save_cost(actor=actor, cost=None, values=cost_values(), now=NOW) == (first, False)
    later = cost_values(amount=Decimal(160), valid_from=date(2027, 1, 1))
    with pytest.raises(FieldError) as error:
        service.save_cost(actor=actor, cost=None, values=later, now=NOW)
    assert error.value.field == "valid_from"
    ended = cost_values(valid_to=date(2026, 12, 31))
    service.save_cost(actor=actor, cost=first, values=ended, seen_version=first.version, now=NOW)
    service.save_cost(actor=actor, cost=None, values=later, now=NOW)
    assert [c.amount for c in costs(holding_on=date(2026, 12, 31))] == [150]
    assert [c.amount for c in costs(holding_on=date(2027, 1, 1))] == [160]
    with pytest.raises(FieldError):
        service.save_cost(
            actor=actor, cost=first, values=cost_values(valid_to=date(2025, 1, 1)),
            seen_version=first.version, now=NOW,
        )  # fmt: skip


def test_a_letter_is_kept_as_a_note_and_printed(anna: Staff, case: Case, sign_in: SignIn) -> None:
    seed_texts(now=NOW)
    builders.settle()
    letter = db.session.scalars(
        select(StandardText.id).where(
            StandardText.kind == StandardTextKind.LETTER, StandardText.language == "sv"
        )
    ).first()
    case_id, client = case.id, sign_in(anna)
    page = client.get(f"/cases/{case_id}/letters/new?text={letter}").text
    assert "Hej Anna Åkesson," in page
    sent = {"heading": "Ett brev", "text": "Hej Anna,\n\nvälkommen."}
    answer = client.post(f"/cases/{case_id}/letters/new", data=sent)
    again = client.post(f"/cases/{case_id}/letters/new", data=sent)
    assert answer.status_code == again.status_code == 303
    assert answer.location == again.location
    note = db.session.scalars(select(Note)).one()
    assert (note.kind, note.text) == (NoteKind.LETTER, "Ett brev\n\nHej Anna,\n\nvälkommen.")
    shown = client.get(answer.location)
    assert "välkommen." in shown.text
    pdf = client.get(f"{answer.location}.pdf")
    assert pdf.mimetype == "application/pdf"
    assert pdf.data.startswith(b"%PDF")
    assert "/letters/written/" in client.get(f"/cases/{case_id}").text
    assert client.post(f"/cases/{case_id}/letters/new", data={"heading": "", "text": ""}).status_code == 422


def test_a_letter_of_another_unit_or_of_no_letter_is_not_there(
    anna: Staff, case: Case, sign_in: SignIn
) -> None:
    add_note(actor=builders.SYSTEM, case=case, text="Ingen brevtext", now=NOW)
    builders.settle()
    note_id = db.session.scalars(select(Note.id)).one()
    assert sign_in(anna).get(f"/letters/written/{note_id}").status_code == 404
    db.session.get_one(Note, note_id).kind = NoteKind.LETTER
    stranger = builders.staff(builders.unit("Annan"))
    builders.settle()
    for address in (f"/letters/written/{note_id}", f"/letters/written/{note_id}.pdf"):
        assert sign_in(stranger).get(address).status_code == 404


def test_a_note_begins_with_a_text_of_the_readers_language(
    administrator: Staff, anna: Staff, case: Case, sign_in: SignIn
) -> None:
    row = save(administrator)
    builders.settle()
    row_id = row.id
    client = sign_in(anna)
    page = client.get(f"/cases/{case.id}/notes/new?text={row_id}").text
    assert "Hej Anna Åkesson" in page
    assert f"text={row_id}" in page


def test_the_pages_of_administrators(administrator: Staff, anna: Staff, sign_in: SignIn) -> None:
    builders.settle()
    client = sign_in(administrator)
    assert client.get("/standard-texts").status_code == client.get("/cost-standards").status_code == 200
    form = {"kind": "note", "language": "sv", "name": "Nytt", "body": "Hej {participant}", "active": "y"}
    assert client.post("/standard-texts/new", data=form).status_code == 303
    wrong = client.post("/standard-texts/new", data={**form, "body": "Hej {fel}"})
    assert wrong.status_code == 422
    assert "Hej {fel}" in wrong.text
    cost = {"name": "El", "amount": "450,50", "per": "month", "valid_from": "2026-01-01"}
    assert client.post("/cost-standards/new", data=cost).status_code == 303
    assert db.session.scalars(select(CostStandard.amount)).one() == Decimal("450.50")
    reader = sign_in(anna)
    assert "El" in reader.get("/cost-standards").text
    assert reader.get("/cost-standards/new").status_code == 403


def test_the_lists_take_as_many_queries_with_more_rows(administrator: Staff, sign_in: SignIn) -> None:
    seed_texts(now=NOW)
    builders.settle()
    client = sign_in(administrator)
    with statements() as few:
        client.get("/standard-texts")
    for n in range(20):
        save(administrator, name=f"Text {n}")
    builders.settle()
    with statements() as many:
        client.get("/standard-texts")
    assert len(many) == len(few)
    assert db.session.scalar(select(func.count()).select_from(StandardText)) == len(shipped_texts()) + 20
