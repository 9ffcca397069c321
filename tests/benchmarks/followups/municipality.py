"""A database with many cases in the middle of their lives, put in directly: the import has a benchmark of its own."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random

from sqlalchemy import select, text, update

from activation.clocks.calendar import start_of_day
from activation.database import bulk_insert, chunks, db, refresh_statistics
from activation.followups.rule import Rule
from activation.followups.rule_file import definition_of
from models import Case, Household, Meeting, Placement, Plan, RuleException, RuleVersion, Session
from models.enums import (
    Anchor,
    DayKind,
    DoneWhen,
    ExceptionKind,
    Flow,
    Mark,
    MarkedThrough,
    MeetingKind,
    MeetingOutcome,
    MeetingWay,
    PlacementKind,
    Role,
)
from tests import builders

UNITS, SECRETARIES = 10, 30
AT_ONCE = 5_000
# Beside the shipped ones: rules that come again and again, which cost the most.
OWN = (
    Rule(
        key="call_weekly",
        what={"sv": "Ring"},
        anchor=Anchor.FIRST_CONTACT,
        offset=5,
        interval=7,
        day_kind=DayKind.WORKING,
        done_when=DoneWhen.CONTACT_HELD,
        escalate_after=3,
    ),
    Rule(
        key="talk_at_the_end",
        what={"sv": "Avsluta"},
        anchor=Anchor.PLACEMENT_END,
        offset=-7,
        done_when=DoneWhen.MEETING_HELD,
        meeting_kind=MeetingKind.FOLLOW_UP,
    ),
)


def fill(count: int, today: date) -> list[int]:
    """`count` open cases, each with four meetings held and (most of them) a plan and a placement with marked days and a
    few unmarked. Returns their ids."""
    random, now = Random(3), start_of_day(today)
    units = [builders.unit() for _ in range(UNITS)]
    staff = [[builders.staff(unit) for _ in range(SECRETARIES)] for unit in units]
    for unit in units:
        builders.staff(unit, Role.UNIT_LEAD)
    places = [builders.workplace(f"Plats {n}").id for n in range(200)]
    for rule in OWN:
        row = RuleVersion(
            key=rule.key, valid_from=today - timedelta(days=200), definition=definition_of(rule)
        )
        row.made_at, row.made_by = now, "bench"
        db.session.add(row)
    db.session.flush()
    for part in chunks(list(range(count)), AT_ONCE):
        bulk_insert(Household, [{"number": f"B-{n}"} for n in part])
    homes = db.session.scalars(select(Household.id).order_by(Household.id)).all()
    for part in chunks(list(range(count)), AT_ONCE):
        bulk_insert(
            Case,
            [
                {
                    "case_number": f"B-{n}",
                    "unit_id": units[n % UNITS].id,
                    "secretary_id": staff[n % UNITS][n // UNITS % SECRETARIES].id,
                    "household_id": homes[n],
                    "first_name": "Anna",
                    "last_name": f"Alm {n}",
                    "sort_name": f"alm {n} anna",
                    "first_contact_on": today - timedelta(days=random.randint(3, 150)),
                    "flow": random.choices((Flow.MAIN, Flow.SUPPORT), (85, 15))[0],
                    "created_at": now,
                    "messages_allowed": False,
                    "version": 1,
                }
                for n in part
            ],
        )
    cases = db.session.execute(select(Case.id, Case.first_contact_on).order_by(Case.id)).all()
    for part in chunks(list(cases), AT_ONCE):
        _lives([(row.id, row.first_contact_on) for row in part], places, today, random)
    db.session.commit()
    return [row.id for row in cases]


def _lives(cases: list[tuple[int, date]], places: list[int], today: date, random: Random) -> None:
    now = start_of_day(today)
    meetings, plans, placements, exceptions = [], [], [], []
    for case_id, first in cases:
        days = (today - first).days
        for n, back in enumerate(sorted(random.sample(range(1, days + 9), 4))):
            meetings.append(
                {
                    "case_id": case_id,
                    "at": now - timedelta(days=back) + timedelta(hours=9 + n),
                    "kind": random.choice(
                        (MeetingKind.FIRST, MeetingKind.FOLLOW_UP, MeetingKind.THREE_PARTY)
                    ),
                    "outcome": random.choices((MeetingOutcome.HELD, MeetingOutcome.NO_SHOW), (4, 1))[0],
                    "way": MeetingWay.IN_PERSON,
                    "place": "",
                    "version": 1,
                }
            )
        if random.random() < 0.8:
            agreed = first + timedelta(days=random.randint(0, days))
            plan = {"agreed_on": agreed, "review_by": agreed + timedelta(days=60), "ends_on": None}
            plans.append({"case_id": case_id, **plan, "goals": "", "version": 1})
        if random.random() < 0.7:
            starts = today - timedelta(days=random.randint(0, min(days, 60)))
            ends = random.choice((None, today + timedelta(days=random.randint(5, 60))))
            placements.append(
                {
                    "case_id": case_id,
                    "workplace_id": random.choice(places),
                    "kind": PlacementKind.WORK_TRAINING,
                    "starts_on": starts,
                    "ends_on": ends,
                    "weekdays": 0b0010101,
                    "hours_per_day": Decimal(6),
                    "version": 1,
                }
            )
        if random.random() < 0.05:
            exceptions.append(
                {
                    "case_id": case_id,
                    "kind": ExceptionKind.PAUSE,
                    "day_kind": DayKind.CALENDAR,
                    "starts_on": today - timedelta(days=3),
                    "ends_on": today + timedelta(days=random.randint(0, 20)),
                    "reason": "Sjuk",
                    "made_at": now,
                    "made_by": "bench",
                }
            )
    for model, rows in (
        (Meeting, meetings),
        (Plan, plans),
        (Placement, placements),
        (RuleException, exceptions),
    ):
        bulk_insert(model, rows)


def mark_most(today: date) -> None:
    """The days that have been are marked, but for those of the last four days."""
    db.session.execute(
        update(Session)
        .where(Session.on_date < today - timedelta(days=4))
        .values(
            mark=Mark.PRESENT,
            marked_at=start_of_day(today),
            marked_by="bench",
            marked_through=MarkedThrough.STAFF,
        )
        .execution_options(synchronize_session=False)
    )
    db.session.commit()
    refresh_statistics()
    db.session.execute(text("SELECT 1"))
    db.session.rollback()
