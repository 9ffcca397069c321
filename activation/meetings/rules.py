"""What to say about a time before a meeting is booked there. Pure: facts in, texts out."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from models.errors import DomainError
from models.texts import N_

ORDINARY_HOURS = (time(7), time(18))
FAR = timedelta(days=365)


@dataclass(frozen=True)
class Circumstances:
    """What is known around a booking. Times are local."""

    today: date
    first_contact_on: date
    closed_on: date | None
    is_closed: Callable[[date], bool]
    first_meeting_due: date | None = None
    busy: Iterable[datetime] = field(default_factory=tuple)


def cautions(at: datetime, around: Circumstances) -> list[DomainError]:
    """Texts about a local time that may be a slip. They are shown, never raised: people book when people can come."""
    day = at.date()
    found = []
    if day.weekday() >= 5:
        found.append(DomainError(N_("%(day)s is a Saturday or Sunday."), day=day))
    if around.is_closed(day):
        found.append(
            DomainError(N_("%(day)s is a public holiday or a day when the unit is closed."), day=day)
        )
    if not ORDINARY_HOURS[0] <= at.time() < ORDINARY_HOURS[1]:
        found.append(DomainError(N_("%(time)s is outside ordinary hours."), time=f"{at:%H:%M}"))
    found += [
        DomainError(N_("You have another meeting that day at %(time)s."), time=f"{other:%H:%M}")
        for other in around.busy
    ]
    if abs(day - around.today) > FAR:
        found.append(DomainError(N_("%(day)s is more than a year away. Is the year right?"), day=day))
    if day < around.first_contact_on:
        found.append(
            DomainError(N_("The first contact was on %(day)s, after this."), day=around.first_contact_on)
        )
    if around.closed_on is not None and day > around.closed_on:
        found.append(DomainError(N_("The case was closed on %(day)s."), day=around.closed_on))
    if around.first_meeting_due is not None and around.today <= around.first_meeting_due < day:
        found.append(
            DomainError(
                N_("The first meeting should be held by %(day)s, before this."), day=around.first_meeting_due
            )
        )
    return found
