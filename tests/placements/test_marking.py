"""Who may say what of a session: truth tables over every state and action."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import select

from activation.database import db
from activation.placements import service
from activation.placements.rules import mark_of_answer
from activation.records.actor import Actor
from models import Case, CaseEvent, Clock, Placement, Session, Workplace
from models.enums import ClockKind, EmployerAnswer, Mark, MarkedThrough
from models.errors import Conflict, FieldError
from tests import builders

NOW = builders.NOW
TODAY = NOW.date()
HERE, NOT_HERE = EmployerAnswer.HERE, EmployerAnswer.NOT_HERE
STAFF = Actor.system("Sara")


class Day:
    """Today's session of one person at one workplace."""

    def __init__(self) -> None:
        self.case: Case = builders.case(builders.unit())
        self.workplace: Workplace = builders.workplace()
        self.placement: Placement = builders.placement(
            self.case, self.workplace, starts_on=date(2026, 11, 16)
        )
        builders.settle()
        self.session = db.session.scalars(
            select(Session).where(Session.case_id == self.case.id, Session.on_date == TODAY)
        ).one()
        self.karin = Actor.supervisor("Karin", self.workplace.id)
        self.per = Actor.supervisor("Per", self.workplace.id)

    def answer(
        self, value: EmployerAnswer, *, by: Actor | None = None, hours: int | None = 8, **k: timedelta
    ) -> int:
        of_session = {self.session.id: Decimal(hours) if hours is not None and value is HERE else None}
        self.load()
        return service.answer(
            actor=by or self.karin,
            sessions=[self.session],
            value=value,
            hours=of_session,
            now=NOW + k.get("later", timedelta()),
        )

    def undo(self, *, by: Actor | None = None, later: timedelta = timedelta()) -> None:
        self.load()
        service.undo_answer(actor=by or self.karin, session=self.session, now=NOW + later)

    def mark(
        self, value: Mark, *, note: str = "skäl", seen: int | None = None, hours: int | None = None
    ) -> bool:
        return service.mark(
            actor=STAFF,
            session=self.session,
            seen_version=seen,
            value=value,
            hours=None if hours is None else Decimal(hours),
            note=note,
            through=MarkedThrough.STAFF,
            now=NOW,
        )

    def load(self) -> None:
        """As the queries of the page load it: with its placement."""
        db.session.flush()
        db.session.refresh(self.session)
        db.session.refresh(self.session, ["placement"])

    @property
    def state(self) -> tuple[Mark | None, EmployerAnswer | None, Decimal | None]:
        return self.session.mark, self.session.answer, self.session.hours

    def events(self) -> list[str]:
        found = db.session.scalars(
            select(CaseEvent.verb).where(CaseEvent.case_id == self.case.id).order_by(CaseEvent.id)
        )
        return [verb for verb in found if "session" in verb or "answer" in verb]


@pytest.fixture
def day(app: Flask) -> Day:
    return Day()


BEGINNINGS: dict[str, Callable[[Day], object]] = {
    "unmarked": lambda d: None,
    "here by Karin": lambda d: d.answer(HERE),
    "not here by Karin": lambda d: d.answer(NOT_HERE),
    "not here, judged sick": lambda d: (d.answer(NOT_HERE), d.mark(Mark.SICK)),
    "here, corrected to other activity": lambda d: (d.answer(HERE), d.mark(Mark.OTHER_ACTIVITY)),
    "present by staff": lambda d: d.mark(Mark.PRESENT),
    "valid absence by staff": lambda d: d.mark(Mark.VALID_ABSENCE),
}


@pytest.mark.parametrize(
    ("beginning", "value", "changes"),
    [
        ("unmarked", HERE, True),
        ("unmarked", NOT_HERE, True),
        ("here by Karin", HERE, False),
        ("here by Karin", NOT_HERE, None),
        ("not here by Karin", HERE, None),
        ("not here by Karin", NOT_HERE, False),
        ("not here, judged sick", HERE, None),
        ("not here, judged sick", NOT_HERE, None),
        ("here, corrected to other activity", HERE, None),
        ("here, corrected to other activity", NOT_HERE, None),
        ("present by staff", HERE, None),
        ("present by staff", NOT_HERE, None),
        ("valid absence by staff", HERE, None),
        ("valid absence by staff", NOT_HERE, None),
    ],
)
def test_an_answer_never_replaces_what_somebody_said(
    day: Day, beginning: str, value: EmployerAnswer, changes: bool | None
) -> None:
    """changes: True it is written, False it said the same already, None it is refused with the name of who said it."""
    BEGINNINGS[beginning](day)
    before = day.state
    if changes is None:
        with pytest.raises(Conflict) as refused:
            day.answer(value, by=day.per)
        assert refused.value.params["who"] in ("Karin", "Sara")
    else:
        assert day.answer(value, by=day.per) == changes
    if changes:
        assert day.state == (mark_of_answer(value), value, Decimal(8) if value is HERE else None)
        assert (day.session.answered_by, day.session.marked_by) == ("Per", "Per")
        assert day.session.marked_through is MarkedThrough.EMPLOYER
    else:
        assert day.state == before


