"""The letters themselves: complete in both languages, and nothing in them that others must not read."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from activation.employer_page.links import make_link
from activation.messages.queries import links_by_id
from activation.messages.texts import TASKS_PATH, Part, employer_letter, staff_letter, write
from activation.records.actor import Actor
from activation.web.access import ACCESS
from activation.web.language import LANGUAGES
from models.enums import MessageKind
from tests import builders
from tests.builders import NOW

FOLDER = Path(__file__).parents[2] / "templates" / "messages"
# Words about aid, health or reasons, in both languages.
NEVER = re.compile(
    r"bistånd|försörjning|socialtjänst|anvis|frånvaro|sjuk|plan|personnummer|beslut|avslag"
    r"|\baid\b|benefit|welfare|absen|sick|decision|refus|personal number",
    re.IGNORECASE,
)


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.txt")), ids=lambda f: f.name)
def test_no_text_says_anything_sensitive(file: Path) -> None:
    assert NEVER.findall(file.read_text()) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("unmarked", [1, 3])
@pytest.mark.parametrize("kind", [MessageKind.ATTENDANCE_REQUEST, MessageKind.EMPLOYER_LINK])
def test_a_supervisor_learns_workplace_number_and_link_only(
    app: Flask, kind: MessageKind, unmarked: int, language: str
) -> None:
    workplace = builders.workplace("Lagret & <Co>", contact_name="Hanna Handledare")
    link = make_link(
        actor=Actor.system("t"), workplace=workplace, sent_to="h@lager.example", supervisor_name="H", now=NOW
    )
    values = employer_letter(
        links_by_id({link.id})[link.id],
        url="https://kommun.example/e/token",
        unmarked=unmarked,
        language=language,
    )
    letter = write(kind, values, language=language, to="h@lager.example", identity="i", now=NOW)
    assert "Lagret & <Co>" in letter.text
    assert "https://kommun.example/e/token\n" in letter.text
    assert "Hanna" not in letter.text + letter.subject
    assert (NOW + timedelta(days=13)).date().isoformat() in letter.text
    assert "Kontakt Test" in letter.text
    assert "\n\n\n" not in letter.text
    assert ("3" in letter.text.split("https")[0]) is (
        unmarked == 3 and kind is MessageKind.ATTENDANCE_REQUEST
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_staff_learn_how_many_of_which_kind(app: Flask, language: str) -> None:
    parts = [
        Part(MessageKind.TASK_DUE, {"task": "Agree a plan"}),
        Part(MessageKind.TASK_DUE, {"task": "Agree a plan"}),
        Part(MessageKind.TASK_ESCALATED, {"task": "Hold the first meeting"}),
    ]
    values = staff_letter(parts, language=language)
    letter = write(MessageKind.TASK_DUE, values, language=language, to="s@k.example", identity="i", now=NOW)
    assert letter.subject.startswith("3 ")
    assert ": 2\n" in letter.text
    assert ": 1\n" in letter.text
    assert letter.text.count("- ") == 2
    assert "\n\n\n" not in letter.text


def test_the_link_to_the_tasks_leads_to_the_tasks(app: Flask) -> None:
    with app.test_request_context():
        assert app.url_for("followups.tasks") == TASKS_PATH
    assert "followups.tasks" in ACCESS
