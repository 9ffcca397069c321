"""Who there is: roles, flows, how somebody is reached, why a case ends, what stands against self-support."""

from models.enums.base import Labelled
from models.texts import N_


class Role(Labelled):
    SECRETARY = "secretary", N_("Employment secretary")
    UNIT_LEAD = "unit_lead", N_("Unit lead")
    AID_OFFICER = "aid_officer", N_("Aid officer")
    ADMINISTRATOR = "administrator", N_("Administrator")


class Flow(Labelled):
    MAIN = "main", N_("Main flow")
    SUPPORT = "support", N_("Support flow"), "info"


class ReachBy(Labelled):
    SMS = "sms", N_("SMS")
    EMAIL = "email", N_("E-mail")
    LETTER = "letter", N_("Letter")
    NONE = "none", N_("No messages")


class Protection(Labelled):
    CONFIDENTIAL = "confidential", N_("Confidentiality marking"), "danger"
    PROTECTED_REGISTRATION = "protected_registration", N_("Protected population registration"), "danger"


class ClosureReason(Labelled):
    WORK = "work", N_("Work without subsidy"), "success"
    SUBSIDISED_WORK = "subsidised_work", N_("Work with subsidy"), "success"
    MUNICIPAL_EMPLOYMENT = "municipal_employment", N_("Municipal employment")
    STUDY_WITH_AID = "study_with_aid", N_("Study with student aid"), "success"
    OTHER_STUDY = "other_study", N_("Other study")
    OTHER_INCOME = "other_income", N_("Other income")
    HANDED_OVER = "handed_over", N_("Handed over to another body")
    SUPPORT_FLOW = "support_flow", N_("Back to social support")
    MOVED = "moved", N_("Moved away")
    INTERRUPTED = "interrupted", N_("Interrupted or did not come")
    DECEASED = "deceased", N_("Deceased")
    OTHER = "other", N_("Other reason")


# Reasons that say that work began, so that it has a start date.
WORK_CLOSURES = frozenset(
    {ClosureReason.WORK, ClosureReason.SUBSIDISED_WORK, ClosureReason.MUNICIPAL_EMPLOYMENT}
)
STUDY_CLOSURES = frozenset({ClosureReason.STUDY_WITH_AID, ClosureReason.OTHER_STUDY})


class Obstacle(Labelled):
    UNEMPLOYED = "unemployed", N_("Unemployed")
    SICK_LEAVE = "sick_leave", N_("On sick leave with certificate")
    SICKNESS_COMPENSATION = "sickness_compensation", N_("Sickness or activity compensation")
    SOCIAL_REASONS = "social_reasons", N_("Obstacle to work for social reasons")
    PARENTAL_LEAVE = "parental_leave", N_("On parental leave")
    PART_TIME = "part_time", N_("Works part time")
    LANGUAGE = "language", N_("Language obstacle")
    NO_CHILDCARE = "no_childcare", N_("Lacks childcare")
    NONE = "none", N_("No obstacle to self-support")
    OTHER = "other_obstacle", N_("Another obstacle")
    NOT_GIVEN = "not_given", N_("Not given")


class NoteKind(Labelled):
    NOTE = "note", N_("Note")
    OBJECTION = "objection", N_("The participant's objection"), "warning"
    # What was written to the participant: the letter's heading, an empty line, its text.
    LETTER = "letter", N_("Letter to the participant"), "info"


class Viewed(Labelled):
    """What of a person was shown, for the access log."""

    CASE_PAGE = "case_page", N_("Case page")
    CASE_FORM = "case_form", N_("Form of a case")
    SEARCH = "search", N_("Found by a search")
    EXPORT = "export", N_("Export")
    AID_PAGE = "aid_page", N_("Aid month")
    ASSESSMENT = "assessment", N_("Assessment")
    PLAN = "plan", N_("Plan")
    HANDOVER = "handover", N_("Handover")
