"""The verbs of the question sets: drafts, publishing for good, retiring, and who may do it."""

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from activation.assessments import editor
from activation.assessments.default import seed_questions
from activation.assessments.question_queries import (
    current_version,
    current_versions,
    draft_of,
    load_version,
    published_before,
    sets_listed,
    versions_of,
)
from activation.assessments.questions import Option, Question, Section, from_json, questions_of
from activation.database import db
from activation.records.actor import Actor
from models import QuestionSet, QuestionSetVersion
from models.enums import QuestionKind, Role
from models.errors import Conflict, DomainError, FieldError, NotAllowed
from tests import builders

NOW = builders.NOW
ADMIN = Actor(name="Ada", staff_id=1, role=Role.ADMINISTRATOR)


def made(start: str = editor.EMPTY, name: str = "Egen") -> QuestionSetVersion:
    draft = editor.make_set(actor=ADMIN, name=name, name_en="", start=start, now=NOW)
    loaded = load_version(draft.id)
    assert loaded is not None
    return loaded


def save(draft: QuestionSetVersion, section: str, asked: Question, seen: int | None = None) -> Question:
    return editor.save_question(
        actor=ADMIN,
        draft=draft,
        section_key=section,
        question=asked,
        seen_version=draft.version if seen is None else seen,
        now=NOW,
    )


def add_section(draft: QuestionSetVersion, title: str = "Om dig") -> str:
    return editor.save_section(
        actor=ADMIN,
        draft=draft,
        section=Section("", {"sv": title}, ()),
        seen_version=draft.version,
        now=NOW,
    ).key


def asked(text: str = "Hur mår du?", kind: QuestionKind = QuestionKind.TEXT, **values: Any) -> Question:
    return Question(**{"key": "", "kind": kind, "text": {"sv": text}, **values})


def publish(draft: QuestionSetVersion) -> None:
    editor.publish(actor=ADMIN, draft=draft, seen_version=draft.version, now=NOW)


def with_one(kind: QuestionKind = QuestionKind.TEXT, name: str = "Egen") -> tuple[QuestionSetVersion, str]:
    """A published set that asks one question; the key of that question."""
    draft = made(name=name)
    key = save(draft, add_section(draft), asked(kind=kind)).key
    publish(draft)
    return draft, key


def next_draft(of: QuestionSetVersion) -> QuestionSetVersion:
    loaded = load_version(editor.new_draft(actor=ADMIN, of=of.question_set, now=NOW).id)
    assert loaded is not None
    return loaded


def every_verb(draft: QuestionSetVersion, actor: Actor, seen: int | None) -> dict[str, Any]:
    """Each verb that changes a version, ready to be called."""
    common: dict[str, Any] = {"actor": actor, "draft": draft, "seen_version": seen}
    return {
        "discard": lambda: editor.discard_draft(**common),
        "save_section": lambda: editor.save_section(section=Section("", {"sv": "Ny"}, ()), now=NOW, **common),
        "remove_section": lambda: editor.remove_section(key="om_dig", now=NOW, **common),
        "save_question": lambda: editor.save_question(
            section_key="om_dig", question=asked("Ny?"), now=NOW, **common
        ),
        "remove_question": lambda: editor.remove_question(key="hur_mar_du", now=NOW, **common),
        "move": lambda: editor.move(key="hur_mar_du", is_section=False, step=1, now=NOW, **common),
        "publish": lambda: editor.publish(now=NOW, **common),
    }


VERBS = list(every_verb(QuestionSetVersion(), ADMIN, 0))


@pytest.mark.parametrize("verb", VERBS)
def test_no_verb_changes_a_published_version(app: Flask, verb: str) -> None:
    version, _key = with_one()
    builders.settle()
    before, number = version.questions, version.version
    with pytest.raises(Conflict):
        every_verb(version, ADMIN, number)[verb]()
    db.session.rollback()
    kept = db.session.get_one(QuestionSetVersion, version.id)
    assert (kept.questions, kept.version, kept.published_by) == (before, number, "Ada")


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_only_administrators_change_a_draft(app: Flask, verb: str, role: Role) -> None:
    version, _key = with_one()
    draft = next_draft(version)
    with pytest.raises(NotAllowed):
        every_verb(draft, Actor(name="Sara", staff_id=2, role=role), draft.version)[verb]()


