"""Two people and a double press at the same moment, in threads with connections of their own, on both databases."""

import threading
from collections.abc import Callable

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from activation.assessments.answers import EMPTY
from activation.database import db
from models import Answer, Assessment, Staff
from tests import builders
from tests.assessments import world

SignIn = Callable[[Staff], FlaskClient]


def at_once(*presses: Callable[[], None]) -> None:
    barrier = threading.Barrier(len(presses))

    def press(what: Callable[[], None]) -> None:
        barrier.wait(timeout=30)
        what()

    threads = [threading.Thread(target=press, args=(what,)) for what in presses]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_words_saved_at_the_same_moment_are_all_kept_and_one_of_them_is_the_answer(
    app: Flask, sign_in: SignIn
) -> None:
    unit = builders.unit()
    people = [builders.staff(unit), builders.staff(unit)]
    of = world.begun(builders.case(unit, people[0]))
    builders.settle()
    clients = [(sign_in(person), person.id) for person in people]
    address = f"/assessments/{of.id}/autosave"
    db.session.rollback()
    db.session.remove()
    codes: list[int] = []

    def save(client: FlaskClient, staff: int, turn: int) -> Callable[[], None]:
        answer = {
            "question": "jobs",
            "values": [f"{staff} {'x' * 60}{turn}"],
            "skip": "",
            "seen": f"0.{EMPTY.digest}",
        }
        body = {"page": f"p{staff}-{turn}.1", "staff": staff, "answers": [answer]}
        return lambda: codes.append(client.post(address, json=body).status_code)

    for turn in range(4):
        at_once(*(save(client, staff, turn) for client, staff in clients))
    assert codes == [200] * 8
    rows = db.session.scalars(select(Answer).order_by(Answer.revision)).all()
    assert [row.revision for row in rows] == list(range(1, 9))
    assert len({row.value for row in rows}) == 8
    assert [row.is_aside for row in rows] == [False] + [True] * 7


def test_a_button_pressed_twice_at_once_begins_one_assessment(app: Flask, sign_in: SignIn) -> None:
    unit = builders.unit()
    staff = builders.staff(unit)
    case = builders.case(unit, staff)
    world.published()
    builders.settle()
    clients, address = [sign_in(staff) for _ in "12"], f"/cases/{case.id}/assessments/begin"
    db.session.rollback()
    db.session.remove()
    led_to: list[str] = []
    at_once(*(lambda c=c: led_to.append(c.post(address).headers["Location"]) for c in clients))  # type: ignore[misc]
    assert len(led_to) == 2
    assert len(set(led_to)) == 1
    assert db.session.scalar(select(func.count()).select_from(Assessment)) == 1
