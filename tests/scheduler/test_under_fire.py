"""A small version of tests/benchmarks/followups: real scheduler processes, killed again and again while they send."""

from pathlib import Path

import pytest
from flask import Flask

from activation.core import utc_now
from activation.database import db
from tests.benchmarks.followups.fire import under_fire
from tests.conftest import Moment

pytestmark = pytest.mark.long


@pytest.mark.drifts
def test_every_reminder_arrives_once_however_often_a_process_is_killed(
    app: Flask, moment: Moment, tmp_path: Path
) -> None:
    moment.now = utc_now()  # the processes' clock is the machine's
    fire = under_fire(app, tmp_path, reminders=300, processes=2, every=1.5, at_least=3)
    db.session.rollback()
    assert fire.kept, str(fire)
    assert fire.kills >= 3
