"""Any order, any gap: whatever happens to cases and whenever the scheduler looks, the tasks and the reminders are those
of a scheduler that never slept; a reminder is missing only where its moment had passed before anybody looked, or where
its rule reminded no more in that way by then."""

import threading
from collections import Counter
from collections.abc import Sequence
from contextvars import Context
from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from activation.clocks.calendar import STOCKHOLM, local_date
from activation.database import begin_writing, db
from activation.followups.defaults import DEFAULT_RULES
from activation.records.turns import take_turn
from activation.unit_of_work import commit, settle
from models import Task
from models.enums import MessageKind, MessageState, TaskState
from scheduler.jobs import reconcile_all
from scheduler.runner import sweep
from tests import builders
from tests.followups.lives import OF_ALL, VERBS, Fact, concerns
from tests.followups.run import AT, JOB_OF, MessageKey, Run, Sent, TaskKey, TaskRow, live, messages, photo
from tests.followups.world import CASES, DAYS, moment

pytestmark = pytest.mark.long
# Lives take seconds, and the engine is the same on either database; what only PostgreSQL does (claims, turns, letters
# taken by several) is tried in tests/scheduler and below.
ON_ONE = pytest.mark.only("sqlite")
# When the timetable looks: at the jobs of this test. Nobody looks between midnight and half past four.
NIGHT, MORNING = time(4, 35), (time(7), time(9))
HOURS = (time(5, 10), time(8), time(9, 30), time(16), time(20, 15))
END = DAYS + 3  # a Friday on which all units are open
LAST = moment(END, time(9, 30))
ONE = timedelta(days=1)

numbers = st.integers(0, 6)
facts = st.builds(
    Fact,
    day=st.integers(0, DAYS - 1),
    kind=st.sampled_from(sorted(VERBS)),
    of=st.integers(0, CASES - 1),
    a=numbers,
    b=numbers,
)
enrolments = st.tuples(
    *(
        st.builds(Fact, day=st.integers(0, 12), kind=st.just("enrol"), of=st.just(n), a=numbers, b=numbers)
        for n in range(CASES)
    )
)
extra = st.lists(st.tuples(st.integers(0, END - 1), st.sampled_from(HOURS)), max_size=4)


@st.composite
def looks(draw: st.DrawFn) -> list[datetime]:
    """Daily at another hour, weekly, or after three weeks down; some more at random, some twice; and at the end."""
    at = draw(st.sampled_from(HOURS))
    manner = draw(st.sampled_from(("daily", "weekly", "down")))
    if manner == "weekly":
        days = list(range(draw(st.integers(0, 6)), END, 7))
    else:
        down_from = draw(st.integers(2, 20)) if manner == "down" else END
        days = [day for day in range(END) if not down_from <= day < down_from + 21]
    found = [moment(day, at) for day in days] + [moment(day, hour) for day, hour in draw(extra)]
    twice = draw(st.lists(st.sampled_from(found), max_size=3))
    return sorted([*found, *twice, LAST])


def in_time(of: Sequence[Fact]) -> list[tuple[datetime, Fact]]:
    """Facts of a day come one after the other from ten o'clock on."""
    seen: Counter[int] = Counter()
    found = []
    for fact in sorted(of, key=lambda f: f.day):
        found.append((moment(fact.day, time(10)) + timedelta(minutes=7 * seen[fact.day]), fact))
        seen[fact.day] += 1
    return found


def ideal(of: list[tuple[datetime, Fact]], photos: list[datetime]) -> Run:
    sweeps = [moment(day, NIGHT) for day in range(-1, END + 1)]
    sweeps += [moment(day, at) for day in range(-1, END + 1) for at in MORNING if day % 7 < 5]
    return live(of, [*sweeps, LAST], photos)


