"""Appointments as iCalendar (RFC 5545): the feed of one's own calendar, a file to download, an invitation by e-mail.

Times are in UTC: calendars show them on the reader's clock, right on both sides of a change of the clock. The library
is fetched when the first calendar is written: seven megabytes that most processes never need.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from email.utils import parseaddr
from enum import StrEnum
from functools import cache
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

MAKER = "-//Aktivering//Aktivering//SV"
REFRESH = timedelta(hours=1)


class Method(StrEnum):
    """What the reader's program is to do with the appointments."""

    PUBLISH = "PUBLISH"
    REQUEST = "REQUEST"
    CANCEL = "CANCEL"


@dataclass(frozen=True, slots=True)
class Entry:
    """An appointment, or what is due on a day (`starts` a date: all day, and the day stays free).

    `changed_at`: when it became as it is. `sequence` rises with each change; `uid` never changes.
    """

    uid: str
    summary: str
    starts: datetime | date
    changed_at: datetime
    length: timedelta = timedelta(hours=1)
    sequence: int = 0
    cancelled: bool = False
    place: str = ""
    description: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Guest:
    """Whom an invitation is for, and the address it comes from."""

    name: str
    email: str
    organiser: str


def uid_of(what: str, base_url: str) -> str:
    """The same for the same thing at the same installation, for ever."""
    return f"{what}@{urlsplit(base_url).hostname or 'localhost'}"


def calendar_text(
    entries: Sequence[Entry], *, method: Method = Method.PUBLISH, name: str = "", guest: Guest | None = None
) -> str:
    """The whole calendar as text with CRLF. `name` is how a subscribed calendar is called."""
    calendar = _library().Calendar()
    calendar.add("prodid", MAKER)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method.value)
    if name:
        calendar.add("x-wr-calname", name)
        calendar.add("x-wr-timezone", "Europe/Stockholm")
        calendar.add("refresh-interval", REFRESH, parameters={"value": "DURATION"})
        calendar.add("x-published-ttl", "PT1H")
    for entry in entries:
        calendar.add_component(_event(entry, guest))
    text: str = calendar.to_ical().decode()
    return text


@cache
def _library() -> Any:
    return import_module("icalendar")


def _event(entry: Entry, guest: Guest | None) -> Any:
    event = _library().Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", entry.changed_at.astimezone(UTC))
    event.add("last-modified", entry.changed_at.astimezone(UTC))
    event.add("sequence", entry.sequence)
    event.add("summary", entry.summary)
    if isinstance(entry.starts, datetime):
        event.add("dtstart", entry.starts.astimezone(UTC))
        event.add("dtend", entry.starts.astimezone(UTC) + entry.length)
    else:
        event.add("dtstart", entry.starts)
        event.add("dtend", entry.starts + timedelta(days=1))
    busy = isinstance(entry.starts, datetime) and not entry.cancelled
    event.add("transp", "OPAQUE" if busy else "TRANSPARENT")
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    for field in ("place", "description", "url"):
        if value := getattr(entry, field):
            event.add({"place": "location"}.get(field, field), value)
    if guest is not None:
        _invite(event, guest)
    return event


def _invite(event: Any, guest: Guest) -> None:
    library = _library()
    organiser = library.vCalAddress(f"mailto:{parseaddr(guest.organiser)[1]}")
    attendee = library.vCalAddress(f"mailto:{guest.email}")
    attendee.params.update(
        {"CN": guest.name, "ROLE": "REQ-PARTICIPANT", "PARTSTAT": "NEEDS-ACTION", "RSVP": "FALSE"}
    )
    event.add("organizer", organiser)
    event.add("attendee", attendee)
