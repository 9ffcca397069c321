"""Questions and answers as people read them."""

from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _

from activation.assessments.answers import NO, NOT_NOW, YES, Content
from activation.assessments.feeds import Offer
from activation.assessments.questions import Question, Text, in_language
from activation.web.filters import date_text, number_text, text_of
from activation.web.language import current_language
from models.enums import Licence, QuestionKind
from models.texts import N_

ASKED = {YES: N_("It was asked"), NO: N_("It was not asked"), NOT_NOW: N_("Not now")}
YES_NO = {YES: N_("Yes"), NO: N_("No")}
FACTS = {
    "language_level": N_("Swedish"),
    "licences": N_("Driving licence"),
    "hours_per_week": N_("Hours a week"),
    "can_start_on": N_("Can start on"),
    "wishes": N_("Wishes"),
}


def said(text: Text) -> str:
    """A text of the municipality's in the reader's language."""
    return in_language(text, current_language())


def choices_of(question: Question) -> list[tuple[str, str]]:
    """What can be chosen: stored key and text."""
    fixed = {QuestionKind.YES_NO: YES_NO, QuestionKind.ASKED: ASKED}.get(question.kind)
    if fixed is not None:
        return [(key, _(text)) for key, text in fixed.items()]
    return [(option.key, said(option.text)) for option in question.options]


def value_text(question: Question, value: Any) -> str:
    """An answer in words; an option that the set no longer has stands with its key. None is ""."""
    if value is None:
        return ""
    texts = dict(choices_of(question))
    match question.kind:
        case QuestionKind.NUMBER:
            return f"{number_text(Decimal(value))} {said(question.unit)}".strip()
        case QuestionKind.DATE:
            return date_text(date.fromisoformat(value))
        case QuestionKind.TEXT:
            return str(value)
        case _:
            keys: list[str] = value if isinstance(value, list) else [value]
            return ", ".join(texts.get(key) or key for key in keys)


def content_text(question: Question, content: Content) -> str:
    """The same, or why it was skipped."""
    if content.skip_reason:
        return str(_("Skipped: %(reason)s", reason=content.skip_reason))
    return value_text(question, content.value)


def field_text(question: Question, content: Content) -> str:
    """An answer as it stands in a field of text."""
    if content.value is None or isinstance(content.value, list):
        return ""
    if question.kind is QuestionKind.NUMBER:
        return str(content.value).replace(".", ",")
    return str(content.value)


def offer_text(offer: Offer) -> str:
    """What would stand in the work profile, and what stands there."""
    says, stands = (_fact_text(offer.fact, value) for value in (offer.says, offer.stands))
    name = _(FACTS[offer.fact])
    if offer.stands in (None, ""):
        return str(_("%(fact)s: %(says)s. Nothing stands there now.", fact=name, says=says))
    return str(_("%(fact)s: %(says)s. There it says now: %(stands)s", fact=name, says=says, stands=stands))


def _fact_text(fact: str, value: Any) -> str:
    if fact == "licences" and value is not None:
        return ", ".join(_(licence.label) for licence in Licence if licence.value in value) or str(
            _("Has none")
        )
    return text_of(value)
