"""Code lists, in the field's own words. Values are stored and stand in files: they never change.

Every state carries its label (an English text that the catalogues translate) and its tone (how a page colours it).
"""

from enum import StrEnum

from models.texts import N_


class Labelled(StrEnum):
    """A code with a label for people and a tone for pages."""

    label: str
    tone: str

    def __new__(cls, value: str, label: str, tone: str = "neutral") -> "Labelled":
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        member.tone = tone
        return member


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


class ClockKind(Labelled):
    FIRST_MEETING = "first_meeting", N_("First meeting")
    PLAN = "plan", N_("Agreed plan")
    ACTIVATION = "activation", N_("First attended activity")


class ClockStatus(Labelled):
    MET = "met", N_("Met"), "success"
    MET_LATE = "met_late", N_("Met late"), "warning"
    OVERDUE = "overdue", N_("Overdue"), "danger"
    RUNNING = "running", N_("Running"), "info"
    CLOSED = "closed", N_("Closed before"), "neutral"


class DayKind(Labelled):
    CALENDAR = "calendar", N_("calendar days")
    WORKING = "working", N_("working days")


class MeetingKind(Labelled):
    FIRST = "first", N_("First meeting")
    FOLLOW_UP = "follow_up", N_("Follow-up")
    THREE_PARTY = "three_party", N_("Three-party meeting")
    HOME_VISIT = "home_visit", N_("Home visit")


class MeetingOutcome(Labelled):
    BOOKED = "booked", N_("Booked"), "info"
    HELD = "held", N_("Held"), "success"
    NO_SHOW = "no_show", N_("Did not come"), "warning"
    EXCUSED = "excused", N_("Excused"), "neutral"
    CANCELLED = "cancelled", N_("Cancelled"), "neutral"
    MOVED = "moved", N_("Moved"), "neutral"


class MeetingWay(Labelled):
    IN_PERSON = "in_person", N_("In person")
    PHONE = "phone", N_("By phone")
    VIDEO = "video", N_("By video")


class NoteKind(Labelled):
    NOTE = "note", N_("Note")
    OBJECTION = "objection", N_("The participant's objection"), "warning"


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


class AccountWay(Labelled):
    """How a participant told why they were away."""

    PHONE = "phone", N_("By phone")
    IN_PERSON = "in_person", N_("In person")
    WRITTEN = "written", N_("In writing")


class Mark(Labelled):
    """Attendance of one session. No value means unmarked, which is never absent."""

    PRESENT = "present", N_("Present"), "success"
    VALID_ABSENCE = "valid_absence", N_("Valid absence"), "neutral"
    INVALID_ABSENCE = "invalid_absence", N_("Invalid absence"), "warning"
    SICK = "sick", N_("Sick"), "neutral"
    OTHER_ACTIVITY = "other_activity", N_("Other activity in the plan"), "info"


class EmployerAnswer(Labelled):
    """All that an employer can say. Whether an absence is valid is for staff to judge."""

    HERE = "here", N_("Here"), "success"
    LEFT_EARLY = "left_early", N_("Came but went early"), "success"
    NOT_HERE = "not_here", N_("Not here"), "warning"


class EmployerReportKind(Labelled):
    """What a supervisor tells the municipality about a placement, besides attendance. Never about health."""

    MESSAGE = "message", N_("Message")
    STARTED = "started", N_("Has started"), "success"
    NEVER_CAME = "never_came", N_("Never came"), "warning"
    ENDED_EARLY = "ended_early", N_("Has stopped coming"), "warning"
    CORRECTION = "correction", N_("Correction of an earlier answer"), "info"


class LinkUseKind(Labelled):
    """What happened with a link of the employer's page."""

    OPENED = "opened", N_("Opened")
    PRESSED = "pressed", N_("Answered")
    WRONG_POSTCODE = "wrong_postcode", N_("Wrong postcode"), "warning"


