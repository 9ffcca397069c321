"""Half a year in the lives of the demonstration's participants, told through the same verbs that people use.

Everything is drawn from one seeded Random and counted from the day the demonstration is made: the same day gives
the same municipality.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from activation.attendance.service import mark
from activation.caseload.closing import close, confirm_outcome
from activation.caseload.service import enrol, get_or_make_household
from activation.clocks.calendar import STOCKHOLM, Calendar, local_date
from activation.clocks.rules import add_working_days
from activation.database import db
from activation.demo.municipality import MAKER, Municipality
from activation.employer_page.service import answer
from activation.meetings.service import add_note, upsert_meeting
from activation.placements.rules import weekday_bits
from activation.placements.service import upsert_placement
from activation.placements.sessions import recompute_sessions
from activation.plans.service import Step, agree
from activation.records.actor import Actor
from models import Case, Meeting, Session, Staff, Workplace
from models.enums import (
    WORK_CLOSURES,
    AgreedHow,
    ClosureReason,
    EmployerAnswer,
    Flow,
    Mark,
    MarkedThrough,
    MeetingKind,
    MeetingOutcome,
    MeetingWay,
    Obstacle,
    PlacementKind,
    Protection,
    ReachBy,
)

CALENDAR = Calendar()
GOALS = (
    "Få ett arbete inom lager inom ett halvår.",
    "Komma tillbaka till vården, först på halvtid.",
    "Bli klar med SFI D och hitta en praktikplats.",
    "Ta truckkort och söka jobb i hamnen.",
    "Arbeta i butik, helst nära hemmet.",
)
NOTES = (
    "Samtal om hur veckan har gått. Deltagaren trivs på arbetsplatsen och vill gärna få fler timmar.",
    "Deltagaren berättar att bussen inte går i tid för morgonpasset. Vi kom överens om start 08:30.",
    "Genomgång av planen. Deltagaren vill hellre arbeta inom kök än städ.",
    "Handledaren ringde: allt fungerar bra, kan tänka sig en förlängning.",
)
TRAINING = (
    PlacementKind.WORK_TRAINING,
    PlacementKind.WORK_TRAINING,
    PlacementKind.INTERNSHIP,
    PlacementKind.LANGUAGE_INTERNSHIP,
    PlacementKind.WORK_TRIAL,
    PlacementKind.SERVICE_CREW,
)
OBSTACLES = (
    Obstacle.UNEMPLOYED,
    Obstacle.UNEMPLOYED,
    Obstacle.UNEMPLOYED,
    Obstacle.LANGUAGE,
    Obstacle.LANGUAGE,
    Obstacle.PART_TIME,
    Obstacle.SOCIAL_REASONS,
    Obstacle.NO_CHILDCARE,
)
ENDINGS = (
    ClosureReason.WORK,
    ClosureReason.WORK,
    ClosureReason.SUBSIDISED_WORK,
    ClosureReason.STUDY_WITH_AID,
    ClosureReason.MUNICIPAL_EMPLOYMENT,
    ClosureReason.OTHER_INCOME,
    ClosureReason.MOVED,
    ClosureReason.INTERRUPTED,
)


# Since so many days there is a drop-in on Mondays: first meetings come sooner.
DROP_IN_DAYS = 60


def at(day: date, hour: int = 9, minute: int = 0) -> datetime:
    """A local time of a day, as the moment it is."""
    return datetime.combine(day, time(hour, minute), STOCKHOLM).astimezone(UTC)


def working_day(day: date) -> date:
    """The day itself or the next working one."""
    return day if CALENDAR.is_working_day(day) else add_working_days(day, 1, CALENDAR.is_working_day)


@dataclass
class Life:
    """One participant's half year."""

    random: Random
    municipality: Municipality
    now: datetime
    number: int
    name: tuple[str, str]
    personal_number: str
    household: str

    def __post_init__(self) -> None:
        self.today = local_date(self.now)
        self.first_contact = self.today - timedelta(days=int(self.random.triangular(0, 182, 60)))
        closes = working_day(self.first_contact + timedelta(days=self.random.randint(40, 330)))
        self.closes_on = closes if closes < self.today else None
        # The day before which everything has happened: later days are still ahead, or after the closing.
        self.until = self.closes_on or self.today

    def live(self) -> Case:
        """Enrols the person and lets everything happen up to today."""
        random = self.random
        first_contact = self.first_contact
        secretary = random.choice(self.municipality.secretaries)
        unassigned = first_contact >= self.today - timedelta(days=4) and random.random() < 0.5
        self.case = self._enrol(first_contact, None if unassigned else secretary)
        if unassigned:
            return self.case
        self.actor = Actor.of(secretary)
        first_meeting = self._first_meetings(first_contact)
        if first_meeting is None:
            return self.case
        self._plan(first_meeting)
        if self.case.flow is Flow.MAIN or random.random() < 0.3:
            self._placement(first_meeting)
        self._ending()
        return self.case

    def _enrol(self, first_contact: date, secretary: Staff | None) -> Case:
        random = self.random
        unit = next(u for u in self.municipality.units if u.id == (secretary.unit_id if secretary else u.id))
        case = enrol(
            actor=MAKER,
            unit=unit,
            household=get_or_make_household(self.household),
            values={
                "case_number": f"EB-{first_contact.year}-{self.number:04d}",
                "first_name": self.name[0],
                "last_name": self.name[1],
                "personal_number": self.personal_number,
                "first_contact_on": first_contact,
                "secretary_id": secretary.id if secretary else None,
                "flow": Flow.MAIN if random.random() < 0.85 else Flow.SUPPORT,
                "obstacle": random.choice(OBSTACLES),
                "phone": f"+467017406{random.randint(5, 99):02d}",
                "email": f"deltagare{self.number}@post.example",
                "language": "Engelska" if self.number % 9 == 0 else None,
                "reach_by": random.choice((ReachBy.SMS, ReachBy.SMS, ReachBy.EMAIL, ReachBy.LETTER)),
                "protection": Protection.CONFIDENTIAL if self.number in (77, 203) else None,
            },
            now=at(first_contact, 10),
            others=(),
        )
        db.session.flush()
        return case

    def _meet(self, day: date, kind: MeetingKind, outcome: MeetingOutcome) -> Meeting:
        hour, minute = self.random.choice(((8, 30), (9, 0), (10, 15), (13, 0), (14, 45)))
        way = MeetingWay.IN_PERSON if kind is MeetingKind.FIRST else self.random.choice(list(MeetingWay))
        meeting, _ = upsert_meeting(
            actor=self.actor,
            case=self.case,
            at=at(day, hour, minute),
            existing=None,
            values={"kind": kind, "way": way, "outcome": outcome, "staff_id": self.case.secretary_id},
            now=min(at(day, hour, minute), self.now),
        )
        return meeting

    def _first_meetings(self, first_contact: date) -> date | None:
        """The first meeting and the follow-ups; the day of the first held one, or None so far."""
        random = self.random
        drop_in = first_contact >= self.today - timedelta(days=DROP_IN_DAYS)
        waits = (0, 1, 1, 1, 2, 2, 3) if drop_in else (1, 2, 2, 3, 4, 5, 7)
        day = working_day(first_contact + timedelta(days=random.choice(waits)))
        if day >= self.today:
            if random.random() < 0.7:
                ahead = add_working_days(self.today, random.randint(1, 2), CALENDAR.is_working_day)
                self._meet(ahead, MeetingKind.FIRST, MeetingOutcome.BOOKED)
            return None
        if random.random() < 0.06:
            self._meet(day, MeetingKind.FIRST, MeetingOutcome.NO_SHOW)
            day = working_day(day + timedelta(days=3))
            if day >= self.today:
                return None
        self._meet(day, MeetingKind.FIRST, MeetingOutcome.HELD)
        first = day
        for day in self._every_other_week(first):
            kind = MeetingKind.HOME_VISIT if random.random() < 0.05 else MeetingKind.FOLLOW_UP
            if day >= self.until:
                if self.closes_on is None and random.random() < 0.75:
                    self._meet(day, kind, MeetingOutcome.BOOKED)
                break
            outcome = random.choices(
                (
                    MeetingOutcome.HELD,
                    MeetingOutcome.NO_SHOW,
                    MeetingOutcome.EXCUSED,
                    MeetingOutcome.CANCELLED,
                ),
                (86, 6, 5, 3),
            )[0]
            self._meet(day, kind, outcome)
            if outcome is MeetingOutcome.HELD and random.random() < 0.25:
                add_note(actor=self.actor, case=self.case, text=random.choice(NOTES), now=at(day, 15, 20))
        return first

    def _every_other_week(self, day: date) -> Iterator[date]:
        while True:
            day = working_day(day + timedelta(days=self.random.choice((12, 14, 14, 14, 16, 21))))
            yield day

    def _plan(self, first_meeting: date) -> None:
        random = self.random
        agreed = working_day(first_meeting + timedelta(days=random.choice((0, 2, 4, 6, 8, 12))))
        while agreed < self.until and random.random() < 0.96:
            ends = agreed + timedelta(days=random.choice((84, 91, 120)))
            agree(
                actor=self.actor,
                case=self.case,
                values={
                    "agreed_on": agreed,
                    "review_by": agreed + timedelta(days=42),
                    "ends_on": ends,
                    "assigned_hours": Decimal(random.choice((20, 30, 32, 40))),
                    "own_search_hours": Decimal(random.choice((4, 8))),
                    "goals": random.choice(GOALS),
                    "agreed_how": AgreedHow.SCREEN,
                },
                steps=[
                    Step("Uppdatera cv", "Deltagaren", agreed + timedelta(days=14)),
                    Step("Kontakta arbetsplats", self.actor.name, agreed + timedelta(days=7)),
                ],
                now=at(agreed, 11),
            )
            agreed = working_day(ends - timedelta(days=random.choice((3, 7, 10, -6))))

    def _placement(self, first_meeting: date) -> None:
        random = self.random
        starts = working_day(
            first_meeting + timedelta(days=random.choice((2, 3, 4, 5, 6, 7, 8, 9, 12, 16, 24)))
        )
        if starts > self.until + timedelta(days=14) or (self.closes_on and starts > self.closes_on):
            return
        if random.random() < 0.08:
            return
        workplace = random.choice(self.municipality.workplaces)
        upsert_placement(
            actor=self.actor,
            case=self.case,
            workplace=workplace,
            starts_on=starts,
            existing=None,
            values={
                "kind": random.choice(TRAINING),
                "ends_on": starts + timedelta(days=random.choice((60, 90, 90, 120, 180))),
                "weekdays": weekday_bits(random.choice(((1, 2, 3, 4, 5), (1, 3, 5), (1, 2, 3, 4), (2, 4)))),
                "hours_per_day": random.choice((Decimal(4), Decimal(6), Decimal("7.5"), Decimal(8))),
            },
            now=at(min(working_day(first_meeting), starts), 14),
        )
        visit = working_day(starts + timedelta(days=random.choice((16, 18, 20, 21, 24))))
        if visit < self.until and random.random() < 0.9:
            upsert_meeting(
                actor=self.actor,
                case=self.case,
                at=at(visit, 15, 30),
                existing=None,
                values={
                    "kind": MeetingKind.THREE_PARTY,
                    "way": MeetingWay.IN_PERSON,
                    "outcome": MeetingOutcome.HELD,
                    "staff_id": self.case.secretary_id,
                },
                now=at(visit, 16, 30),
            )
        db.session.flush()
        recompute_sessions([self.case.id], today=self.today)
        self._attend(workplace)

    def _attend(self, workplace: Workplace) -> None:
        """The supervisor answers for most days; a few are forgotten, more so the last days."""
        random = self.random
        supervisor = Actor.supervisor(workplace.supervisors[0].name, workplace.id)
        sessions = db.session.scalars(
            select(Session)
            .options(joinedload(Session.placement))
            .where(Session.case_id == self.case.id, Session.on_date < self.until)
            .order_by(Session.on_date)
        )
        for session in sessions:
            recent = session.on_date >= self.today - timedelta(days=7)
            if random.random() < (0.14 if recent else 0.006):
                continue
            moment = at(session.on_date, 15, random.randint(0, 59))
            here = random.random() < 0.85
            value = EmployerAnswer.HERE if here else EmployerAnswer.NOT_HERE
            hours = {session.id: session.planned_hours}
            answer(actor=supervisor, sessions=[session], value=value, hours=hours, now=moment)
            if not here and not (recent and random.random() < 0.4):
                judged = random.choices(
                    (Mark.VALID_ABSENCE, Mark.SICK, Mark.INVALID_ABSENCE, Mark.OTHER_ACTIVITY),
                    (30, 40, 20, 10),
                )[0]
                mark(
                    actor=self.actor,
                    session=session,
                    seen_version=None,
                    value=judged,
                    hours=None,
                    note="Hörde inte av sig. Deltagaren säger att telefonen var trasig."
                    if judged is Mark.INVALID_ABSENCE
                    else "",
                    through=MarkedThrough.STAFF,
                    now=min(at(working_day(session.on_date + timedelta(days=1)), 9, 30), self.now),
                )

    def _ending(self) -> None:
        random, closed = self.random, self.closes_on
        if closed is None:
            return
        reason = random.choice(ENDINGS)
        begins = closed + timedelta(days=random.randint(0, 5)) if reason in WORK_CLOSURES else None
        # close() checks against the day it is called on: the closing day itself.
        close(
            actor=self.actor,
            case=self.case,
            closed_on=closed,
            reason=reason,
            outcome_starts_on=begins or (closed if reason is ClosureReason.STUDY_WITH_AID else None),
            note="",
            now=at(closed, 16),
        )
        if begins and begins + timedelta(days=40) < self.today and random.random() < 0.8:
            confirmed = begins + timedelta(days=34)
            confirm_outcome(actor=self.actor, case=self.case, confirmed_on=confirmed, now=at(confirmed, 10))
