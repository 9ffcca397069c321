"""Placements, activities and their sessions."""

from models.enums.base import Labelled
from models.texts import N_


class PlacementKind(Labelled):
    WORK_TRAINING = "work_training", N_("Work training")
    WORK_TRIAL = "work_trial", N_("Work trial")
    INTERNSHIP = "internship", N_("Internship")
    LANGUAGE_INTERNSHIP = "language_internship", N_("Language internship")
    SERVICE_CREW = "service_crew", N_("Service crew")
    MUNICIPAL_EMPLOYMENT = "municipal_employment", N_("Municipal employment")
    NEW_START_JOB = "new_start_job", N_("New start job")
    INTRODUCTION_JOB = "introduction_job", N_("Introduction job")
    ESTABLISHMENT_JOB = "establishment_job", N_("Establishment job")
    WAGE_SUBSIDY = "wage_subsidy", N_("Wage subsidy")
    SHELTERED_EMPLOYMENT = "sheltered_employment", N_("Sheltered employment")
    EMPLOYMENT = "employment", N_("Employment without subsidy")
    # Activities that are not at an employer's (DOMAIN: other activities). Files name the kinds above only.
    SFI = "sfi", N_("Swedish for immigrants (SFI)")
    ADULT_EDUCATION = "adult_education", N_("Adult education")
    VOCATIONAL_TRAINING = "vocational_training", N_("Vocational training")
    STUDY_GUIDANCE = "study_guidance", N_("Study and career guidance")
    JOB_COACHING = "job_coaching", N_("Job coaching")
    JOB_SEARCH_WORKSHOP = "job_search_workshop", N_("Job search workshop")
    REHABILITATION = "rehabilitation", N_("Rehabilitation")

    @property
    def activity_type(self) -> "ActivityType | None":
        """The type of assigned activity (1-4), or None: employment is none of the four."""
        return None if self.is_employment else OTHER_ACTIVITIES.get(self, ActivityType.WORKPLACE)

    @property
    def is_employment(self) -> bool:
        return self in EMPLOYMENT_KINDS

    @property
    def needs_af_decision(self) -> bool:
        """Subsidised employment may not start before the employment service (AF) has decided."""
        return self in SUBSIDISED_KINDS


SUBSIDISED_KINDS = frozenset(
    {
        PlacementKind.NEW_START_JOB,
        PlacementKind.INTRODUCTION_JOB,
        PlacementKind.ESTABLISHMENT_JOB,
        PlacementKind.WAGE_SUBSIDY,
        PlacementKind.SHELTERED_EMPLOYMENT,
    }
)
EMPLOYMENT_KINDS = SUBSIDISED_KINDS | {PlacementKind.MUNICIPAL_EMPLOYMENT, PlacementKind.EMPLOYMENT}


class ActivityType(Labelled):
    """The four types of the activity requirement (SoL 12 kap.)."""

    MOTIVATION = "1", N_("Motivation, ability to work or study")
    LANGUAGE = "2", N_("Language")
    JOB_SEARCH = "3", N_("Job-search skills")
    WORKPLACE = "4", N_("At a workplace")


OTHER_ACTIVITIES = {
    PlacementKind.SFI: ActivityType.LANGUAGE,
    PlacementKind.ADULT_EDUCATION: ActivityType.MOTIVATION,
    PlacementKind.VOCATIONAL_TRAINING: ActivityType.MOTIVATION,
    PlacementKind.STUDY_GUIDANCE: ActivityType.MOTIVATION,
    PlacementKind.REHABILITATION: ActivityType.MOTIVATION,
    PlacementKind.JOB_COACHING: ActivityType.JOB_SEARCH,
    PlacementKind.JOB_SEARCH_WORKSHOP: ActivityType.JOB_SEARCH,
}


class PlacementState(Labelled):
    """How far a placement has come on a day. Derived from its facts, never stored."""

    AGREED = "agreed", N_("Agreed"), "info"
    ONGOING = "ongoing", N_("Ongoing"), "success"
    COMPLETED = "completed", N_("Completed"), "neutral"
    INTERRUPTED = "interrupted", N_("Ended early"), "warning"


class ProposalState(Labelled):
    PROPOSED = "proposed", N_("Proposed"), "info"
    AGREED = "agreed", N_("Agreed"), "success"
    DECLINED = "declined", N_("Came to nothing"), "neutral"


class EndedBy(Labelled):
    """Who ended a placement early, or turned a proposal down."""

    PARTICIPANT = "participant", N_("Participant")
    EMPLOYER = "employer", N_("Employer")
    MUNICIPALITY = "municipality", N_("Municipality")


class EndReason(Labelled):
    """Why a placement ended early. Facts for the next step, never a judgement of the person."""

    WORK = "work", N_("Began work elsewhere")
    STUDY = "study", N_("Began studies")
    HEALTH = "health", N_("Health")
    FAMILY = "family", N_("Family reasons")
    NOT_SUITED = "not_suited", N_("The tasks did not suit")
    NEVER_CAME = "never_came", N_("Never came")
    NO_NEED = "no_need", N_("The employer no longer has room")
    CLOSED = "closed", N_("The workplace closed or moved")
    OTHER = "other", N_("Another reason")


class SessionChangeKind(Labelled):
    """What was done to a single day of a placement."""

    CANCELLED = "cancelled", N_("Cancelled"), "neutral"
    MOVED = "moved", N_("Moved"), "info"
