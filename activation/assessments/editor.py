"""What administrators do with the question sets: make them, change drafts, publish, retire. No cases here.

A published version never changes: every verb that changes a version refuses one, and waits for whoever changes it at
the same moment. `seen_version` is the draft's when the page was opened: raises Conflict where somebody saved since.
"""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select

from activation.assessments import question_rules as rules
from activation.assessments.default import options_for, shipped, take_turn_with_sets
from activation.assessments.question_queries import (
    current_version,
    current_versions,
    draft_of,
    locked,
    newest_number,
    option_keys,
    published_kinds,
)
from activation.assessments.questions import WITH_OPTIONS, Question, Section, from_json, questions_of, to_json
from activation.database import db
from activation.records.actor import Actor
from activation.records.versions import must_be_current
from models import QuestionSet, QuestionSetVersion
from models.enums import Role
from models.errors import Conflict, DomainError, FieldError, NotAllowed
from models.texts import N_

# What a new set begins with, besides a copy of another one.
EMPTY, DELIVERED = "empty", "delivered"


def _must_administer(actor: Actor) -> None:
    if actor.role is not Role.ADMINISTRATOR:
        raise NotAllowed(N_("Only administrators change the questions."))


def make_set(*, actor: Actor, name: str, name_en: str, start: str, now: datetime) -> QuestionSetVersion:
    """A new set with its first draft. `start`: EMPTY, DELIVERED, or the id of a set whose newest version is copied.

    Raises FieldError, NotAllowed.
    """
    _must_administer(actor)
    take_turn_with_sets()
    _must_be_free(name, besides=None)
    sections = _beginning(start)
    of = QuestionSet(name=name, name_en=name_en, active=True, made_at=now, made_by=actor.name)
    db.session.add(of)
    db.session.flush()
    return _add_draft(of, sections, actor, now)


def _beginning(start: str) -> rules.Sections:
    if start == EMPTY:
        return ()
    if start == DELIVERED:
        return shipped()[1]
    newest = current_version(int(start)) or draft_of(int(start))
    if newest is None:
        raise FieldError("start", N_("Choose one from the list."))
    return from_json(newest.questions)


def _must_be_free(name: str, *, besides: int | None) -> None:
    if db.session.scalar(
        select(QuestionSet.id).where(QuestionSet.name == name, QuestionSet.id.is_distinct_from(besides))
    ):
        raise FieldError("name", N_("There is already a set of that name."))


def rename_set(*, actor: Actor, of: QuestionSet, name: str, name_en: str) -> None:
    """Raises FieldError, NotAllowed."""
    _must_administer(actor)
    take_turn_with_sets()
    _must_be_free(name, besides=of.id)
    of.name, of.name_en = name, name_en
    db.session.flush()


def retire_set(*, actor: Actor, of: QuestionSet) -> None:
    """No new assessment uses it; those that were begun go on with their questions. Raises DomainError, NotAllowed."""
    _must_administer(actor)
    take_turn_with_sets()
    db.session.refresh(of)
    current = current_versions()
    if of.active and [version.set_id for version in current] == [of.id]:
        raise DomainError(
            N_(
                "This is the only set in use: without it no assessment could begin. Publish another one first."
            )
        )
    of.active = False
    db.session.flush()


def restore_set(*, actor: Actor, of: QuestionSet) -> None:
    """In use again. Raises NotAllowed."""
    _must_administer(actor)
    of.active = True
    db.session.flush()


def new_draft(*, actor: Actor, of: QuestionSet, now: datetime) -> QuestionSetVersion:
    """A draft with what the version published last asks; the draft that there is, where there is one."""
    _must_administer(actor)
    take_turn_with_sets()
    there = draft_of(of.id)
    if there is not None:
        return there
    newest = db.session.scalars(
        select(QuestionSetVersion)
        .where(QuestionSetVersion.set_id == of.id)
        .order_by(QuestionSetVersion.number.desc(), QuestionSetVersion.id)
        .limit(1)
    ).first()
    return _add_draft(of, from_json(newest.questions) if newest else (), actor, now)


def _add_draft(of: QuestionSet, sections: rules.Sections, actor: Actor, now: datetime) -> QuestionSetVersion:
    draft = QuestionSetVersion(
        set_id=of.id,
        number=newest_number(of.id) + 1,
        questions=to_json(sections),
        changed_at=now,
        changed_by=actor.name,
    )
    db.session.add(draft)
    db.session.flush()
    return draft


def _open(actor: Actor, draft: QuestionSetVersion, seen_version: int | None) -> rules.Sections:
    """The sections of a draft that may be changed now; nobody else changes it until the end of the transaction."""
    _must_administer(actor)
    if locked(draft.id) is None:
        raise Conflict(N_("This draft was discarded meanwhile. Write it into a new draft."))
    if draft.published_at is not None:
        raise Conflict(
            N_("This version was published meanwhile and never changes again. Write it into a new draft.")
        )
    must_be_current(seen_version, draft.version)
    return from_json(draft.questions)


