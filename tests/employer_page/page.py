"""A supervisor with the page open, and people who are there."""

from datetime import date
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from activation.database import db
from activation.employer_page.links import form_token, link_token, make_link
from models import Case, Session, Unit, Workplace
from tests import builders

NOW = builders.NOW
TODAY = NOW.date()  # Friday 20 November 2026


class Page:
    """One supervisor with the page open."""

    def __init__(self, client: FlaskClient, workplace: Workplace, name: str = "Karin Berg") -> None:
        link = make_link(
            actor=builders.SYSTEM,
            workplace=workplace,
            sent_to=f"{name.split()[0].lower()}@ab.example",
            supervisor_name=name,
            now=NOW,
        )
        self.client, self.token, self.form = client, link_token(link), form_token(link)
        builders.settle()

    def get(self, **query: object) -> TestResponse:
        return self.client.get(f"/e/{self.token}", query_string={"lang": "en", **query})

    def post(self, path: str, **data: object) -> TestResponse:
        return self.client.post(f"/e/{self.token}/{path}?lang=en", data={"form": self.form, **data})

    def press(self, session_id: int, answer: str = "here", hours: str = "8") -> TestResponse:
        return self.post(f"sessions/{session_id}", answer=answer, hours=hours)

    def follow(self, answer: TestResponse) -> str:
        assert answer.status_code == 303
        return self.client.get(answer.location).text


def person(of: Unit, at: Workplace, first: str = "Anna", last: str = "Alm", **values: Any) -> Case:
    starts_on = values.pop("starts_on", TODAY)
    case = builders.case(of, first_name=first, last_name=last, **values)
    builders.placement(case, at, starts_on=starts_on)
    builders.settle()
    return case


def session_of(case: Case, day: date = TODAY) -> Session:
    return db.session.scalars(select(Session).where(Session.case_id == case.id, Session.on_date == day)).one()
