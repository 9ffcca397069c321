"""What figures are made of that no other area has: flows, outcomes, reports."""

from models.enums.base import Labelled
from models.texts import N_


class FlowReason(Labelled):
    """Why somebody moved between the flows."""

    SOCIAL_SUPPORT = "social_support", N_("Needs social support first")
    HEALTH = "health", N_("Health")
    ADDICTION_CARE = "addiction_care", N_("Care for addiction")
    FAMILY = "family", N_("Family situation")
    READY = "ready", N_("Ready for the main flow")
    CORRECTION = "correction", N_("Correction")
    OTHER = "other", N_("Another reason")


class OutcomeStanding(Labelled):
    """Whether work or study that began goes on."""

    GOES_ON = "goes_on", N_("Goes on"), "success"
    OTHER_WORK = "other_work", N_("Other work or study by now"), "success"
    ENDED = "ended", N_("Work or study has ended"), "warning"
    NOT_KNOWN = "not_known", N_("Could not be found out"), "neutral"


class ReportPeriod(Labelled):
    MONTH = "month", N_("Month")
    QUARTER = "quarter", N_("Quarter")


class ReportFormat(Labelled):
    PDF = "pdf", N_("PDF")
    XLSX = "xlsx", N_("Excel file")
