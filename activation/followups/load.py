"""Loads the facts of many cases at once: a fixed number of queries, however many cases."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from activation.aid.queries import household_months, month_days
from activation.aid.rules import next_month, previous_month
from activation.clocks.calendar import calendars, local_date
from activation.context import settings
from activation.database import db
from activation.followups.facts import AidFact, CaseFacts, ClockFact, PlacementFact, PlanFact
from models import AidMonth, Case, Clock, Meeting, Placement, Plan, Session
from models.enums import AidWarning, MeetingOutcome

ONE_DAY = timedelta(days=1)
# A fact that stands against a payment or a refusal wants somebody's look within so many days.
LOOK_WITHIN = timedelta(days=3)
OF_THE_AID_SIDE = frozenset(
    {
        AidWarning.PAID_WITHOUT_PLAN,
        AidWarning.PAID_AFTER_WORK_STARTED,
        AidWarning.REFUSED_WITHOUT_HANDOVER,
    }
)


def _grouped(statement: Any) -> dict[int, list[Any]]:
    rows: dict[int, list[Any]] = defaultdict(list)
    for row in db.session.execute(statement):
        rows[row[0]].append(row)
    return rows


def load_facts(case_ids: Sequence[int], *, today: date) -> list[CaseFacts]:
    """The facts of these cases as they stand now."""
    cases = db.session.execute(
        select(
            Case.id,
            Case.unit_id,
            Case.household_id,
            Case.first_contact_on,
            Case.flow,
            Case.closed_on,
            Case.closure_reason,
            Case.outcome_starts_on,
            Case.outcome_confirmed_on,
        ).where(Case.id.in_(case_ids))
    ).all()
    of_unit = calendars({c.unit_id for c in cases}, settings().closed_days)
    clocks = _grouped(
        select(Clock.case_id, Clock.kind, Clock.started_on, Clock.due_on, Clock.stopped_on).where(
            Clock.case_id.in_(case_ids)
        )
    )
    held = _grouped(
        select(Meeting.case_id, Meeting.at, Meeting.kind)
        .where(Meeting.case_id.in_(case_ids), Meeting.outcome == MeetingOutcome.HELD)
        .order_by(Meeting.at)
    )
    plans = _grouped(
        select(Plan.case_id, Plan.agreed_on, Plan.review_by, Plan.ends_on)
        .where(Plan.case_id.in_(case_ids))
        .order_by(Plan.agreed_on)
    )
    placements = _grouped(
        select(Placement.case_id, Placement.id, Placement.starts_on, Placement.ends_on, Placement.kind)
        .where(Placement.case_id.in_(case_ids))
        .order_by(Placement.starts_on, Placement.id)
    )
    sessions = _grouped(
        select(Session.case_id, Session.on_date, Session.mark)
        .where(Session.case_id.in_(case_ids), Session.scheduled, Session.on_date < today)
        .order_by(Session.on_date)
    )
    aid = _aid_facts({c.household_id for c in cases}, today=today)
    return [
        CaseFacts(
            case_id=c.id,
            first_contact_on=c.first_contact_on,
            flow=c.flow,
            closed_on=c.closed_on,
            closure_reason=c.closure_reason,
            outcome_starts_on=c.outcome_starts_on,
            outcome_confirmed_on=c.outcome_confirmed_on,
            is_working_day=of_unit[c.unit_id].is_working_day,
            clocks={r.kind: ClockFact(r.started_on, r.due_on, r.stopped_on) for r in clocks[c.id]},
            held=tuple((local_date(r.at), r.kind) for r in held[c.id]),
            plans=tuple(PlanFact(r.agreed_on, r.review_by, r.ends_on) for r in plans[c.id]),
            placements=tuple(
                PlacementFact(r.id, r.starts_on, r.ends_on, r.kind.is_employment) for r in placements[c.id]
            ),
            unmarked=tuple(r.on_date for r in sessions[c.id] if r.mark is None),
            marked=frozenset(r.on_date for r in sessions[c.id] if r.mark is not None),
            aid=tuple(aid[c.id]),
        )
        for c in cases
    ]


def _aid_facts(household_ids: set[int], *, today: date) -> dict[int, list[AidFact]]:
    """Warnings by the case that causes them: what can still be put right before the next cut-off day, and what
    stands against an aid month that was recorded, from two months back on.

    Today's sessions are not counted yet: nobody is late with them before the day is over.
    """
    this_month = today.replace(day=1)
    before = previous_month(this_month)
    days_of = month_days([previous_month(before), before, this_month, next_month(this_month)])
    upcoming = this_month if today <= days_of[this_month].cut_off_on else next_month(this_month)
    recorded: dict[date, set[int]] = defaultdict(set)
    for month, household_id in db.session.execute(
        select(AidMonth.month, AidMonth.household_id).where(
            AidMonth.month.in_(days_of), AidMonth.household_id.in_(household_ids)
        )
    ):
        recorded[month].add(household_id)
    facts: dict[int, list[AidFact]] = defaultdict(list)
    for month, days in days_of.items():
        wanted = sorted(household_ids if month == upcoming else recorded[month])
        if not wanted:
            continue
        for household in household_months(days, as_of=today - ONE_DAY, household_ids=wanted):
            for warning, causes in household.causes().items():
                if warning in OF_THE_AID_SIDE:
                    due = (household.paid_on or days.cut_off_on) + LOOK_WITHIN
                elif month == upcoming:
                    due = days.cut_off_on
                else:
                    continue  # its cut-off day is over: plan and attendance of it can no longer be put right
                for cause in causes:
                    facts[cause.case_id].append(AidFact(warning, month, due))
    return facts
