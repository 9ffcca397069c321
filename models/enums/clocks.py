"""Clocks and the kinds of days they count."""

from models.enums.base import Labelled
from models.texts import N_


class ClockKind(Labelled):
    FIRST_MEETING = "first_meeting", N_("First meeting")
    PLAN = "plan", N_("Agreed plan")
    ACTIVATION = "activation", N_("First attended activity")


class ClockStatus(Labelled):
    MET = "met", N_("Met"), "success"
    MET_LATE = "met_late", N_("Met late"), "warning"
    OVERDUE = "overdue", N_("Overdue"), "danger"
    RUNNING = "running", N_("Running"), "info"
    CLOSED = "closed", N_("Closed before"), "neutral"


class DayKind(Labelled):
    CALENDAR = "calendar", N_("calendar days")
    WORKING = "working", N_("working days")


class PauseReason(Labelled):
    """Why a clock stands still."""

    SICKNESS = "sickness", N_("Sickness")
    HOSPITAL = "hospital", N_("Hospital care")
    CHILD_ILL = "child_ill", N_("Child is ill")
    PARENTAL_LEAVE = "parental_leave", N_("Parental leave")
    FUNERAL = "funeral", N_("Death or funeral in the family")
    DETENTION = "detention", N_("Detention or prison")
    AWAY = "away", N_("Away with leave")
    OTHER = "other", N_("Another reason")
