"""The municipality in which random lives are lived: its people, its rules, its days."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from activation.clocks.calendar import STOCKHOLM, local_date
from activation.database import db
from activation.followups.book import rulebook
from activation.followups.rule import Reminder, Rule
from activation.followups.rule_service import save_version
from activation.records.actor import Actor
from activation.unit_of_work import commit, rollback
from models import Base, Case, Staff, Unit, Workplace
from models.enums import (
    Anchor,
    DayKind,
    DoneWhen,
    MeetingKind,
    OnClosedDay,
    Phase,
    Recipient,
    Role,
)
from tests import builders
from tests.builders import SYSTEM

FIRST_DAY = date(2026, 10, 12)  # a Monday; the clocks go back on the 25th
DAYS = 42
CASES = 4

# Beside the shipped rules, one of each manner that has a way of its own through the engine.
OWN = (
    Rule(
        key="call",
        what={"sv": "Ring"},
        anchor=Anchor.FIRST_CONTACT,
        offset=5,
        interval=4,
        times=4,
        day_kind=DayKind.WORKING,
        done_when=DoneWhen.CONTACT_HELD,
        reminders=(Reminder(-2), Reminder(0), Reminder(2, Recipient.UNIT_LEAD)),
        escalate_after=4,
    ),
    Rule(
        key="reach",
        what={"sv": "Hör av dig"},
        anchor=Anchor.LAST_HELD_CONTACT,
        offset=6,
        done_when=DoneWhen.CONTACT_HELD,
        on_closed_day=OnClosedDay.AFTER,
        reminders=(Reminder(1, Recipient.PARTICIPANT, ()), Reminder(3, Recipient.PARTICIPANT, ())),
    ),
    Rule(
        key="talk_at_the_end",
        what={"sv": "Avsluta"},
        anchor=Anchor.PLACEMENT_END,
        offset=-4,
        on_closed_day=OnClosedDay.BEFORE,
        done_when=DoneWhen.MEETING_HELD,
        meeting_kind=MeetingKind.FOLLOW_UP,
    ),
    Rule(
        key="look",
        what={"sv": "Titta till"},
        anchor=Anchor.FIRST_CONTACT,
        offset=3,
        interval=9,
        done_when=DoneWhen.BY_HAND,
    ),
    Rule(
        key="before_a_plan",
        what={"sv": "Förbered"},
        anchor=Anchor.FIRST_CONTACT,
        offset=2,
        phases=frozenset({Phase.ENROLLED}),
        done_when=DoneWhen.CONTACT_HELD,
    ),
)


@dataclass
class World:
    """The people and cases of one run. `who`: what a staff member is called here, by id; `case_ids` by number."""

    unit: Unit
    secretaries: list[Staff]
    lead: Staff
    officer: Actor
    workplaces: list[Workplace]
    who: dict[int, str]
    unit_id: int
    cases: dict[int, Case] = field(default_factory=dict)
    case_ids: dict[int, int] = field(default_factory=dict)


def moment(day: int, at: time) -> datetime:
    return datetime.combine(FIRST_DAY + timedelta(days=day), at, STOCKHOLM).astimezone(UTC)


def empty() -> None:
    """A database with nothing in it."""
    rollback()
    for table in reversed(Base.metadata.sorted_tables):
        db.session.execute(table.delete())
    db.session.commit()
    db.session.remove()


def begin() -> World:
    """The municipality before anything happened."""
    now = moment(-3, time(12))
    unit = builders.unit()
    people = [builders.staff(unit) for _ in range(3)]
    lead = builders.staff(unit, Role.UNIT_LEAD)
    officer = builders.staff(unit, Role.AID_OFFICER)
    who = {person.id: f"secretary {n}" for n, person in enumerate(people)}
    who |= {lead.id: "lead", officer.id: "aid officer"}
    places = [builders.workplace(f"Plats {n}") for n in range(2)]
    world = World(unit, people, lead, Actor.of(officer), places, who, unit.id)
    for rule in OWN:
        save(rule, local_date(now), now)
    commit(now=now)
    return world


def save(rule: Rule, valid_from: date, now: datetime) -> None:
    save_version(
        actor=SYSTEM,
        rule=rule,
        unit_id=None,
        valid_from=valid_from,
        reason="",
        seen=rulebook().newest(rule.key, None),
        now=now,
    )