def test_only_administrators_make_rename_retire_or_restore_a_set(app: Flask) -> None:
    version, _key = with_one()
    of, sara = version.question_set, Actor(name="Sara", staff_id=2, role=Role.UNIT_LEAD)
    for call in (
        lambda: editor.make_set(actor=sara, name="X", name_en="", start=editor.EMPTY, now=NOW),
        lambda: editor.rename_set(actor=sara, of=of, name="X", name_en=""),
        lambda: editor.retire_set(actor=sara, of=of),
        lambda: editor.restore_set(actor=sara, of=of),
        lambda: editor.new_draft(actor=sara, of=of, now=NOW),
    ):
        with pytest.raises(NotAllowed):
            call()


@pytest.mark.parametrize("verb", VERBS)
def test_of_two_administrators_the_second_is_told(app: Flask, verb: str) -> None:
    version, _key = with_one()
    draft = next_draft(version)
    seen = draft.version
    save(draft, "om_dig", asked("Den andras fråga?"))
    with pytest.raises(Conflict):
        every_verb(draft, ADMIN, seen)[verb]()
    assert "Den andras fråga?" in [q.text["sv"] for q in questions_of(from_json(draft.questions))]


@pytest.mark.parametrize("verb", [verb for verb in VERBS if verb != "discard"])
def test_a_draft_that_was_discarded_meanwhile_takes_nothing(app: Flask, verb: str) -> None:
    version, _key = with_one()
    draft = next_draft(version)
    builders.settle()
    other = db.session.get_one(QuestionSetVersion, draft.id)
    seen = other.version
    call = every_verb(draft, ADMIN, seen)[verb]
    editor.discard_draft(actor=ADMIN, draft=other, seen_version=seen)
    with pytest.raises(Conflict):
        call()


def test_earlier_assessments_keep_their_version_and_new_ones_use_the_latest(app: Flask) -> None:
    version, key = with_one()
    first = version.id
    assert current_version() == version
    draft = next_draft(version)
    assert current_version() == version, "a draft is not used"
    save(draft, "om_dig", replace(asked("Hur har du det?"), key=key))
    publish(draft)
    assert current_version() == draft
    assert published_before(draft) == version
    assert [v.number for v in versions_of(version.set_id)] == [2, 1]
    kept = load_version(first)
    assert kept is not None
    assert [q.text["sv"] for q in questions_of(from_json(kept.questions))] == ["Hur mår du?"]


def test_a_reworded_question_is_the_same_and_one_of_another_kind_is_new(app: Flask) -> None:
    version, key = with_one()
    draft = next_draft(version)
    assert save(draft, "om_dig", replace(asked("Hur har du det?"), key=key)).key == key
    other = save(draft, "om_dig", replace(asked("Hur mår du?", QuestionKind.YES_NO), key=key))
    assert other.key == f"{key}_2"
    assert [q.key for q in questions_of(from_json(draft.questions))] == [other.key]
    publish(draft)
    again = next_draft(draft)
    editor.remove_question(actor=ADMIN, draft=again, key=other.key, seen_version=again.version, now=NOW)
    assert save(again, "om_dig", asked("Hur mår du?")).key == f"{key}_3"


def test_options_keep_their_keys_when_they_are_reworded_and_moved(app: Flask) -> None:
    draft = made()
    section = add_section(draft)
    first = save(
        draft,
        section,
        asked(
            "Var?",
            QuestionKind.CHOICE,
            options=(Option("", {"sv": "Här"}), Option("nonsense", {"sv": "Där"})),
        ),
    )
    assert [o.key for o in first.options] == ["har", "dar"]
    publish(draft)
    draft = next_draft(draft)
    options = (Option("dar", {"sv": "Långt bort"}), Option("", {"sv": "Här"}))
    second = save(draft, section, replace(first, options=options))
    assert second.key == first.key
    assert [o.key for o in second.options] == ["dar", "har_2"]


def test_a_question_for_the_work_profile_gets_the_profiles_own_options(app: Flask) -> None:
    draft = made()
    section = add_section(draft)
    level = save(draft, section, asked("Svenska?", QuestionKind.CHOICE, feeds="language_level"))
    assert [o.key for o in level.options] == ["none", "basic", "intermediate", "good", "fluent"]
    reworded = tuple(replace(o, text={"sv": f"{o.text['sv']}!"}) for o in level.options)
    again = save(draft, section, replace(level, options=reworded))
    assert [o.key for o in again.options] == [o.key for o in level.options]
    with pytest.raises(FieldError) as refused:
        save(draft, section, replace(level, options=(*reworded, Option("", {"sv": "Lite grann"}))))
    assert refused.value.field == "options"
    with pytest.raises(FieldError) as refused:
        save(draft, section, asked("En gång till?", QuestionKind.CHOICE, feeds="language_level"))
    assert refused.value.field == "feeds"


