"""The Swedish catalogue is whole: every text that the product says is in it, translated, and no other text.

`make texts` collects the texts; what is new in activation/translations/sv is then to be translated by a person.
"""

import gettext
import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.frontend import CommandLineInterface
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[1]
SWEDISH = ROOT / "activation/translations/sv/LC_MESSAGES/messages.po"
# The names that mark a text besides gettext's own; the same as in `make texts`.
KEYWORDS = ("N_", "lazy_gettext", "_l")
PLACE = re.compile(r"%\([a-z_]+\)[a-z]|%%")


def _texts(message: Message) -> tuple[str, ...]:
    """The English forms of a message: one, or singular and plural."""
    return (message.id,) if isinstance(message.id, str) else tuple(map(str, message.id))


def _translations(message: Message) -> tuple[str, ...]:
    """The Swedish forms, as many as the catalogue has."""
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def _messages(catalogue: Catalog) -> list[Message]:
    """All but the header."""
    return [message for message in catalogue if message.id]


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """Every text in the code and the templates, as of now."""
    target = tmp_path_factory.mktemp("texts") / "messages.pot"
    marks = [part for keyword in KEYWORDS for part in ("-k", keyword)]
    arguments = [
        "pybabel",
        "--quiet",
        "extract",
        "-F",
        str(ROOT / "babel.cfg"),
        *marks,
        "-o",
        str(target),
        str(ROOT),
    ]
    CommandLineInterface().run(arguments)  # type: ignore[no-untyped-call]
    with target.open("rb") as file:
        return read_po(file)


@pytest.fixture(scope="module")
def swedish() -> Catalog:
    with SWEDISH.open("rb") as file:
        return read_po(file, locale="sv")


def test_every_text_of_the_product_is_in_the_catalogue(collected: Catalog, swedish: Catalog) -> None:
    known = {(message.id, message.context) for message in _messages(swedish)}
    missing = {(message.id, message.context) for message in _messages(collected)} - known
    assert len(_messages(collected)) > 1000, "the texts were not found"
    assert not missing, f"not in {SWEDISH.relative_to(ROOT)}: run `make texts` and translate"


def test_the_catalogue_holds_no_text_that_the_product_no_longer_says(
    collected: Catalog, swedish: Catalog
) -> None:
    said = {(message.id, message.context) for message in _messages(collected)}
    left_over = {(message.id, message.context) for message in _messages(swedish)} - said
    assert not left_over
    assert not swedish.obsolete


def test_every_text_is_translated_by_a_person(swedish: Catalog) -> None:
    assert not [message.id for message in _messages(swedish) if message.fuzzy]
    assert not [
        message.id for message in _messages(swedish) if not all(t.strip() for t in _translations(message))
    ]


def test_every_plural_has_both_swedish_forms(swedish: Catalog) -> None:
    plurals = [message for message in _messages(swedish) if message.pluralizable]
    assert plurals
    assert not [message.id for message in plurals if len(_translations(message)) != 2]


def test_a_translation_has_the_places_of_its_text(swedish: Catalog) -> None:
    wrong = {}
    for message in _messages(swedish):
        wanted = [sorted(PLACE.findall(text)) for text in _texts(message)]
        found = [sorted(PLACE.findall(text)) for text in _translations(message)]
        if wanted != found:
            wrong[_texts(message)[0]] = found
    assert not wrong


def test_a_translation_ends_as_its_text_does(swedish: Catalog) -> None:
    """A sentence stays a sentence, a label a label; and no blanks came in at the ends."""
    wrong = {}
    for message in _messages(swedish):
        for text, translation in zip(_texts(message), _translations(message), strict=True):
            if _ending(text) != _ending(translation) or translation != translation.strip():
                wrong[text] = translation
    assert not wrong


def _ending(text: str) -> str:
    return text[-1] if text[-1] in ".:?!…" else ""


def test_the_catalogue_compiles_and_knows_swedish_plurals(swedish: Catalog, tmp_path: Path) -> None:
    """Without a header pybabel takes a catalogue for unfinished, and leaves it out without failing."""
    assert not swedish.fuzzy
    compiled = tmp_path / "messages.mo"
    with compiled.open("wb") as file:
        write_mo(file, swedish)
    with compiled.open("rb") as file:
        read = gettext.GNUTranslations(file)
    say = [read.ngettext("%(num)s account", "%(num)s accounts", number) for number in (0, 1, 2)]
    assert say == ["%(num)s konton", "%(num)s konto", "%(num)s konton"]
    assert read.info()["language"] == "sv"
