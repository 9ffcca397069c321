"""Default deny: every endpoint stands in the access table, every line of the table is an endpoint, and roles hold."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from activation.web.access import ACCESS, ROLES_OF, WITHOUT_ACCOUNT
from models.enums import Role
from tests import builders


def _endpoints(app: Flask) -> set[str]:
    return {rule.endpoint for rule in app.url_map.iter_rules()}


def _address(rule: Rule) -> str:
    """An address of a rule, with values that point at nothing."""
    values: dict[str, object] = {}
    for name, converter in rule._converters.items():
        kind = type(converter).__name__
        if kind == "IdConverter":
            values[name] = 999_999
        elif kind == "MonthConverter":
            values[name] = builders.NOW.date().replace(day=1)
        elif kind == "DateConverter":
            values[name] = builders.NOW.date()
        elif kind == "AnyConverter":
            values[name] = sorted(converter.items)[0]
        else:
            values[name] = "nothing"
    built = rule.build(values, append_unknown=False)
    assert built is not None
    return built[1]


def _calls(app: Flask) -> list[tuple[str, str, str]]:
    return [
        (rule.endpoint, method, _address(rule))
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static"
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]


def test_every_endpoint_has_exactly_one_access_class(app: Flask) -> None:
    assert _endpoints(app) == set(ACCESS)


def test_an_endpoint_outside_the_table_is_not_found(app: Flask) -> None:
    ACCESS_LINE = ACCESS.pop("web.accessibility")
    try:
        assert app.test_client().get("/accessibility").status_code == 404
    finally:
        ACCESS["web.accessibility"] = ACCESS_LINE
    assert app.test_client().get("/accessibility").status_code == 200


def test_nobody_gets_past_the_sign_in(app: Flask) -> None:
    client = app.test_client()
    for endpoint, method, address in _calls(app):
        if ACCESS[endpoint] in WITHOUT_ACCOUNT:
            continue
        answer = client.open(address, method=method)
        assert answer.status_code == 303, (endpoint, method, answer.status_code)
        assert answer.location.startswith("/sign-in"), (endpoint, answer.location)


@pytest.mark.parametrize("role", list(Role))
def test_each_role_is_let_in_where_the_table_says_and_nowhere_else(
    app: Flask, sign_in: "object", role: Role
) -> None:
    staff = builders.staff(builders.unit("Enhet Syd"), role)
    builders.settle()
    client: FlaskClient = sign_in(staff)  # type: ignore[operator]
    for endpoint, method, address in _calls(app):
        access = ACCESS[endpoint]
        if access in WITHOUT_ACCOUNT or endpoint == "accounts.sign_out":
            continue
        status = client.open(address, method=method).status_code
        if role in ROLES_OF[access]:
            assert status not in (401, 403, 500), (endpoint, method, status)
        else:
            assert status == 403, (endpoint, method, status)