class EmployerStatus(Labelled):
    """How the municipality stands with an employer."""

    PROSPECT = "prospect", N_("Prospect"), "info"
    ACTIVE = "active", N_("In cooperation"), "success"
    RESTING = "resting", N_("Resting"), "neutral"
    NOT_SUITABLE = "not_suitable", N_("Not suitable"), "warning"


class ContactWay(Labelled):
    """In which way the municipality and an employer were in contact."""

    PHONE = "phone", N_("By phone")
    EMAIL = "email", N_("E-mail")
    VISIT = "visit", N_("Visit")
    MEETING = "meeting", N_("Meeting")


class CompetenceKind(Labelled):
    OCCUPATION = "occupation", N_("Occupation")
    SKILL = "skill", N_("Skill")
    CERTIFICATE = "certificate", N_("Certificate or licence")


class LanguageLevel(Labelled):
    """How much Swedish: what somebody speaks, or what a place asks for. In rising order."""

    NONE = "none", N_("No Swedish")
    BASIC = "basic", N_("Simple everyday Swedish (A1–A2)")
    INTERMEDIATE = "intermediate", N_("Manages at work (B1)")
    GOOD = "good", N_("Good (B2)")
    FLUENT = "fluent", N_("Fluent (C1–C2)")

    @property
    def order(self) -> int:
        return list(LanguageLevel).index(self)


class Licence(Labelled):
    """Classes of driving licence."""

    AM = "am", N_("AM (moped)")
    B = "b", N_("B (car)")
    BE = "be", N_("BE (car with trailer)")
    C = "c", N_("C (lorry)")
    CE = "ce", N_("CE (lorry with trailer)")
    D = "d", N_("D (bus)")


class NeedKind(Labelled):
    """What an employer asks for."""

    JOB = "job", N_("Job")
    PLACEMENT = "placement", N_("Placement")


class NeedState(Labelled):
    OPEN = "open", N_("Open"), "info"
    FILLED = "filled", N_("Filled"), "success"
    WITHDRAWN = "withdrawn", N_("Withdrawn"), "neutral"


class TopUpState(Labelled):
    """A skills top-up: the course or training that closes one gap."""

    PLANNED = "planned", N_("Planned"), "info"
    DONE = "done", N_("Done"), "success"
    INTERRUPTED = "interrupted", N_("Interrupted"), "neutral"


class MarkedThrough(Labelled):
    STAFF = "staff", N_("Staff")
    PHONE = "phone", N_("By phone on the employer's behalf")
    EMPLOYER = "employer", N_("The employer's page")
    IMPORT = "import", N_("Import")


class AidStatus(Labelled):
    NONE = "none", N_("No application")
    RECEIVED = "received", N_("Application received"), "info"
    UNDER_REVIEW = "under_review", N_("Under review"), "info"
    GRANTED = "granted", N_("Granted"), "success"
    PARTLY_GRANTED = "partly_granted", N_("Partly granted"), "warning"
    REFUSED = "refused", N_("Refused"), "warning"
    PAID = "paid", N_("Paid"), "success"


class AidWarning(Labelled):
    PAID_AFTER_WORK_STARTED = "paid_after_work_started", N_("Paid after work started"), "danger"
    PAID_WITHOUT_PLAN = "paid_without_plan", N_("Paid without a plan"), "danger"
    PLAN_ENDS_BEFORE_PAYMENT = "plan_ends_before_payment", N_("Plan ends before the payment day"), "warning"
    PLAN_MISSING = "plan_missing", N_("Plan missing on the cut-off day"), "warning"
    REFUSED_WITHOUT_HANDOVER = "refused_without_handover", N_("Refused without a handover"), "warning"
    SESSIONS_UNMARKED = "sessions_unmarked", N_("Sessions unmarked"), "warning"


class TaskState(Labelled):
    OPEN = "open", N_("Open"), "info"
    DONE = "done", N_("Done"), "success"
    NOT_RELEVANT = "not_relevant", N_("Not relevant"), "neutral"
    WITHDRAWN = "withdrawn", N_("Cause gone"), "neutral"


