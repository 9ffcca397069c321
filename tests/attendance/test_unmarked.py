"""Unmarked is not absent: not in a word, and not in a colour."""

import re
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import gettext

from activation.attendance.rules import ABSENCES
from activation.caseload.tiles import WITH_UNMARKED
from activation.web.language import LANGUAGES, in_language
from models.enums import EmployerAnswer, Mark

TEMPLATES = Path(__file__).parents[2] / "templates"
TAG = re.compile(r'<span class="ds-tag[^"]*" data-color="(?P<tone>[^"]*)">(?P<text>.*?)</span>')
UNMARKED = "unmarked"
ABSENT = {"sv": r"frånvar|sjuk|uteb|inte h(är|it)|kom inte", "en": r"absen|sick|away|not here|did not come"}


def test_no_mark_has_the_tone_of_no_mark() -> None:
    for code in (*Mark, *EmployerAnswer):
        assert code.tone != UNMARKED


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_mark_shares_no_word_with_an_absence(app: Flask, language: str) -> None:
    with app.test_request_context(), in_language(language):
        assert not re.search(ABSENT[language], gettext("Not marked"), re.IGNORECASE)
        words = set(gettext("Not marked").lower().split())
        for absence in (*ABSENCES, EmployerAnswer.NOT_HERE):
            assert not words & (set(gettext(absence.label).lower().split()) - {"not", "inte", "ej"}), absence


def files() -> list[Path]:
    return sorted(TEMPLATES.rglob("*.html"))


def test_wherever_a_page_says_not_marked_it_says_so_in_that_tone() -> None:
    """Each tag that may say it: with the tone of its mark, else that of no mark."""
    found = 0
    for file in files():
        text = file.read_text()
        names = set(re.findall(r"(l_unmarked)\b", text))
        for tag in TAG.finditer(text):
            says = tag["text"]
            if "_('Not marked')" in says or any(name in says for name in names):
                found += 1
                tone = tag["tone"]
                assert tone == UNMARKED or tone.endswith("else 'unmarked' }}"), f"{file.name}: {tag[0]}"
            else:
                assert tag["tone"] != UNMARKED, f"{file.name}: {tag[0]}"
    assert found >= 3


def test_only_a_tag_of_no_mark_has_its_colour() -> None:
    style = (TEMPLATES.parent / "activation/web/static/app.css").read_text()
    rule = re.search(r'\.ds-tag\[data-color="unmarked"\] \{([^}]*)\}', style)
    assert rule is not None
    assert "danger" not in rule[1]
    assert "warning" not in rule[1]


def test_the_tiles_of_sessions_to_mark_have_no_tone_of_an_absence() -> None:
    tones = {absence.tone for absence in ABSENCES} | {EmployerAnswer.NOT_HERE.tone}
    assert WITH_UNMARKED.tone not in tones
    today = (TEMPLATES / "caseload" / "today.html").read_text()
    tile = re.search(r"tile\(_\('Sessions to mark'\).*?tone='(\w+)'", today)
    assert tile is not None
    assert tile[1] not in tones
