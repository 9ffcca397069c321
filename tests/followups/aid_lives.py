"""What happens to a case about its aid: verbs of random lives (lives.py). Each takes one step."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from activation.aid.notices import tell_aid_side, work_days
from activation.aid.service import record_aid_month
from activation.assessments.support import end_need
from activation.clocks.calendar import local_date
from activation.clocks.rules import add_months
from activation.database import db
from activation.handovers import service as handovers
from activation.handovers.queries import find_handover, standing_handover
from activation.records.history import record
from activation.requirement import service as requirement
from models import AidMonth, Case, Handover, Household, SupportNeed
from models.enums import (
    AidStatus,
    HandoverOutcome,
    HandoverState,
    HeardHow,
    RefusalCause,
    RequirementOutcome,
    SupportOutcome,
)
from tests.builders import SYSTEM
from tests.followups.world import World

# What the aid side says, by `b`.
SAID: tuple[tuple[AidStatus, RefusalCause | None], ...] = (
    (AidStatus.PAID, None),
    (AidStatus.REFUSED, None),
    (AidStatus.GRANTED, None),
    (AidStatus.REFUSED, RefusalCause.NO_PLAN),
    (AidStatus.PARTLY_GRANTED, RefusalCause.NO_PLAN),
    (AidStatus.RECEIVED, None),
    (AidStatus.NONE, None),
)
# Of which months, by `a`: this one is 0. Three in a row; decisions of long ago.
OF_MONTHS = ((0,), (-1,), (-4,), (-2, -1, 0), (-1, 0), (1,), (-3, -2, -1))
HEARD = {"heard_how": HeardHow.PHONE, "not_heard_why": "", "account": "Inget", "objection": ""}


def aid(world: World, case: Case, a: int, b: int, now: datetime) -> None:
    """Months are said, or said otherwise."""
    today, (status, cause) = local_date(now), SAID[b]
    household = db.session.get_one(Household, case.household_id)
    for back in OF_MONTHS[a]:
        month = add_months(today.replace(day=1), back)
        there = select(AidMonth).where(AidMonth.household_id == household.id, AidMonth.month == month)
        record_aid_month(
            actor=SYSTEM,
            household=household,
            month=month,
            existing=db.session.scalar(there),
            values={
                "status": status,
                "refusal_cause": cause,
                "decided_on": min(today, month + timedelta(days=11)) if status in DECIDED else None,
                "paid_on": min(today, month + timedelta(days=24)) if status is AidStatus.PAID else None,
            },
            now=now,
        )


DECIDED = frozenset({AidStatus.REFUSED, AidStatus.GRANTED, AidStatus.PARTLY_GRANTED, AidStatus.PAID})


def facts_to_the_aid_side(world: World, case: Case, a: int, b: int, now: datetime) -> None:
    """The next step of a month's handover; some are taken back on the way."""
    month = add_months(local_date(now).replace(day=1), -(a % 2))
    there = standing_handover(case.id, month)
    if there is None:
        handovers.begin(actor=SYSTEM, case=case, month=month, now=now)
    elif b == 6:
        handovers.withdraw(actor=SYSTEM, handover=there, seen_version=None, reason="Fel", now=now)
    else:
        find_handover(there.id, SYSTEM)  # with all that a page has read
        NEXT_STEP[there.state](world, case, there, now)


def _hear(world: World, case: Case, handover: Handover, now: datetime) -> None:
    handovers.hear(
        actor=SYSTEM,
        case=case,
        handover=handover,
        seen_version=handover.version,
        values={"heard_on": local_date(now), **HEARD},
        now=now,
    )


def _leave(world: World, case: Case, handover: Handover, now: datetime) -> None:
    handovers.hand_over(
        actor=SYSTEM,
        case=case,
        handover=handover,
        to_staff_id=world.officer.staff_id,
        seen_version=handover.version,
        now=now,
    )


def _receive(world: World, case: Case, handover: Handover, now: datetime) -> None:
    handovers.receive(actor=world.officer, handover=handover, now=now)


def _answer(world: World, case: Case, handover: Handover, now: datetime) -> None:
    handovers.record_outcome(
        actor=world.officer,
        handover=handover,
        seen_version=handover.version,
        outcome=HandoverOutcome.GRANTED,
        outcome_on=local_date(now),
        now=now,
    )


Step = Callable[[World, Case, Handover, datetime], Any]
NEXT_STEP: dict[HandoverState, Step] = {
    HandoverState.DRAFT: _hear,
    HandoverState.HEARD: _leave,
    HandoverState.HANDED_OVER: _receive,
    HandoverState.RECEIVED: _answer,
    HandoverState.ANSWERED: _answer,
}


def support(world: World, case: Case, a: int, b: int, now: datetime) -> None:
    """A need is noted, or the oldest one is ended."""
    need = db.session.scalar(
        select(SupportNeed)
        .where(SupportNeed.case_id == case.id, SupportNeed.ended_on.is_(None))
        .order_by(SupportNeed.id)
        .limit(1)
    )
    if need is not None and a % 2:
        outcome = SupportOutcome.ARRANGED
        version = need.version
        end_need(actor=SYSTEM, case=case, need=need, seen_version=version, outcome=outcome, note="", now=now)
        return
    db.session.add(
        SupportNeed(case_id=case.id, what="Barnomsorg", opened_on=local_date(now), opened_by="Sara")
    )
    record(case, actor=SYSTEM, now=now, verb="support_need_opened", changes={"support": (None, "Barnomsorg")})


def tell(world: World, case: Case, a: int, b: int, now: datetime) -> None:
    """The aid side is told of the first day of work that it does not know of."""
    for day in work_days(case).untold[:1]:
        today: date = local_date(now)
        tell_aid_side(actor=SYSTEM, case=case, about_on=day, told_on=today, told_to="Anna", now=now)


def assess(world: World, case: Case, a: int, b: int, now: datetime) -> None:
    """The requirement is assessed; or that was a mistake."""
    latest = requirement.latest_of(case.id)
    if latest is not None and a % 2:
        requirement.withdraw(actor=SYSTEM, case=case, assessment=latest, now=now)
        return
    outcome = RequirementOutcome.COVERED
    requirement.assess(actor=SYSTEM, case=case, assessed_on=local_date(now), outcome=outcome, now=now)


ABOUT_AID: dict[str, Callable[[World, Case, int, int, datetime], None]] = {
    "aid": aid,
    "facts": facts_to_the_aid_side,
    "support": support,
    "tell": tell,
    "assess": assess,
}
