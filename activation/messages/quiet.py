"""When people outside the municipality may be written to: not at night, and not on closed days. Pure.

All moments are aware; the hours are those of the clock in Stockholm, whatever summer time does that night.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

STOCKHOLM = ZoneInfo("Europe/Stockholm")
ONE_DAY = timedelta(days=1)
# Closer to the meeting than this a reminder is of no use any more.
LEAST_BEFORE = timedelta(hours=1)
# So long before the quiet hours begin: the sender may be a little late and must not run into them.
IN_GOOD_TIME = timedelta(minutes=30)
# Longer than any row of closed days.
FURTHEST = 30

Span = tuple[datetime, datetime]


def parse_hours(text: str) -> tuple[time, time] | None:
    """ "20:00-08:00" as two times of day; "no": none are quiet. Raises ValueError."""
    if text == "no":
        return None
    begins, _, ends = text.partition("-")
    quiet = time.fromisoformat(begins), time.fromisoformat(ends)
    if quiet[0] == quiet[1]:
        raise ValueError("quiet hours that begin when they end")
    return quiet


def every_day(_day: date) -> bool:
    return True


@dataclass(frozen=True)
class SendingHours:
    """`quiet`: from when to when nothing is sent, over midnight where the first is the later one; None: never.
    `is_open` says on which days something is."""

    quiet: tuple[time, time] | None
    is_open: Callable[[date], bool] = every_day

    def allows(self, moment: datetime) -> bool:
        return self.next_from(moment) == moment

    def next_from(self, moment: datetime) -> datetime | None:
        """The first moment at or after this one at which something may be sent; None: not within a month."""
        for days in range(FURTHEST):
            for begins, ends in self._spans(_local_day(moment) + days * ONE_DAY):
                if moment < ends:
                    return max(moment, begins)
        return None

    def last_by(self, moment: datetime) -> datetime | None:
        """This moment where it is allowed, else the last one before it, in good time; None: not within a month."""
        for days in range(FURTHEST):
            for begins, ends in reversed(self._spans(_local_day(moment) - days * ONE_DAY)):
                if begins <= moment < ends:
                    return moment
                if ends <= moment:
                    return max(begins, ends - IN_GOOD_TIME)
        return None

    def _spans(self, day: date) -> list[Span]:
        """The parts of a day in which something is sent, first to last."""
        if not self.is_open(day):
            return []
        midnight, next_midnight = _moment(day, time.min), _moment(day + ONE_DAY, time.min)
        if self.quiet is None:
            return [(midnight, next_midnight)]
        begins, ends = (_moment(day, at) for at in self.quiet)
        spans = (
            [(ends, begins)] if self.quiet[0] > self.quiet[1] else [(midnight, begins), (ends, next_midnight)]
        )
        return [(a, b) for a, b in spans if a < b]


def reminder_moment(
    meeting_at: datetime, *, lead: timedelta, hours: SendingHours, now: datetime
) -> datetime | None:
    """When a reminder goes: `lead` before the meeting, else the last allowed moment before that, else the next one
    from now on that is at least an hour before the meeting. None: there is none."""
    wanted = meeting_at - lead
    at = hours.last_by(wanted)
    if at is None or at < now:
        at = hours.next_from(now)
    return at if at is not None and at <= meeting_at - LEAST_BEFORE else None


def postponed_to(
    *, now: datetime, hours: SendingHours, meeting_at: datetime | None = None
) -> datetime | None:
    """For a message that is about to leave: `now` where it may, else when it may. None: not in time for the meeting."""
    at = hours.next_from(now)
    if at is None or (meeting_at is not None and at > meeting_at - LEAST_BEFORE):
        return None
    return at


def _local_day(moment: datetime) -> date:
    return moment.astimezone(STOCKHOLM).date()


def _moment(day: date, at: time) -> datetime:
    return datetime.combine(day, at, STOCKHOLM).astimezone(UTC)
