"""The words of the code lists in files: English (the stored value) and Swedish, to the value.

A municipality that calls something by another name adds its word here. Case, and whether - or _ or space joins a
word, do not matter. A word that is not here is refused.
"""

from collections.abc import Mapping
from typing import TypeVar

from models.enums import (
    AidStatus,
    ClosureReason,
    Flow,
    Labelled,
    Mark,
    MeetingKind,
    MeetingOutcome,
    MeetingWay,
    Obstacle,
    PlacementKind,
    Protection,
    ReachBy,
    Role,
)

Code = TypeVar("Code", bound=Labelled)


def _words(swedish: Mapping[Code, str]) -> dict[str, Code]:
    """Both languages, the English value first: that is the order in which an error lists them."""
    words: dict[str, Code] = {}
    for code, word in swedish.items():
        words[code.value] = code
        words[word] = code
    return words


ROLES = _words(
    {
        Role.SECRETARY: "arbetsmarknadssekreterare",
        Role.UNIT_LEAD: "enhetschef",
        Role.AID_OFFICER: "biståndshandläggare",
        Role.ADMINISTRATOR: "administratör",
    }
)
FLOWS = _words({Flow.MAIN: "huvudflöde", Flow.SUPPORT: "stödflöde"})
REACH_BY = _words(
    {ReachBy.SMS: "sms", ReachBy.EMAIL: "e-post", ReachBy.LETTER: "brev", ReachBy.NONE: "ingen"}
)
PROTECTIONS = _words(
    {
        Protection.CONFIDENTIAL: "sekretessmarkering",
        Protection.PROTECTED_REGISTRATION: "skyddad_folkbokföring",
    }
)
OBSTACLES = _words(
    {
        Obstacle.UNEMPLOYED: "arbetslös",
        Obstacle.SICK_LEAVE: "sjukskriven med intyg",
        Obstacle.SICKNESS_COMPENSATION: "sjuk- eller aktivitetsersättning",
        Obstacle.SOCIAL_REASONS: "arbetshinder sociala skäl",
        Obstacle.PARENTAL_LEAVE: "föräldraledig",
        Obstacle.PART_TIME: "arbetar deltid",
        Obstacle.LANGUAGE: "språkhinder",
        Obstacle.NO_CHILDCARE: "saknar barnomsorg",
        Obstacle.NONE: "utan försörjningshinder",
        Obstacle.OTHER: "annat",
        Obstacle.NOT_GIVEN: "ej angivet",
    }
) | {"other": Obstacle.OTHER}
CLOSURE_REASONS = _words(
    {
        ClosureReason.WORK: "arbete",
        ClosureReason.SUBSIDISED_WORK: "subventionerat_arbete",
        ClosureReason.MUNICIPAL_EMPLOYMENT: "kommunal_anställning",
        ClosureReason.STUDY_WITH_AID: "studier_med_studiemedel",
        ClosureReason.OTHER_STUDY: "övriga_studier",
        ClosureReason.OTHER_INCOME: "annan_försörjning",
        ClosureReason.HANDED_OVER: "överlämnad",
        ClosureReason.SUPPORT_FLOW: "stödflödet",
        ClosureReason.MOVED: "flyttat",
        ClosureReason.INTERRUPTED: "avbrutet",
        ClosureReason.DECEASED: "avliden",
        ClosureReason.OTHER: "övrigt",
    }
)
MEETING_KINDS = _words(
    {
        MeetingKind.FIRST: "första",
        MeetingKind.FOLLOW_UP: "uppföljning",
        MeetingKind.THREE_PARTY: "trepart",
        MeetingKind.HOME_VISIT: "hembesök",
    }
)
MEETING_OUTCOMES = _words(
    {
        MeetingOutcome.HELD: "genomfört",
        MeetingOutcome.NO_SHOW: "uteblev",
        MeetingOutcome.EXCUSED: "förhinder",
        MeetingOutcome.CANCELLED: "inställt",
        MeetingOutcome.BOOKED: "bokat",
    }
)
MEETING_WAYS = _words(
    {MeetingWay.IN_PERSON: "personligt", MeetingWay.PHONE: "telefon", MeetingWay.VIDEO: "video"}
)
PLACEMENT_KINDS = _words(
    {
        PlacementKind.WORK_TRAINING: "arbetsträning",
        PlacementKind.WORK_TRIAL: "arbetsprövning",
        PlacementKind.INTERNSHIP: "praktik",
        PlacementKind.LANGUAGE_INTERNSHIP: "språkpraktik",
        PlacementKind.SERVICE_CREW: "servicegrupp",
        PlacementKind.MUNICIPAL_EMPLOYMENT: "kommunal_anställning",
        PlacementKind.NEW_START_JOB: "nystartsjobb",
        PlacementKind.INTRODUCTION_JOB: "introduktionsjobb",
        PlacementKind.ESTABLISHMENT_JOB: "etableringsjobb",
        PlacementKind.WAGE_SUBSIDY: "lönebidrag",
        PlacementKind.SHELTERED_EMPLOYMENT: "osa",
        PlacementKind.EMPLOYMENT: "anställning",
    }
)
MARKS = _words(
    {
        Mark.PRESENT: "närvarande",
        Mark.VALID_ABSENCE: "giltig_frånvaro",
        Mark.INVALID_ABSENCE: "ogiltig_frånvaro",
        Mark.SICK: "sjuk",
        Mark.OTHER_ACTIVITY: "annan_aktivitet",
    }
)
AID_STATUSES = _words(
    {
        AidStatus.NONE: "ingen_ansökan",
        AidStatus.RECEIVED: "inkommen",
        AidStatus.UNDER_REVIEW: "utredning",
        AidStatus.GRANTED: "bifall",
        AidStatus.PARTLY_GRANTED: "delavslag",
        AidStatus.REFUSED: "avslag",
        AidStatus.PAID: "utbetald",
    }
)
