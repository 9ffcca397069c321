"""What an answer would say in the work profile. It is offered beside the answer, and taken over by a press only."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from activation.assessments.answers import Content
from activation.assessments.questions import Question
from activation.matching import person
from activation.records.actor import Actor
from activation.records.turns import take_turn
from models import Case, WorkProfile
from models.enums import LanguageLevel, Licence
from models.errors import FieldError
from models.texts import N_

# Kept on a page of its own: one does not press a text of several competences into a list.
COMPETENCES = "competences"
NO_LICENCE = "none"
LONGEST_WISHES, MOST_HOURS = 2_000, 80


@dataclass(frozen=True)
class Offer:
    """A fact of the work profile as it stands and as the answer says it. `version`: of the profile that was shown."""

    fact: str
    stands: Any
    says: Any
    version: int


def as_fact(question: Question, content: Content) -> Any:
    """The answer as the column of the work profile that the question feeds holds it; None where it cannot be."""
    value = content.value
    if value is None:
        return None
    match question.feeds:
        case "language_level" if isinstance(value, str) and value in set(LanguageLevel):
            return LanguageLevel(value)  # type: ignore[call-arg] # by value
        case "licences" if isinstance(value, list):
            held = [licence.value for licence in Licence if licence.value in value]
            return held if held or value == [NO_LICENCE] else None
        case "hours_per_week" if isinstance(value, str):
            hours = Decimal(value)
            return hours if hours <= MOST_HOURS else None
        case "can_start_on" if isinstance(value, str):
            return date.fromisoformat(value)
        case "wishes" if isinstance(value, str) and len(value) <= LONGEST_WISHES:
            return value
        case _:
            return None


def offer_of(question: Question, content: Content, profile: WorkProfile | None) -> Offer | None:
    """What the work profile would say; None where it says so already."""
    says = as_fact(question, content)
    stands = getattr(profile, question.feeds) if profile and question.feeds in person.PROFILE else None
    if says is None or says == stands:
        return None
    return Offer(question.feeds, stands, says, profile.version if profile else 0)


def take_over(
    *, actor: Actor, case: Case, question: Question, content: Content, seen_version: int | None, now: datetime
) -> bool:
    """Writes the answer into the work profile; says whether anything changed there. Raises FieldError of the question,
    and Conflict where somebody changed the profile meanwhile."""
    take_turn(case.id)
    says = as_fact(question, content)
    if says is None:
        raise FieldError(question.key, N_("There is nothing here that the work profile could take over."))
    profile = person.profile_of(case.id)
    values = {name: getattr(profile, name) if profile else None for name in person.PROFILE}
    values["wishes"] = values["wishes"] or ""
    values[question.feeds] = says
    return person.save_profile(actor=actor, case=case, seen_version=seen_version, values=values, now=now)
