"""What may stand in a text, how it is filled, and how long an SMS is."""

import pytest

from activation.messages.text_catalogue import TEXTS, TEXTS_BY_NAME
from activation.messages.text_files import FOLDER, shipped
from activation.messages.text_rules import MOST_PARTS, Audience, Text, check_text, fill, places, sms_length
from activation.web.language import LANGUAGES
from models.enums import Channel
from models.errors import FieldError

SMS = TEXTS_BY_NAME["meeting_reminder.sms"]
LETTER = TEXTS_BY_NAME["meeting_reminder.letter"]
LINK = TEXTS_BY_NAME["employer_link"]
each_text = pytest.mark.parametrize("text", TEXTS, ids=lambda t: t.name)
each_language = pytest.mark.parametrize("language", LANGUAGES)


@each_language
@each_text
def test_every_shipped_text_is_one_that_could_be_saved(text: Text, language: str) -> None:
    words = shipped(text, language)
    check_text(text, subject=words.subject, body=words.body)


@each_text
def test_a_text_says_the_same_places_in_every_language(text: Text) -> None:
    said = [
        sorted(set(places(words.subject + words.body)))
        for words in (shipped(text, language) for language in LANGUAGES)
    ]
    assert all(one == said[0] for one in said)


def test_every_file_is_in_the_catalogue_and_the_other_way_round() -> None:
    files = {path.name for path in FOLDER.glob("*.txt")}
    assert files == {f"{text.name}.{language}.txt" for text in TEXTS for language in LANGUAGES}


@each_text
def test_every_place_is_explained_and_has_a_sample(text: Text) -> None:
    names = [p.name for p in text.placeholders]
    assert len(names) == len(set(names))
    assert all(p.meaning and p.sample for p in text.placeholders)
    assert text.what
    assert text.when


@each_text
def test_no_text_that_travels_in_the_open_may_hold_what_is_said_of_a_person(text: Text) -> None:
    sensitive = [p for p in text.placeholders if p.sensitive]
    if text.channel in (Channel.SMS, Channel.EMAIL):
        assert not any(text.may_hold(p) for p in sensitive)
        shown = {name for language in LANGUAGES for name in places(shipped(text, language).body)}
        assert not shown & {p.name for p in sensitive}


@each_language
def test_an_sms_as_shipped_is_one_sms(language: str) -> None:
    for text in TEXTS:
        if text.channel is Channel.SMS:
            filled = fill(shipped(text, language).body, {p.name: p.sample for p in text.placeholders})
            assert sms_length(filled).parts == 1


def refused(text: Text, body: str, subject: str = "Rubrik") -> FieldError:
    with pytest.raises(FieldError) as caught:
        check_text(text, subject=subject if text.has_subject else "", body=body)
    return caught.value


@pytest.mark.parametrize(
    ("text", "body", "named"),
    [
        (SMS, "Möte {dag} kl. {time}", "{dag}"),
        (SMS, "Möte {day} kl. {time", "{time"),
        (SMS, "Möte {day} kl. time}", "time}"),
        (SMS, "Möte {{day}} {time}", "{"),
        (SMS, "Möte {day} {time} {}", "{}"),
        (SMS, "Möte {day} {time} {Name}", "{Name}"),
        (SMS, "Möte {day}", "{time}"),
        (SMS, "Hej {name}, möte {day} kl. {time}", "{name}"),
        (SMS, "Möte {day} {time} på {place}", "{place}"),
        (TEXTS_BY_NAME["meeting_reminder.email"], "Hej {name}, möte {day} kl. {time}", "{name}"),
        (LINK, "Hej!", "{address}"),
        (LINK, "{address} för den som har försörjningsstöd", "försörjningsstöd"),
        (SMS, "Möte {day} {time} på Socialtjänsten", "Socialtjänsten"),
        (SMS, "", "text"),
    ],
)
def test_what_is_wrong_is_named(text: Text, body: str, named: str) -> None:
    error = refused(text, body)
    assert error.field == "body"
    assert named in str(error)


def test_a_letter_on_paper_may_say_name_and_place() -> None:
    check_text(LETTER, subject="Möte", body="Hej {name}! {day} {time} {place}")


def test_a_subject_is_needed_and_holds_no_lists() -> None:
    assert refused(LINK, "{address}", subject=" ").field == "subject"
    tasks = TEXTS_BY_NAME["staff_tasks"]
    body = shipped(tasks, "sv").body
    assert refused(tasks, body, subject="{due}").field == "subject"
    assert refused(tasks, body, subject="{who}").field == "subject"


def test_an_sms_of_many_parts_is_refused() -> None:
    error = refused(SMS, "{day} {time} " + "x" * 153 * MOST_PARTS)
    assert error.field == "body"


def test_staff_texts_may_use_the_words_of_the_trade() -> None:
    assert all(text.audience is not Audience.STAFF for text in TEXTS if text.channel is Channel.SMS)
    tasks = TEXTS_BY_NAME["staff_tasks"]
    check_text(tasks, subject="x", body=shipped(tasks, "sv").body + "\nBiståndet")


@pytest.mark.parametrize(
    ("words", "values", "filled"),
    [
        ("Hej {name}!", {"name": "Kim"}, "Hej Kim!"),
        ("a\n\nFrågor? {contact}\n\nb", {"contact": ""}, "a\n\nb"),
        ("Dags:\n{due}\n\nb", {"due": ""}, "b"),
        ("Dags:\n{due}\n\nb", {"due": "- x\n- y"}, "Dags:\n- x\n- y\n\nb"),
        ("Möte {day}. {how}\nFrågor? {contact}", {"day": "idag", "how": "", "contact": ""}, "Möte idag."),
        ("{a} {b}", {"a": "", "b": "x"}, "x"),
        ("{a}", {"a": "{b}", "b": "never"}, "{b}"),  # what is filled in is not filled again
        ("no places\n\n\n\nat all", {}, "no places\n\nat all"),
    ],
)
def test_empty_places_take_their_line_or_paragraph_along(
    words: str, values: dict[str, str], filled: str
) -> None:
    assert fill(words, values) == filled


@pytest.mark.parametrize(
    ("text", "characters", "parts", "widened_by"),
    [
        ("", 0, 1, ""),
        ("å" * 160, 160, 1, ""),
        ("å" * 161, 161, 2, ""),
        ("x" * 306, 306, 2, ""),
        ("x" * 307, 307, 3, ""),
        ("€" * 80, 160, 1, ""),
        ("€" * 81, 162, 2, ""),
        ("–" + "x" * 69, 70, 1, "–"),
        ("–" + "x" * 70, 71, 2, "–"),
        ("😀" * 35, 70, 1, "😀"),
        ("😀" * 36, 72, 2, "😀"),
    ],
)
def test_an_sms_is_as_long_as_the_operator_counts(
    text: str, characters: int, parts: int, widened_by: str
) -> None:
    length = sms_length(text)
    assert (length.characters, length.parts, length.widened_by) == (characters, parts, widened_by)
