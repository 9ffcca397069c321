"""Reminders to supervisors: one message a session day where attendance is not confirmed yet."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import joinedload

from activation.clocks.calendar import Calendar, calendars
from activation.clocks.rules import add_working_days
from activation.context import settings
from activation.database import chunks, db
from activation.employer_page.links import find_or_make_link
from activation.employers.supervision import SUPERVISOR_ID, with_supervision
from activation.followups.book import rulebook
from activation.followups.rule import Rule
from activation.messages.channels.letter import is_configured
from activation.messages.queries import unmarked_sessions
from activation.messages.rules import ATTENDANCE_WINDOW
from activation.messages.service import queue
from activation.records.actor import Actor
from models import Case, EmployerLink, Message, Placement, Session, Supervisor
from models.enums import Channel, MessageKind, Owner, Recipient

SUPERVISORS_AT_ONCE = 50
SCHEDULE = Actor.system("Aktivering")


@dataclass
class AtWorkplace:
    """What one unit has with a supervisor: how many sessions of each day are unmarked, and its rules for asking."""

    unmarked: dict[date, int]
    rules: tuple[Rule, ...]
    is_working_day: Callable[[date], bool] = field(repr=False)

    def channels_on(self, day: date, since: date | None = None) -> set[Channel]:
        """By which channels the supervisor is asked on this day: of all rules and their reminders. `since`: when they
        were last looked at."""
        if not any(self.unmarked.values()) or not self.is_working_day(day):
            return set()
        return {
            channel
            for rule in self.rules
            for reminder in rule.reminders
            if reminder.to is Recipient.SUPERVISOR
            and self._is_asked(day, since or day, rule.offset + reminder.days)
            for channel in reminder.channels
        }

    def _is_asked(self, day: date, since: date, later: int) -> bool:
        """There was a session `later` working days ago (0: today), or on the closed days before that: a supervisor gets
        one question a session day (a Saturday's on Monday), none on the days after the placement has ended. A second
        question about a day, or one that was missed, is only asked where that day is still unmarked."""
        until = self._back(day, later)
        after = self._back(until, 1)
        missed_after = min(after, self._back(since, later))
        return any(
            missed_after < session_day <= until and (unmarked or (not later and session_day > after))
            for session_day, unmarked in self.unmarked.items()
        )

    def _back(self, day: date, working_days: int) -> date:
        return add_working_days(day, -working_days, self.is_working_day)


def remind_employers(*, day: date, now: datetime, since: date | None = None) -> Iterator[dict[str, int]]:
    """Asks supervisors to confirm the attendance of `day`, once a supervisor and day. Yields counts after each group of
    them, for its commit.

    `day` is the day of the job's occurrence: caught up the morning after, nobody is asked for a day that has hardly
    begun. `since`: the day of the run before, where there was one: days after it are made up for. Where staff revoked
    the newest link to that address, nothing is sent until they make a new one.
    """
    asked = {
        supervisor_id: channels
        for supervisor_id, parts in _sessions(day).items()
        if (channels := {channel for part in parts for channel in part.channels_on(day, since)})
    }
    for group in chunks(sorted(asked), SUPERVISORS_AT_ONCE):
        counts = {"queued": 0, "link_revoked": 0}
        supervisors = db.session.scalars(
            select(Supervisor)
            .where(Supervisor.id.in_(group))
            .options(joinedload(Supervisor.workplace, innerjoin=True))
            .order_by(Supervisor.id)
        ).all()
        ways = {supervisor.id: _ways(supervisor, asked[supervisor.id]) for supervisor in supervisors}
        keys = {
            (supervisor.id, channel): _key(supervisor, day, channel)
            for supervisor in supervisors
            for channel in ways[supervisor.id]
        }
        done = set(db.session.scalars(select(Message.key).where(Message.key.in_(keys.values()))))
        revoked = _revoked({supervisor.workplace_id for supervisor in supervisors})
        for supervisor in supervisors:
            for channel in sorted(ways[supervisor.id]):
                address, key = _address(supervisor, channel), keys[supervisor.id, channel]
                if (supervisor.workplace_id, address) in revoked:
                    counts["link_revoked"] += 1
                elif address and key not in done:
                    counts["queued"] += _ask(supervisor, address, key, channel, day, now)
        yield counts


def _ways(supervisor: Supervisor, wanted: set[Channel]) -> set[Channel]:
    """The channels of the rules by which the supervisor can be reached; where there are none, the one that they have.
    A supervisor with a telephone alone is asked by SMS (where SMS leave at all) although the rule says e-mail."""
    reaching = {channel for channel in wanted if _address(supervisor, channel)}
    if reaching:
        return reaching
    if supervisor.email:
        return {Channel.EMAIL}
    return {Channel.SMS} if supervisor.phone and is_configured(settings(), Channel.SMS) else set()


def _key(supervisor: Supervisor, day: date, channel: Channel) -> str:
    whose = (
        f"{supervisor.workplace_id}" if supervisor.is_main else f"{supervisor.workplace_id}-{supervisor.id}"
    )
    return f"attendance:{whose}:{day}:{channel.value}"


def _address(supervisor: Supervisor, channel: Channel) -> str | None:
    return supervisor.phone if channel is Channel.SMS else supervisor.email


def _ask(supervisor: Supervisor, address: str, key: str, channel: Channel, day: date, now: datetime) -> bool:
    link = find_or_make_link(
        actor=SCHEDULE,
        workplace=supervisor.workplace,
        sent_to=address,
        supervisor_name=supervisor.name,
        supervisor=supervisor,
        now=now,
    )
    return queue(
        key=key,
        kind=MessageKind.ATTENDANCE_REQUEST,
        channel=channel,
        bundle=key,
        now=now,
        to_address=address,
        language=supervisor.language,
        params={"day": day.isoformat()},
        link_id=link.id,
    )


def _sessions(day: date) -> dict[int, list[AtWorkplace]]:
    """Per supervisor, and unit: how many sessions of each day up to this one are unmarked."""
    statement = (
        select(
            SUPERVISOR_ID,
            Case.unit_id,
            Session.on_date,
            func.sum(case((and_(*unmarked_sessions(day)), 1), else_=0)),
        )
        .select_from(Session)
        .join(Placement, Placement.id == Session.placement_id)
        .join(Case, Case.id == Session.case_id)
    )
    rows = db.session.execute(
        with_supervision(statement)
        .where(
            Session.scheduled,
            Session.on_date.between(day - ATTENDANCE_WINDOW, day),
            Case.protection.is_(None),
            SUPERVISOR_ID.is_not(None),
        )
        .group_by(SUPERVISOR_ID, Case.unit_id, Session.on_date)
    ).all()
    of_unit: dict[int, Calendar] = calendars({row[1] for row in rows}, settings().closed_days)
    found: dict[tuple[int, int], AtWorkplace] = {}
    for supervisor_id, unit_id, on_date, unmarked in rows:
        if (supervisor_id, unit_id) not in found:
            rules = tuple(
                rule for rule in rulebook().rules_for(unit_id, day) if rule.owner is Owner.SUPERVISOR
            )
            found[supervisor_id, unit_id] = AtWorkplace({}, rules, of_unit[unit_id].is_working_day)
        found[supervisor_id, unit_id].unmarked[on_date] = int(unmarked or 0)
    parts: dict[int, list[AtWorkplace]] = {}
    for (supervisor_id, _unit), part in found.items():
        parts.setdefault(supervisor_id, []).append(part)
    return parts


def _revoked(workplace_ids: Collection[int]) -> set[tuple[int, str]]:
    """Workplaces and addresses whose newest link staff revoked."""
    newest = {
        (workplace_id, sent_to): revoked_at
        for workplace_id, sent_to, revoked_at in db.session.execute(
            select(EmployerLink.workplace_id, EmployerLink.sent_to, EmployerLink.revoked_at)
            .where(EmployerLink.workplace_id.in_(workplace_ids))
            .order_by(EmployerLink.id)
        )
    }
    return {of for of, revoked_at in newest.items() if revoked_at is not None}
