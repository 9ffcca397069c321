"""When an unfinished run is free for another: every kind of run, age and number of failures."""

import os
import subprocess
import sys
from datetime import timedelta

import pytest

from activation.timetable import Claimed
from scheduler import claims
from scheduler.claims import LIFE, MACHINE, has_died, may_take_over, worker_name
from tests.builders import NOW

ELSEWHERE = "another-machine:17:abcdef:12345678"


def claimed(
    minutes: float, *, by: str = ELSEWHERE, finished: bool = False, failures: int = 0, failed: bool = False
) -> Claimed:
    """A run whose last sign of life was so many minutes ago."""
    return Claimed(1, NOW - timedelta(minutes=minutes), by, finished, failures, failed)


def free(run: Claimed) -> tuple[bool, bool]:
    """For a scheduler, which comes back; for a sweep, which tries at once."""
    return may_take_over(run, now=NOW, patient=True), may_take_over(run, now=NOW, patient=False)


@pytest.mark.parametrize(("failures", "wait"), [(1, 5), (2, 15), (3, 60), (4, 60), (40, 60)])
def test_what_failed_waits_longer_each_time_and_a_sweep_tries_at_once(failures: int, wait: int) -> None:
    assert free(claimed(wait - 0.1, failures=failures, failed=True)) == (False, True)
    assert free(claimed(wait, failures=failures, failed=True)) == (True, True)


@pytest.mark.parametrize(("failures", "wait"), [(0, 10), (1, 10), (2, 15), (3, 60)])
def test_a_process_that_dies_of_its_job_again_and_again_is_followed_more_slowly_each_time(
    failures: int, wait: int
) -> None:
    assert free(claimed(wait - 0.1, failures=failures))[0] is False
    assert free(claimed(wait, failures=failures)) == (True, True)


def test_a_run_that_shows_signs_of_life_is_nobodys_but_its_own() -> None:
    for minutes in (0, 1, 9.9):
        assert free(claimed(minutes)) == (False, False)
        assert free(claimed(minutes, by=worker_name())) == (False, False)
    assert free(claimed(10)) == (True, True)


def test_what_is_finished_is_free_for_nobody() -> None:
    for minutes in (-60, 0, 600):
        assert free(claimed(minutes, finished=True)) == (False, False)


def test_clocks_may_differ_by_minutes_but_a_claim_from_far_ahead_holds_up_nothing() -> None:
    assert free(claimed(-1)) == (False, False)
    assert free(claimed(-9.9)) == (False, False)
    assert free(claimed(-10)) == (True, True)
    assert free(claimed(-60 * 24 * 30)) == (True, True)


def test_a_sweep_sees_at_once_that_a_process_of_its_machine_is_no_more() -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait(30)
    lives = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        assert has_died(f"{MACHINE}:{gone.pid}:abcdef:12345678")
        assert free(claimed(0, by=f"{MACHINE}:{gone.pid}:abcdef:12345678")) == (False, True)
        assert not has_died(f"{MACHINE}:{lives.pid}:abcdef:12345678")
        # Another machine's processes cannot be seen from here.
        assert not has_died(f"another-machine:{gone.pid}:abcdef:12345678")
    finally:
        lives.kill()
        lives.communicate()


def test_a_container_started_anew_knows_that_it_is_not_the_one_before() -> None:
    assert not has_died(worker_name())
    assert has_died(f"{MACHINE}:{os.getpid()}:{'0' * len(LIFE)}x:12345678")


@pytest.mark.parametrize("name", ["", "dead", f"{MACHINE}", f"{MACHINE}:", f"{MACHINE}:x:y:z", "a:b:c"])
def test_a_name_that_says_nothing_is_waited_for(name: str) -> None:
    assert not has_died(name)


def test_where_processes_cannot_be_asked_they_are_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claims.os, "name", "nt")
    assert not has_died(f"{MACHINE}:999999999:abcdef:12345678")


def test_every_round_of_work_has_a_name_of_its_own_that_fits_its_column() -> None:
    assert worker_name() != worker_name()
    assert len(f"{'m' * 30}:4194304:{LIFE}:12345678") <= 60
