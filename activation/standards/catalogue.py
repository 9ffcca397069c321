"""What may stand in the places of a standard text, by its kind."""

from collections.abc import Mapping
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select

from activation.context import settings
from activation.database import db
from activation.messages.text_rules import Audience, Placeholder, Text
from activation.web.filters import datetime_text
from models import Case, Meeting
from models.enums import Channel, MeetingOutcome, StandardTextKind
from models.texts import N_

PARTICIPANT = Placeholder("participant", N_("The participant's name"), N_("Anna Example"))
TODAY = Placeholder("today", N_("Today's date"), "2026-11-20")
SECRETARY = Placeholder("secretary", N_("The secretary of the case"), N_("Sara Example"))
MUNICIPALITY = Placeholder(
    "municipality", N_("The municipality's name (setting MUNICIPALITY)"), N_("Example Municipality")
)
CONTACT = Placeholder("contact", N_("How to reach the municipality (setting CONTACT)"), "0410-00 00 00")
NEXT_MEETING = Placeholder(
    "next_meeting", N_("The next booked meeting: day, time and place"), "2026-11-24 10:00"
)
CLOSED_ON = Placeholder("closed_on", N_("The closing day"), "2026-11-20")
WORK_FROM = Placeholder("begins_on", N_("When work or study begins"), "2026-12-01")

EVERYWHERE = (PARTICIPANT, TODAY, SECRETARY, MUNICIPALITY, CONTACT)
OF_KIND: Mapping[StandardTextKind, tuple[Placeholder, ...]] = {
    StandardTextKind.NOTE: EVERYWHERE,
    StandardTextKind.PLAN: EVERYWHERE,
    StandardTextKind.LETTER: (*EVERYWHERE, NEXT_MEETING),
    StandardTextKind.CALL: (*EVERYWHERE, NEXT_MEETING),
    StandardTextKind.CLOSING: (*EVERYWHERE, CLOSED_ON, WORK_FROM),
}
# What becomes a letter to the participant; the others begin what staff write.
LETTERS = (StandardTextKind.LETTER, StandardTextKind.CALL, StandardTextKind.CLOSING)


def as_text(kind: StandardTextKind) -> Text:
    """A kind in the form that messages.text_rules checks. Whoever uses it reads it before it is kept or sent."""
    return Text(kind.value, kind.label, "", Audience.STAFF, Channel.LETTER, OF_KIND[kind])


def values_of(case: Case, *, today: date) -> dict[str, str]:
    """What stands in the places for a case (its secretary loaded). One query."""
    at = db.session.execute(
        select(Meeting.at, Meeting.place)
        .where(Meeting.case_id == case.id, Meeting.outcome == MeetingOutcome.BOOKED)
        .order_by(Meeting.at)
    ).first()
    return {
        PARTICIPANT.name: case.name,
        TODAY.name: today.isoformat(),
        SECRETARY.name: case.secretary.name if case.secretary else "",
        MUNICIPALITY.name: settings().municipality,
        CONTACT.name: settings().contact,
        NEXT_MEETING.name: ", ".join(filter(None, (datetime_text(at.at), at.place))) if at else "",
        CLOSED_ON.name: case.closed_on.isoformat() if case.closed_on else "",
        WORK_FROM.name: case.outcome_starts_on.isoformat() if case.outcome_starts_on else "",
    }


def places_of(kind: StandardTextKind) -> list[tuple[str, str]]:
    """The places of a kind as its form shows them: written with braces, and what stands there."""
    return [("{" + place.name + "}", _(place.meaning)) for place in OF_KIND[kind]]
