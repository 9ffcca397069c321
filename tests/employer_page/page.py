"""A supervisor with the page open, and people who are there."""

from datetime import date
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from activation.database import db
from activation.employer_page.links import form_token, link_token, make_link
from models import Case, Session, Supervisor, Unit, Workplace
from tests import builders

NOW = builders.NOW
TODAY = NOW.date()  # Friday 20 November 2026


class Page:
    """One supervisor with the page open."""

    def __init__(
        self,
        client: FlaskClient,
        workplace: Workplace,
        name: str = "Karin Berg",
        supervisor: Supervisor | None = None,
    ) -> None:
        link = make_link(
            actor=builders.SYSTEM,
            workplace=workplace,
            sent_to=f"{name.split()[0].lower()}@ab.example",
            supervisor_name=name,
            supervisor=supervisor,
            now=NOW,
        )
        self.link_id = link.id
        self.client, self.token, self.form = client, link_token(link), form_token(link)
        builders.settle()

    def get(self, **query: object) -> TestResponse:
        return self.client.get(f"/e/{self.token}", query_string={"lang": "en", **query})

    def post(
        self, query: dict[str, object], headers: dict[str, str] | None = None, **data: object
    ) -> TestResponse:
        """Presses something: `query` is what its form's address says (s: a session, all, about: a person)."""
        return self.client.post(
            f"/e/{self.token}",
            query_string={"lang": "en", "f": self.form, **query},
            data=data,
            headers=headers,
        )

    def press(self, session_id: int, answer: str = "here", hours: str = "8", **query: object) -> TestResponse:
        return self.post({"s": session_id, **query}, answer=answer, hours=hours)

    def undo(self, session_id: int) -> TestResponse:
        return self.press(session_id, "undo")

    def all_here(self, *session_ids: object) -> TestResponse:
        return self.post({"all": 1}, sessions=",".join(map(str, session_ids)))

    def tell(self, placement_id: int, kind: str, said: str = "", on_date: str = "") -> TestResponse:
        return self.post({"about": placement_id}, kind=kind, said=said, on_date=on_date)

    def follow(self, answer: TestResponse) -> str:
        assert answer.status_code == 303
        return self.client.get(answer.location).text


def person(of: Unit, at: Workplace, first: str = "Anna", last: str = "Alm", **values: Any) -> Case:
    starts_on = values.pop("starts_on", TODAY)
    of_placement = {k: values.pop(k) for k in ("supervisor_id", "crew_id") if k in values}
    case = builders.case(of, first_name=first, last_name=last, **values)
    placement = builders.placement(case, at, starts_on=starts_on)
    for column, value in of_placement.items():
        setattr(placement, column, value)
    builders.settle()
    return case


def session_of(case: Case, day: date = TODAY) -> Session:
    return db.session.scalars(select(Session).where(Session.case_id == case.id, Session.on_date == day)).one()
