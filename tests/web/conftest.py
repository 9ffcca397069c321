"""An application with a page for every way to fail, and one that needs no database."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask, abort, request
from flask.testing import FlaskClient
from sqlalchemy.exc import IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError

from activation.app import create_app
from activation.config import Settings, settings_from
from activation.database import db
from activation.web.access import ACCESS, Access
from models.errors import Conflict, NotAllowed
from tests.conftest import TEST_SECRET

SECRET_TEXT = "Anna Andersson 198805122382"


def _raise(kind: str) -> None:
    of_driver = Exception(SECRET_TEXT)
    errors: dict[str, Exception] = {
        "bug": ValueError(SECRET_TEXT),
        "operational": OperationalError("select", {"name": SECRET_TEXT}, of_driver),
        "interface": InterfaceError("select", {"name": SECRET_TEXT}, of_driver),
        "pool": PoolTimeout(SECRET_TEXT),
        "integrity": IntegrityError("insert", {"name": SECRET_TEXT}, of_driver),
        "stale": StaleDataError(SECRET_TEXT),
        "conflict": Conflict("Closed on %(day)s.", day="2026-11-20"),
        "not_allowed": NotAllowed("Only others may."),
    }
    if kind.isdigit():
        abort(int(kind))
    raise errors[kind]


def view(kind: str) -> str:
    if request.method == "GET" and kind == "fine":
        return "fine"
    _raise(kind)
    return ""


@pytest.fixture
def make_app() -> Iterator[Callable[..., Flask]]:
    """Makes applications as they run outside tests: errors become pages, forms need their token."""
    made: list[Flask] = []

    def make(**environ: str) -> Flask:
        settings = settings_from(
            {
                "ACTIVATION_ENV": "test",
                "SECRET_KEY": TEST_SECRET,
                "DATABASE_URL": "sqlite:///:memory:",
                **environ,
            }
        )
        app = create_app(settings)
        app.add_url_rule("/fail/<kind>", "web.fail", view, methods=["GET", "POST"])
        app.add_url_rule("/link/<kind>", "employer.fail", view, methods=["GET", "POST"])
        made.append(app)
        return app

    lines = {"web.fail": Access.PUBLIC, "employer.fail": Access.EMPLOYER_LINK}
    ACCESS.update(lines)
    yield make
    for name in lines:
        del ACCESS[name]
    for app in made:
        with app.app_context():
            db.engine.dispose()


@pytest.fixture
def failing(make_app: Callable[..., Flask]) -> FlaskClient:
    return make_app().test_client()


@pytest.fixture
def bare(make_app: Callable[..., Flask]) -> Iterator[Flask]:
    """For what needs texts but no database. Inside it an application context is active."""
    app = make_app(ACTIVATION_LANGUAGE="en")
    with app.app_context():
        yield app


@pytest.fixture
def settings_without_database() -> Settings:
    values: dict[str, Any] = {"ACTIVATION_ENV": "test", "SECRET_KEY": TEST_SECRET}
    return settings_from(values)