def test_what_cannot_be_asked_is_not_published(app: Flask) -> None:
    draft = made()
    with pytest.raises(DomainError):
        publish(draft)
    add_section(draft)
    with pytest.raises(DomainError):
        publish(draft)
    assert draft.published_at is None


def test_a_question_needs_a_section_that_is_there(app: Flask) -> None:
    draft = made()
    with pytest.raises(FieldError) as refused:
        save(draft, "gone", asked())
    assert refused.value.field == "section"


def test_sections_are_moved_reworded_and_removed_with_what_stands_in_them(app: Flask) -> None:
    draft = made(start=editor.DELIVERED)
    keys = [s.key for s in from_json(draft.questions)]
    editor.move(
        actor=ADMIN, draft=draft, key=keys[1], is_section=True, step=-1, seen_version=draft.version, now=NOW
    )
    assert [s.key for s in from_json(draft.questions)][:2] == [keys[1], keys[0]]
    section = from_json(draft.questions)[0]
    editor.save_section(
        actor=ADMIN,
        draft=draft,
        section=Section(section.key, {"sv": "Jobb"}, ()),
        seen_version=draft.version,
        now=NOW,
    )
    changed = from_json(draft.questions)[0]
    assert (changed.key, changed.title, changed.questions) == (section.key, {"sv": "Jobb"}, section.questions)
    editor.remove_section(actor=ADMIN, draft=draft, key=section.key, seen_version=draft.version, now=NOW)
    assert section.key not in [s.key for s in from_json(draft.questions)]
    # What is gone or unknown moves nowhere, and nothing else does.
    stored = draft.questions
    for is_section in (True, False):
        editor.move(
            actor=ADMIN,
            draft=draft,
            key="x",
            is_section=is_section,
            step=1,
            seen_version=draft.version,
            now=NOW,
        )
    assert draft.questions == stored


def test_there_is_one_draft_however_often_it_is_asked_for(app: Flask) -> None:
    version, _key = with_one()
    first = editor.new_draft(actor=ADMIN, of=version.question_set, now=NOW)
    assert editor.new_draft(actor=ADMIN, of=version.question_set, now=NOW) == first
    assert draft_of(version.set_id) == first
    editor.discard_draft(actor=ADMIN, draft=first, seen_version=first.version)
    assert draft_of(version.set_id) is None
    only = made(name="Annan")
    with pytest.raises(DomainError):
        editor.discard_draft(actor=ADMIN, draft=only, seen_version=only.version)


def test_two_sets_never_have_one_name(app: Flask) -> None:
    made()
    with pytest.raises(FieldError) as refused:
        made()
    assert refused.value.field == "name"
    other = made(name="Annan")
    with pytest.raises(FieldError):
        editor.rename_set(actor=ADMIN, of=other.question_set, name="Egen", name_en="")
    editor.rename_set(actor=ADMIN, of=other.question_set, name="Annan", name_en="Other")
    assert other.question_set.name_en == "Other"


def test_a_new_set_begins_empty_as_delivered_or_as_a_copy_with_the_same_keys(app: Flask) -> None:
    seed_questions(now=NOW)
    delivered = current_version()
    assert delivered is not None
    assert made(name="Tom").questions == []
    assert made(editor.DELIVERED, "Som levererad").questions == delivered.questions
    copy = made(str(delivered.set_id), "Kopia")
    assert copy.questions == delivered.questions
    assert (copy.number, copy.published_at) == (1, None)
    with pytest.raises(FieldError):
        made("999999", "Ingen")


def test_a_retired_set_is_used_no_more_and_the_last_one_cannot_be_retired(app: Flask) -> None:
    seed_questions(now=NOW)
    first = current_version()
    assert first is not None
    with pytest.raises(DomainError):
        editor.retire_set(actor=ADMIN, of=first.question_set)
    unpublished = made(name="Utkast")
    editor.retire_set(actor=ADMIN, of=unpublished.question_set)
    with_one(name="Ny")
    assert len(current_versions()) == 2
    assert current_version() == first, "the oldest set in use"
    editor.retire_set(actor=ADMIN, of=first.question_set)
    (current,) = current_versions()
    assert (current_version(), current_version(first.set_id)) == (current, None)
    assert current.question_set.name == "Ny"
    editor.restore_set(actor=ADMIN, of=first.question_set)
    assert current_version(first.set_id) == first
    assert [(row.of.name, row.published is not None, row.draft is not None) for row in sets_listed()] == [
        ("Kartläggning", True, False),
        ("Ny", True, False),
        ("Utkast", False, True),
    ]
    assert db.session.get_one(QuestionSet, unpublished.set_id).active is False
