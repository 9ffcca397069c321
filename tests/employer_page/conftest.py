"""Fixtures of the tests of the employer's page."""

import pytest
from flask import Flask

from models import Unit, Workplace
from tests import builders


@pytest.fixture
def unit(app: Flask) -> Unit:
    return builders.unit()


@pytest.fixture
def workplace(app: Flask) -> Workplace:
    return builders.workplace("Återbruket")
