"""A hundredth of Sweden (tests/benchmarks/sweden.py): what the board of one unit reads does not depend on how many
units there are beside it. Times are figures of the benchmark; here it is what the database is asked to read."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select

from activation.accounts.sign_in import session_values
from activation.app import create_app
from activation.clocks.calendar import local_date
from activation.config import settings_from
from activation.core import utc_now
from activation.database import db
from activation.throughput import weeks
from activation.throughput.measures.board import CAME, IN_FLOW, STEPS
from activation.throughput.queries import figures
from activation.throughput.rules import Week
from activation.throughput.scope import ALL_UNITS, Units
from models import Staff
from tests.benchmarks import sweden
from tests.benchmarks.pages import environment

# Tables that grow with the municipalities: one that is read from end to end makes every unit pay for all.
BIG = "cases|case_summaries|clocks|sessions|placements|meetings|plans|tasks|messages|case_events|notes|households"


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    url = f"sqlite:///{tmp_path_factory.mktemp('sweden')}/sweden.db"
    sweden.prepare(url, 100)
    app = create_app(settings_from(environment(url)))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def lead(country: Flask) -> FlaskClient:
    client = country.test_client()
    values = session_values(db.session.scalars(select(Staff).where(Staff.id == 1)).one())
    with client.session_transaction() as session:
        session.update(values)
    return client


@contextmanager
def asked() -> Iterator[list[tuple[str, Any]]]:
    """The reads inside, with what stands in their places."""
    found: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, values: Any, *_rest: object) -> None:
        if statement.startswith(("SELECT", "WITH")):
            found.append((statement, values))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def read_whole(found: list[tuple[str, Any]]) -> list[str]:
    """Big tables that one of the reads goes through from end to end, as SQLite plans it."""
    plans = []
    with db.engine.connect() as connection:
        for statement, values in found:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
            plans += [row[3] for row in plan]
    return [step for step in plans if re.match(rf"SCAN ({BIG})\b", step)]


def test_board_of_one_unit_reads_through_no_table_that_grows_with_the_others(lead: FlaskClient) -> None:
    with asked() as found:
        page = lead.get("/throughput/flow")
    assert page.status_code == 200
    assert len(found) > 10
    assert read_whole(found) == []
    # The check sees what it is to see.
    assert read_whole([("SELECT count(*) FROM sessions WHERE note = ?", ("",))])


def test_board_of_all_units_reads_what_the_night_counted_only(lead: FlaskClient) -> None:
    with asked() as found:
        page = lead.get("/throughput/flow?unit=all")
    assert page.status_code == 200
    big = [statement for statement, _ in found if re.search(rf"\b(FROM|JOIN) ({BIG})\b", statement)]
    # How many messages wait stands in the navigation of every page.
    assert [statement for statement in big if "FROM messages" not in statement] == []


@pytest.mark.usefixtures("country")
def test_what_the_night_counted_is_what_the_rows_say() -> None:
    today = local_date(utc_now())
    shown = [Week.of(today)]
    keys = (CAME.key, *(f"{IN_FLOW.key}/{step}" for step in STEPS))
    for units in (ALL_UNITS, Units.one(1)):
        kept = weeks.kept(units, keys, shown)
        came, in_flow = figures([CAME, IN_FLOW], shown[0].period(today), units)
        assert kept.number(CAME.key, shown[0]) == came.numerator
        assert sum(kept.number(key, shown[0]) for key in keys[1:]) == in_flow.numerator
        assert in_flow.numerator
