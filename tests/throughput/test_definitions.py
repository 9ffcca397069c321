"""The page of definitions says what every figure counts: each once, under its key, in both languages."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from activation.throughput.measures import AREAS, BY_KEY
from models import Staff
from models.enums import Role
from tests import builders as make

SignIn = Callable[[Staff], FlaskClient]


@pytest.mark.only("sqlite")
def test_every_figure_is_defined_once_under_its_key_in_both_languages(app: Flask, sign_in: SignIn) -> None:
    lead = make.staff(make.unit(), Role.UNIT_LEAD)
    make.settle()
    client = sign_in(lead)
    for language in ("sv", "en"):
        lead.language = language
        make.settle()
        page = client.get("/throughput/definitions").text
        ids = re.findall(r'<h3 id="([a-z0-9_]+)"', page)
        assert sorted(ids) == sorted(BY_KEY)
        assert len(re.findall(r'<h2 id="area-', page)) == len(AREAS)


@pytest.mark.only("sqlite")
def test_definitions_are_the_unit_leads(app: Flask, sign_in: SignIn) -> None:
    secretary = make.staff(make.unit())
    make.settle()
    assert sign_in(secretary).get("/throughput/definitions").status_code == 403
