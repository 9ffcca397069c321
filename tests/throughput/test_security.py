"""The pages of figures against whoever writes their addresses by hand."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from models import Staff
from tests.web import everything

SignIn = Callable[[Staff], FlaskClient]


@pytest.mark.only("sqlite")
def test_more_groups_than_there_are_lead_nowhere(app: Flask, sign_in: SignIn) -> None:
    """A statement of thousands of conditions is none that a database takes."""
    client = sign_in(everything.make(None).staff("lead"))
    address = "/throughput/rows/in_flow/numerator"
    assert client.get(address, query_string={"group": ["sex:man"] * 2000}).status_code == 404
    assert client.get(address, query_string={"group": ["sex:man", "age:25_39"]}).status_code == 200
