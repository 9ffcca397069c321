"""Whether messages of the outbox still go out, and as what: asked in the moment before they are sent.

read() brings, in a number of queries that does not grow with the letters, everything that decides about them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement

from activation.clocks.calendar import local_date
from activation.committee.reports.letters import ReportLetter, reports_by_message
from activation.employer_page.links import link_url
from activation.followups.service import MACHINE
from activation.meetings.invitation_letters import Invitation, invitations_by_message
from activation.messages.channels.letter import Letter, Sms
from activation.messages.contact_requests import REQUESTS, ContactRequest, contact_requests
from activation.messages.participant import MeetingReminder, hours_for_supervisors, meeting_reminders
from activation.messages.queries import links_by_id, messages_to_send, unmarked_at
from activation.messages.rules import LinkNow, TaskNow, not_sent_because
from activation.messages.texts import (
    Part,
    Wording,
    employer_letter,
    staff_letter,
    wording,
    write,
    write_sms,
)
from models import EmployerLink
from models.enums import Channel, MessageKind

OF_TASKS = frozenset({MessageKind.TASK_DUE, MessageKind.TASK_ESCALATED})
DIGESTS = frozenset({MessageKind.DIGEST, MessageKind.LEAD_DIGEST})


@dataclass(frozen=True)
class Bundle:
    """The messages of one letter, in a fixed order, with what their causes look like at `now`.

    `unmarked`: sessions that the link's supervisor can still confirm.
    """

    name: str
    rows: tuple[Any, ...]
    link: EmployerLink | None
    unmarked: int
    now: datetime
    texts: Wording
    invitation: Invitation | None = None
    reminder: MeetingReminder | None = None
    request: ContactRequest | None = None
    report: ReportLetter | None = None

    def reason_not_to_send(self, row: Any) -> str:
        """Why this message must no longer go out, or ""."""
        if self.invitation is not None and row.active:
            return self.invitation.reason_not_to_send(self.now)
        if self.report is not None:
            return self.report.reason_not_to_send()
        if self.reminder is not None:
            return self.reminder.leaving(self.now).reason
        if self.request is not None:
            reason = self.request.leaving(self.now).reason
            if reason:
                return reason
        task = None
        if row.task_id is not None:
            day = row.params.get("day")
            task = TaskNow(
                row.state,
                row.due_on,
                row.escalates_on,
                is_theirs=bool(row.is_theirs),
                of_day=date.fromisoformat(day) if day else None,
                # About themselves a participant may know, where messages are allowed.
                may_know=bool(row.may_know) or self.request is not None,
                by_facts=row.closed_by == MACHINE,
                is_paused=bool(row.is_paused),
                is_put_off=row.postponed_to is not None,
            )
        link = None
        if self.link is not None:
            expired = self.link.expires_at <= self.now
            link = LinkNow(self.link.revoked_at is not None, expired, self.unmarked)
        active = None if row.staff_id is None else bool(row.active)
        return not_sent_because(
            row.kind,
            recipient_active=active,
            task=task,
            link=link,
            today=local_date(self.now),
            is_wanted=active is None or _is_wanted(row),
        )

    def waits_until(self) -> datetime | None:
        """When a letter to somebody outside the municipality may leave that may not now: at night, on closed days."""
        to_participant = self.reminder or self.request
        if to_participant is not None:
            at = to_participant.leaving(self.now).at
        elif self.rows[0].kind is MessageKind.ATTENDANCE_REQUEST:
            at = hours_for_supervisors().next_from(self.now) or self.now
        else:
            return None
        return at if at > self.now else None

    def compose(self, rows: Sequence[Any]) -> Letter | Sms:
        """What leaves: `rows` are those of the bundle that still stand, at least one."""
        first = rows[0]
        # Tried again, the letter has the same Message-ID: whoever got it the first time can tell.
        identity = f"{self.name} {first.key}"
        to_participant = self.reminder or self.request
        if to_participant is not None:
            # Address and language are those of the case now.
            to, language = to_participant.to, to_participant.language
            channel = to_participant.channel
            return self._written(first.kind, to_participant.values(), channel, to, language, identity)
        if self.invitation is not None:
            values = self.invitation.values(self.now)
        elif self.report is not None:
            values = self.report.values()
        elif self.link is not None:
            values = employer_letter(
                self.link, url=link_url(self.link), unmarked=self.unmarked, language=first.language
            )
        else:
            values = staff_letter([Part(row.kind, row.params) for row in rows], language=first.language)
        to = first.email if first.staff_id is not None else first.to_address
        # A digest beside reminders is a part of their letter.
        kind = next((row.kind for row in rows if row.kind in OF_TASKS), first.kind)
        written = self._written(kind, values, first.channel, to, first.language, identity)
        return written if isinstance(written, Sms) else self._with_enclosed(written)

    def _with_enclosed(self, letter: Letter) -> Letter:
        """The letter with the appointment or the report that it brings."""
        if self.invitation is not None:
            return self.invitation.enclosed_in(letter, self.now)
        return letter if self.report is None else self.report.enclosed_in(letter)

    def _written(
        self,
        kind: MessageKind,
        values: Mapping[str, str],
        channel: Channel,
        to: str,
        language: str,
        identity: str,
    ) -> Letter | Sms:
        if channel is Channel.SMS:
            return write_sms(kind, values, language=language, to=to, identity=identity, texts=self.texts)
        return write(
            kind, values, language=language, to=to, identity=identity, now=self.now, texts=self.texts
        )


def _is_wanted(row: Any) -> bool:
    """Whether the staff member still wants such e-mails."""
    if row.kind in DIGESTS:
        return bool(row.wants_digest)
    return row.kind not in OF_TASKS or bool(row.wants_email)


def read(which: ColumnElement[bool], *, now: datetime) -> dict[str, Bundle]:
    """The bundles of these messages (of one channel) by name."""
    rows: dict[str, list[Any]] = {}
    for row in messages_to_send(which, today=local_date(now)):
        rows.setdefault(row.bundle, []).append(row)
    links = links_by_id({of[0].link_id for of in rows.values() if of[0].link_id is not None})
    unmarked = unmarked_at({link.workplace_id for link in links.values()}, local_date(now))
    invitations = invitations_by_message(
        [of[0].id for of in rows.values() if of[0].kind is MessageKind.MEETING_INVITATION]
    )
    reminders = meeting_reminders(
        [of[0].id for of in rows.values() if of[0].kind is MessageKind.MEETING_REMINDER]
    )
    reports = reports_by_message(
        [of[0].id for of in rows.values() if of[0].kind is MessageKind.COMMITTEE_REPORT]
    )
    requests = contact_requests([of[0].id for of in rows.values() if of[0].kind in REQUESTS], now=now)
    texts = wording()
    bundles = {}
    for name, of in rows.items():
        link = links.get(of[0].link_id)
        number = unmarked.get(link.workplace_id, 0) if link else 0
        first = of[0].id
        bundles[name] = Bundle(
            name,
            tuple(of),
            link,
            number,
            now,
            texts,
            invitations.get(first),
            reminders.get(first),
            requests.get(first),
            reports.get(first),
        )
    return bundles