# Due on 20 October after a pause, to be reminded of on the 16th; from the 17th on its rule reminds of nothing before
# its day, and says the 20th without the pause. Somebody looks on the 19th for the first time.
NO_REMINDER_BEFORE_ANY_MORE = (
    (Fact(day=0, kind="enrol", of=0),),
    [Fact(day=0, kind="pause", of=0, a=5, b=1), Fact(day=5, kind="new_version", of=0, a=0, b=0)],
    [moment(7, time(9, 30)), LAST],
)
# A refusal gives both cases of a household a task that is late already. Whoever looks that afternoon reminds the
# secretary of the other case, who is away from the day after next, a Sunday, until the end.
OF_THE_OTHER_IN_THE_HOUSEHOLD = (
    (Fact(day=0, kind="enrol", of=0), Fact(day=0, kind="enrol", of=1, a=1)),
    [Fact(day=38, kind="cover", of=0, a=3, b=4), Fact(day=39, kind="aid", of=0, b=1)],
    [moment(39, time(16)), LAST],
)

# Each of what is warned of about aid, what support needs, each step of what is handed over, and a second review.
ABOUT_AID = (
    tuple(Fact(day=0, kind="enrol", of=n, a=1) for n in range(CASES)),
    [
        Fact(day=0, kind="place", of=3, a=0, b=0),
        Fact(day=0, kind="aid", of=3, a=1, b=0),
        Fact(day=0, kind="plan", of=3, a=6, b=6),
        Fact(day=1, kind="aid", of=3, a=0, b=3),
        Fact(day=1, kind="aid", of=1, a=3, b=0),
        Fact(day=1, kind="place", of=2, a=0, b=1),
        *(Fact(day=9 + n, kind="mark", of=2, a=6) for n in range(2)),
        *(Fact(day=11 + n, kind="facts", of=2) for n in range(4)),
        Fact(day=2, kind="support", of=2),
        Fact(day=2, kind="place", of=0, a=6, b=4),
        Fact(day=3, kind="aid", of=3, a=2, b=2),
        Fact(day=16, kind="place", of=2, a=6, b=1),
        Fact(day=8, kind="review", of=3, a=0, b=2),
        Fact(day=12, kind="review", of=3, a=0, b=1),
        Fact(day=30, kind="assess", of=1),
        Fact(day=30, kind="tell", of=0),
        Fact(day=31, kind="support", of=2, a=1),
        Fact(day=35, kind="aid", of=0, a=0, b=0),
    ],
    [moment(day, time(8)) for day in (4, 9, 18, 32)] + [LAST],
)

# Not made smaller where it fails: each try takes seconds. The facts that it prints are few enough to read.
SLOW = settings(
    max_examples=1,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
    ],
)


@ON_ONE
@SLOW
@example(*NO_REMINDER_BEFORE_ANY_MORE)
@example(*OF_THE_OTHER_IN_THE_HOUSEHOLD)
@example(*ABOUT_AID)
@given(enrolments, st.lists(facts, min_size=12, max_size=30), looks())
def test_tasks_and_reminders_do_not_depend_on_when_somebody_looked(
    app: Flask, began: tuple[Fact, ...], then: list[Fact], at: list[datetime]
) -> None:
    of = in_time([*began, *then])
    moments = sorted(set(at))
    best, other = ideal(of, moments), live(of, at, moments)
    same_tasks(of, best, other)
    same_reminders(of, best, other)
    nothing_twice(best)
    nothing_twice(other)


@ON_ONE
def test_what_is_lived_through_about_aid_makes_a_task_of_each_rule(app: Flask) -> None:
    began, then, _looks = ABOUT_AID
    looks = [moment(day, NIGHT) for day in range(END)]
    tasks = live(in_time([*began, *then]), looks, [LAST]).photos[LAST].tasks
    found = {rule for _case, rule, _key in tasks}
    of_aid = {key for key in DEFAULT_RULES if key.startswith(("aid_", "handover_", "support_"))}
    # Of sessions without a mark and of plans random lives have plenty.
    assert of_aid - found <= {"aid_sessions_unmarked", "aid_plan_ends_before_payment"}
    assert len([key for key in tasks if key[1] == "plan_review"]) == 3