class Owner(Labelled):
    """Who a follow-up task falls to. The secretary is the one who has the case at the time of reading."""

    SECRETARY = "secretary", N_("Employment secretary")
    UNIT_LEAD = "unit_lead", N_("Unit lead")
    AID_OFFICER = "aid_officer", N_("Aid officer")
    SUPERVISOR = "supervisor", N_("Supervisor at the workplace")


class Anchor(Labelled):
    """The fact that a follow-up rule counts from."""

    FIRST_CONTACT = "first_contact", N_("First contact")
    FIRST_MEETING_CLOCK = "first_meeting_clock", N_("Deadline of the first meeting")
    PLAN_CLOCK = "plan_clock", N_("Deadline of the plan")
    ACTIVATION_CLOCK = "activation_clock", N_("Deadline of the activation")
    ACTIVATION_CLOCK_START = "activation_clock_start", N_("Start of the activation clock")
    LAST_HELD_CONTACT = "last_held_contact", N_("Last held contact")
    PLAN_AGREED = "plan_agreed", N_("Plan agreed")
    PLAN_REVIEW = "plan_review", N_("Review day of the plan")
    PLAN_END = "plan_end", N_("End of the plan")
    PLACEMENT_START = "placement_start", N_("Start of a placement")
    PLACEMENT_END = "placement_end", N_("End of a placement")
    SESSION_DAY = "session_day", N_("Day of a session")
    UNMARKED_SESSION = "unmarked_session", N_("Session without a mark")
    ABSENCES_IN_A_ROW = "absences_in_a_row", N_("Third absence in a row")
    SAFETY_INTRODUCTION = "safety_introduction", N_("Start of a placement without safety introduction")
    PROPOSAL = "proposal", N_("Placement proposed")
    EMPLOYER_REPORT = "employer_report", N_("Message from an employer")
    EMPLOYER_CONTACT = "employer_contact", N_("Last contact with an employer")
    TOP_UP_END = "top_up_end", N_("End of a skills top-up")
    TOP_UP_DONE = "top_up_done", N_("Skills top-up done")
    WORK_BEGUN = "work_begun", N_("One month after work began")
    CLOSED = "closed", N_("12 months after the closing")
    CLOSING = "closing", N_("Closing of the case")
    AID_CUT_OFF = "aid_cut_off", N_("Cut-off day of the aid month")
    AID_PLAN_MISSING = "aid_plan_missing", N_("Aid month: plan missing")
    AID_PLAN_ENDS = "aid_plan_ends_before_payment", N_("Aid month: plan ends before the payment day")
    AID_SESSIONS_UNMARKED = "aid_sessions_unmarked", N_("Aid month: sessions unmarked")
    AID_PAID_WITHOUT_PLAN = "aid_paid_without_plan", N_("Aid month: paid without a plan")
    AID_PAID_AFTER_WORK = "aid_paid_after_work_started", N_("Aid month: paid after work started")
    AID_REFUSED = "aid_refused_without_handover", N_("Aid month: refused without a handover")


class DoneWhen(Labelled):
    """What does a follow-up task without anybody ticking it off."""

    CAUSE_ENDS = "cause_ends", N_("What it is about has been put right")
    MEETING_HELD = "meeting_held", N_("A meeting of that kind was held")
    CONTACT_HELD = "contact_held", N_("Any contact was held")
    SESSIONS_MARKED = "sessions_marked", N_("The session was marked")
    PLAN_AGREED = "plan_agreed", N_("A plan was agreed")
    JOB_CONFIRMED = "job_confirmed", N_("The job was confirmed")
    BY_HAND = "by_hand", N_("Only by hand")


class FollowUpWay(Labelled):
    """In which way a follow-up is done; it says which held contacts count."""

    ANY = "any", N_("In any way")
    IN_PERSON = "in_person", N_("In person")
    PHONE = "phone", N_("By phone")
    HOME_VISIT = "home_visit", N_("Home visit")
    THREE_PARTY = "three_party", N_("Three-party meeting")


