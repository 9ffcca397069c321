"""The tables, one aggregate a file. Importing this package makes all of them known to Base.metadata."""

from models.aid import AidCalendarMonth, AidMonth
from models.base import Base
from models.case import Case, Household, NamedStaff
from models.clock import Clock, ClockPause, ClockTarget
from models.follow_up import Cover, RuleException, RuleVersion
from models.meeting import Meeting
from models.message import JobRun, Message, MessageText
from models.placement import Employer, EmployerLink, Placement, Session, Workplace
from models.plan import Plan, PlanStep
from models.records import AccessLogEntry, CaseEvent, Note
from models.staff import ClosedDay, SignInAttempt, Staff, Unit
from models.summary import CaseSummary
from models.task import Task

__all__ = [
    "AccessLogEntry",
    "AidCalendarMonth",
    "AidMonth",
    "Base",
    "Case",
    "CaseEvent",
    "CaseSummary",
    "Clock",
    "ClockPause",
    "ClockTarget",
    "ClosedDay",
    "Cover",
    "Employer",
    "EmployerLink",
    "Household",
    "JobRun",
    "Meeting",
    "Message",
    "MessageText",
    "NamedStaff",
    "Note",
    "Placement",
    "Plan",
    "PlanStep",
    "RuleException",
    "RuleVersion",
    "Session",
    "SignInAttempt",
    "Staff",
    "Task",
    "Unit",
    "Workplace",
]
