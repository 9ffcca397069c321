"""What administrators type in the question sets."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import Field, HiddenField, ValidationError

from activation.assessments import question_rules as rules
from activation.assessments.questions import FEEDS, Option, Question, Section, Text
from activation.web.forms import (
    BaseForm,
    ChoiceSelect,
    EnumRadios,
    FieldList,
    FormField,
    IntegerField,
    LongTextField,
    Required,
    SubForm,
    TextField,
    VersionField,
)
from models.enums import QuestionKind
from models.texts import N_

# The facts of the work profile, as administrators read them.
FEEDS_TEXTS: Mapping[str, str] = {
    "wishes": N_("Wishes (text)"),
    "competences": N_("Competences: leads on to their page (text)"),
    "language_level": N_("Level of Swedish (one of several)"),
    "licences": N_("Driving licences (several of several)"),
    "hours_per_week": N_("Hours a week (number)"),
    "can_start_on": N_("Can start on (date)"),
}
EMPTY_ROWS = 3
ROWS = rules.MAX_OPTIONS + EMPTY_ROWS


class SetForm(BaseForm):
    """What a set is called."""

    name = TextField(_l("Swedish name"), [Required()], max_length=120)
    name_en = TextField(_l("English name"), max_length=120)


class NewSetForm(SetForm):
    start = ChoiceSelect(_l("Begins with"), [Required()], coerce=str)


class PressForm(BaseForm):
    """A press that changes a draft as it was seen."""

    version = VersionField()


class SectionForm(BaseForm):
    title_sv = TextField(_l("Swedish title"), [Required()], max_length=rules.TITLE)
    title_en = TextField(_l("English title"), max_length=rules.TITLE)
    help_sv = LongTextField(_l("Swedish help"), max_length=rules.HELP, render_kw={"rows": 3})
    help_en = LongTextField(_l("English help"), max_length=rules.HELP, render_kw={"rows": 3})
    version = VersionField()

    def section(self, key: str) -> Section:
        return Section(key, _text(self, "title"), (), _text(self, "help"))


class OptionForm(SubForm):
    """One option. A row without words is none."""

    place = IntegerField(_l("Order"), minimum=1, maximum=99)
    sv = TextField(_l("Swedish option"), max_length=rules.OPTION)
    en = TextField(_l("English option"), max_length=rules.OPTION)
    key = HiddenField()

    def validate_sv(self, field: Field) -> None:
        """An option that has English words has Swedish ones."""
        if self.en.data and not field.data and not field.errors:
            raise ValidationError(gettext("The Swedish words are missing."))


class QuestionForm(BaseForm):
    section = ChoiceSelect(_l("Section"), [Required()], coerce=str)
    text_sv = LongTextField(
        _l("Question in Swedish"), [Required()], max_length=rules.TEXT, render_kw={"rows": 2}
    )
    text_en = LongTextField(_l("Question in English"), max_length=rules.TEXT, render_kw={"rows": 2})
    help_sv = LongTextField(_l("Swedish help"), max_length=rules.HELP, render_kw={"rows": 3})
    help_en = LongTextField(_l("English help"), max_length=rules.HELP, render_kw={"rows": 3})
    kind = EnumRadios(QuestionKind, _l("Kind of question"), [Required()])
    options = FieldList(FormField(OptionForm), max_entries=ROWS)
    unit_sv = TextField(_l("Swedish unit"), max_length=rules.UNIT)
    unit_en = TextField(_l("English unit"), max_length=rules.UNIT)
    support_sv = TextField(_l("Support offered, in Swedish"), max_length=rules.SUPPORT)
    support_en = TextField(_l("Support offered, in English"), max_length=rules.SUPPORT)
    feeds = ChoiceSelect(_l("Offered to the work profile"), blank=_l("Nothing"), coerce=str)
    version = VersionField()

    @classmethod
    def of(
        cls, question: Question | None, section: str, sections: rules.Sections, version: int
    ) -> "QuestionForm":
        """The form of a question, or of a new one in a section, with rows for more options."""
        form = cls(data={**(typed(question) if question else {}), "section": section, "version": version})
        form.section.offer([(s.key, s.title.get("sv", "")) for s in sections])
        form.feeds.offer([(key, gettext(FEEDS_TEXTS[key])) for key in FEEDS])
        if not form.is_submitted():
            form.add_rows()
        return form

    def add_rows(self) -> None:
        """Empty rows for more options, as far as there may be more."""
        for _row in range(min(EMPTY_ROWS, ROWS - len(self.options))):
            self.options.append_entry()

    def question(self, key: str) -> Question:
        """What was typed. The options in the order of their places; those that say the same place as they stand."""
        rows = sorted(
            (row.form for row in self.options if row.form.sv.data),
            key=lambda row: row.place.data if row.place.data is not None else 100,
        )
        return Question(
            key=key,
            kind=self.kind.data,
            text=_text(self, "text"),
            help=_text(self, "help"),
            options=tuple(Option(row.key.data or "", _words(row.sv.data, row.en.data)) for row in rows),
            unit=_text(self, "unit"),
            support=_text(self, "support"),
            feeds=self.feeds.data or "",
        )


def typed(question: Question) -> dict[str, Any]:
    """A question as the form shows it."""
    texts = {
        f"{name}_{language}": getattr(question, name).get(language, "")
        for name in ("text", "help", "unit", "support")
        for language in ("sv", "en")
    }
    options = [
        {"place": place, "sv": o.text.get("sv", ""), "en": o.text.get("en", ""), "key": o.key}
        for place, o in enumerate(question.options, start=1)
    ]
    return {**texts, "kind": question.kind, "feeds": question.feeds or None, "options": options}


def typed_section(section: Section) -> dict[str, Any]:
    """A section as the form shows it."""
    return {
        f"{name}_{language}": getattr(section, name).get(language, "")
        for name in ("title", "help")
        for language in ("sv", "en")
    }


def _text(form: BaseForm, name: str) -> Text:
    return _words(form[f"{name}_sv"].data, form[f"{name}_en"].data)


def _words(sv: str, en: str) -> dict[str, str]:
    """The languages that have words."""
    return {language: words for language, words in (("sv", sv), ("en", en)) if words}
