"""Those who came and left before the half year that the demonstration tells day by day: what figures over a year,
curves and returns are made of. Their weeks are told in a few facts each."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

from sqlalchemy import select

from activation.attendance.service import mark
from activation.database import db
from activation.demo.lives import TRAINING, Life, at, working_day
from activation.demo.municipality import Municipality
from activation.demo.people import FIRST_NAMES, LAST_NAMES
from activation.outcomes.queries import questions_of
from activation.outcomes.service import note_outcome
from activation.placements.rules import weekday_bits
from activation.placements.service import upsert_placement
from activation.placements.sessions import recompute_sessions
from activation.records.actor import Actor
from models import Case, Session
from models.enums import (
    ClosureReason,
    Mark,
    MarkedThrough,
    MeetingKind,
    MeetingOutcome,
    OutcomeStanding,
)

DAY = timedelta(days=1)
FIRST, LAST = 620, 190  # days before today of their first contact
FOLLOWED = (ClosureReason.WORK, ClosureReason.SUBSIDISED_WORK, ClosureReason.STUDY_WITH_AID)
STANDINGS = (
    OutcomeStanding.GOES_ON,
    OutcomeStanding.GOES_ON,
    OutcomeStanding.GOES_ON,
    OutcomeStanding.OTHER_WORK,
    OutcomeStanding.ENDED,
    OutcomeStanding.NOT_KNOWN,
)


class EarlierLife(Life):
    """One of them: enrolled, met, planned with, in an activity for two weeks, closed."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.first_contact = self.today - timedelta(days=self.random.randint(LAST, FIRST))
        stayed = int(self.random.triangular(25, 420, 120))
        self.closes_on = min(working_day(self.first_contact + timedelta(days=stayed)), self.today - 3 * DAY)
        self.until = self.closes_on

    def live(self) -> Case:
        secretary = self.random.choice(self.municipality.secretaries)
        self.case = self._enrol(self.first_contact, secretary)
        self.actor = Actor.of(secretary)
        met = working_day(self.first_contact + timedelta(days=self.random.choice((1, 2, 2, 3, 4, 6, 9))))
        if met < self.until:
            self._meet(met, MeetingKind.FIRST, MeetingOutcome.HELD)
            self._plan(met)
            self._placement(met)
        self._ending()
        return self.case

    def _placement(self, first_meeting: date) -> None:
        random = self.random
        starts = working_day(first_meeting + timedelta(days=random.choice((2, 4, 5, 6, 8, 9, 13, 21))))
        if starts >= self.until or random.random() < 0.12:
            return
        upsert_placement(
            actor=self.actor,
            case=self.case,
            workplace=random.choice(self.municipality.workplaces),
            starts_on=starts,
            existing=None,
            values={
                "kind": random.choice(TRAINING),
                "ends_on": starts + timedelta(days=13),
                "weekdays": weekday_bits((1, 3, 5)),
                "hours_per_day": Decimal(6),
            },
            now=at(starts, 7),
        )
        db.session.flush()
        recompute_sessions([self.case.id], today=self.today)
        for session in db.session.scalars(select(Session).where(Session.case_id == self.case.id)):
            mark(
                actor=self.actor,
                session=session,
                seen_version=None,
                value=Mark.PRESENT if random.random() < 0.88 else Mark.SICK,
                hours=None,
                note="",
                through=MarkedThrough.STAFF,
                now=at(session.on_date, 16),
            )

    def _ending(self) -> None:
        super()._ending()
        case, random = self.case, self.random
        if case.closure_reason not in FOLLOWED or case.outcome_starts_on is None:
            return
        for question in questions_of(case):
            if question.on < self.today - 3 * DAY and random.random() < 0.75:
                found_on = working_day(question.on)
                note_outcome(
                    actor=self.actor,
                    case=case,
                    months=question.months,
                    standing=random.choice(STANDINGS),
                    found_on=found_on,
                    now=at(found_on, 10),
                )


def earlier_lives(
    random: Random, municipality: Municipality, numbers: Iterator[str], *, now: datetime, how_many: int
) -> dict[str, list[Case]]:
    """So many of them, by household."""
    households: dict[str, list[Case]] = {}
    for number in range(1, how_many + 1):
        life = EarlierLife(
            random=random,
            municipality=municipality,
            now=now,
            number=5000 + number,
            name=(random.choice(FIRST_NAMES), random.choice(LAST_NAMES)),
            personal_number=next(numbers),
            household=f"HE-{number:04d}",
        )
        households[life.household] = [life.live()]
    return households
