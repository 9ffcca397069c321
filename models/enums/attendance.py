"""Attendance."""

from models.enums.base import Labelled
from models.texts import N_


class AccountWay(Labelled):
    """How a participant told why they were away."""

    PHONE = "phone", N_("By phone")
    IN_PERSON = "in_person", N_("In person")
    WRITTEN = "written", N_("In writing")


class Mark(Labelled):
    """Attendance of one session. No value means unmarked, which is never absent."""

    PRESENT = "present", N_("Present"), "success"
    VALID_ABSENCE = "valid_absence", N_("Valid absence"), "neutral"
    INVALID_ABSENCE = "invalid_absence", N_("Invalid absence"), "warning"
    SICK = "sick", N_("Sick"), "neutral"
    OTHER_ACTIVITY = "other_activity", N_("Other activity in the plan"), "info"


class EmployerAnswer(Labelled):
    """All that an employer can say. Whether an absence is valid is for staff to judge."""

    HERE = "here", N_("Here"), "success"
    LEFT_EARLY = "left_early", N_("Came but went early"), "success"
    NOT_HERE = "not_here", N_("Not here"), "warning"


class MarkedThrough(Labelled):
    STAFF = "staff", N_("Staff")
    PHONE = "phone", N_("By phone on the employer's behalf")
    EMPLOYER = "employer", N_("The employer's page")
    IMPORT = "import", N_("Import")
