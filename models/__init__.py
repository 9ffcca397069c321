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
from models.committee import (
    CommitteeReport,
    ContextPoint,
    ContextSeries,
    CouncilTarget,
    ReportIssue,
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
from models.flow import (
    FlowMove,
    FlowTarget,
    StaffHours,
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
from models.outcome import (
    OutcomeCheck,
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
from models.throughput import (
    Annotation,
    FigureRun,
    FigureWeek,
)

__all__ = [
    "AbsenceAccount",
    "AccessLogEntry",
    "Agreement",
    "AidCalendarMonth",
    "AidMonth",
    "AidNotice",
    "Annotation",
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
    "CommitteeReport",
    "Competence",
    "ContextPoint",
    "ContextSeries",
    "CostStandard",
    "CouncilTarget",
    "Cover",
    "Crew",
    "Employer",
    "EmployerContact",
    "EmployerEvent",
    "EmployerLink",
    "EmployerReport",
    "FigureRun",
    "FigureWeek",
    "FlowMove",
    "FlowTarget",
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
    "OutcomeCheck",
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
    "ReportIssue",
    "Requirement",
    "RequirementAssessment",
    "RuleException",
    "RuleVersion",
    "Session",
    "SessionChange",
    "SignInAttempt",
    "Staff",
    "StaffHours",
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
