"""Where a task is done: the page that its rule's fact leads to. Without one the participant's own page serves."""

from flask import url_for

from activation.accounts.sign_in import current_actor
from activation.followups.book import rulebook
from activation.web.access import may_call
from models.enums import Anchor

# Each of these endpoints takes the case.
OF_CASE = {
    Anchor.FIRST_MEETING_CLOCK: "meetings.book",
    Anchor.LAST_HELD_CONTACT: "meetings.book",
    Anchor.PLAN_CLOCK: "plans.agree",
    Anchor.PLAN_REVIEW: "plan_pages.of_case",
    Anchor.PLAN_END: "plans.agree",
    Anchor.ACTIVATION_CLOCK: "placements.place",
    Anchor.ACTIVATION_CLOCK_START: "placements.place",
    Anchor.PLACEMENT_END: "life.of_case",
    Anchor.SAFETY_INTRODUCTION: "life.of_case",
    Anchor.PROPOSAL: "life.of_case",
    Anchor.UNMARKED_SESSION: "attendance.of_case",
    Anchor.ABSENCES_IN_A_ROW: "attendance.of_case",
    Anchor.WORK_BEGUN: "closing.confirm",
    Anchor.OUTCOME: "outcomes.of_case",
    Anchor.AID_PLAN_MISSING: "plans.agree",
    Anchor.AID_PLAN_ENDS: "plans.agree",
    Anchor.AID_SESSIONS_UNMARKED: "attendance.of_case",
    Anchor.AID_WORK_BEGINS: "aid_notices.new",
    Anchor.AID_REQUIREMENT: "requirement.of_case",
    Anchor.AID_REFUSED: "handovers.of_case",
    Anchor.SUPPORT_NEED: "assessments.of_case",
    Anchor.HANDOVER_DRAFT: "handovers.of_case",
}
# These are lists of the reader's own.
LISTS = {Anchor.HANDOVER_WAITS: "handovers.index", Anchor.HANDOVER_OUTCOME: "handovers.index"}


def task_href(rule_key: str, unit_id: int, case_id: int) -> str | None:
    """The page on which a task of this rule is done, where there is one that whoever is signed in may open."""
    rule, role = rulebook().rule(rule_key, unit_id), current_actor().role
    if rule is None:
        return None
    endpoint = OF_CASE.get(rule.anchor)
    if endpoint is not None and may_call(role, endpoint):
        return url_for(endpoint, case_id=case_id)
    endpoint = LISTS.get(rule.anchor)
    return url_for(endpoint) if endpoint is not None and may_call(role, endpoint) else None
