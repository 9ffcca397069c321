"""Follow-up rules and their tasks."""

from models.enums.base import Labelled
from models.texts import N_


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
    OUTCOME = "outcome", N_("3, 6 and 12 months after work or study began")
    CLOSED = "closed", N_("12 months after the closing")
    CLOSING = "closing", N_("Closing of the case")
    AID_CUT_OFF = "aid_cut_off", N_("Cut-off day of the aid month")
    AID_PLAN_MISSING = "aid_plan_missing", N_("Aid month: plan missing")
    AID_PLAN_ENDS = "aid_plan_ends_before_payment", N_("Aid month: plan ends before the payment day")
    AID_SESSIONS_UNMARKED = "aid_sessions_unmarked", N_("Aid month: sessions unmarked")
    AID_PAID_WITHOUT_PLAN = "aid_paid_without_plan", N_("Aid month: paid without a plan")
    AID_PAID_AFTER_WORK = "aid_paid_after_work_started", N_("Aid month: paid after work started")
    AID_REFUSED = "aid_refused_without_handover", N_("Aid month: refused without a handover")
    AID_REFUSED_WITH_PLAN = (
        "aid_refused_in_spite_of_plan",
        N_("Aid month: refused for lack of a plan that is there"),
    )
    AID_ACTIVITY_ENDED = "aid_activity_ended", N_("Aid month: activity ended, aid unknown")
    AID_STOPPED = "aid_stopped_in_activity", N_("Aid month: aid stopped during an activity")
    AID_WORK_BEGINS = "aid_work_begins_not_told", N_("Aid month: work begins, aid side not told")
    AID_REQUIREMENT = "aid_requirement_not_assessed", N_("Aid month: activity requirement not assessed")
    AID_NOT_CARRIED_OUT = "aid_decision_not_carried_out", N_("Aid month: decision not carried out")
    SUPPORT_NEED = "support_need", N_("Need of support found in the assessment")
    HANDOVER_DRAFT = "handover_draft", N_("Handover begun and not handed over")
    HANDOVER_WAITS = "handover_waits", N_("Handover waits to be received")
    HANDOVER_OUTCOME = "handover_outcome", N_("Handover received, outcome not recorded")


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
