"""Employers, and what their page takes in."""

from models.enums.base import Labelled
from models.texts import N_


class EmployerReportKind(Labelled):
    """What a supervisor tells the municipality about a placement, besides attendance. Never about health."""

    MESSAGE = "message", N_("Message")
    STARTED = "started", N_("Has started"), "success"
    NEVER_CAME = "never_came", N_("Never came"), "warning"
    ENDED_EARLY = "ended_early", N_("Has stopped coming"), "warning"
    CORRECTION = "correction", N_("Correction of an earlier answer"), "info"


class LinkUseKind(Labelled):
    """What happened with a link of the employer's page."""

    OPENED = "opened", N_("Opened")
    PRESSED = "pressed", N_("Answered")
    WRONG_POSTCODE = "wrong_postcode", N_("Wrong postcode"), "warning"


class EmployerStatus(Labelled):
    """How the municipality stands with an employer."""

    PROSPECT = "prospect", N_("Prospect"), "info"
    ACTIVE = "active", N_("In cooperation"), "success"
    RESTING = "resting", N_("Resting"), "neutral"
    NOT_SUITABLE = "not_suitable", N_("Not suitable"), "warning"


class ContactWay(Labelled):
    """In which way the municipality and an employer were in contact."""

    PHONE = "phone", N_("By phone")
    EMAIL = "email", N_("E-mail")
    VISIT = "visit", N_("Visit")
    MEETING = "meeting", N_("Meeting")