def same_tasks(of: list[tuple[datetime, Fact]], best: Run, other: Run) -> None:
    """After each look the open tasks are the ideal run's, and after each fact those of its case. So are the rows that
    people closed. A row that the machine closed may be missing where it came and went between two looks, and may be
    closed in another way where it was closed later."""
    for at, seen in other.photos.items():
        should = best.photos[at].open_tasks
        assert seen.open_tasks == should, (at, differs(should, seen.open_tasks))
    for n, (_at, fact) in enumerate(of):
        assert other.facts[n] == best.facts[n], (fact, differs(best.facts[n] or {}, other.facts[n] or {}))
    expected, found = best.photos[LAST].tasks, other.photos[LAST].tasks
    assert set(found) <= set(expected)
    for key, row in expected.items():
        theirs = found.get(key)
        if theirs is None:
            assert row.closed_by == "Aktivering"
        elif row.state is not TaskState.OPEN and (theirs.state, theirs.closed_by) != (
            row.state,
            row.closed_by,
        ):
            assert row.closed_by == theirs.closed_by == "Aktivering"
            assert row.closed_at != theirs.closed_at


def differs(expected: dict[TaskKey, TaskRow], found: dict[TaskKey, TaskRow]) -> list[tuple[object, ...]]:
    return [
        (key, expected.get(key), found.get(key))
        for key in sorted({*expected, *found})
        if expected.get(key) != found.get(key)
    ]


def same_reminders(of: list[tuple[datetime, Fact]], best: Run, other: Run) -> None:
    expected, found = dict(best.messages), dict(other.messages)
    for key, sent in expected.items():
        if key in found:
            # What did not go out in one of them says why.
            assert all(s.reason for s in (sent, found[key]) if s.state is MessageState.NOT_SENT)
        elif key[0] in JOB_OF:
            for at, jobs in other.looks:
                if at >= sent.at and JOB_OF[key[0]] in jobs:
                    assert not still_stood(key, sent, best, at), (key, at)
        else:
            raise AssertionError(f"a meeting without its reminder: {key}")
    for key, sent in found.items():
        if key not in expected:
            assert looked_late_on_the_day_of_a_fact(of, key, sent), (key, sent)


def still_stood(key: MessageKey, sent: Sent, best: Run, at: datetime) -> bool:
    """Whether a reminder of the ideal run was still to be sent at a later look: its task was open and due (or raised)
    on that day, the unit was at work, the task would have gone to the same people, and the rule as it is by then has
    such a reminder (a later version may have none, and leave the day as it is)."""
    kind, case, rule, task_key, occurrence, _whom, _channel = key
    photo = best.photos[at]
    row = photo.tasks.get((case, rule, task_key))
    if row is None or row.state is not TaskState.OPEN or not photo.is_open:
        return False
    part, of_day = occurrence.split()
    is_raised = kind is MessageKind.TASK_ESCALATED
    if str(row.escalates_on if is_raised else row.due_on) != of_day:
        return False
    if not is_raised and (rule, part) not in photo.parts:
        return False
    return photo.told[case] == best.told_when_sent[key]


def looked_late_on_the_day_of_a_fact(of: list[tuple[datetime, Fact]], key: MessageKey, sent: Sent) -> bool:
    """The ideal run looks once a day: what became due after it and was gone by the next day it never saw."""
    if key[0] not in JOB_OF:
        return False
    day = local_date(sent.at)
    since = datetime.combine(day, AT[JOB_OF[key[0]]], STOCKHOLM)
    return any(since < at < sent.at and local_date(at) == day and concerns(fact, key[1]) for at, fact in of)


def nothing_twice(run: Run) -> None:
    assert max(Counter(key for key, _sent in run.messages).values(), default=1) == 1


