"""A secretary with one client who is placed: where the tests of staff's pages begin."""

from collections.abc import Callable
from datetime import date
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select

from activation.database import db
from models import Case, Placement, Session, Staff, Unit, Workplace
from tests import builders

NOW = builders.NOW
TODAY = NOW.date()
SignIn = Callable[[Staff], FlaskClient]
# Each test sees the pages in English, as the account says.
EN = {"language": "en"}


class World:
    """A secretary with one client who is placed at one workplace since Monday."""

    def __init__(self, sign_in: SignIn) -> None:
        self.unit: Unit = builders.unit()
        self.sara: Staff = builders.staff(self.unit, name="Sara", **EN)
        self.case: Case = builders.case(self.unit, self.sara, last_name="Alm")
        self.workplace: Workplace = builders.workplace(
            "Återbruket", contact_email="karin@ab.example", places=2
        )
        self.placement: Placement = builders.placement(
            self.case, self.workplace, starts_on=date(2026, 11, 16)
        )
        builders.settle()
        self.client = sign_in(self.sara)
        self.sign_in = sign_in

    def session(self, day: date = TODAY) -> Session:
        return db.session.scalars(
            select(Session).where(Session.case_id == self.case.id, Session.on_date == day)
        ).one()

    def mark(self, client: FlaskClient | None = None, **data: Any) -> Any:
        session = self.session()
        data = {"version": session.version, **data}
        return (client or self.client).post(f"/sessions/{session.id}", data=data)
