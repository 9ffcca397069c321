"""What is typed into an assessment."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from flask import request
from flask_babel import lazy_gettext as _l

from activation.assessments.answers import (
    LONGEST_TEXT,
    Content,
    Page,
    Sent,
    page_of,
    read_content,
    seen_of,
)
from activation.assessments.questions import Question
from activation.assessments.words import said
from activation.web.fields import DateField, EnumRadios, LongTextField, Required, VersionField
from activation.web.forms import BaseForm
from activation.web.language import translate_error
from models.enums import QuestionKind, SupportOutcome
from models.errors import FieldError

TYPED = frozenset({QuestionKind.TEXT, QuestionKind.NUMBER, QuestionKind.DATE})


def text_field(key: str) -> str:
    """The name of the field in which words are typed (web/written.py gives them back whole)."""
    return f"text-{key}"


def choice_field(key: str) -> str:
    return f"choice-{key}"


def reason_field(key: str) -> str:
    return f"text-skip-{key}"


def answer_field(question: Question) -> str:
    return text_field(question.key) if question.kind in TYPED else choice_field(question.key)


@dataclass
class QuestionField:
    """A question of the form, as the summary of errors reads it."""

    question: Question
    values: list[str]
    reason: str
    seen: str
    errors: list[str] = field(default_factory=list)
    content: Content | None = None

    @property
    def id(self) -> str:
        return f"a-{self.question.key}"

    @property
    def label(self) -> Any:
        return SimpleNamespace(text=said(self.question.text))

    @property
    def widget(self) -> Any:
        return SimpleNamespace(input_type="text")

    @property
    def option_widget(self) -> Any:
        """Radios and boxes: the first of them is what an error leads to."""
        return SimpleNamespace() if self.question.kind in TYPED else SimpleNamespace(input_type="radio")

    def read(self) -> None:
        try:
            self.content = read_content(self.question, self.values, self.reason)
        except FieldError as error:
            self.errors.append(translate_error(error))

    @property
    def is_touched(self) -> bool:
        return self.content is not None and self.content.digest != seen_of(self.seen)[1]


class SectionForm:
    """What was typed on the page of a section: its questions are data, so its fields are too."""

    def __init__(self, questions: Sequence[Question]) -> None:
        self.form_errors: list[str] = []
        self.fields = [
            QuestionField(
                question,
                request.form.getlist(answer_field(question)),
                _without_kept_reason(question),
                request.form.get(f"seen-{question.key}", ""),
            )
            for question in questions
            if f"seen-{question.key}" in request.form
        ]
        for typed in self.fields:
            typed.read()

    @property
    def errors(self) -> list[str]:
        return self.form_errors + [error for typed in self.fields for error in typed.errors]

    def __iter__(self) -> Any:
        return iter(self.fields)

    @property
    def by_question(self) -> dict[str, QuestionField]:
        return {typed.question.key: typed for typed in self.fields}

    @property
    def _fields(self) -> dict[str, QuestionField]:
        """Where the error of a verb lands (web/forms.apply_errors)."""
        return self.by_question

    @property
    def page(self) -> Page:
        return page_of(request.form.get("page", ""))

    @property
    def sent(self) -> list[Sent]:
        """What differs from what the page began with: an untouched field says nothing."""
        return [
            Sent(typed.question, typed.content, seen_of(typed.seen)[0])
            for typed in self.fields
            if typed.content is not None and typed.is_touched
        ]


def _without_kept_reason(question: Question) -> str:
    """Why it is skipped; an answer takes the place of a reason that was there before and that nobody has touched."""
    reason = request.form.get(reason_field(question.key), "")
    answered = any(value.strip() for value in request.form.getlist(answer_field(question)))
    was = seen_of(request.form.get(f"seen-{question.key}", ""))[1]
    if answered and Content(None, " ".join(reason.split())).digest == was:
        return ""
    return reason


class CompleteForm(BaseForm):
    completed_on = DateField(_l("Gone through together on"), [Required()])


class EndNeedForm(BaseForm):
    """What became of a need of support."""

    outcome = EnumRadios(SupportOutcome, _l("What became of it?"), [Required()])
    note = LongTextField(_l("Note"), max_length=2_000, render_kw={"rows": 3})
    version = VersionField()


class EndNeedWithoutWordsForm(BaseForm):
    """The same, of a question where only may stand whether it was asked."""

    outcome = EnumRadios(SupportOutcome, _l("What became of it?"), [Required()])
    version = VersionField()


class TogetherForm(BaseForm):
    """One text of several. `seen`: the highest revision that was shown."""

    text = LongTextField(_l("The text from now on"), max_length=LONGEST_TEXT, render_kw={"rows": 8})
    seen = VersionField()