@ON_ONE
@SLOW
@given(enrolments, st.lists(facts, min_size=12, max_size=30), st.permutations(range(CASES)))
def test_the_order_of_a_day_does_not_matter_to_the_tasks(
    app: Flask, began: tuple[Fact, ...], then: list[Fact], order: list[int]
) -> None:
    """What happens to one case before or after another's, and of one case a meeting before or after a plan. Facts about
    all cases come first, and of a household its older case: what they change, the others' verbs may see."""
    weekly = [*(moment(day, time(8)) for day in range(4, END, 7)), LAST]
    rank = {**{case: n for n, case in enumerate(order)}, 0: -2, 1: -1}
    plain = [replace(fact, a=0) if fact.kind == "held" else fact for fact in (*began, *then)]
    seen = {(fact.day, fact.of, fact.kind): fact for fact in plain}
    one = sorted(seen.values(), key=lambda f: (f.kind not in OF_ALL, f.of, PLAN_FIRST.get(f.kind, 2)))
    other = sorted(seen.values(), key=lambda f: (f.kind not in OF_ALL, rank[f.of], MET_FIRST.get(f.kind, 2)))
    results = [live(in_time(of), weekly, [LAST]).photos[LAST].tasks for of in (one, other)]
    first, second = ({key: at_rest(row) for key, row in rows.items() if stays(row)} for rows in results)
    assert first == second, differs(first, second)


# Enrolled first of all; the two that change places; then all else.
PLAN_FIRST = {"enrol": -1, "plan": 0, "held": 1}
MET_FIRST = {"enrol": -1, "held": 0, "plan": 1}


def stays(row: TaskRow) -> bool:
    """Open, or closed by a person: what the machine closed on the way may have come and gone within the day."""
    return row.closed_by != "Aktivering"


def at_rest(row: TaskRow) -> TaskRow:
    return replace(row, closed_at=None)


def test_two_sweeps_at_one_moment_do_what_one_does(app: Flask) -> None:
    of = in_time(BUSY)
    alone = live(of, [LAST], [LAST])
    together = live(of, [], [])
    start = threading.Barrier(2)
    statuses: list[str] = []

    def one() -> None:
        with app.app_context():
            start.wait(10)
            statuses.extend(result.status for result in sweep(LAST))
            db.session.remove()

    threads = [threading.Thread(target=lambda: Context().run(one)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    # What waited for the other's job is done at the next look.
    statuses.extend(result.status for result in sweep(LAST))
    assert set(statuses) == {"done"}
    assert together.world is not None
    assert photo(together.world, LAST).tasks == alone.photos[LAST].tasks
    found = messages(together.world)
    assert dict(found).keys() == dict(alone.messages).keys()
    assert len(found) == len(alone.messages) > 30


def test_the_nightly_run_waits_for_who_works_on_a_case(app: Flask) -> None:
    """The drift check after this test finds nothing."""
    case = builders.case(unit := builders.unit(), builders.staff(unit))
    builders.settle()
    db.session.rollback()
    begin_writing()
    take_turn(case.id)
    builders.meeting(case, builders.NOW - timedelta(hours=1))
    settle(now=builders.NOW)
    done = threading.Event()

    def nightly() -> None:
        with app.app_context():
            begin_writing()
            for _counts in reconcile_all(builders.NOW, builders.NOW):
                commit(now=builders.NOW)
            db.session.remove()
        done.set()

    thread = threading.Thread(target=lambda: Context().run(nightly))
    thread.start()
    assert not done.wait(0.3)
    commit(now=builders.NOW)
    thread.join(30)
    assert done.is_set()
    rules = db.session.scalars(select(Task.rule).where(Task.state == TaskState.OPEN)).all()
    assert "follow_up" in rules
    assert "first_meeting" not in rules


BUSY = [
    *(Fact(day=0, kind="enrol", of=n, a=n, b=2) for n in range(CASES)),
    *(Fact(day=2 + 3 * n, kind="held", of=n % CASES, a=0, b=n) for n in range(8)),
    *(Fact(day=5 + n, kind="place", of=n, a=1, b=n) for n in range(CASES)),
    Fact(day=9, kind="plan", of=1, a=3, b=4),
    Fact(day=30, kind="book", of=1, a=6, b=2),
    Fact(day=41, kind="cover", of=0, a=0, b=5),
]
