"""Random lives of a few cases, lived through again and again: the same facts at the same moments, looked at by the
scheduler at other times. Facts are plain data; what is compared is written without ids."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from activation.caseload.cover import make_cover
from activation.caseload.handing_over import hand_over
from activation.clocks.calendar import local_date
from activation.clocks.closed_days import add_closed_days
from activation.database import db
from activation.followups.book import rulebook
from activation.followups.exceptions import pause_rules, set_own_interval
from activation.followups.rule import Reminder
from activation.followups.service import close_task, postpone_task
from activation.meetings.service import book, correct_outcome, move, record_outcome
from activation.plans.talks import review
from activation.records.actor import Actor
from activation.records.history import record, touch
from activation.unit_of_work import commit, rollback
from models import Case, Meeting, Placement, Plan, Session, Task
from models.enums import (
    ClosureReason,
    DayKind,
    Mark,
    MarkedThrough,
    MeetingKind,
    MeetingOutcome,
    MeetingWay,
    PlacementKind,
    Protection,
    ReachBy,
    ReviewResult,
    TaskState,
)
from models.errors import DomainError
from tests import builders
from tests.builders import SYSTEM
from tests.followups.aid_lives import ABOUT_AID
from tests.followups.world import World, save


@dataclass(frozen=True)
class Fact:
    """Something that happens to a case (`of`: its number) on a day. `a` and `b` are whatever the kind needs."""

    day: int
    kind: str
    of: int
    a: int = 0
    b: int = 0


Verb = Callable[[World, Case, Fact, datetime], None]


def happen(world: World, fact: Fact, now: datetime) -> bool:
    """Lets a fact happen, as a page would: one verb, one commit; says whether anything did. What a verb refuses does
    not happen."""
    changed = False
    try:
        if fact.kind == "enrol":
            _enrol(world, fact, now)
        elif fact.of in world.cases:
            VERBS[fact.kind](world, world.cases[fact.of], fact, now)
        changed = world.case_ids.get(fact.of) in db.session.info.get("touched_cases", ())
        commit(now=now)
    except (DomainError, IntegrityError):  # the same plan twice, a placement that is there
        rollback()
    db.session.expire_all()
    return changed


def _enrol(world: World, fact: Fact, now: datetime) -> None:
    if fact.of in world.cases:
        return
    case = world.cases[fact.of] = builders.case(
        world.unit,
        world.secretaries[fact.a % 3] if fact.a else None,
        household="together" if fact.of in TOGETHER else "",
        first_contact_on=local_date(now) - timedelta(days=fact.b),
        email="anna@exempel.example",
        reach_by=ReachBy.EMAIL if fact.of % 2 else ReachBy.NONE,
    )
    world.case_ids[fact.of] = case.id


def _held(world: World, case: Case, fact: Fact, now: datetime) -> None:
    kind = (MeetingKind.FIRST, MeetingKind.FOLLOW_UP, MeetingKind.THREE_PARTY)[fact.b % 3]
    at = now - timedelta(days=fact.a, minutes=30)
    meeting = book(actor=SYSTEM, case=case, at=at, kind=kind, way=MeetingWay.IN_PERSON, now=now)
    record_outcome(actor=SYSTEM, meeting=meeting, outcome=MeetingOutcome.HELD, now=now)


def _book(world: World, case: Case, fact: Fact, now: datetime) -> None:
    at = now + timedelta(days=1 + fact.a, hours=fact.b)
    book(actor=SYSTEM, case=case, at=at, kind=MeetingKind.FOLLOW_UP, way=None, now=now)


def _meeting(case: Case, *outcomes: MeetingOutcome) -> Meeting | None:
    return db.session.scalar(
        select(Meeting)
        .where(Meeting.case_id == case.id, Meeting.outcome.in_(outcomes))
        .order_by(Meeting.at)
        .limit(1)
    )


def _outcome(world: World, case: Case, fact: Fact, now: datetime) -> None:
    outcome = (MeetingOutcome.HELD, MeetingOutcome.NO_SHOW, MeetingOutcome.CANCELLED)[fact.a % 3]
    if meeting := _meeting(case, MeetingOutcome.BOOKED):
        record_outcome(actor=SYSTEM, meeting=meeting, outcome=outcome, now=now)


def _move(world: World, case: Case, fact: Fact, now: datetime) -> None:
    if meeting := _meeting(case, MeetingOutcome.BOOKED):
        move(actor=SYSTEM, case=case, meeting=meeting, to=now + timedelta(days=1 + fact.a, hours=1), now=now)


def _correct(world: World, case: Case, fact: Fact, now: datetime) -> None:
    """It was not held after all; or it was."""
    meeting = _meeting(case, MeetingOutcome.HELD, MeetingOutcome.NO_SHOW)
    if meeting:
        was_held = meeting.outcome is MeetingOutcome.HELD
        correct_outcome(
            actor=SYSTEM,
            meeting=meeting,
            outcome=MeetingOutcome.NO_SHOW if was_held else MeetingOutcome.HELD,
            reason="Fel",
            seen_version=meeting.version,
            now=now,
        )


def _plan(world: World, case: Case, fact: Fact, now: datetime) -> None:
    today = local_date(now)
    builders.plan(
        case,
        today,
        review_by=today + timedelta(days=3 + fact.a),
        ends_on=today + timedelta(days=20 + fact.b),
    )


def _review(world: World, case: Case, fact: Fact, now: datetime) -> None:
    """The newest plan goes on, mostly."""
    plan = db.session.scalar(
        select(Plan).where(Plan.case_id == case.id).order_by(Plan.agreed_on.desc()).limit(1)
    )
    if plan:
        today = local_date(now)
        review(
            actor=SYSTEM,
            plan=plan,
            seen_version=plan.version,
            reviewed_on=max(plan.agreed_on, today - timedelta(days=fact.b % 3)),
            result=(ReviewResult.GOES_ON, ReviewResult.NEW_PLAN, ReviewResult.ENDED)[max(0, fact.a - 4)],
            note="",
            review_by=today + timedelta(days=3 + fact.b),
            ends_on=today + timedelta(days=20 + fact.b),
            now=now,
        )


def _place(world: World, case: Case, fact: Fact, now: datetime) -> None:
    starts_on = local_date(now) + timedelta(days=fact.a - 3)
    builders.placement(
        case,
        world.workplaces[fact.b % 2],
        starts_on,
        PlacementKind.EMPLOYMENT if fact.b % 5 == 4 else PlacementKind.WORK_TRAINING,
        ends_on=starts_on + timedelta(days=5 + 3 * fact.b) if fact.b % 2 else None,
    )


def _end_placement(world: World, case: Case, fact: Fact, now: datetime) -> None:
    placement = db.session.scalar(
        select(Placement).where(Placement.case_id == case.id).order_by(Placement.id).limit(1)
    )
    if placement:
        placement.ends_on = max(placement.starts_on, local_date(now) + timedelta(days=fact.a - 4))
        record(case, actor=SYSTEM, now=now, verb="placement_changed", changes={})


def _mark(world: World, case: Case, fact: Fact, now: datetime) -> None:
    """The oldest days without a mark get one, also on the day itself."""
    for session in db.session.scalars(
        select(Session)
        .where(Session.case_id == case.id, Session.on_date <= local_date(now), Session.mark.is_(None))
        .order_by(Session.on_date)
        .limit(1 + fact.a)
    ).all():
        session.mark, session.marked_at, session.marked_by = Mark.PRESENT, now, "S"
        session.marked_through = MarkedThrough.STAFF
        record(case, actor=SYSTEM, now=now, verb="session_marked", changes={})


def _close(world: World, case: Case, fact: Fact, now: datetime) -> None:
    """Also as an old system tells it: with a day that lies ahead; or that it was a mistake."""
    if case.closed_on is not None:
        case.closed_on = case.closure_reason = case.outcome_starts_on = None
    else:
        case.closed_on = max(case.first_contact_on, local_date(now) + timedelta(days=fact.a - 2))
        case.closure_reason = ClosureReason.WORK if fact.b % 2 else ClosureReason.MOVED
        case.outcome_starts_on = case.closed_on if fact.b % 2 else None
    record(case, actor=SYSTEM, now=now, verb="case_changed", changes={})


def _pause(world: World, case: Case, fact: Fact, now: datetime) -> None:
    starts_on = local_date(now) + timedelta(days=fact.a)
    pause_rules(
        actor=SYSTEM,
        case=case,
        rule=(None, "call", "reach", "follow_up")[fact.b % 4],
        starts_on=starts_on,
        ends_on=starts_on + timedelta(days=2 * fact.b),
        reason="Sjuk",
        now=now,
    )


def _interval(world: World, case: Case, fact: Fact, now: datetime) -> None:
    set_own_interval(
        actor=SYSTEM,
        case=case,
        rule=("call", "reach", "look", "follow_up")[fact.b % 4],
        days=2 + fact.a,
        day_kind=DayKind.WORKING if fact.b % 2 else DayKind.CALENDAR,
        ends_on=local_date(now) + timedelta(days=5 + fact.a),
        reason="Tätare",
        now=now,
    )


def _seen_task(case: Case, fact: Fact, now: datetime) -> Task | None:
    """A task that somebody works on. They see the case as it is now: whoever opens a page of a case whose day has
    passed unseen has noted something on it first (else what they could do would depend on when it was looked at)."""
    touch(case.id)
    commit(now=now)
    tasks = db.session.scalars(
        select(Task)
        .where(Task.case_id == case.id, Task.state == TaskState.OPEN)
        .order_by(Task.rule, Task.key)
    ).all()
    return tasks[fact.a * 3 % len(tasks)] if tasks else None


def _close_task(world: World, case: Case, fact: Fact, now: datetime) -> None:
    if task := _seen_task(case, fact, now):
        close_task(actor=SYSTEM_BY_HAND, task=task, done=bool(fact.b % 2), reason="Klart", now=now)


def _postpone(world: World, case: Case, fact: Fact, now: datetime) -> None:
    if task := _seen_task(case, fact, now):
        until = max(task.due_on, local_date(now)) + timedelta(days=1 + fact.b)
        postpone_task(actor=SYSTEM_BY_HAND, task=task, until=until, reason="Semester", now=now)


def _hand_over(world: World, case: Case, fact: Fact, now: datetime) -> None:
    to = world.secretaries[fact.a % 3]
    hand_over(actor=SYSTEM, case=case, to=to, seen_secretary_id=case.secretary_id, reason="Byte", now=now)


def _cover(world: World, case: Case, fact: Fact, now: datetime) -> None:
    from_on = local_date(now) + timedelta(days=fact.a)
    away, colleague = world.secretaries[fact.b % 3], world.secretaries[(fact.b + 1) % 3]
    make_cover(
        actor=Actor.of(world.lead),
        staff=away,
        in_place=colleague,
        starts_on=from_on,
        ends_on=from_on + timedelta(days=fact.b),
        now=now,
    )


def _protect(world: World, case: Case, fact: Fact, now: datetime) -> None:
    case.protection = None if case.protection else Protection.CONFIDENTIAL
    record(case, actor=SYSTEM, now=now, verb="case_changed", changes={})


def _closed_day(world: World, case: Case, fact: Fact, now: datetime) -> None:
    first = local_date(now) + timedelta(days=1 + fact.a)
    last = first + timedelta(days=fact.b % 3)
    unit_id = world.unit.id if fact.b % 2 else None
    add_closed_days(actor=SYSTEM, unit_id=unit_id, first=first, last=last, reason="Stängt", now=now)


def _new_version(world: World, case: Case, fact: Fact, now: datetime) -> None:
    key = ("call", "reach", "follow_up", "look", "plan_review")[fact.b % 5]
    valid_from = local_date(now) + timedelta(days=fact.a)
    held = rulebook().held(key, None, valid_from)
    assert held
    offset = held.offset + 1 + fact.b
    changed = replace(held, offset=offset, reminders=(Reminder(0), Reminder(2)))
    if held.interval is not None:
        changed = replace(changed, interval=offset if key in ("reach", "follow_up") else 2 + fact.b)
    save(changed, valid_from, now)


def _about_aid(kind: str) -> Verb:
    def verb(world: World, case: Case, fact: Fact, now: datetime) -> None:
        ABOUT_AID[kind](world, case, fact.a, fact.b, now)

    return verb


SYSTEM_BY_HAND = replace(SYSTEM, name="Sara Sekreterare")
VERBS: dict[str, Verb] = {
    "held": _held,
    "book": _book,
    "outcome": _outcome,
    "move": _move,
    "correct": _correct,
    "plan": _plan,
    "review": _review,
    "place": _place,
    "end_placement": _end_placement,
    "mark": _mark,
    "close": _close,
    "pause": _pause,
    "interval": _interval,
    "close_task": _close_task,
    "postpone": _postpone,
    "hand_over": _hand_over,
    "cover": _cover,
    "protect": _protect,
    "closed_day": _closed_day,
    "new_version": _new_version,
    **{kind: _about_aid(kind) for kind in ABOUT_AID},
}
# Facts about more than one case.
OF_ALL = frozenset({"cover", "closed_day", "new_version"})
# Cases of one household: what happens to one of them may be a task of the other, by their aid months.
TOGETHER = frozenset({0, 1})


def concerns(fact: Fact, case: int) -> bool:
    """Whether what happens may change the tasks of a case."""
    return fact.of == case or fact.kind in OF_ALL or {fact.of, case} <= TOGETHER
