"""Builder functions: the smallest valid row of each kind, through the services where one exists. All flush.

`settle()` brings sessions, clocks and tasks in line and commits, as the edge of a request would.
"""

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from typing import Any

from activation.caseload import service as caseload_service
from activation.clocks import pauses
from activation.database import db
from activation.employers.service import CONTACT
from activation.meetings import service as meetings_service
from activation.placements import proposals as proposals_service
from activation.placements import service as placements_service
from activation.placements.rules import weekday_bits
from activation.plans import service as plans_service
from activation.records.actor import Actor
from activation.records.history import touch
from activation.unit_of_work import commit
from models import (
    AbsenceAccount,
    Agreement,
    AidMonth,
    Case,
    ClockPause,
    Employer,
    EmployerReport,
    Meeting,
    Placement,
    Plan,
    Proposal,
    Session,
    Staff,
    Supervisor,
    Unit,
    Workplace,
)
from models.enums import (
    AccountWay,
    AidStatus,
    EmployerReportKind,
    MeetingKind,
    MeetingOutcome,
    PauseReason,
    PlacementKind,
    Role,
)

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
SYSTEM = Actor.system("test")
_numbers = count(1)

# From Skatteverket's test range (birth numbers 238x and 239x).
TEST_PERSONAL_NUMBERS = ("198805122382", "198806132398", "198807142388", "198808162393", "198810182397")


def unit(name: str = "") -> Unit:
    row = Unit(name=name or f"Enhet {next(_numbers)}")
    db.session.add(row)
    db.session.flush()
    return row


def staff(of: Unit, role: Role = Role.SECRETARY, **values: Any) -> Staff:
    n = next(_numbers)
    row = Staff(
        **{
            "unit": of,
            "name": f"Medarbetare {n}",
            "email": f"medarbetare{n}@kommun.example",
            "role": role,
            "created_at": NOW,
            "session_key": f"key{n}",
            **values,
        }
    )
    db.session.add(row)
    db.session.flush()
    return row


def case(of: Unit, secretary: Staff | None = None, *, household: str = "", **values: Any) -> Case:
    n = next(_numbers)
    row = caseload_service.enrol(
        actor=SYSTEM,
        unit=of,
        household=caseload_service.get_or_make_household(household or f"H-{n}"),
        values={
            "case_number": f"T-{n}",
            "first_name": "Anna",
            "last_name": f"Alm{n}",
            "first_contact_on": date(2026, 11, 16),
            "secretary_id": secretary.id if secretary else None,
            **values,
        },
        now=NOW,
    )
    db.session.flush()
    return row


def meeting(of: Case, at: datetime, outcome: MeetingOutcome = MeetingOutcome.HELD, **values: Any) -> Meeting:
    row, _ = meetings_service.upsert_meeting(
        actor=SYSTEM,
        case=of,
        at=at,
        existing=None,
        values={"kind": MeetingKind.FOLLOW_UP, "outcome": outcome, **values},
        now=NOW,
    )
    db.session.flush()
    return row


def plan(of: Case, agreed_on: date = date(2026, 11, 18), **values: Any) -> Plan:
    row, _ = plans_service.upsert_plan(
        actor=SYSTEM, case=of, agreed_on=agreed_on, existing=None, values=values, now=NOW
    )
    db.session.flush()
    return row


def pause(
    of: Case,
    starts_on: date = date(2026, 11, 23),
    ends_on: date = date(2026, 11, 27),
    **values: Any,
) -> ClockPause:
    return pauses.pause_clock(
        actor=SYSTEM,
        case=of,
        values={
            "clock": None,
            "reason": PauseReason.SICKNESS,
            "note": "",
            "starts_on": starts_on,
            "ends_on": ends_on,
            **values,
        },
        now=NOW,
    )


def workplace(name: str = "Lagret", employer: Employer | None = None, **values: Any) -> Workplace:
    """With a main supervisor: contact_name, contact_email, contact_phone are theirs."""
    n = next(_numbers)
    if employer is None:
        employer = Employer(org_number=f"{556000 + n // 10_000}-{n % 10_000:04d}", name=f"Företag {n} AB")
    contact = {"contact_name": "Handledare", **values}
    main = {column: contact.pop(name) for name, column in CONTACT.items() if name in contact}
    row = Workplace(employer=employer, name=name, supervisors=[Supervisor(is_main=True, **main)], **contact)
    db.session.add(row)
    db.session.flush()
    return row


def agreement(of: Employer, signed_on: date = date(2026, 1, 15), **values: Any) -> Agreement:
    row = Agreement(employer_id=of.id, signed_on=signed_on, made_at=NOW, made_by="test", **values)
    db.session.add(row)
    db.session.flush()
    return row


def supervisor(at: Workplace, name: str = "Andra handledaren", **values: Any) -> Supervisor:
    row = Supervisor(workplace_id=at.id, name=name, **values)
    db.session.add(row)
    db.session.flush()
    return row


def placement(
    of: Case,
    at: Workplace | None = None,
    starts_on: date = date(2026, 11, 17),
    kind: PlacementKind = PlacementKind.WORK_TRAINING,
    **values: Any,
) -> Placement:
    row, _ = placements_service.upsert_placement(
        actor=SYSTEM,
        case=of,
        workplace=at or workplace(),
        starts_on=starts_on,
        existing=None,
        values={
            "kind": kind,
            "weekdays": weekday_bits([1, 2, 3, 4, 5]),
            "hours_per_day": Decimal(8),
            **values,
        },
        now=NOW,
    )
    db.session.flush()
    return row


def employer_report(
    of: Placement, kind: EmployerReportKind = EmployerReportKind.MESSAGE, **values: Any
) -> EmployerReport:
    row = EmployerReport(
        placement_id=of.id,
        kind=kind,
        **{"said": "Kan ni ringa mig?", "at": NOW, "made_by": "Handledare", **values},
    )
    db.session.add(row)
    touch(of.case_id)
    db.session.flush()
    return row


def proposal(
    of: Case,
    at: Workplace | None = None,
    starts_on: date = date(2026, 11, 30),
    kind: PlacementKind = PlacementKind.WORK_TRAINING,
    **values: Any,
) -> Proposal:
    return proposals_service.propose(
        actor=SYSTEM,
        case=of,
        workplace=at or workplace(),
        values={"kind": kind, "starts_on": starts_on, "weekdays": weekday_bits([1, 2, 3, 4, 5]), **values},
        now=NOW,
    )


def aid_month(of: Case, month: date, status: AidStatus, **values: Any) -> AidMonth:
    row = AidMonth(household_id=of.household_id, month=month, status=status, **values)
    db.session.add(row)
    db.session.flush()
    return row


def account(of: Session, text: str = "Försov sig.") -> AbsenceAccount:
    """What the participant told about a day away."""
    row = AbsenceAccount(
        session_id=of.id, told_on=of.on_date, way=AccountWay.PHONE, text=text, made_at=NOW, made_by="Sara"
    )
    db.session.add(row)
    db.session.flush()
    return row


def settle(now: datetime = NOW) -> None:
    commit(now=now)
