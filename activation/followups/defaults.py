"""The rules that the product ships with. Each is one row of data; the engine is followups/rules.py."""

from activation.followups.rules import Rule
from models.enums import DayKind, Owner
from models.texts import N_

DEFAULT_RULES: tuple[Rule, ...] = (
    Rule(
        key="first_meeting",
        what=N_("Hold the first meeting"),
        anchor="first_meeting_clock",
        way=N_("In person"),
        escalate_after=1,
    ),
    Rule(
        key="plan_agreed", what=N_("Agree a plan"), anchor="plan_clock", way=N_("In person"), escalate_after=3
    ),
    Rule(
        key="activation_at_risk",
        what=N_("Get the participant into an activity"),
        anchor="activation_clock_start",
        offset=7,
        way=N_("Find a workplace and book the first day"),
        escalate_after=3,
    ),
    Rule(
        key="follow_up",
        what=N_("Follow up with the participant"),
        anchor="last_held_contact",
        offset=14,
        way=N_("Personal meeting"),
        escalate_after=5,
    ),
    Rule(
        key="mark_attendance",
        what=N_("Get the attendance marked"),
        anchor="unmarked_session",
        offset=1,
        day_kind=DayKind.WORKING,
        way=N_("Ask the supervisor by phone"),
        escalate_after=5,
    ),
    Rule(
        key="plan_review",
        what=N_("Review the plan"),
        anchor="plan_review",
        way=N_("Together with the participant"),
        escalate_after=5,
    ),
    Rule(
        key="three_party",
        what=N_("Hold a three-party meeting"),
        anchor="placement_start",
        offset=21,
        way=N_("At the workplace, with the supervisor"),
        escalate_after=5,
    ),
    Rule(
        key="confirm_work",
        what=N_("Confirm that the work has lasted a month"),
        anchor="work_begun",
        way=N_("By phone"),
        escalate_after=10,
    ),
    Rule(key="return_check", what=N_("Check for a return within 12 months"), anchor="closed", reminds=False),
    Rule(
        key="aid_plan_missing",
        what=N_("Agree a plan before the aid month's cut-off day"),
        anchor="aid_plan_missing",
        escalate_after=1,
    ),
    Rule(
        key="aid_plan_ends_before_payment",
        what=N_("Renew the plan: it ends before the payment day"),
        anchor="aid_plan_ends_before_payment",
        escalate_after=1,
    ),
    Rule(
        key="aid_sessions_unmarked",
        what=N_("Get the month's sessions marked before the cut-off day"),
        anchor="aid_sessions_unmarked",
        escalate_after=1,
    ),
    Rule(
        key="aid_paid_without_plan",
        what=N_("Paid without a plan in force: look at the facts together"),
        anchor="aid_paid_without_plan",
        owner=Owner.AID_OFFICER,
    ),
    Rule(
        key="aid_paid_after_work_started",
        what=N_("Paid after work started: look at the facts together"),
        anchor="aid_paid_after_work_started",
        owner=Owner.AID_OFFICER,
    ),
    Rule(
        key="aid_refused_without_handover",
        what=N_("Hand over the facts of the month to the aid side"),
        anchor="aid_refused_without_handover",
        escalate_after=3,
    ),
)

RULES_BY_KEY = {rule.key: rule for rule in DEFAULT_RULES}
