"""The limit on failed sign-ins: counted in the database, shared by all processes."""

import threading
from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from activation.accounts.attempts import (
    PER_ADDRESS,
    PER_EMAIL,
    WINDOW,
    Subjects,
    count_failure,
    forget_failures,
    network,
    wait_needed,
)
from activation.accounts.service import authenticate
from activation.database import begin_writing, db
from activation.unit_of_work import commit
from models import SignInAttempt
from tests import builders
from tests.builders import NOW


def of(email: str = "a@kommun.example", address: str = "203.0.113.1") -> Subjects:
    return Subjects.of(email=email, address=address, secret="x" * 32)


def fail(times: int, subjects: Subjects, at: timedelta = timedelta()) -> None:
    for _ in range(times):
        count_failure(subjects, now=NOW + at)


def test_an_account_waits_after_five_failures(app: Flask) -> None:
    fail(PER_EMAIL.failures - 1, of())
    assert wait_needed(of(), now=NOW) is None
    fail(1, of())
    assert wait_needed(of(), now=NOW) == WINDOW
    assert wait_needed(of(address="203.0.113.2"), now=NOW) == WINDOW
    assert wait_needed(of("b@kommun.example"), now=NOW) is None


def test_the_wait_ends_when_the_oldest_failure_is_old(app: Flask) -> None:
    fail(1, of())
    fail(PER_EMAIL.failures - 1, of(), timedelta(minutes=10))
    at = NOW + timedelta(minutes=11)
    assert wait_needed(of(), now=at) == timedelta(minutes=4)
    assert wait_needed(of(), now=NOW + WINDOW) is None


def test_an_address_waits_after_thirty(app: Flask) -> None:
    for number in range(PER_ADDRESS.failures):
        assert wait_needed(of("new@kommun.example"), now=NOW) is None
        fail(1, of(f"{number}@kommun.example"))
    assert wait_needed(of("new@kommun.example"), now=NOW) == WINDOW
    assert wait_needed(of("new@kommun.example", "203.0.113.2"), now=NOW) is None


def test_a_success_resets_the_account_but_not_the_address(app: Flask) -> None:
    for number in range(PER_ADDRESS.failures):
        fail(1, of(f"{number % 10}@kommun.example"))
    forget_failures(of("0@kommun.example"))
    assert wait_needed(of("0@kommun.example", "203.0.113.2"), now=NOW) is None
    assert wait_needed(of("0@kommun.example"), now=NOW) is not None


def test_the_table_does_not_list_who_tried(app: Flask) -> None:
    fail(1, of())
    kept = " ".join(db.session.scalars(select(SignInAttempt.subject)))
    assert "kommun" not in kept
    assert "203" not in kept
    other_secret = Subjects.of(email="a@kommun.example", address="203.0.113.1", secret="y" * 32)
    assert not {other_secret.email, other_secret.address} & set(kept.split())


def test_an_account_and_an_address_of_the_same_text_are_two_subjects() -> None:
    same = of("203.0.113.1", "203.0.113.1")
    assert same.email != same.address


def test_what_counts_as_one_address() -> None:
    assert network("2001:db8:1:2:aaaa::1") == network("2001:db8:1:2:bbbb::2")
    assert network("2001:db8:1:2::1") != network("2001:db8:1:3::1")
    assert network("::ffff:203.0.113.1") == "203.0.113.1"
    assert network("") == ""


def test_many_at_once_do_not_slip_below_the_limit(app: Flask) -> None:
    staff = builders.staff(builders.unit())
    builders.settle()
    email, refused = staff.email, []

    def attempt() -> None:
        with app.app_context():
            begin_writing()
            result = authenticate(
                email=email, password="wrong", address="203.0.113.1", secret="x" * 32, now=NOW
            )
            refused.append(result.wait is not None)
            commit(now=NOW)
            db.session.remove()

    threads = [threading.Thread(target=attempt) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 12
    assert refused.count(False) == PER_EMAIL.failures
