"""The tables, one aggregate a file. Importing this package makes all of them known to Base.metadata."""

from models.aid import AidCalendarMonth, AidMonth
from models.base import Base
from models.case import Case, Household, NamedStaff
from models.clock import Clock, ClockPause, ClockTarget
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
from models.employer_page import EmployerLink, EmployerReport, LinkUse
from models.follow_up import Cover, RuleException, RuleVersion
from models.matching import CaseCompetence, Competence, Need, Requirement, TopUp, WorkProfile
from models.meeting import Meeting
from models.message import JobRun, Message, MessageText
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
from models.plan import Plan, PlanStep
from models.records import AccessLogEntry, CaseEvent, Note
from models.staff import ClosedDay, SignInAttempt, Staff, Unit
from models.summary import CaseSummary
from models.task import Task

__all__ = [
    "AbsenceAccount",
    "AccessLogEntry",
    "Agreement",
    "AidCalendarMonth",
    "AidMonth",
    "Base",
    "Capacity",
    "Case",
    "CaseCompetence",
    "CaseEvent",
    "CaseSummary",
    "Clock",
    "ClockPause",
    "ClockTarget",
    "ClosedDay",
    "Competence",
    "Cover",
    "Crew",
    "Employer",
    "EmployerContact",
    "EmployerEvent",
    "EmployerLink",
    "EmployerReport",
    "Household",
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
    "Placement",
    "PlacementSchedule",
    "Plan",
    "PlanStep",
    "Proposal",
    "Requirement",
    "RuleException",
    "RuleVersion",
    "Session",
    "SessionChange",
    "SignInAttempt",
    "Staff",
    "Supervisor",
    "Task",
    "TopUp",
    "Unit",
    "WorkProfile",
    "Workplace",
    "WorkplaceClosing",
]