@pytest.mark.parametrize(
    ("beginning", "result"),
    [
        ("unmarked", "nothing"),
        ("here by Karin", "undone"),
        ("not here by Karin", "undone"),
        ("not here, judged sick", "refused"),
        ("here, corrected to other activity", "refused"),
        ("present by staff", "nothing"),
        ("valid absence by staff", "nothing"),
    ],
)
def test_only_an_answer_that_staff_have_not_handled_is_undone(day: Day, beginning: str, result: str) -> None:
    BEGINNINGS[beginning](day)
    before = day.state
    if result == "refused":
        with pytest.raises(Conflict):
            day.undo()
    else:
        day.undo()
    assert day.state == ((None, None, None) if result == "undone" else before)
    assert (day.session.marked_at is None) == (result == "undone" or beginning == "unmarked")


@pytest.mark.parametrize("beginning", BEGINNINGS)
@pytest.mark.parametrize("value", list(Mark))
def test_staff_may_mark_whatever_was_said_and_the_employers_answer_stays_beside_it(
    day: Day, beginning: str, value: Mark
) -> None:
    BEGINNINGS[beginning](day)
    answered = day.session.answer
    day.mark(value)
    db.session.flush()
    assert (day.session.mark, day.session.answer) == (value, answered)
    assert day.mark(value) is False


@pytest.mark.parametrize(
    ("beginning", "result"),
    [
        ("unmarked", "nothing"),
        ("here by Karin", "refused"),
        ("not here by Karin", "nothing"),
        ("not here, judged sick", "to judge"),
        ("here, corrected to other activity", "refused"),
        ("present by staff", "unmarked"),
        ("valid absence by staff", "unmarked"),
    ],
)
def test_staff_take_back_their_own_mark_only(day: Day, beginning: str, result: str) -> None:
    BEGINNINGS[beginning](day)
    before = day.state
    take_back = lambda: service.take_back(actor=STAFF, session=day.session, seen_version=None, now=NOW)  # noqa: E731
    if result == "refused":
        with pytest.raises(Conflict, match="Karin"):
            take_back()
    else:
        assert take_back() == (result in ("to judge", "unmarked"))
    db.session.flush()
    assert day.state == (before if result in ("refused", "nothing") else (None, before[1], None))
    if result == "to judge":
        assert (day.session.marked_by, day.session.marked_through) == ("Karin", MarkedThrough.EMPLOYER)


def test_other_hours_are_another_answer(day: Day) -> None:
    day.answer(HERE, hours=8)
    with pytest.raises(Conflict):
        day.answer(HERE, hours=4)
    assert day.session.hours == 8


def test_an_answer_is_undone_on_its_day_only(day: Day) -> None:
    day.answer(HERE)
    with pytest.raises(Conflict):
        day.undo(later=timedelta(days=1))
    assert day.session.answer is HERE


def test_undo_pressed_twice_is_fine_and_another_supervisor_of_the_place_can(day: Day) -> None:
    day.answer(HERE)
    day.undo(by=day.per)
    day.undo()
    assert day.state == (None, None, None)
    assert day.events() == ["employer_answered", "employer_answer_undone"]


def test_a_supervisor_cannot_answer_for_another_workplace_a_coming_day_or_one_out_of_the_schedule(
    day: Day,
) -> None:
    with pytest.raises(Conflict):
        day.answer(HERE, by=Actor.supervisor("Olle", builders.workplace("Annat").id))
    with pytest.raises(Conflict):
        day.answer(HERE, by=Actor("Ingen"))
    with pytest.raises(Conflict):
        day.answer(HERE, later=-timedelta(days=1))
    day.session.scheduled = False
    db.session.flush()
    with pytest.raises(Conflict):
        day.answer(HERE)
    assert day.state == (None, None, None)


@pytest.mark.parametrize("note", ["", "  \n"])
def test_invalid_absence_needs_a_note(day: Day, note: str) -> None:
    with pytest.raises(FieldError) as refused:
        day.mark(Mark.INVALID_ABSENCE, note=note)
    assert refused.value.field == "note"
    assert day.session.mark is None


def test_staff_cannot_mark_a_day_that_has_not_come(day: Day) -> None:
    day.session.on_date = TODAY + timedelta(days=3)
    with pytest.raises(FieldError):
        day.mark(Mark.PRESENT)


def test_the_second_of_two_colleagues_is_told_who_marked(day: Day) -> None:
    seen = day.session.version
    day.mark(Mark.PRESENT, seen=seen)
    db.session.flush()
    with pytest.raises(Conflict) as refused:
        day.mark(Mark.SICK, seen=seen)
    assert refused.value.params == {"who": "Sara"}
    assert day.session.mark is Mark.PRESENT


def test_hours_belong_to_present_alone(day: Day) -> None:
    day.mark(Mark.PRESENT, hours=6)
    assert day.session.hours == 6
    day.mark(Mark.SICK, hours=6)
    assert day.session.hours is None


@pytest.mark.parametrize(("value", "stopped"), [(HERE, TODAY), (NOT_HERE, None)])
def test_here_stops_the_activation_clock_and_an_undo_starts_it_again(
    day: Day, value: EmployerAnswer, stopped: date | None
) -> None:
    def stopped_on() -> date | None:
        return db.session.scalar(
            select(Clock.stopped_on).where(Clock.case_id == day.case.id, Clock.kind == ClockKind.ACTIVATION)
        )

    day.answer(value)
    builders.settle()
    assert stopped_on() == stopped
    day.undo()
    builders.settle()
    assert stopped_on() is None
