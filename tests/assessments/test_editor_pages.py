"""The administrator's pages of the questions: what they take and refuse, that nothing typed is lost, who gets in."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from activation.assessments import editor
from activation.assessments.default import seed_questions, shipped
from activation.assessments.question_queries import current_version, draft_of, load_version
from activation.assessments.question_rules import Sections, find_question
from activation.assessments.questions import Option, Question, Section, from_json, questions_of, to_json
from activation.database import db
from activation.records.actor import Actor
from models import QuestionSet, QuestionSetVersion, Staff
from models.enums import QuestionKind, Role
from tests import builders
from tests.statements import statements
from tests.web.test_security_forms import ODD

SignIn = Callable[[Staff], FlaskClient]
BASE = "/assessments/questions"


class Here:
    """An administrator, the delivered set, and a draft of its second version."""

    def __init__(self, sign_in: SignIn) -> None:
        unit = builders.unit()
        self.ada = builders.staff(unit, Role.ADMINISTRATOR, name="Ada", language="en")
        seed_questions(now=builders.NOW)
        published = current_version()
        assert published is not None
        self.set_id, self.published = published.set_id, published.id
        draft = editor.new_draft(actor=Actor.of(self.ada), of=published.question_set, now=builders.NOW)
        self.draft = draft.id
        builders.settle()
        self.client = sign_in(self.ada)
        self.page = f"{BASE}/versions/{self.draft}"

    def row(self) -> QuestionSetVersion:
        db.session.expire_all()
        found = load_version(self.draft)
        assert found is not None
        return found

    def sections(self) -> Sections:
        return from_json(self.row().questions)

    def version(self) -> str:
        return str(self.row().version)

    def question(self, key: str) -> Question:
        held = find_question(self.sections(), key)
        assert held is not None
        return held[1]


@pytest.fixture
def here(app: Flask, sign_in: SignIn) -> Here:
    return Here(sign_in)


def filled(page: str) -> dict[str, str]:
    """What the form of a question or section is sent with when nothing is changed."""
    page = unescape(page)
    form = page[page.index('<form method="post" class="form"') :]
    fields = dict(re.findall(r'<input[^>]* name="([^"]+)"[^>]* value="([^"]*)"', form))
    fields = {name: value for name, value in fields.items() if name != "kind"}
    fields |= {
        n: v.strip("\r\n") for n, v in re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>([^<]*)<', form)
    }
    for name, body in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'<option selected value="([^"]*)"', body)
        fields[name] = chosen[1] if chosen else ""
    kind = re.search(r'<input checked[^>]* name="kind"[^>]* value="([^"]+)"', form)
    return fields | ({"kind": kind[1]} if kind else {})


def test_the_list_leads_to_the_set_its_versions_and_its_draft(here: Here) -> None:
    page = here.client.get(BASE).text
    assert f'href="{BASE}/{here.set_id}"' in page
    assert f'href="{here.page}"' in page
    page = here.client.get(f"{BASE}/{here.set_id}").text
    assert "Version 1" in page
    assert "Draft" in page
    published = here.client.get(f"{BASE}/versions/{here.published}").text
    assert "It never changes again" in published
    assert "/questions/wishes" not in published, "there is nothing to press on what is published"


def test_a_question_saved_unchanged_is_the_same(here: Here) -> None:
    before = here.sections()
    for asked in ("wishes", "travel", "language_level", "licences", "hours_per_week", "violence_asked"):
        data = filled(here.client.get(f"{here.page}/questions/{asked}").text)
        answer = here.client.post(f"{here.page}/questions/{asked}", data=data)
        assert answer.status_code == 303, answer.text
        assert answer.location.endswith(f"#q-{asked}")
    assert here.sections() == before
    assert to_json(before) == to_json(shipped()[1])


def test_a_new_question_with_options_in_both_languages_stands_last_in_its_section(here: Here) -> None:
    address = f"{here.page}/sections/home/new"
    data = filled(here.client.get(address).text)
    assert data["section"] == "home"
    data |= {"text_sv": "Har du husdjur?", "text_en": "Do you have a pet?", "kind": "choice"}
    data |= {"options-0-place": "2", "options-0-sv": "Nej", "options-0-en": "No"}
    data |= {"options-2-place": "1", "options-2-sv": "Ja", "options-2-en": ""}
    assert here.client.post(address, data=data).status_code == 303
    last = next(s for s in here.sections() if s.key == "home").questions[-1]
    assert last == Question(
        "har_du_husdjur",
        QuestionKind.CHOICE,
        {"sv": "Har du husdjur?", "en": "Do you have a pet?"},
        options=(Option("ja", {"sv": "Ja"}), Option("nej", {"sv": "Nej", "en": "No"})),
    )


def test_the_same_form_sent_twice_makes_one_question(here: Here) -> None:
    address = f"{here.page}/sections/home/new"
    data = filled(here.client.get(address).text) | {"text_sv": "En gång?", "kind": "text"}
    assert here.client.post(address, data=data).status_code == 303
    again = here.client.post(address, data=data)
    assert again.status_code == 422
    assert "En gång?" in again.text
    assert sum(q.text["sv"] == "En gång?" for q in questions_of(here.sections())) == 1


@pytest.mark.parametrize(
    ("changes", "beside"),
    [
        ({"text_sv": ""}, "text_sv"),
        ({"text_sv": "x" * 301}, "text_sv"),
        ({"kind": "nonsense"}, "kind"),
        ({"section": "gone"}, "section"),
        ({"kind": "choice"}, "options"),
        ({"kind": "choice", "options-0-en": "Only English"}, "options-0-sv"),
        ({"kind": "several", "options-0-sv": "Samma", "options-1-sv": "samma"}, "options"),
        ({"unit_sv": "timmar"}, "unit_sv"),
        ({"support_en": "Help"}, "support_sv"),
        ({"help_sv": "x" * 1501}, "help_sv"),
        ({"feeds": "licences"}, "options"),
        ({"feeds": "wishes"}, "feeds"),
    ],
)
def test_what_cannot_be_asked_comes_back_with_all_that_was_typed(
    here: Here, changes: dict[str, str], beside: str
) -> None:
    address = f"{here.page}/sections/home/new"
    typed = {"text_sv": "Min fråga?", "text_en": "My question?", "help_en": "", "kind": "text"}
    data = filled(here.client.get(address).text) | typed | changes
    answer = here.client.post(address, data=data)
    assert answer.status_code == 422
    assert f'href="#{beside}' in answer.text, "the summary leads to the field"
    for name, value in data.items():
        if name not in ("csrf_token", "kind", "section", "feeds") and value:
            assert value in answer.text, name
    assert not [q for q in questions_of(here.sections()) if q.text.get("en") == "My question?"]


def test_more_rows_for_options_keep_what_was_typed_and_store_nothing(here: Here) -> None:
    address = f"{here.page}/sections/home/new"
    data = filled(here.client.get(address).text) | {"text_sv": "Halv", "options-0-sv": "Ett", "more": "1"}
    answer = here.client.post(address, data=data)
    assert answer.status_code == 200
    assert "Halv" in answer.text
    assert 'value="Ett"' in answer.text
    assert "options-5-sv" in answer.text
    assert "Halv" not in str(here.row().questions)


def test_the_second_of_two_administrators_keeps_the_text_and_sees_the_others(here: Here) -> None:
    address = f"{here.page}/questions/first_step"
    mine = filled(here.client.get(address).text) | {"text_sv": "Min lydelse?"}
    theirs = filled(here.client.get(address).text) | {"text_sv": "Deras lydelse?"}
    assert here.client.post(address, data=theirs).status_code == 303
    answer = here.client.post(address, data=mine)
    assert answer.status_code == 422
    assert "Min lydelse?" in answer.text
    assert "Deras lydelse?" in answer.text
    assert here.question("first_step").text["sv"] == "Deras lydelse?"
    again = filled(answer.text)
    assert here.client.post(address, data=again).status_code == 303
    assert here.question("first_step").text["sv"] == "Min lydelse?"


def test_options_that_somebody_else_stored_are_shown_beside_ones_own(here: Here) -> None:
    address = f"{here.page}/questions/sobriety"
    mine = filled(here.client.get(address).text) | {"options-3-sv": "Vet inte", "options-3-en": ""}
    theirs = filled(here.client.get(address).text) | {"options-1-sv": "Nej tack"}
    assert here.client.post(address, data=theirs).status_code == 303
    answer = here.client.post(address, data=mine)
    assert answer.status_code == 422
    assert "Stored now: Ja / Yes · Nej tack / No · Vill inte svara" in answer.text
    assert 'value="Vet inte"' in answer.text
    same = filled(here.client.get(address).text)
    assert "options-error" not in here.client.post(address, data=same | {"version": "1"}).text


def test_a_question_that_was_removed_meanwhile_is_not_lost_to_whoever_writes_in_it(here: Here) -> None:
    address = f"{here.page}/questions/first_step"
    mine = filled(here.client.get(address).text) | {"text_sv": "Min lydelse?"}
    assert here.client.post(f"{address}/remove", data={"version": here.version()}).status_code == 303
    assert here.client.get(address).status_code == 404
    answer = here.client.post(address, data=mine)
    assert answer.status_code == 422
    assert "Min lydelse?" in answer.text
    again = filled(answer.text) | {"section": "ahead"}
    assert here.client.post(address, data=again).status_code == 303
    assert here.question("first_step").text["sv"] == "Min lydelse?"


def test_what_is_written_in_a_draft_that_was_published_meanwhile_comes_back(here: Here) -> None:
    address = f"{here.page}/questions/first_step"
    mine = filled(here.client.get(address).text) | {"text_sv": "Min lydelse?"}
    answer = here.client.post(f"{here.page}/publish", data={"version": here.version()})
    assert answer.status_code == 303
    late = here.client.post(address, data=mine)
    assert late.status_code == 422
    assert "Min lydelse?" in late.text
    assert "Min lydelse?" not in str(here.row().questions)
    assert here.client.get(address).status_code == 303, "nobody opens a form on what is published"


def test_questions_and_sections_move_and_the_page_returns_to_them(here: Here) -> None:
    def keys() -> list[str]:
        return [q.key for q in here.sections()[0].questions]

    before = keys()
    answer = here.client.post(f"{here.page}/move", data={"version": here.version(), "down": before[0]})
    assert answer.status_code == 303
    assert answer.location.endswith(f"#q-{before[0]}")
    assert keys()[:2] == [before[1], before[0]]
    first, second = (s.key for s in here.sections()[:2])
    answer = here.client.post(f"{here.page}/move", data={"version": here.version(), "section_up": second})
    assert answer.location.endswith(f"#s-{second}")
    assert [s.key for s in here.sections()[:2]] == [second, first]
    stale = here.client.post(f"{here.page}/move", data={"version": "1", "up": before[0]})
    assert stale.status_code == 303
    assert "Somebody else changed this" in here.client.get(here.page).text
    assert here.client.post(f"{here.page}/move", data={"version": here.version()}).status_code == 400


def test_a_section_is_added_reworded_and_removed(here: Here) -> None:
    data = filled(here.client.get(f"{here.page}/sections/new").text) | {
        "title_sv": "Fritid",
        "help_en": "Fun",
    }
    refused = here.client.post(f"{here.page}/sections/new", data=data)
    assert refused.status_code == 422
    assert 'href="#help_sv"' in refused.text
    data["help_sv"] = "Roligt"
    assert here.client.post(f"{here.page}/sections/new", data=data).location.endswith("#s-fritid")
    address = f"{here.page}/sections/fritid"
    data = filled(here.client.get(address).text) | {"title_sv": "Ledig tid"}
    assert here.client.post(address, data=data).status_code == 303
    assert here.sections()[-1] == Section("fritid", {"sv": "Ledig tid"}, (), {"sv": "Roligt", "en": "Fun"})
    assert here.client.post(f"{address}/remove", data={"version": here.version()}).status_code == 303
    assert here.sections() == shipped()[1]


def test_the_page_of_publishing_names_what_must_be_corrected_and_leads_there(here: Here) -> None:
    here.client.post(
        f"{here.page}/sections/new",
        data={"version": here.version(), "title_sv": "Tom", "title_en": "", "help_sv": "", "help_en": ""},
    )
    page = here.client.get(f"{here.page}/publish").text
    assert "The section has no questions." in page
    assert f'href="{here.page}/sections/tom"' in page
    assert here.client.post(f"{here.page}/publish", data={"version": here.version()}).status_code == 422
    assert here.row().published_at is None


def test_published_it_is_compared_with_the_one_before(here: Here) -> None:
    address = f"{here.page}/questions/first_step"
    data = filled(here.client.get(address).text) | {
        "text_sv": "Var börjar vi?",
        "text_en": "Where do we begin?",
    }
    here.client.post(address, data=data)
    assert (
        here.client.post(f"{here.page}/questions/debts/remove", data={"version": here.version()}).status_code
        == 303
    )
    for page in (f"{here.page}/compare", f"{here.page}/publish"):
        text = here.client.get(page).text
        assert "<del>Vad vill du att vi börjar med?</del>" in text
        assert "<ins>Var börjar vi?</ins>" in text
        assert "Question removed" in text
    answer = here.client.post(f"{here.page}/publish", data={"version": here.version()})
    assert answer.status_code == 303
    row = here.row()
    assert (row.published_by, current_version()) == ("Ada", row)
    assert here.client.get(f"{BASE}/versions/{here.published}/compare").status_code == 200


def test_the_preview_speaks_the_language_asked_for(here: Here) -> None:
    swedish = here.client.get(f"{here.page}/preview?in=sv").text
    assert "Vad vill du arbeta med?" in swedish
    english = here.client.get(f"{here.page}/preview?in=en").text
    assert "What would you like to work with?" in english
    assert here.client.get(f"{here.page}/preview?in=xx").status_code == 200


def test_a_set_is_made_renamed_retired_and_used_again(here: Here) -> None:
    form: dict[str, Any] = {"name": "Unga", "name_en": "Young", "start": str(here.set_id)}
    made = here.client.post(f"{BASE}/new", data=form)
    assert made.status_code == 303
    twice = here.client.post(f"{BASE}/new", data=form)
    assert twice.status_code == 422
    assert "already a set of that name" in twice.text
    assert here.client.post(f"{BASE}/new", data=form | {"name": "X", "start": "1x"}).status_code == 422
    young = db.session.scalars(select(QuestionSet).where(QuestionSet.name == "Unga")).one()
    address = f"{BASE}/{young.id}"
    assert here.client.get(made.location).status_code == 200
    assert here.client.post(f"{address}/edit", data={"name": "Unga vuxna"}).status_code == 303
    only = f"{BASE}/{here.set_id}"
    assert here.client.post(f"{only}/retire").status_code == 303
    assert "the only set in use" in here.client.get(only).text
    draft = draft_of(young.id)
    assert draft is not None
    publish = f"{BASE}/versions/{draft.id}/publish"
    assert here.client.post(publish, data={"version": str(draft.version)}).status_code == 303
    here.client.post(f"{only}/retire")
    assert "No new assessment uses this set" in here.client.get(only).text
    here.client.post(f"{only}/restore")
    assert "No new assessment uses this set" not in here.client.get(only).text


def test_a_draft_is_made_once_and_discarded(here: Here) -> None:
    again = here.client.post(f"{BASE}/{here.set_id}/draft")
    assert again.location.endswith(here.page)
    assert here.client.get(f"{here.page}/discard").status_code == 200
    assert here.client.post(f"{here.page}/discard", data={"version": "77"}).status_code == 422
    assert here.client.post(f"{here.page}/discard", data={"version": here.version()}).status_code == 303
    assert here.client.get(here.page).status_code == 404
    db.session.expire_all()
    fresh = here.client.post(f"{BASE}/{here.set_id}/draft")
    assert fresh.status_code == 303
    assert here.client.get(fresh.location).status_code == 200


@pytest.mark.parametrize(
    "path",
    ["/999", "/999/edit", "/versions/999", "/versions/999/preview", "/versions/4294967296", "/4294967296"],
)
def test_what_is_not_there_is_not_found(here: Here, path: str) -> None:
    assert here.client.get(BASE + path).status_code == 404


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_only_administrators_get_in(here: Here, sign_in: SignIn, role: Role) -> None:
    other = builders.staff(builders.unit("Annan"), role, email=f"{role.value}@k.example")
    builders.settle()
    client = sign_in(other)
    for path in ("", "/new", f"/{here.set_id}", f"/versions/{here.draft}", f"/versions/{here.draft}/preview"):
        assert client.get(BASE + path).status_code in (403, 404)


def test_the_pages_take_as_many_queries_for_many_sets_and_questions(here: Here, app: Flask) -> None:
    def asked(path: str) -> int:
        with statements() as found:
            assert here.client.get(path).status_code == 200
        return len(found)

    paths = [BASE, f"{BASE}/{here.set_id}", here.page, f"{here.page}/compare", f"{here.page}/preview"]
    before = [asked(path) for path in paths]
    admin = Actor.of(db.session.get_one(Staff, here.ada.id))
    for number in range(4):
        editor.make_set(
            actor=admin, name=f"Set {number}", name_en="", start=editor.DELIVERED, now=builders.NOW
        )
    row = here.row()
    more = [
        Section(f"more_{n}", {"sv": "Mer"}, (Question(f"more_{n}", QuestionKind.TEXT, {"sv": "Mer?"}),))
        for n in range(20)
    ]
    row.questions = to_json([*from_json(row.questions), *more])
    builders.settle()
    assert [asked(path) for path in paths] == before
    assert max(before) <= 8


@pytest.mark.parametrize("key", ["x" * 200, "%22%3E%3Cb%3E", "a:b", "%00", "%C3%A5", "a%0Ab"])
def test_no_address_makes_a_key_that_answers_could_not_be_kept_under(here: Here, key: str) -> None:
    """Words that are sent for what was removed are added again: under a key of ours, whatever the address says."""
    asked = filled(here.client.get(f"{here.page}/questions/jobs").text)
    titled = filled(here.client.get(f"{here.page}/sections/{here.sections()[0].key}").text)
    for kind, sent in (("questions", asked), ("sections", titled)):
        answer = here.client.post(f"{here.page}/{kind}/{key}", data={**sent, "version": here.version()})
        assert answer.status_code in (303, 404, 422)
    keys = [s.key for s in here.sections()] + [q.key for q in questions_of(here.sections())]
    assert [k for k in keys if not re.fullmatch("[a-z0-9_]{1,60}", k)] == []


@pytest.mark.parametrize(
    "page",
    ["sections/new", "sections/{section}", "sections/{section}/new", "questions/jobs", "publish", "discard"],
)
def test_nothing_odd_breaks_the_editor(here: Here, page: str) -> None:
    """What is odd is stored as words or refused in words, on both databases."""
    address = f"{here.page}/{page.format(section=here.sections()[0].key)}"
    sent = filled(here.client.get(address).text)
    for number, odd in enumerate(value for value in ODD if len(value) < 10_000):
        name = sorted(sent)[number % len(sent)]
        answer = here.client.post(address, data={**sent, "version": here.version(), name: odd})
        assert answer.status_code in (200, 303, 404, 409, 422), (name, odd)
        if name != "version" and page in ("publish", "discard"):
            break
    for odd in ("", "\x00", "nothing", "x" * 3_000):
        for step in ("up", "section_down"):
            moved = here.client.post(f"{here.page}/move", data={step: odd, "version": "1"})
            assert moved.status_code in (303, 400, 404)
