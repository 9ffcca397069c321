"""A family as issue-wide budgets name it: two adults, three plans, 24 months of aid, some 400 sessions."""

from datetime import date, datetime, timedelta

from sqlalchemy import select

from activation.aid.rules import previous_month
from activation.aid.service import record_aid_month
from activation.clocks.calendar import local_date
from activation.database import db
from activation.records.actor import Actor
from activation.unit_of_work import settle
from models import AbsenceAccount, Case, Placement, Plan, Session, Unit, Workplace
from models.enums import AccountWay, AidStatus, Mark, MarkedThrough, PlacementKind
from tests import builders

MONTHS = 24
# Of five days: two there, two away, one that nobody has marked.
MARKS = (Mark.PRESENT, Mark.SICK, None, Mark.PRESENT, Mark.VALID_ABSENCE)


def family(secretary: Actor, *, now: datetime) -> int:
    """The id of the household, in the unit of its secretary. No commit."""
    today, unit = local_date(now), db.session.get_one(Unit, secretary.unit_id)
    place = db.session.scalars(select(Workplace).order_by(Workplace.id).limit(1)).one()
    began = today - timedelta(days=MONTHS * 31)
    adults = [
        builders.case(
            unit,
            household="FAMILJ",
            case_number=f"FAMILJ-{n}",
            secretary_id=secretary.staff_id,
            first_contact_on=began,
        )
        for n in range(2)
    ]
    for adult in adults:
        db.session.add(
            Placement(
                case_id=adult.id,
                workplace_id=place.id,
                kind=PlacementKind.WORK_TRAINING,
                starts_on=today - timedelta(days=290),
                ends_on=today + timedelta(days=10),
                hours_per_day=6,
            )
        )
    for n, days_ago in enumerate((700, 360, 150)):
        db.session.add(Plan(case_id=adults[n % 2].id, agreed_on=today - timedelta(days=days_ago)))
    _aid(adults[0], today, now)
    settle(now=now)
    _attendance([adult.id for adult in adults], today, now)
    return adults[0].household_id


def _aid(of: Case, today: date, now: datetime) -> None:
    month = today.replace(day=1)
    for _ in range(MONTHS):
        paid = {"status": AidStatus.PAID, "decided_on": month, "paid_on": month.replace(day=25)}
        record_aid_month(
            actor=builders.SYSTEM, household=of.household, month=month, existing=None, values=paid, now=now
        )
        month = previous_month(month)
    db.session.flush()


def _attendance(case_ids: list[int], today: date, now: datetime) -> None:
    past = select(Session).where(Session.case_id.in_(case_ids), Session.on_date < today).order_by(Session.id)
    for n, session in enumerate(db.session.scalars(past)):
        session.mark = MARKS[n % len(MARKS)]
        if session.mark is None:
            continue
        session.marked_at, session.marked_by, session.marked_through = now, "Bench", MarkedThrough.STAFF
        if session.mark is not Mark.PRESENT:
            db.session.add(
                AbsenceAccount(
                    session_id=session.id,
                    told_on=session.on_date,
                    way=AccountWay.PHONE,
                    text="Bussen gick inte.",
                    made_at=now,
                    made_by="Bench",
                )
            )
    db.session.flush()
