"""A meeting as an entry in a calendar outside the product: when, what kind, initials, and nothing else of the person.

Calendars are copied to telephones and to other firms' servers and shown on screens that others see. So there is no
name and no number in an entry; no place where that tells where somebody lives; and of a protected person nothing but
that there is a meeting.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _

from activation.context import settings
from activation.exchange.ics import Entry, uid_of
from models import Case, Meeting
from models.enums import MeetingKind, MeetingOutcome, MeetingWay

# The product knows when a meeting begins, not when it ends.
LENGTH = timedelta(hours=1)
LENGTH_BY_PHONE = timedelta(minutes=30)
# Did not take place. Somebody who did not come is not among them: the time was kept free.
OFF = frozenset({MeetingOutcome.CANCELLED, MeetingOutcome.EXCUSED, MeetingOutcome.MOVED})
# A number that could be somebody's: of a telephone, of a person, of a case.
LONG_NUMBER = re.compile(r"\d(?:[\s-]?\d){5,}")


@dataclass(frozen=True, slots=True)
class MeetingFacts:
    """What an entry is made from."""

    id: int
    version: int
    at: datetime
    kind: MeetingKind
    way: MeetingWay | None
    outcome: MeetingOutcome
    place: str
    case_id: int
    first_name: str
    last_name: str
    is_protected: bool

    @classmethod
    def of(cls, meeting: Meeting, case: Case) -> "MeetingFacts":
        return cls(
            meeting.id, meeting.version, meeting.at, meeting.kind, meeting.way, meeting.outcome, meeting.place,
            case.id, case.first_name, case.last_name, case.protection is not None,
        )  # fmt: skip


def meeting_uid(meeting_id: int) -> str:
    return uid_of(f"meeting-{meeting_id}", settings().base_url)


def case_address(case_id: int) -> str:
    """The case's page. Written out, as jobs know of no pages (tested against the page)."""
    return f"{settings().base_url.rstrip('/')}/cases/{case_id}"


def meeting_entry(of: MeetingFacts, *, changed_at: datetime, cancelled: bool | None = None) -> Entry:
    """The entry in the current language. `cancelled` where it is so for this reader only (another now holds it)."""
    off = of.outcome in OFF if cancelled is None else cancelled
    what = title_of(of)
    return Entry(
        uid=meeting_uid(of.id),
        summary=_("Cancelled: %(what)s", what=what) if off else what,
        starts=of.at,
        changed_at=changed_at,
        length=LENGTH_BY_PHONE if of.way is MeetingWay.PHONE else LENGTH,
        sequence=of.version,
        cancelled=off,
        place=_place(of),
        description="" if of.is_protected or of.way is None else _(of.way.label),
        url="" if of.is_protected else case_address(of.case_id),
    )


def title_of(of: MeetingFacts) -> str:
    """ "A.B. follow-up"; of a protected person "Meeting"."""
    if of.is_protected:
        return str(_("Meeting"))
    return f"{initials(of.first_name, of.last_name)} {_(of.kind.label).lower()}".strip()


def initials(*names: str) -> str:
    return "".join(f"{name.strip()[0].upper()}." for name in names if name.strip())


def _place(of: MeetingFacts) -> str:
    """Where, unless that is somebody's home or what was typed there names them."""
    if of.is_protected or of.kind is MeetingKind.HOME_VISIT or LONG_NUMBER.search(of.place):
        return ""
    typed = set(re.findall(r"\w+", of.place.casefold()))
    names = set(re.findall(r"\w+", f"{of.first_name} {of.last_name}".casefold()))
    named = {word for word in typed if word in names or word.removesuffix("s") in names}
    return "" if named or "@" in of.place else of.place
