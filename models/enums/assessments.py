"""The assessment: kinds of questions, and what becomes of a need of support."""

from models.enums.base import Labelled
from models.texts import N_


class QuestionKind(Labelled):
    TEXT = "text", N_("Text")
    CHOICE = "choice", N_("One of several")
    SEVERAL = "several", N_("Several of several")
    NUMBER = "number", N_("Number")
    DATE = "date", N_("Date")
    YES_NO = "yes_no", N_("Yes or no")
    ASKED = "asked", N_("Asked or not asked")


class SupportOutcome(Labelled):
    """What became of a need of support that an assessment showed. Never a gate to anything."""

    ARRANGED = "arranged", N_("Arranged"), "success"
    NOT_WANTED = "not_wanted", N_("The participant does not want it"), "neutral"
    GONE = "gone", N_("No longer needed"), "neutral"
