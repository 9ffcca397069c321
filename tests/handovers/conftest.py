"""The world of the tests of handovers."""

import pytest
from flask import Flask

from tests.handovers.world import SignIn, World


@pytest.fixture
def world(app: Flask, sign_in: SignIn) -> World:
    return World(sign_in)