class Phase(Labelled):
    """How far a case has come on a day."""

    ENROLLED = "enrolled", N_("Enrolled, no plan yet")
    PLANNED = "planned", N_("Has a plan, no activity")
    ACTIVE = "active", N_("In an activity")
    CLOSED = "closed", N_("Closed case")


class OnClosedDay(Labelled):
    """What a due day becomes that falls on a closed day."""

    STAY = "stay", N_("It stays")
    BEFORE = "before", N_("The last working day before")
    AFTER = "after", N_("The first working day after")


class Recipient(Labelled):
    """Whom a reminder goes to."""

    OWNER = "owner", N_("Whoever the task falls to")
    UNIT_LEAD = "unit_lead", N_("Unit lead")
    AID_OFFICER = "aid_officer", N_("Aid officer")
    PARTICIPANT = "participant", N_("Participant")
    SUPERVISOR = "supervisor", N_("Supervisor at the workplace")


class ExceptionKind(Labelled):
    """How one case departs from the rules for a while."""

    PAUSE = "pause", N_("Pause"), "warning"
    INTERVAL = "interval", N_("Own interval"), "info"


class PauseReason(Labelled):
    """Why a clock stands still."""

    SICKNESS = "sickness", N_("Sickness")
    HOSPITAL = "hospital", N_("Hospital care")
    CHILD_ILL = "child_ill", N_("Child is ill")
    PARENTAL_LEAVE = "parental_leave", N_("Parental leave")
    FUNERAL = "funeral", N_("Death or funeral in the family")
    DETENTION = "detention", N_("Detention or prison")
    AWAY = "away", N_("Away with leave")
    OTHER = "other", N_("Another reason")


class Channel(Labelled):
    EMAIL = "email", N_("E-mail")
    IN_APP = "in_app", N_("In the product")
    SMS = "sms", N_("SMS")
    LETTER = "letter", N_("Letter")


# Channels whose messages the sender hands to somebody else's machine. A letter waits until a person has posted it.
SENT_BY_MACHINE = (Channel.EMAIL, Channel.SMS)


class MessageState(Labelled):
    QUEUED = "queued", N_("Waiting to be sent"), "info"
    SENDING = "sending", N_("Being sent"), "info"
    SENT = "sent", N_("Sent"), "success"
    FAILED = "failed", N_("Failed"), "danger"
    NOT_SENT = "not_sent", N_("Not sent"), "neutral"
    UNCERTAIN = "uncertain", N_("Uncertain whether it was sent"), "warning"


class MessageKind(Labelled):
    TASK_DUE = "task_due", N_("Follow-up tasks due")
    TASK_ESCALATED = "task_escalated", N_("Follow-up tasks escalated")
    ATTENDANCE_REQUEST = "attendance_request", N_("Attendance to confirm")
    EMPLOYER_LINK = "employer_link", N_("Link to the employer's page")
    MEETING_REMINDER = "meeting_reminder", N_("Reminder of a meeting")
    CONTACT_REQUEST = "contact_request", N_("Request to get in touch")
    DIGEST = "digest", N_("Morning digest")
    LEAD_DIGEST = "lead_digest", N_("Monday digest")
    MEETING_INVITATION = "meeting_invitation", N_("Meeting for the calendar")
    ABSENCE_QUESTION = "absence_question", N_("Question about a day away")


class Delivery(Labelled):
    """What the operator says became of an SMS after it was handed over."""

    DELIVERED = "delivered", N_("Delivered"), "success"
    UNDELIVERED = "undelivered", N_("Could not be delivered"), "danger"


class Viewed(Labelled):
    """What of a person was shown, for the access log."""

    CASE_PAGE = "case_page", N_("Case page")
    CASE_FORM = "case_form", N_("Form of a case")
    SEARCH = "search", N_("Found by a search")
    EXPORT = "export", N_("Export")
    AID_PAGE = "aid_page", N_("Aid month")
