"""Twenty supervisors press at the same moment, against the real server in another process. (Two hundred:
`python -m tests.benchmarks supervisors`.)"""

import pytest
from flask import Flask

from activation.config import Settings
from activation.core import utc_now
from activation.database import db
from tests.benchmarks.pages import PRODUCT, served
from tests.benchmarks.supervisors import fill, look, press_all
from tests.conftest import TEST_SECRET, Moment

pytestmark = pytest.mark.long
SUPERVISORS = 20


@pytest.mark.drifts  # the clock on the wall is not the test's
def test_of_many_presses_at_once_none_is_lost_or_made_twice_and_nobody_sees_an_error(
    app: Flask, settings: Settings, moment: Moment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.benchmarks.pages.SECRET", TEST_SECRET)
    moment.now = utc_now()
    tokens = fill(SUPERVISORS, now=moment.now)
    db.session.remove()
    with served(PRODUCT, settings.database_url, "/health") as (port, _, _):
        load, pressed = press_all(port, tokens)
    look(load, pressed)
    assert load.expected == SUPERVISORS / 2 * 5
    assert load.kept, str(load)
