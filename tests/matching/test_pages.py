"""The pages of matching: what they take, what they refuse, whom they show, and how many queries they take."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from activation.database import db
from activation.matching.seed import seed_competences
from models import CaseCompetence, Competence, Need, Staff, TopUp, WorkProfile
from models.enums import LanguageLevel, Licence, NeedState, Protection, Role, TopUpState
from tests import builders
from tests.matching import world
from tests.statements import statements

SignIn = Callable[[Staff], FlaskClient]


class Here:
    """A secretary with one client, and a workplace that needs a cook."""

    def __init__(self, sign_in: SignIn) -> None:
        seed_competences()
        self.unit = builders.unit()
        self.sara = builders.staff(self.unit, name="Sara", language="en")
        case = builders.case(self.unit, self.sara, last_name="Alm", case_number="T-77")
        workplace = builders.workplace("Köket")
        need = world.need(workplace, ("Kock",), ("HLR",), language_level=LanguageLevel.GOOD)
        self.case, self.workplace, self.need = case.id, workplace.id, need.id
        builders.settle()
        self.sign_in = sign_in
        self.client = sign_in(self.sara)
        self.person = f"/cases/{self.case}/competences"

    def noted(self) -> list[str]:
        return list(
            db.session.scalars(
                select(Competence.name)
                .join(CaseCompetence, CaseCompetence.competence_id == Competence.id)
                .where(CaseCompetence.case_id == self.case, CaseCompetence.removed_at.is_(None))
                .order_by(CaseCompetence.id)
            )
        )


@pytest.fixture
def here(app: Flask, sign_in: SignIn) -> Here:
    return Here(sign_in)


def told(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page[page.index("<main") :]))


def test_several_competences_are_noted_at_once_and_one_is_taken_back(here: Here) -> None:
    typed = {"term": "kock", "more": "HLR, Keramik\nStädning", "note": "länge"}
    assert here.client.post(f"{here.person}/add", data=typed).status_code == 303
    assert here.noted() == ["Kock", "HLR", "Keramik", "Städning"]
    page = here.client.get(here.person).text
    assert "4 competences were noted." in page
    assert "Cook" in told(page)  # in the reader's language
    assert '<option value="Cleaning">' in page
    assert "Keramik" not in page[page.index("<datalist") : page.index("</datalist>")]
    row = db.session.scalars(select(CaseCompetence.id).order_by(CaseCompetence.id)).first()
    for _ in range(2):
        assert here.client.post(f"/case-competences/{row}/remove").status_code == 303
    assert here.noted() == ["HLR", "Keramik", "Städning"]
    again = here.client.post(
        f"{here.person}/add", data=typed | {"term": "", "more": "hlr"}, follow_redirects=True
    )
    assert "That was noted already." in again.text


@pytest.mark.parametrize(
    ("typed", "beside"),
    [({}, "term-error"), ({"term": " , "}, "term-error"), ({"term": "x" * 130}, "term-error")],
)
def test_what_cannot_be_noted_is_told_beside_its_field_and_kept(
    here: Here, typed: dict[str, str], beside: str
) -> None:
    answer = here.client.post(f"{here.person}/add", data={**typed, "note": "min not"})
    assert answer.status_code == 422
    assert f'id="{beside}"' in answer.text
    assert "min not" in answer.text
    assert here.noted() == []


def profile(**values: Any) -> dict[str, Any]:
    return {
        "language_level": "",
        "hours_per_week": "",
        "can_start_on": "",
        "wishes": "",
        "version": "0",
        **values,
    }


@pytest.mark.parametrize(("ticked", "stored"), [([], None), (["none"], []), (["ce", "b"], ["b", "ce"])])
def test_no_licence_and_not_asked_are_told_apart(
    here: Here, ticked: list[str], stored: list[str] | None
) -> None:
    address = f"/cases/{here.case}/work-profile"
    data = profile(licences=ticked, hours_per_week="37,5", can_start_on="2026-12-01", language_level="basic")
    assert here.client.post(address, data=data).status_code == 303
    row = db.session.scalars(select(WorkProfile)).one()
    assert (row.licences, row.hours_per_week, row.can_start_on) == (
        stored,
        Decimal("37.5"),
        date(2026, 12, 1),
    )
    page = here.client.get(here.person).text
    checked = re.findall(r'<input[^>]*checked[^>]*name="licences"[^>]*value="([a-z]+)"', page)
    assert set(checked) == set(ticked)


def test_has_none_and_a_class_at_once_is_refused(here: Here) -> None:
    answer = here.client.post(f"/cases/{here.case}/work-profile", data=profile(licences=["none", "b"]))
    assert answer.status_code == 422
    assert 'id="licences-error"' in answer.text


def test_a_profile_saved_meanwhile_is_shown_and_not_overwritten(here: Here) -> None:
    address = f"/cases/{here.case}/work-profile"
    assert here.client.post(address, data=profile(wishes="Deras", licences=["b"])).status_code == 303
    answer = here.client.post(address, data=profile(wishes="Mitt"))
    assert answer.status_code == 422
    assert "Mitt" in answer.text
    assert "Stored now: Deras" in answer.text
    assert 'name="version"' in answer.text
    assert db.session.scalars(select(WorkProfile.wishes)).one() == "Deras"
    assert here.client.post(address, data=profile(wishes="Mitt", version="1")).status_code == 303


def need_form(**values: Any) -> dict[str, Any]:
    return {"kind": "placement", "title": "Diskare", "positions": "2", "language_level": "none", **values}


def test_a_need_is_written_down_for_a_workplace_found_by_searching(here: Here) -> None:
    assert "Köket" in here.client.get("/needs/new?q=köket").text
    assert "Köket" not in told(here.client.get("/needs/new?q=finnsinte").text)
    data = need_form(
        placement_kind="work_training", hours_per_week="20", weekdays=["0", "2"], required="Diskning\nKöksarbete",
        required_one="Egen term", wished_one="hygien", starts_on="2026-12-01", licence="b",
    )  # fmt: skip
    answer = here.client.post(f"/needs/new?workplace={here.workplace}", data=data)
    assert answer.status_code == 303
    page = told(here.client.get(answer.location).text)
    for text in ("Diskare", "Placement", "Work training", "2 people", "20 hours a week", "Mon, Wed", "Dishwashing",
                 "Kitchen work", "Egen term", "Wished for: hygien", "B (car)", "2026-12-01"):  # fmt: skip
        assert text in page, text
    assert here.client.post(f"/needs/new?workplace={here.workplace}", data=data).status_code == 422
    assert "Diskare" in here.client.get(f"/workplaces/{here.workplace}").text


@pytest.mark.parametrize(
    ("field", "value"),
    [("title", ""), ("positions", "0"), ("positions", "en"), ("kind", "x"), ("ends_on", "2026-11-30"),
     ("placement_kind", "wage_subsidy"), ("hours_per_week", "90"), ("required", "x" * 130), ("wished", "y" * 130)],
)  # fmt: skip
def test_a_faulty_need_comes_back_with_the_error_beside_its_field(here: Here, field: str, value: str) -> None:
    data = need_form(starts_on="2026-12-01", tasks="Skriven text", **{field: value})
    for address in (f"/needs/new?workplace={here.workplace}", f"/needs/{here.need}"):
        answer = here.client.post(address, data={**data, "version": "1"})
        assert answer.status_code == 422
        assert f'id="{field}-error"' in answer.text
        assert "Skriven text" in answer.text
    assert len(db.session.scalars(select(Need)).all()) == 1


def test_a_need_changed_meanwhile_keeps_both_texts(here: Here) -> None:
    address = f"/needs/{here.need}"
    assert here.client.post(address, data=need_form(version="1", required="HLR")).status_code == 303
    answer = here.client.post(address, data=need_form(version="1", title="Annan", required="Kock"))
    assert answer.status_code == 422
    assert "Stored now: Diskare" in answer.text
    assert "Stored now: HLR" in answer.text
    assert here.client.post(address, data=need_form(version="2", title="Annan")).status_code == 303


def test_a_need_is_withdrawn_with_a_reason_and_opened_again(here: Here) -> None:
    address = f"/needs/{here.need}"
    assert here.client.post(f"{address}/withdrawn", data={"version": "1"}).status_code == 422
    answer = here.client.post(f"{address}/withdrawn", data={"version": "1", "reason": "Anställde själva"})
    assert answer.status_code == 303
    page = told(here.client.get(f"{address}/match").text)
    assert "Anställde själva" in page
    assert "Alm" not in page  # nobody is looked for any more
    assert here.client.post(f"{address}/withdrawn", data={"version": "2", "reason": "x"}).status_code == 422
    assert here.client.post(f"{address}/open", data={"version": "2"}).status_code == 303
    assert db.session.get_one(Need, here.need).state is NeedState.OPEN
    assert here.client.get(f"{address}/gone").status_code == 404


@pytest.mark.parametrize(
    ("query", "found"),
    [("", True), ("q=kök", True), ("q=x", False), ("state=open", True), ("state=filled", False), ("kind=job", True),
     ("kind=placement", False), ("starts_by=2026-11-01", True), ("starts_by=nonsense", True), ("page=99", False),
     ("page=-1", True), ("state=nonsense", True)],
)  # fmt: skip
def test_needs_are_filtered_and_nonsense_is_no_filter(here: Here, query: str, found: bool) -> None:
    assert ("Kock sökes" in here.client.get(f"/needs?{query}").text) == found


def test_from_a_gap_to_a_top_up_to_a_closed_gap(here: Here) -> None:
    match = f"/needs/{here.need}/match"
    assert told(here.client.get(match).text).count("Not asked") >= 3
    here.client.post(f"{here.person}/add", data={"term": "HLR"})
    page = here.client.get(match).text
    link = re.search(r'href="(/cases/[0-9]+/top-ups/new\?[^"]+)"', page)
    assert link
    address = link[1].replace("&amp;", "&")
    form = here.client.get(address).text
    assert 'value="Cook"' in form
    assert "Kock sökes" in form
    data = {"competence": "Cook", "what": "Kockkurs", "place": "Komvux", "starts_on": "2026-11-16",
            "ends_on": "2026-11-20", "cost": "4 500"}  # fmt: skip
    assert here.client.post(address, data=data).status_code == 303
    twice = here.client.post(address, data=data)
    assert twice.status_code == 422
    assert 'id="competence-error"' in twice.text
    assert "Top-up until 2026-11-20" in told(here.client.get(match).text)
    row = db.session.scalars(select(TopUp)).one()
    assert (row.need_id, row.state) == (here.need, TopUpState.PLANNED)
    end = f"/top-ups/{row.id}/end"
    assert (
        here.client.post(end, data={"state": "done", "ended_on": "2026-11-20", "version": "1"}).status_code
        == 303
    )
    assert here.noted() == ["HLR", "Kock"]
    assert "through a skills top-up" in told(here.client.get(here.person).text)
    cells = told(here.client.get(match).text)
    assert "Plan a top-up" not in cells
    assert (
        here.client.post(end, data={"state": "done", "ended_on": "2026-11-20", "version": "2"}).status_code
        == 422
    )


@pytest.mark.parametrize("missing", ["competence", "what", "starts_on"])
def test_a_top_up_says_what_and_when(here: Here, missing: str) -> None:
    data = {"competence": "HLR", "what": "Kurs", "starts_on": "2026-12-01", "place": "Salen"} | {missing: ""}
    answer = here.client.post(f"/cases/{here.case}/top-ups/new", data=data)
    assert answer.status_code == 422
    assert f'id="{missing}-error"' in answer.text
    assert "Salen" in answer.text


@pytest.mark.parametrize(
    "query", ["need=999999&competence=999999", "need=x&competence=-1", "need=99999999999"]
)
def test_a_gap_that_is_not_there_is_no_error(here: Here, query: str) -> None:
    assert here.client.get(f"/cases/{here.case}/top-ups/new?{query}").status_code == 200


def test_a_person_sees_the_open_needs_requirement_by_requirement(here: Here) -> None:
    here.client.post(f"{here.person}/add", data={"term": "Kock"})
    for query in ("", "?order=employer", "?order=best", "?page=7"):
        assert here.client.get(f"/cases/{here.case}/needs{query}").status_code == 200
    page = told(here.client.get(f"/cases/{here.case}/needs").text)
    assert re.search(
        r"Cook Has CPR \(wished for\) Not noted Plan a top-up Note it Swedish: Good \(B2\) Not asked", page
    ), page


def test_the_case_leads_to_competences_and_needs(here: Here) -> None:
    page = here.client.get(f"/cases/{here.case}").text
    assert f'href="{here.person}"' in page
    assert f'href="/cases/{here.case}/needs"' in page


def test_an_administrator_keeps_the_list(here: Here) -> None:
    here.client.post(f"{here.person}/add", data={"term": "Keramikk"})
    ada = here.sign_in(_staff(here, Role.ADMINISTRATOR))
    assert "Keramikk" in ada.get("/competences?free=y").text
    assert "Cook" not in told(ada.get("/competences?free=y").text)
    assert "Cook" in told(ada.get("/competences?kind=occupation&q=kock").text)
    new = {"name": "Keramik", "name_en": "Pottery", "kind": "skill"}
    assert ada.post("/competences/new", data=new).status_code == 303
    assert ada.post("/competences/new", data=new).status_code == 422
    free, term = _id("Keramikk"), _id("Keramik")
    assert ada.post(f"/competences/{free}/merge", data={"into": str(term)}).status_code == 303
    assert here.noted() == ["Keramik"]
    assert ada.get(f"/competences/{free}").status_code == 404
    for into in ("", str(free), "999999", "x"):
        assert ada.post(f"/competences/{term}/merge", data={"into": into}).status_code == 422
    out = {**new, "on_list": "y"}
    assert ada.post(f"/competences/{term}", data=out).status_code == 303
    assert "Keramik" not in told(ada.get("/competences?kind=skill&q=keramik").text).replace(
        "Keramik stands", ""
    )
    assert "Out of use" in ada.get("/competences?inactive=y&q=keramik").text
    assert "Pottery" not in here.client.get(here.person).text.split("</datalist>")[0].split("<datalist")[1]


def _staff(here: Here, role: Role) -> Staff:
    staff = builders.staff(db.session.merge(here.unit), role, language="en")
    builders.settle()
    return staff


def _id(name: str) -> int:
    return db.session.scalars(select(Competence.id).where(Competence.name == name)).one()


def test_others_unit_and_the_protected_do_not_exist_for_these_pages(here: Here) -> None:
    stranger = builders.staff(builders.unit(), language="en")
    hidden = builders.case(
        db.session.merge(here.unit), None, first_name="Hemlig", protection=Protection.CONFIDENTIAL
    )
    world.can(hidden, "Kock")
    course = world.top_up(hidden)
    row = db.session.scalars(select(CaseCompetence.id)).one()
    builders.settle()
    addresses = [f"/cases/{hidden.id}/competences", f"/cases/{hidden.id}/needs", f"/cases/{hidden.id}/top-ups/new",
                 f"/top-ups/{course.id}", f"/top-ups/{course.id}/end"]  # fmt: skip
    for address in addresses:
        assert here.client.get(address).status_code == 404
    assert here.client.post(f"/case-competences/{row}/remove").status_code == 404
    assert (
        "1 protected case is not shown here." in here.client.get(f"/needs/{here.need}/match?scope=unit").text
    )
    assert here.sign_in(stranger).get(here.person).status_code == 404


@pytest.mark.parametrize(
    "address",
    [
        "/needs/2147483648/match",
        "/needs/999999",
        "/cases/2147483648/competences",
        "/top-ups/999999",
        "/competences/999999",
    ],
)
def test_odd_numbers_are_no_pages(here: Here, address: str) -> None:
    client = here.sign_in(_staff(here, Role.ADMINISTRATOR)) if "/competences/" in address else here.client
    assert client.get(address).status_code == 404


def grow(here: Here, number: int) -> None:
    """As many more of everything."""
    unit, sara = db.session.merge(here.unit), db.session.merge(here.sara)
    for n in range(number):
        case = builders.case(unit, sara)
        builders.placement(case)
        world.can(case, "Kock", f"Term {n}")
        world.profile(case, language_level=LanguageLevel.BASIC, licences=["b"])
        need = world.need(required=("HLR", "Diskning"), wished=("Bakning",), licence=Licence.B)
        world.top_up(case, "HLR", need)
        world.can(db.session.get_one(type(case), here.case), f"Egen {number}{n}")
        world.top_up(db.session.get_one(type(case), here.case), f"Kurs {number}{n}", need)
        world.need(db.session.get_one(type(need.workplace), here.workplace), ("HLR",), title=f"{number}{n}")
    builders.settle()


PAGES = (
    "/needs",
    "/needs/{need}/match",
    "/needs/{need}/match?scope=unit&order=name&has=language",
    "/needs/{need}",
    "/cases/{case}/competences",
    "/cases/{case}/needs",
    "/workplaces/{workplace}",
    "/needs/new?q=l",
)


def count(here: Here, client: FlaskClient, pages: tuple[str, ...]) -> dict[str, int]:
    found = {}
    for path in pages:
        address = path.format(need=here.need, case=here.case, workplace=here.workplace)
        client.get(address)
        with statements() as seen:
            assert client.get(address).status_code == 200
        found[path] = len(seen)
    return found


def test_twice_the_rows_take_the_same_queries(here: Here) -> None:
    ada = here.sign_in(_staff(here, Role.ADMINISTRATOR))
    grow(here, 3)
    few = count(here, here.client, PAGES) | count(here, ada, ("/competences",))
    grow(here, 6)
    assert count(here, here.client, PAGES) | count(here, ada, ("/competences",)) == few
    assert max(few.values()) <= 20, few
    assert few["/needs/{need}/match"] <= 12, few
