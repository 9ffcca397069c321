"""A placed client whose days of the month are marked, a secretary, and two aid officers."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select

from activation.database import db
from activation.handovers import service
from activation.handovers.queries import find_handover
from activation.records.actor import Actor
from models import Case, Handover, Session, Staff, Unit
from models.enums import HandoverOutcome, HeardHow, Mark, MarkedThrough, Role
from tests import builders

NOW = builders.NOW
TODAY = NOW.date()
MONTH = date(2026, 11, 1)
SignIn = Callable[[Staff], FlaskClient]
EN = {"language": "en"}
AWAY = date(2026, 11, 18)
ACCOUNT, OBJECTION = "Jag var hos tandläkaren.", "Tiden den 17 stämmer inte."
HEARD: dict[str, Any] = {
    "heard_on": TODAY,
    "heard_how": HeardHow.PHONE,
    "account": ACCOUNT,
    "objection": OBJECTION,
    "not_heard_why": "",
}


class World:
    """Sessions since Monday the 16th; all before today are marked, the 18th as sick."""

    def __init__(self, sign_in: SignIn, **values: Any) -> None:
        self.unit: Unit = builders.unit()
        self.sara: Staff = builders.staff(self.unit, name="Sara Lind", **EN)
        self.aid: Staff = builders.staff(self.unit, Role.AID_OFFICER, name="Bo Ek", **EN)
        self.other_aid: Staff = builders.staff(self.unit, Role.AID_OFFICER, name="Bodil Ask", **EN)
        self.case: Case = builders.case(self.unit, self.sara, last_name="Alm", **values)
        builders.plan(
            self.case, agreed_on=date(2026, 11, 17), goals="Arbete i kök", assigned_hours=Decimal(40)
        )
        self.placement = builders.placement(self.case, starts_on=date(2026, 11, 16))
        builders.settle()
        self.mark_until(TODAY)
        self.client, self.aid_client = sign_in(self.sara), sign_in(self.aid)
        self.sign_in = sign_in

    @property
    def worker(self) -> Actor:
        return Actor.of(self.sara)

    @property
    def officer(self) -> Actor:
        return Actor.of(self.aid)

    def sessions(self) -> list[Session]:
        return list(
            db.session.scalars(
                select(Session).where(Session.case_id == self.case.id).order_by(Session.on_date)
            )
        )

    def session(self, day: date) -> Session:
        return next(s for s in self.sessions() if s.on_date == day)

    def mark_until(self, day: date) -> None:
        """Marks what is before that day and not marked."""
        for session in self.sessions():
            if session.on_date < day and session.mark is None:
                session.mark = Mark.SICK if session.on_date == AWAY else Mark.PRESENT
                session.marked_at, session.marked_by = NOW - timedelta(days=1), "Sara Lind"
                session.marked_through = MarkedThrough.STAFF
        builders.touch(self.case)
        builders.settle()

    def draft(self, month: date = MONTH) -> Handover:
        made, _ = service.begin(actor=self.worker, case=self.case, month=month, now=NOW)
        builders.settle()
        return self.again(made.id)

    def again(self, handover_id: int) -> Handover:
        found = find_handover(handover_id, Actor.system("test"))
        assert found is not None
        return found

    def heard(self, **values: Any) -> Handover:
        handover = self.draft()
        service.hear(
            actor=self.worker,
            case=handover.case,
            handover=handover,
            seen_version=handover.version,
            values={**HEARD, **values},
            now=NOW,
        )
        builders.settle()
        return self.again(handover.id)

    def handed_over(self) -> Handover:
        handover = self.heard()
        service.hand_over(
            actor=self.worker,
            case=handover.case,
            handover=handover,
            to_staff_id=self.aid.id,
            seen_version=handover.version,
            now=NOW,
        )
        builders.settle()
        return self.again(handover.id)

    def received(self) -> Handover:
        handover = self.handed_over()
        service.receive(actor=self.officer, handover=handover, now=NOW)
        builders.settle()
        return self.again(handover.id)

    def answered(self) -> Handover:
        handover = self.received()
        service.record_outcome(
            actor=self.officer,
            handover=handover,
            seen_version=handover.version,
            outcome=HandoverOutcome.GRANTED,
            outcome_on=TODAY,
            now=NOW,
        )
        builders.settle()
        return self.again(handover.id)

    def withdrawn(self) -> Handover:
        handover = self.received()
        service.withdraw(
            actor=self.worker, handover=handover, seen_version=handover.version, reason="Fel månad", now=NOW
        )
        builders.settle()
        return self.again(handover.id)
