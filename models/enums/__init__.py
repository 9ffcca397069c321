"""Code lists, in the field's own words. Values are stored and stand in files: they never change.

Every state carries its label (an English text that the catalogues translate) and its tone (how a page colours it).
"""

from models.enums.aid import (
    AidStatus,
    AidWarning,
)
from models.enums.attendance import (
    AccountWay,
    EmployerAnswer,
    Mark,
    MarkedThrough,
)
from models.enums.base import (
    Labelled,
)
from models.enums.clocks import (
    ClockKind,
    ClockStatus,
    DayKind,
    PauseReason,
)
from models.enums.employers import (
    ContactWay,
    EmployerReportKind,
    EmployerStatus,
    LinkUseKind,
)
from models.enums.follow_up import (
    Anchor,
    DoneWhen,
    ExceptionKind,
    FollowUpWay,
    OnClosedDay,
    Owner,
    Phase,
    Recipient,
    TaskState,
)
from models.enums.matching import (
    CompetenceKind,
    LanguageLevel,
    Licence,
    NeedKind,
    NeedState,
    TopUpState,
)
from models.enums.meetings import (
    MeetingKind,
    MeetingOutcome,
    MeetingWay,
)
from models.enums.messages import (
    SENT_BY_MACHINE,
    Channel,
    Delivery,
    MessageKind,
    MessageState,
)
from models.enums.people import (
    STUDY_CLOSURES,
    WORK_CLOSURES,
    ClosureReason,
    Flow,
    NoteKind,
    Obstacle,
    Protection,
    ReachBy,
    Role,
    Viewed,
)
from models.enums.placements import (
    EMPLOYMENT_KINDS,
    OTHER_ACTIVITIES,
    SUBSIDISED_KINDS,
    ActivityType,
    EndedBy,
    EndReason,
    PlacementKind,
    PlacementState,
    ProposalState,
    SessionChangeKind,
)

__all__ = [
    "EMPLOYMENT_KINDS",
    "OTHER_ACTIVITIES",
    "SENT_BY_MACHINE",
    "STUDY_CLOSURES",
    "SUBSIDISED_KINDS",
    "WORK_CLOSURES",
    "AccountWay",
    "ActivityType",
    "AidStatus",
    "AidWarning",
    "Anchor",
    "Channel",
    "ClockKind",
    "ClockStatus",
    "ClosureReason",
    "CompetenceKind",
    "ContactWay",
    "DayKind",
    "Delivery",
    "DoneWhen",
    "EmployerAnswer",
    "EmployerReportKind",
    "EmployerStatus",
    "EndReason",
    "EndedBy",
    "ExceptionKind",
    "Flow",
    "FollowUpWay",
    "Labelled",
    "LanguageLevel",
    "Licence",
    "LinkUseKind",
    "Mark",
    "MarkedThrough",
    "MeetingKind",
    "MeetingOutcome",
    "MeetingWay",
    "MessageKind",
    "MessageState",
    "NeedKind",
    "NeedState",
    "NoteKind",
    "Obstacle",
    "OnClosedDay",
    "Owner",
    "PauseReason",
    "Phase",
    "PlacementKind",
    "PlacementState",
    "ProposalState",
    "Protection",
    "ReachBy",
    "Recipient",
    "Role",
    "SessionChangeKind",
    "TaskState",
    "TopUpState",
    "Viewed",
]
