"""Why a message was not sent: every reason there is, and what kind of reason it is. The ledger shows the reason itself.

A new reason belongs here (tested: each of these can happen, and nothing else does).
"""

from enum import StrEnum

from activation.committee.reports import letters as reports
from activation.meetings import invitation_letters as invitations
from activation.messages import reminder_rules as meetings
from activation.messages import rules
from activation.messages.contact_requests import ALREADY_BOOKED, ALREADY_TOLD, NOTHING_TO_ASK


class Why(StrEnum):
    """Kinds of reasons."""

    CAUSE_GONE = "cause_gone"
    ALREADY_DONE = "already_done"
    PAUSED = "paused"
    NO_CONSENT = "no_consent"
    UNREACHABLE = "unreachable"
    PROTECTED = "protected"
    QUIET_HOURS = "quiet_hours"
    TOO_LATE = "too_late"
    BY_HAND = "by_hand"


NOT_SENT_BECAUSE: dict[str, Why] = {
    # Reminders of tasks, to staff.
    rules.NO_ACCOUNT: Why.UNREACHABLE,
    rules.WANTS_NO_EMAIL: Why.NO_CONSENT,
    rules.PROTECTED_NOW: Why.PROTECTED,
    rules.CLOSED_BEFORE: Why.ALREADY_DONE,
    rules.DONE_BY_FACTS: Why.ALREADY_DONE,
    rules.NOT_RELEVANT: Why.CAUSE_GONE,
    rules.CAUSE_GONE: Why.CAUSE_GONE,
    rules.PAUSED: Why.PAUSED,
    rules.PUT_OFF: Why.PAUSED,
    rules.MOVED_ON: Why.CAUSE_GONE,
    rules.PASSED_ON: Why.CAUSE_GONE,
    rules.MOMENT_PASSED: Why.TOO_LATE,
    # To supervisors.
    rules.LINK_REVOKED: Why.CAUSE_GONE,
    rules.LINK_EXPIRED: Why.CAUSE_GONE,
    rules.ALL_MARKED: Why.ALREADY_DONE,
    # Reminders of meetings, to participants.
    meetings.BEGUN: Why.TOO_LATE,
    meetings.MOVED: Why.CAUSE_GONE,
    meetings.CANCELLED: Why.CAUSE_GONE,
    meetings.EXCUSED: Why.CAUSE_GONE,
    meetings.CLOSED: Why.CAUSE_GONE,
    meetings.OTHER_WAY: Why.CAUSE_GONE,
    meetings.PROTECTED: Why.PROTECTED,
    meetings.WANTS_NONE: Why.NO_CONSENT,
    meetings.NOT_ASKED: Why.NO_CONSENT,
    meetings.NO_PHONE: Why.UNREACHABLE,
    meetings.NO_EMAIL: Why.UNREACHABLE,
    meetings.QUIET: Why.QUIET_HOURS,
    meetings.TOO_LATE: Why.TOO_LATE,
    meetings.TOO_LATE_NOW: Why.TOO_LATE,
    meetings.NOT_NEEDED: Why.BY_HAND,
    # Requests to get in touch.
    ALREADY_BOOKED: Why.ALREADY_DONE,
    ALREADY_TOLD: Why.ALREADY_DONE,
    NOTHING_TO_ASK: Why.CAUSE_GONE,
    # Invitations to staff.
    invitations.REPLACED: Why.CAUSE_GONE,
    invitations.NOT_INVITED: Why.CAUSE_GONE,
    invitations.STANDS_AGAIN: Why.CAUSE_GONE,
    invitations.NOT_WANTED: Why.NO_CONSENT,
    invitations.NOT_HELD_THEN: Why.CAUSE_GONE,
    # Reports to a mailbox.
    reports.RETIRED: Why.CAUSE_GONE,
    reports.NO_MAILBOX: Why.NO_CONSENT,
    reports.OTHER_MAILBOX: Why.CAUSE_GONE,
}
