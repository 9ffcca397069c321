"""The plan, the activity requirement and what is told of a household."""

from models.enums.base import Labelled
from models.texts import N_


class AgreedHow(Labelled):
    """How the participant agreed to the plan."""

    PAPER = "paper", N_("Signed on paper")
    SCREEN = "screen", N_("Agreed on screen, together")
    PHONE = "phone", N_("Agreed by phone")


class LowerHours(Labelled):
    """Why fewer hours than full time are agreed. The limits themselves are dated settings (HourLimit)."""

    CHILD = "child", N_("Young child at home")
    PART_TIME = "part_time", N_("Works part time")
    HEALTH = "health", N_("Health")
    ABILITY = "ability", N_("Adapted to ability")
    OTHER = "other", N_("Another reason")


class ReviewResult(Labelled):
    """What a review of a plan came to."""

    GOES_ON = "goes_on", N_("The plan goes on as it is")
    NEW_PLAN = "new_plan", N_("A new plan is to be made")
    ENDED = "ended", N_("The plan has served its purpose")


class LimitKind(Labelled):
    """What of the activity requirement is a number that may change from a day."""

    WEEKLY_CAP = "weekly_cap", N_("Assigned hours a week, at most")
    LESS_WITH_CHILD = "less_with_child", N_("Hours a week less with a young child")
    CHILD_AGE = "child_age", N_("A child is young below this age, in years")


class RequirementOutcome(Labelled):
    """What staff found on whether the activity requirement holds for an adult. A fact that they note, with its day."""

    COVERED = "covered", N_("Covered by the activity requirement"), "info"
    EXEMPT = "exempt", N_("Exempt for now"), "neutral"
    NOT_COVERED = "not_covered", N_("Not covered"), "neutral"


class ExemptionReason(Labelled):
    SICKNESS = "sickness", N_("Sickness with certificate")
    PARENTAL_LEAVE = "parental_leave", N_("On parental leave")
    CARE = "care", N_("Cares for a relative")
    WORKS = "works", N_("Works to the extent possible")
    STUDIES = "studies", N_("Studies")
    SOCIAL = "social", N_("Social reasons")
    OTHER = "other", N_("Another reason")


class StandardTextKind(Labelled):
    """What a standard text is a beginning of."""

    NOTE = "note", N_("Note")
    PLAN = "plan", N_("Plan")
    LETTER = "letter", N_("Letter")
    CALL = "call", N_("Call to a meeting")
    CLOSING = "closing", N_("Closing letter")


class CostPer(Labelled):
    MONTH = "month", N_("per month")
    WEEK = "week", N_("per week")
    YEAR = "year", N_("per year")
    ONCE = "once", N_("once")
