"""Pages of the assessment, without a script, and what the script asks."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from activation.assessments.answers import EMPTY, Content
from activation.database import db
from activation.records.history import touch
from models import Answer, Assessment, Case, Staff, SupportNeed, WorkProfile
from models.enums import Role
from tests import builders
from tests.assessments import world
from tests.statements import statements

SignIn = Callable[[Staff], FlaskClient]
NOTHING = f"0.{EMPTY.digest}"


class World:
    """A case, its assessment, and two who work on it."""

    def __init__(self) -> None:
        self.unit = builders.unit()
        self.sara, self.bo = (builders.staff(self.unit, name=name) for name in ("Sara", "Bo"))
        self.case = builders.case(self.unit, self.sara)
        self.of = world.begun(self.case, self.sara)
        builders.settle()
        self.id, self.case_id, self.sara_id = self.of.id, self.case.id, self.sara.id

    def texts(self, key: str) -> list[tuple[int, object, bool]]:
        db.session.rollback()
        return world.texts(db.session.get_one(Assessment, self.id), key)


@pytest.fixture
def there(app: Flask) -> World:
    return World()


def form(page: str = "tab.0", **fields: str) -> dict[str, str]:
    """What the page of the first section sends that was opened before anything was written."""
    seen = {f"seen-{key}": NOTHING for key in ("wishes", "jobs", "competences")}
    return {"page": page, **seen, **{name.replace("_", "-"): text for name, text in fields.items()}}


def test_begin_write_skip_complete_and_read(there: World, sign_in: SignIn) -> None:
    client = sign_in(there.sara)
    new = builders.case(there.unit)
    builders.settle()
    case_id = new.id
    assert "assessments/begin" in client.get(f"/cases/{case_id}/assessments").text
    answer = client.post(f"/cases/{case_id}/assessments/begin")
    address = answer.headers["Location"]
    assert address.endswith("/1")
    assert client.post(f"/cases/{case_id}/assessments/begin").headers["Location"] == address, "pressed twice"
    typed = form(text_wishes="Kök\r\noch bak", text_skip_jobs="inte idag", next="1")
    assert client.post(address, data=typed).headers["Location"] == address[:-1] + "2"
    page = client.get(address).text
    assert "Kök\noch bak" in page
    assert "inte idag" in page
    whole = address.rpartition("/")[0]
    assert client.post(whole, data={"completed_on": "2026-11-20"}).status_code == 303
    written = client.get(whole + "/written").text
    assert "Kök\noch bak" in written
    assert "inte idag" in written
    assert client.get(address).headers["Location"] == whole + "/written"


def test_a_completed_assessment_gives_back_what_was_typed_and_writes_nothing(
    there: World, sign_in: SignIn
) -> None:
    client = sign_in(there.sara)
    client.post(f"/assessments/{there.id}", data={"completed_on": "2026-11-20"})
    answer = client.post(f"/assessments/{there.id}/1", data=form(text_wishes="Skrivet för sent"))
    assert answer.status_code == 422
    assert "Skrivet för sent" in answer.text
    assert there.texts("wishes") == []


def test_what_cannot_be_read_comes_back_beside_its_field_and_nothing_is_lost(
    there: World, sign_in: SignIn
) -> None:
    data = {"seen-hours": NOTHING, "text-hours": "många", "seen-level": NOTHING, "choice-level": "good",
            "seen-start": NOTHING, "text-start": "2026-12-01"}  # fmt: skip
    answer = sign_in(there.sara).post(f"/assessments/{there.id}/2", data=data)
    assert answer.status_code == 422
    assert 'value="många"' in answer.text
    assert 'value="good" checked' in answer.text
    assert there.texts("level") == []


def test_two_people_without_scripts_keep_both_texts_and_choose(there: World, sign_in: SignIn) -> None:
    sara, bo = sign_in(there.sara), sign_in(there.bo)
    address = f"/assessments/{there.id}/1"
    sara.post(address, data=form("one.0", text_jobs="Lager"))
    # Bo's page was opened before; he wrote at two questions, and did not touch the third.
    bo.post(address, data=form("two.0", text_jobs="Kök", text_wishes="Skog"))
    assert there.texts("jobs") == [(1, "Lager", False), (2, "Kök", True)]
    assert there.texts("wishes") == [(1, "Skog", False)]
    page = bo.get(f"/assessments/{there.id}/questions/jobs").text
    assert "Lager\n\nKök" in page
    sent = {"text": "", "use": "2", "seen": "2"}
    assert sara.post(f"/assessments/{there.id}/questions/jobs", data={**sent, "seen": "1"}).status_code == 422
    assert sara.post(f"/assessments/{there.id}/questions/jobs", data=sent).status_code == 303
    assert there.texts("jobs")[-1] == (3, "Kök", False)


def test_an_untouched_field_never_writes_over_what_somebody_wrote(there: World, sign_in: SignIn) -> None:
    sara, bo = sign_in(there.sara), sign_in(there.bo)
    address = f"/assessments/{there.id}/1"
    sara.post(address, data=form(text_jobs="Lager"))
    bo.post(address, data={**form("two.0"), "text-jobs": ""})
    bo.post(
        address, data={**form("three.0"), "seen-jobs": f"1.{Content('Lager').digest}", "text-jobs": "Lager"}
    )
    assert there.texts("jobs") == [(1, "Lager", False)]


@pytest.mark.parametrize("press", ["support:childcare", "profile:hours:0"])
def test_a_button_beside_a_question_saves_everything_first(there: World, sign_in: SignIn, press: str) -> None:
    data = {"seen-hours": NOTHING, "text-hours": "20", "seen-childcare": NOTHING, "do": press}
    for _twice in "12":
        answer = sign_in(there.sara).post(f"/assessments/{there.id}/2", data=data)
    key = press.split(":")[1]
    if press.startswith("support"):
        assert answer.headers["Location"].endswith(f"#q-{key}")
        assert db.session.scalar(select(func.count()).select_from(SupportNeed)) == 1
    else:
        assert db.session.scalars(select(WorkProfile)).one().hours_per_week == 20
    assert there.texts("hours") == [(1, "20", False)]


def test_the_earlier_answers_stand_beside_and_are_taken_over_by_a_press(
    there: World, sign_in: SignIn
) -> None:
    client = sign_in(there.sara)
    client.post(f"/assessments/{there.id}/1", data=form(text_jobs="Lager sedan 2019"))
    client.post(f"/assessments/{there.id}", data={"completed_on": "2026-11-20"})
    address = client.post(f"/cases/{there.case_id}/assessments/begin").headers["Location"]
    page = client.get(address).text
    assert "Lager sedan 2019" in page
    assert "still:jobs" in page
    client.post(address, data=form(do="still:jobs", text_wishes="Samma"))
    rows = db.session.execute(select(Answer.question, Answer.value).where(Answer.assessment_id != there.id))
    assert {tuple(row) for row in rows} == {("wishes", "Samma"), ("jobs", "Lager sedan 2019")}


def test_no_word_stands_anywhere_of_a_question_that_is_only_asked(there: World, sign_in: SignIn) -> None:
    client = sign_in(there.sara)
    page = client.get(f"/assessments/{there.id}/2").text
    assert 'name="choice-violence"' in page
    assert 'name="text-skip-violence"' not in page
    assert 'name="text-violence"' not in page
    data = {"seen-violence": NOTHING, "choice-violence": "yes", "text-skip-violence": "hon sade att"}
    assert client.post(f"/assessments/{there.id}/2", data=data).status_code == 422
    assert there.texts("violence") == []
    client.post(f"/assessments/{there.id}/2", data={"seen-violence": NOTHING, "do": "support:violence"})
    need = db.session.scalars(select(SupportNeed)).one()
    assert 'name="note"' not in client.get(f"/support-needs/{need.id}").text
    # On paper, which others may find, it does not stand at all.
    written = client.get(f"/assessments/{there.id}/written").text
    assert 'class="note no-print"' in written
    assert "Hjälp till kontakt" not in written


@pytest.mark.parametrize("role", [Role.AID_OFFICER, Role.ADMINISTRATOR])
def test_the_aid_side_sees_no_assessment(there: World, sign_in: SignIn, role: Role) -> None:
    other = builders.staff(there.unit, role)
    builders.settle()
    client = sign_in(other)
    for address in (
        f"/assessments/{there.id}",
        f"/assessments/{there.id}/1",
        f"/cases/{there.case_id}/assessments",
    ):
        assert client.get(address).status_code == 403
    if role is Role.AID_OFFICER:
        assert "/assessments" not in client.get(f"/cases/{there.case_id}").text


def test_another_unit_knows_of_none(there: World, sign_in: SignIn) -> None:
    stranger = builders.staff(builders.unit())
    builders.settle()
    client = sign_in(stranger)
    assert client.get(f"/assessments/{there.id}/1").status_code == 404
    assert client.get("/assessments/999999").status_code == 404
    assert client.get(f"/assessments/{2**40}").status_code == 404


# What the script asks


def saving(
    client: FlaskClient, there: World, *answers: dict[str, Any], page: str = "js.1", staff: int = 0
) -> Any:
    body = {"page": page, "staff": staff or there.sara_id, "answers": list(answers)}
    return client.post(f"/assessments/{there.id}/autosave", json=body)


def given(key: str, *values: str, skip: str = "", seen: str = NOTHING) -> dict[str, Any]:
    return {"question": key, "values": values, "skip": skip, "seen": seen}


def test_autosave_says_of_each_answer_what_became_of_it(there: World, sign_in: SignIn) -> None:
    client = sign_in(there.sara)
    answer = saving(client, there, given("jobs", "Lager"), given("hours", "många"), given("unknown", "x"))
    assert answer.status_code == 200
    assert answer.json["at"] == "09:00"
    assert answer.json["answers"]["jobs"] == {"state": "saved", "seen": f"1.{Content('Lager').digest}"}
    assert answer.json["answers"]["hours"]["state"] == "refused"
    assert set(answer.json["answers"]) == {"jobs", "hours"}
    again = saving(client, there, given("jobs", "Kök"), page="other.1")
    assert again.json["answers"]["jobs"]["state"] == "aside"
    assert saving(client, there, given("jobs", "La"), page="js.0").json["answers"]["jobs"] == {
        "state": "overtaken"
    }
    assert there.texts("jobs") == [(1, "Lager", False), (2, "Kök", True)]


def test_autosave_answers_with_a_state_and_never_with_a_page_to_sign_in(
    there: World, sign_in: SignIn, client: FlaskClient
) -> None:
    assert saving(client, there, given("jobs", "Lager")).status_code == 401
    somebody = saving(sign_in(there.bo), there, given("jobs", "Lager"))
    assert somebody.status_code == 403
    assert sign_in(there.sara).post(f"/assessments/{there.id}/autosave", json=[1]).status_code == 422
    sign_in(there.sara).post(f"/assessments/{there.id}", data={"completed_on": "2026-11-20"})
    late = saving(sign_in(there.sara), there, given("jobs", "Lager"))
    assert late.status_code == 409
    assert late.json["text"]
    assert there.texts("jobs") == []


@pytest.mark.parametrize(
    "answer",
    [
        {"question": "jobs"},
        {"question": ["jobs"], "values": "Lager"},
        {"question": "jobs", "values": [None, {"a": 1}], "seen": 7},
        {"question": "violence", "values": ["yes"], "skip": "hon sade"},
        "jobs",
        None,
    ],
)
def test_nonsense_from_a_script_is_never_an_error_of_ours(there: World, sign_in: SignIn, answer: Any) -> None:
    assert saving(sign_in(there.sara), there, answer).status_code == 200
    assert there.texts("violence") == []


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000,
        b'{"answers":' * 50_000,
        b'{"staff": ' + b"9" * 9_000 + b', "answers": []}',
        b'{"staff": NaN, "answers": 1}',
        b"\xff\xfe",
        b"",
    ],
)
def test_a_body_that_is_no_body_of_the_script_is_refused(there: World, sign_in: SignIn, body: bytes) -> None:
    answer = sign_in(there.sara).post(
        f"/assessments/{there.id}/autosave", data=body, content_type="application/json"
    )
    assert answer.status_code == 422
    assert there.texts("jobs") == []


def test_what_was_typed_while_signed_out_is_given_back_whole_also_a_single_word(
    there: World, client: FlaskClient
) -> None:
    long = "Jag har arbetat på lager och i kök. " * 250
    sections = {f"text-q{n}": f"{n} {long}" for n in range(30)}
    answer = client.post(f"/assessments/{there.id}/1", data={**form(text_wishes="Kök"), **sections})
    assert answer.status_code == 401
    assert ">\nKök</textarea>" in answer.text
    assert answer.text.count(long.strip()) == 30


def test_the_number_of_queries_is_that_of_one_answer(there: World, sign_in: SignIn) -> None:
    client = sign_in(there.sara)
    pages = (
        f"/cases/{there.case_id}/assessments",
        f"/assessments/{there.id}",
        f"/assessments/{there.id}/1",
        f"/assessments/{there.id}/written",
        f"/assessments/{there.id}/questions/jobs",
    )

    def counts() -> list[int]:
        found = []
        for address in pages:
            with statements() as asked:
                assert client.get(address).status_code == 200
            found.append(len(asked))
        return found

    fill(there, 1)
    few = counts()
    fill(there, 30)
    assert counts() == few
    assert max(few) <= 14, few


def fill(there: World, wordings: int) -> None:
    case = db.session.get_one(Case, there.case_id)
    of = db.session.get_one(Assessment, there.id)
    for key in ("jobs", "wishes", "competences"):
        for n in range(wordings):
            world.write(of, case, key, f"{key} {n} {wordings}", seen=999 if n % 2 else 0)
    for n in range(wordings):
        db.session.add(
            SupportNeed(case_id=case.id, what=f"Stöd {n}", opened_on=date(2026, 11, 20), opened_by="Sara")
        )
    touch(case)
    touch(case)
    builders.settle()


def test_the_script_runs_on_the_page_of_the_questions_and_nowhere_else(there: World, sign_in: SignIn) -> None:
    client = sign_in(there.sara)
    policy = client.get(f"/assessments/{there.id}/1").headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "script-src 'none'" in client.get(f"/assessments/{there.id}").headers["Content-Security-Policy"]


def test_what_a_browser_keeps_is_sealed_with_a_key_of_ones_own(there: World, sign_in: SignIn) -> None:
    """Words that are not saved yet lie on a computer that others use too: their pages open nothing."""
    keys = []
    for staff in (there.sara, there.bo, there.sara):
        found = re.search(r'data-key="([0-9a-f]{64})"', sign_in(staff).get(f"/assessments/{there.id}/1").text)
        assert found
        keys.append(found[1])
    assert keys[0] == keys[2] != keys[1]
