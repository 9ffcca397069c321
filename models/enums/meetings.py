"""Meetings."""

from models.enums.base import Labelled
from models.texts import N_


class MeetingKind(Labelled):
    FIRST = "first", N_("First meeting")
    FOLLOW_UP = "follow_up", N_("Follow-up")
    THREE_PARTY = "three_party", N_("Three-party meeting")
    HOME_VISIT = "home_visit", N_("Home visit")


class MeetingOutcome(Labelled):
    BOOKED = "booked", N_("Booked"), "info"
    HELD = "held", N_("Held"), "success"
    NO_SHOW = "no_show", N_("Did not come"), "warning"
    EXCUSED = "excused", N_("Excused"), "neutral"
    CANCELLED = "cancelled", N_("Cancelled"), "neutral"
    MOVED = "moved", N_("Moved"), "neutral"


class MeetingWay(Labelled):
    IN_PERSON = "in_person", N_("In person")
    PHONE = "phone", N_("By phone")
    VIDEO = "video", N_("By video")
