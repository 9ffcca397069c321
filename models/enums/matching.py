"""Competences, needs and top-ups."""

from models.enums.base import Labelled
from models.texts import N_


class CompetenceKind(Labelled):
    OCCUPATION = "occupation", N_("Occupation")
    SKILL = "skill", N_("Skill")
    CERTIFICATE = "certificate", N_("Certificate or licence")


class LanguageLevel(Labelled):
    """How much Swedish: what somebody speaks, or what a place asks for. In rising order."""

    NONE = "none", N_("No Swedish")
    BASIC = "basic", N_("Simple everyday Swedish (A1–A2)")
    INTERMEDIATE = "intermediate", N_("Manages at work (B1)")
    GOOD = "good", N_("Good (B2)")
    FLUENT = "fluent", N_("Fluent (C1–C2)")

    @property
    def order(self) -> int:
        return list(LanguageLevel).index(self)


class Licence(Labelled):
    """Classes of driving licence."""

    AM = "am", N_("AM (moped)")
    B = "b", N_("B (car)")
    BE = "be", N_("BE (car with trailer)")
    C = "c", N_("C (lorry)")
    CE = "ce", N_("CE (lorry with trailer)")
    D = "d", N_("D (bus)")


class NeedKind(Labelled):
    """What an employer asks for."""

    JOB = "job", N_("Job")
    PLACEMENT = "placement", N_("Placement")


class NeedState(Labelled):
    OPEN = "open", N_("Open"), "info"
    FILLED = "filled", N_("Filled"), "success"
    WITHDRAWN = "withdrawn", N_("Withdrawn"), "neutral"


class TopUpState(Labelled):
    """A skills top-up: the course or training that closes one gap."""

    PLANNED = "planned", N_("Planned"), "info"
    DONE = "done", N_("Done"), "success"
    INTERRUPTED = "interrupted", N_("Interrupted"), "neutral"
