"""The municipality's list: brought once, words become terms, terms are renamed, put out of use and merged."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from activation.cli import main
from activation.database import db
from activation.matching import terms
from activation.matching.rules import same_words, tidy
from activation.matching.seed import seed_competences, shipped_terms
from models import CaseCompetence, Competence, Need, Requirement, TopUp
from models.enums import CompetenceKind
from models.errors import Conflict, FieldError
from tests import builders
from tests.matching import world


def names() -> set[str]:
    return set(db.session.scalars(select(Competence.name)))


def term(name: str) -> Competence:
    return db.session.scalars(select(Competence).where(Competence.name == name)).one()


def test_the_shipped_list_holds_every_kind_and_no_word_twice() -> None:
    shipped = shipped_terms()
    assert 100 <= len(shipped) <= 150
    assert {kind for kind, _sv, _en in shipped} == set(CompetenceKind)
    assert len({same_words(sv) for _kind, sv, _en in shipped}) == len(shipped)
    assert all(len(name) <= 120 and name == tidy(name) for _kind, *both in shipped for name in both)


def test_the_list_is_brought_once_and_what_the_municipality_changed_stays(app: Flask) -> None:
    assert seed_competences() == len(shipped_terms())
    renamed, gone = term("Kock"), term("Diskare")
    terms.change_term(term=renamed, values=values(renamed, name="Kock i storkök"))
    terms.change_term(term=gone, values=values(gone, active=False))
    terms.merge_terms(term=term("Städning"), into=term("Lokalvårdare"), now=world.NOW)
    before = names()
    assert seed_competences() == 0
    assert names() == before
    assert not term("Diskare").active
    assert "Kock" not in names()


def test_a_word_somebody_typed_before_the_list_came_stays_as_it_is(app: Flask) -> None:
    terms.find_or_make(["KOCK"], field="term")
    assert seed_competences() == len(shipped_terms()) - 1
    assert term("KOCK").is_free
    assert "Kock" not in names()


def test_the_upgrade_brings_the_list_and_twice_is_as_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/new.db")
    monkeypatch.setenv("ACTIVATION_ENV", "test")
    monkeypatch.setenv("SECRET_KEY", "x" * 40)
    for _ in range(2):
        assert main(["db", "upgrade"]) == 0, capsys.readouterr().err
        with closing(sqlite3.connect(tmp_path / "new.db")) as connection:
            count = connection.execute("SELECT count(*) FROM competences").fetchone()
        assert count == (len(shipped_terms()),)


def values(of: Competence, **changes: object) -> dict[str, object]:
    kept = {name: getattr(of, name) for name in ("name", "name_en", "kind", "active", "is_free")}
    return {**kept, **changes}


@pytest.mark.parametrize("typed", ["kock", " KOCK ", "Kock", "cook", "COOK"])
def test_a_word_in_any_spelling_and_either_language_is_the_term_of_the_list(app: Flask, typed: str) -> None:
    seed_competences()
    count = len(names())
    assert terms.find_or_make([typed], field="term") == [term("Kock")]
    assert len(names()) == count


def test_an_unknown_word_becomes_one_free_term_however_often_it_is_typed(app: Flask) -> None:
    first = terms.find_or_make(["Ölbryggning  i fat", "Annat"], field="term")
    again = terms.find_or_make(["ÖLBRYGGNING I FAT"], field="term")
    assert [(t.name, t.is_free, t.kind) for t in first] == [
        ("Ölbryggning i fat", True, CompetenceKind.SKILL),
        ("Annat", True, CompetenceKind.SKILL),
    ]
    assert again == first[:1]


@pytest.mark.parametrize("typed", [["x" * 121], [f"t{n}" for n in range(41)]])
def test_too_long_or_too_many_words_are_refused_beside_the_field(app: Flask, typed: list[str]) -> None:
    with pytest.raises(FieldError) as refused:
        terms.find_or_make(typed, field="term")
    assert refused.value.field == "term"
    assert names() == set()


def test_two_terms_never_go_by_the_same_words(app: Flask) -> None:
    seed_competences()
    for name, name_en in (("kock", ""), ("Köksmästare", "COOK"), ("Cook", "")):
        with pytest.raises(FieldError):
            terms.add_term(values={"name": name, "name_en": name_en, "kind": CompetenceKind.SKILL})
    cook = term("Kock")
    with pytest.raises(FieldError):
        terms.change_term(term=cook, values=values(cook, name="Bagare"))
    assert terms.change_term(term=cook, values=values(cook, name="KOCK"))
    assert not terms.change_term(term=cook, values=values(cook))


def test_a_free_term_is_taken_up(app: Flask) -> None:
    free = terms.find_or_make(["Keramik"], field="term")[0]
    terms.change_term(term=free, values=values(free, is_free=False, kind=CompetenceKind.OCCUPATION))
    assert (term("Keramik").is_free, term("Keramik").kind) == (False, CompetenceKind.OCCUPATION)


def test_merged_terms_take_people_needs_and_top_ups_along_and_their_words_lead_there(app: Flask) -> None:
    unit = builders.unit()
    both, one = builders.case(unit), builders.case(unit)
    world.can(both, "Truck", "Gaffeltruck", note="x")
    world.can(one, "Truck")
    wanted = world.need(required=("Truck",), wished=("Gaffeltruck", "Kock"))
    other = world.need(wished=("Truck",))
    course = world.top_up(builders.case(unit), "Truck")
    ids = [wanted.id, other.id, course.id]
    terms.merge_terms(term=term("Truck"), into=term("Gaffeltruck"), now=world.NOW)
    kept = term("Gaffeltruck")
    active = db.session.execute(
        select(CaseCompetence.case_id, CaseCompetence.competence_id)
        .where(CaseCompetence.removed_at.is_(None))
        .order_by(CaseCompetence.case_id)
    ).all()
    assert [tuple(row) for row in active] == sorted([(both.id, kept.id), (one.id, kept.id)])
    assert db.session.scalar(select(func.count(CaseCompetence.id))) == 3
    rows = db.session.execute(
        select(Requirement.need_id, Competence.name, Requirement.is_required)
        .join(Competence, Competence.id == Requirement.competence_id)
        .order_by(Requirement.need_id, Competence.name)
    ).all()
    assert [tuple(row) for row in rows] == [
        (ids[0], "Gaffeltruck", True),
        (ids[0], "Kock", False),
        (ids[1], "Gaffeltruck", False),
    ]
    assert db.session.get_one(TopUp, ids[2]).competence_id == kept.id
    assert terms.find_or_make(["truck"], field="term") == [kept]
    assert db.session.get(Need, ids[0]) is not None
    builders.settle()


def test_chains_of_merged_terms_lead_to_the_last_one(app: Flask) -> None:
    a, b, c = terms.find_or_make(["A", "B", "C"], field="term")
    terms.merge_terms(term=a, into=b, now=world.NOW)
    terms.merge_terms(term=b, into=c, now=world.NOW)
    assert terms.find_or_make(["a", "b"], field="term") == [c]
    with pytest.raises(Conflict):
        terms.merge_terms(term=a, into=c, now=world.NOW)
    with pytest.raises(Conflict):
        terms.change_term(term=b, values=values(b, name="D"))
    with pytest.raises(FieldError):
        terms.merge_terms(term=c, into=c, now=world.NOW)
    with pytest.raises(FieldError):
        terms.change_term(term=c, values=values(c, name="A"))
