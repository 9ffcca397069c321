"""One day of one person at one workplace, with everything that may be said of it before a test begins."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import select

from activation.attendance import service
from activation.database import db
from activation.employer_page.service import answer, undo_answer
from activation.records.actor import Actor
from models import Case, CaseEvent, Placement, Session, Staff, Unit, Workplace
from models.enums import EmployerAnswer, Mark, MarkedThrough
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
        return answer(
            actor=by or self.karin,
            sessions=[self.session],
            value=value,
            hours=of_session,
            now=NOW + k.get("later", timedelta()),
        )

    def undo(self, *, by: Actor | None = None, later: timedelta = timedelta()) -> None:
        self.load()
        undo_answer(actor=by or self.karin, session=self.session, now=NOW + later)

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


BEGINNINGS: dict[str, Callable[[Day], object]] = {
    "unmarked": lambda d: None,
    "here by Karin": lambda d: d.answer(HERE),
    "not here by Karin": lambda d: d.answer(NOT_HERE),
    "not here, judged sick": lambda d: (d.answer(NOT_HERE), d.mark(Mark.SICK)),
    "here, corrected to other activity": lambda d: (d.answer(HERE), d.mark(Mark.OTHER_ACTIVITY)),
    "present by staff": lambda d: d.mark(Mark.PRESENT),
    "valid absence by staff": lambda d: d.mark(Mark.VALID_ABSENCE),
}


def placed(unit: Unit, secretary: Staff | None = None, **values: object) -> Case:
    case = builders.case(unit, secretary, **values)
    builders.placement(case, starts_on=date(2026, 11, 16))
    builders.settle()
    return case


def say_not_here(case: Case, day: int) -> None:
    session = db.session.scalars(
        select(Session).where(Session.case_id == case.id, Session.on_date == date(2026, 11, day))
    ).one()
    session.answer, session.answered_by, session.answered_at = EmployerAnswer.NOT_HERE, "Karin", NOW
    session.marked_at = NOW
    builders.settle()
