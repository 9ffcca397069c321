"""Messages to participants in the moment before they leave: may they still, when, and what they say."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from activation.clocks.calendar import Calendar, calendars
from activation.context import settings
from activation.database import db
from activation.messages.quiet import SendingHours, every_day, parse_hours
from activation.messages.reminder_rules import Leaving, MeetingNow, language_of, leaving
from activation.messages.texts import meeting_letter
from models import Case, Meeting, Message
from models.enums import Channel, MessageKind


def sending_hours(calendar: Calendar) -> SendingHours:
    """When those outside the municipality may be written to, by the settings, where this calendar holds."""
    every = settings().send_on_weekends == "yes"
    return SendingHours(parse_hours(settings().quiet_hours), every_day if every else calendar.is_working_day)


def hours_for_supervisors() -> SendingHours:
    """A workplace belongs to no unit: the closed days of every year count, those of single units do not."""
    return sending_hours(Calendar(frozenset(settings().closed_days)))


@dataclass(frozen=True)
class MeetingReminder:
    """A reminder, its meeting and its recipient as they are now."""

    channel: Channel
    meeting: MeetingNow
    name: str
    place: str
    phone: str
    email: str
    hours: SendingHours

    def leaving(self, now: datetime) -> Leaving:
        return leaving(self.meeting, self.channel, hours=self.hours, now=now)

    @property
    def to(self) -> str:
        return self.phone if self.channel is Channel.SMS else self.email

    @property
    def language(self) -> str:
        return language_of(self.meeting.language)

    def values(self) -> dict[str, str]:
        """What fills the text."""
        return meeting_letter(
            self.meeting.at,
            way=self.meeting.way,
            language=self.language,
            name=self.name,
            place=self.place,
        )


def meeting_reminders(message_ids: Collection[int]) -> dict[int, MeetingReminder]:
    """What these messages are about, by message id. Two queries at most."""
    if not message_ids:
        return {}
    rows = db.session.execute(
        select(
            Message.id,
            Message.channel,
            Case.unit_id,
            Case.first_name,
            Case.last_name,
            Meeting.place,
            Case.phone,
            Case.email,
            Meeting.at,
            Meeting.outcome,
            Meeting.way,
            Case.closed_on,
            Case.protection.is_not(None),
            Case.messages_allowed,
            Case.reach_by,
            Case.phone.is_not(None),
            Case.email.is_not(None),
            Case.language,
        )
        .select_from(Message)
        .join(Meeting, Meeting.id == Message.meeting_id)
        .join(Case, Case.id == Meeting.case_id)
        .where(Message.id.in_(message_ids), Message.kind == MessageKind.MEETING_REMINDER)
        .order_by(Message.id)
    ).all()
    of_unit = calendars({row[2] for row in rows}, settings().closed_days)
    return {
        message_id: MeetingReminder(
            channel=channel,
            meeting=MeetingNow(*meeting),
            name=f"{first_name} {last_name}",
            place=place,
            phone=phone or "",
            email=email or "",
            hours=sending_hours(of_unit[unit_id]),
        )
        for message_id, channel, unit_id, first_name, last_name, place, phone, email, *meeting in rows
    }
