"""The tables, one aggregate a file. Importing this package makes all of them known to Base.metadata."""

from models.aid import (
    AidCalendarMonth,
    AidMonth,
    AidNotice,
    ApiKey,
    PaymentError,
    Repayment,
)
from models.assessment import (
    Answer,
    Assessment,
    QuestionSet,
    QuestionSetVersion,
    SupportNeed,
)
from models.base import (
    Base,
)
from models.case import (
    Case,
    Household,
    NamedStaff,
)
from models.clock import (
    Clock,
    ClockPause,
    ClockTarget,
)
from models.employer import (
    Agreement,
    Capacity,
    Crew,
    Employer,
    EmployerContact,
    EmployerEvent,
    Supervisor,
    Workplace,
    WorkplaceClosing,
)
from models.employer_page import (
    EmployerLink,
    EmployerReport,
    LinkUse,
)
from models.follow_up import (
    Cover,
    RuleException,
    RuleVersion,
)
from models.handover import (
    Handover,
    NumberSeries,
)
from models.matching import (
    CaseCompetence,
    Competence,
    Need,
    Requirement,
    TopUp,
    WorkProfile,
)
from models.meeting import (
    Meeting,
)
from models.message import (
    JobRun,
    Message,
    MessageText,
)
from models.placement import (
    AbsenceAccount,
    JobSearchReport,
    Leave,
    Placement,
    PlacementSchedule,
    Proposal,
    Session,
    SessionChange,
)
from models.plan import (
    Plan,
    PlanActivity,
    PlanObjection,
    PlanReview,
    PlanStep,
)
from models.records import (
    AccessLogEntry,
    CaseEvent,
    Note,
)
from models.requirement import (
    CaseObstacle,
    HourLimit,
    HouseholdChild,
    RequirementAssessment,
)
from models.staff import (
    ClosedDay,
    SignInAttempt,
    Staff,
    Unit,
)
from models.standards import (
    CostStandard,
    StandardText,
)
from models.summary import (
    CaseSummary,
)
from models.task import (
    Task,
)

__all__ = [
    "AbsenceAccount",
    "AccessLogEntry",
    "Agreement",
    "AidCalendarMonth",
    "AidMonth",
    "AidNotice",
    "Answer",
    "ApiKey",
    "Assessment",
    "Base",
    "Capacity",
    "Case",
    "CaseCompetence",
    "CaseEvent",
    "CaseObstacle",
    "CaseSummary",
    "Clock",
    "ClockPause",
    "ClockTarget",
    "ClosedDay",
    "Competence",
    "CostStandard",
    "Cover",
    "Crew",
    "Employer",
    "EmployerContact",
    "EmployerEvent",
    "EmployerLink",
    "EmployerReport",
    "Handover",
    "HourLimit",
    "Household",
    "HouseholdChild",
    "JobRun",
    "JobSearchReport",
    "Leave",
    "LinkUse",
    "Meeting",
    "Message",
    "MessageText",
    "NamedStaff",
    "Need",
    "Note",
    "NumberSeries",
    "PaymentError",
    "Placement",
    "PlacementSchedule",
    "Plan",
    "PlanActivity",
    "PlanObjection",
    "PlanReview",
    "PlanStep",
    "Proposal",
    "QuestionSet",
    "QuestionSetVersion",
    "Repayment",
    "Requirement",
    "RequirementAssessment",
    "RuleException",
    "RuleVersion",
    "Session",
    "SessionChange",
    "SignInAttempt",
    "Staff",
    "StandardText",
    "Supervisor",
    "SupportNeed",
    "Task",
    "TopUp",
    "Unit",
    "WorkProfile",
    "Workplace",
    "WorkplaceClosing",
]