def _store(actor: Actor, draft: QuestionSetVersion, sections: rules.Sections, now: datetime) -> None:
    draft.questions = to_json(sections)
    draft.changed_at, draft.changed_by = now, actor.name
    db.session.flush()


def discard_draft(*, actor: Actor, draft: QuestionSetVersion, seen_version: int | None) -> None:
    """The draft goes, with all that is written in it. Raises Conflict, DomainError, NotAllowed."""
    _open(actor, draft, seen_version)
    if draft.number == 1:
        raise DomainError(N_("A set cannot be without any version. Retire the set instead."))
    db.session.delete(draft)
    db.session.flush()


def save_section(
    *, actor: Actor, draft: QuestionSetVersion, section: Section, seen_version: int | None, now: datetime
) -> Section:
    """Adds a section (its key is "") or gives one other words. Raises FieldError, Conflict, NotAllowed."""
    sections = _open(actor, draft, seen_version)
    rules.check_swedish(title=section.title, help=section.help)
    if not rules.is_key(section.key):
        taken = {s.key for s in sections}
        section = replace(section, key=rules.new_key(section.title.get("sv", ""), taken))
    _store(actor, draft, rules.put_section(sections, section), now)
    return section


def remove_section(
    *, actor: Actor, draft: QuestionSetVersion, key: str, seen_version: int | None, now: datetime
) -> None:
    """With all its questions. Raises Conflict, NotAllowed."""
    sections = _open(actor, draft, seen_version)
    _store(actor, draft, rules.remove_section(sections, key), now)


def save_question(
    *,
    actor: Actor,
    draft: QuestionSetVersion,
    section_key: str,
    question: Question,
    seen_version: int | None,
    now: datetime,
) -> Question:
    """Adds a question (its key is "") or changes one, and gives it as it is stored: with its key, and its options'.

    A question that the work profile has options for and that is given none gets those.
    Raises FieldError, Conflict, DomainError, NotAllowed.
    """
    sections = _open(actor, draft, seen_version)
    if rules.find_section(sections, section_key) is None:
        raise FieldError("section", N_("Choose one from the list."))
    old_key, offered = question.key, options_for(question.feeds)
    if offered and not question.options:
        question = replace(question, options=offered)
    others = rules.remove_question(sections, old_key)
    if question.kind in WITH_OPTIONS:
        question = _with_keys(draft, question, sections)
    rules.check_question(question, others, offered)
    taken = {q.key for q in questions_of(sections)} - {old_key}
    published = published_kinds(draft.set_id)
    question = replace(question, key=rules.key_of(question, {*taken, old_key}, published))
    _store(actor, draft, rules.put_question(sections, section_key, question, old_key), now)
    return question


def _with_keys(draft: QuestionSetVersion, question: Question, sections: rules.Sections) -> Question:
    """Its options with keys: those of the stored question and of the work profile are known, others are made anew."""
    held = rules.find_question(sections, question.key)
    stored = {o.key for o in held[1].options} if held else set()
    known = stored | {o.key for o in options_for(question.feeds)}
    options = [o if o.key in known else replace(o, key="") for o in question.options]
    taken = stored | option_keys(draft.set_id, question.key)
    return replace(question, options=rules.keyed(options, taken))


def remove_question(
    *, actor: Actor, draft: QuestionSetVersion, key: str, seen_version: int | None, now: datetime
) -> None:
    """Raises Conflict, NotAllowed."""
    sections = _open(actor, draft, seen_version)
    _store(actor, draft, rules.remove_question(sections, key), now)


def move(
    *,
    actor: Actor,
    draft: QuestionSetVersion,
    key: str,
    is_section: bool,
    step: int,
    seen_version: int | None,
    now: datetime,
) -> None:
    """One place up (step -1) or down (1): a section, or a question within its section. Raises Conflict, NotAllowed."""
    sections = _open(actor, draft, seen_version)
    if is_section and rules.find_section(sections, key):
        sections = rules.move_section(sections, key, step)
    elif not is_section:
        sections = rules.move_question(sections, key, step)
    _store(actor, draft, sections, now)


def publish(*, actor: Actor, draft: QuestionSetVersion, seen_version: int | None, now: datetime) -> None:
    """From now on new assessments use this version, and it never changes again. Earlier ones keep their own.

    Raises Conflict, DomainError, NotAllowed.
    """
    take_turn_with_sets()
    sections = _open(actor, draft, seen_version)
    found = rules.problems(sections)
    if found:
        raise DomainError(N_("Nothing was published: something in the draft must be corrected first."))
    draft.published_at, draft.published_by = now, actor.name
    db.session.flush()
