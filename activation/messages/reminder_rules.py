"""Whether, how and when a participant is reminded of a meeting. Pure: what is known now in, the decision out.

Asked when the meeting is booked or anything about it changes, and once more in the moment before the message leaves.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NamedTuple, Protocol

from activation.clocks.calendar import STOCKHOLM, local_date
from activation.clocks.rules import add_working_days
from activation.messages.quiet import LEAST_BEFORE, SendingHours, postponed_to, reminder_moment
from models.enums import Channel, MeetingOutcome, MeetingWay, MessageState, ReachBy
from models.texts import N_

# The post and whoever takes a letter there need so many working days.
LETTER_DAYS = 5
# From here on a letter may come after the meeting; a phone call does not.
LETTER_COMES_LATE = 3
LETTERS_FROM = time(8)

CHANNELS = {ReachBy.SMS: Channel.SMS, ReachBy.EMAIL: Channel.EMAIL, ReachBy.LETTER: Channel.LETTER}
# Under which channel the ledger explains that nobody was reminded in any way.
NO_CHANNEL = Channel.SMS

BEGUN = N_("The meeting has begun")
MOVED = N_("The meeting was moved")
CANCELLED = N_("The meeting was cancelled")
EXCUSED = N_("The participant is excused")
CLOSED = N_("The case is closed")
OTHER_WAY = N_("The participant is reached in another way now")
PROTECTED = N_("Protected identity: messages are not allowed on the case")
WANTS_NONE = N_("The participant wants no messages")
NOT_ASKED = N_("It is not recorded how the participant wants to be reached")
NO_PHONE = N_("No phone number is recorded")
NO_EMAIL = N_("No e-mail address is recorded")
QUIET = N_("Quiet hours until the meeting")
TOO_LATE = N_("Booked less than an hour before the meeting")
TOO_LATE_NOW = N_("The sender was not running until less than an hour before the meeting")

# Reasons that a change of the case replaces by another.
OF_THE_CASE = frozenset({PROTECTED, WANTS_NONE, NOT_ASKED, NO_PHONE, NO_EMAIL, OTHER_WAY})
# The participant was told, or may have been.
TOLD = (MessageState.SENDING, MessageState.SENT, MessageState.UNCERTAIN)

# What a person did with a letter on paper; their name follows.
POSTED = N_("Printed and posted")
NOT_NEEDED = N_("Not needed")

# Why a meeting that did not take place as booked needs no reminder. One that was missed had begun, and says no more.
GONE = {
    MeetingOutcome.MOVED: MOVED,
    MeetingOutcome.CANCELLED: CANCELLED,
    MeetingOutcome.EXCUSED: EXCUSED,
}
ENGLISH = {"english", "engelska", "eng", "en"}


class MeetingNow(NamedTuple):
    """A meeting, and what its case says of how the participant is reached."""

    at: datetime
    outcome: MeetingOutcome
    way: MeetingWay | None
    closed_on: date | None
    is_protected: bool
    messages_allowed: bool
    reach_by: ReachBy | None
    has_phone: bool
    has_email: bool
    language: str | None


class Reach(Protocol):
    """What a case says of how its participant is reached."""

    @property
    def is_protected(self) -> bool: ...
    @property
    def messages_allowed(self) -> bool: ...
    @property
    def reach_by(self) -> ReachBy | None: ...
    @property
    def has_phone(self) -> bool: ...
    @property
    def has_email(self) -> bool: ...


@dataclass(frozen=True)
class Decision:
    """By which channel and when; `at` None: not at all, because of `reason`."""

    channel: Channel
    at: datetime | None
    reason: str = ""


def gone_because(meeting: MeetingNow, *, now: datetime) -> str:
    """Why the meeting needs no reminder any more, or ""."""
    if meeting.outcome in GONE:
        return GONE[meeting.outcome]
    if meeting.outcome is not MeetingOutcome.BOOKED or meeting.at <= now:
        return BEGUN
    if meeting.closed_on is not None and meeting.closed_on <= local_date(meeting.at):
        return CLOSED
    return ""


def unreachable_because(meeting: Reach) -> str:
    """Why the participant may not or cannot be written to, or ""."""
    if meeting.is_protected and not meeting.messages_allowed:
        return PROTECTED
    if meeting.reach_by is None:
        return NOT_ASKED
    if meeting.reach_by is ReachBy.NONE:
        return WANTS_NONE
    if meeting.reach_by is ReachBy.SMS and not meeting.has_phone:
        return NO_PHONE
    if meeting.reach_by is ReachBy.EMAIL and not meeting.has_email:
        return NO_EMAIL
    return ""


def channel_for(meeting: Reach) -> Channel:
    return CHANNELS.get(meeting.reach_by, NO_CHANNEL) if meeting.reach_by else NO_CHANNEL


def decide(
    meeting: MeetingNow,
    *,
    lead: timedelta,
    hours: SendingHours,
    is_working_day: Callable[[date], bool],
    now: datetime,
) -> Decision:
    """For a booked meeting that lies ahead (gone_because is "")."""
    channel, reason = channel_for(meeting), unreachable_because(meeting)
    if reason:
        return Decision(channel, None, reason)
    if now > meeting.at - LEAST_BEFORE:
        return Decision(channel, None, TOO_LATE)
    if channel is Channel.LETTER:
        return Decision(channel, max(now, letter_moment(meeting.at, is_working_day)))
    at = reminder_moment(meeting.at, lead=lead, hours=hours, now=now)
    return Decision(channel, at, "" if at else QUIET)


def letter_moment(meeting_at: datetime, is_working_day: Callable[[date], bool]) -> datetime:
    """When a letter is to be printed: in the morning, five working days before the meeting."""
    day = add_working_days(local_date(meeting_at), -LETTER_DAYS, is_working_day)
    return datetime.combine(day, LETTERS_FROM, STOCKHOLM)


def working_days_until(meeting_at: datetime, is_working_day: Callable[[date], bool], today: date) -> int:
    """How many working days lie between today and the day of the meeting, that day counted."""
    days = (local_date(meeting_at) - today).days
    return sum(is_working_day(today + timedelta(days=n + 1)) for n in range(days))


def comes_late(meeting_at: datetime, is_working_day: Callable[[date], bool], today: date) -> bool:
    """Whether a letter posted today may arrive after the meeting."""
    return working_days_until(meeting_at, is_working_day, today) < LETTER_COMES_LATE


class Leaving(NamedTuple):
    """A reminder about to leave: not at all because of `reason`, else at `at` (now, or when the quiet hours end)."""

    reason: str
    at: datetime


def leaving(meeting: MeetingNow, channel: Channel, *, hours: SendingHours, now: datetime) -> Leaving:
    """The last question, in the moment before a reminder leaves."""
    reason = gone_because(meeting, now=now) or unreachable_because(meeting)
    if not reason and channel_for(meeting) is not channel:
        reason = OTHER_WAY
    at = postponed_to(now=now, hours=hours, meeting_at=meeting.at)
    if not reason and at is None:
        reason = QUIET if now <= meeting.at - LEAST_BEFORE else TOO_LATE_NOW
    return Leaving(reason, at or now)


def language_of(spoken: str | None) -> str:
    """The language of a text to a participant, from what the case says they speak: English, else Swedish."""
    first = re.split(r"[^a-zà-ÿ]+", (spoken or "").strip().lower())[0]
    return "en" if first in ENGLISH else "sv"
