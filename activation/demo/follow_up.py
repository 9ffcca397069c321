"""What a municipality has set and arranged in its follow-up: a rule of its own, pauses, intervals, somebody away."""

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import select

from activation.caseload.cover import make_cover
from activation.clocks.calendar import local_date
from activation.clocks.pauses import pause_clock
from activation.database import db
from activation.demo.municipality import MAKER, Municipality
from activation.followups.book import rulebook
from activation.followups.exceptions import pause_rules, set_own_interval
from activation.followups.rule_service import save_version
from activation.followups.service import latest_postponement, postpone_task
from activation.records.actor import Actor
from models import Case, Clock, Task
from models.enums import ClockKind, DayKind, Flow, FollowUpWay, PauseReason, TaskState

WHY_PAUSED = (
    "Utlandsresa, överenskommet i planen",
    "Sommarkurs på heltid",
    "Föräldraledig till månadsskiftet",
)
WHY_OFTEN = ("Vill ha tätare stöd i början", "Ny placering, första månaden")
DAY = timedelta(days=1)


def make_follow_up(random: Random, municipality: Municipality, *, now: datetime) -> None:
    """After the people and before the reminders: so that the ledger has something to explain."""
    _own_rule(municipality, now)
    cases = db.session.scalars(
        select(Case).where(Case.closed_on.is_(None), Case.protection.is_(None)).order_by(Case.id)
    ).all()
    today = local_date(now)
    for case in random.sample(list(cases), min(12, len(cases))):
        if random.random() < 0.5:
            pause_rules(
                actor=MAKER,
                case=case,
                rule=None,
                starts_on=today - 3 * DAY,
                ends_on=today + random.randint(5, 30) * DAY,
                reason=random.choice(WHY_PAUSED),
                now=now,
            )
        else:
            set_own_interval(
                actor=MAKER,
                case=case,
                rule="follow_up",
                days=7,
                day_kind=DayKind.CALENDAR,
                ends_on=today + 60 * DAY,
                reason=random.choice(WHY_OFTEN),
                now=now,
            )
    _paused_clocks(random, now)
    _put_off(random, now)
    away, in_place = municipality.secretaries[0], municipality.secretaries[3]
    make_cover(
        actor=Actor.of(away),
        staff=away,
        in_place=in_place,
        starts_on=today,
        ends_on=today + 6 * DAY,
        now=now,
    )


def _own_rule(municipality: Municipality, now: datetime) -> None:
    """In the support flow one unit meets people every seventh working day, in person."""
    unit = municipality.units[1]
    rule = rulebook().held("follow_up", unit.id, local_date(now))
    if rule is None:
        return
    own = replace(
        rule,
        key="follow_up_support",
        what={"sv": "Träffa deltagaren i stödflödet", "en": "Meet the participant in the support flow"},
        flow=Flow.SUPPORT,
        offset=7,
        interval=7,
        day_kind=DayKind.WORKING,
        way=FollowUpWay.IN_PERSON,
        escalate_after=3,
    )
    save_version(
        actor=Actor.of(municipality.administrator),
        rule=own,
        unit_id=unit.id,
        valid_from=local_date(now),
        reason="Beslut på enhetsmötet",
        seen=rulebook().newest(own.key, unit.id),
        now=now,
    )


def _paused_clocks(random: Random, now: datetime) -> None:
    today = local_date(now)
    running = db.session.scalars(
        select(Case)
        .join(Clock, Clock.case_id == Case.id)
        .where(
            Clock.kind == ClockKind.ACTIVATION,
            Clock.stopped_on.is_(None),
            Clock.due_on >= today,
            Case.closed_on.is_(None),
            Case.protection.is_(None),
        )
        .order_by(Case.id)
    ).all()
    for case in random.sample(list(running), min(3, len(running))):
        values = {
            "clock": ClockKind.ACTIVATION,
            "reason": PauseReason.SICKNESS,
            "note": "",
            "starts_on": max(case.first_contact_on, today - 2 * DAY),
            "ends_on": today + 2 * DAY,
        }
        pause_clock(actor=MAKER, case=case, values=values, now=now)


def _put_off(random: Random, now: datetime) -> None:
    today = local_date(now)
    tasks = db.session.scalars(
        select(Task)
        .join(Case, Case.id == Task.case_id)
        .where(Task.state == TaskState.OPEN, Task.rule == "plan_review", Case.protection.is_(None))
        .order_by(Task.id)
    ).all()
    for task in random.sample(list(tasks), min(5, len(tasks))):
        until = max(today, task.due_on) + random.randint(3, 12) * DAY
        if until <= latest_postponement(task, None, today=today):
            reason = "Deltagaren är bortrest, nytt möte är bokat"
            postpone_task(actor=MAKER, task=task, until=until, reason=reason, now=now)
