"""Two people on one case at the same moment, in threads with connections of their own, on both databases."""

import threading
from collections.abc import Callable
from datetime import date

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from activation.database import db
from activation.unit_of_work import derive
from models import Clock, Session, Staff, Task
from models.enums import ClockKind, Mark
from tests import builders


def test_marks_of_one_case_at_the_same_moment_are_both_kept(
    app: Flask, sign_in: Callable[[Staff], FlaskClient]
) -> None:
    unit = builders.unit()
    staff = [builders.staff(unit), builders.staff(unit)]
    case = builders.case(unit, staff[0], first_contact_on=date(2026, 10, 1))
    builders.placement(case, starts_on=date(2026, 10, 20))
    builders.settle()
    past = select(Session).where(Session.on_date < date(2026, 11, 20)).order_by(Session.on_date)
    sessions = [(s.id, s.version) for s in db.session.scalars(past)]
    clients, case_id = [sign_in(s) for s in staff], case.id
    db.session.rollback()
    db.session.remove()
    codes: list[int] = []

    def press(client: FlaskClient, barrier: threading.Barrier, session: tuple[int, int]) -> None:
        barrier.wait(timeout=30)
        form = {"mark": "present", "hours": "8", "version": str(session[1]), "note": ""}
        codes.append(client.post(f"/sessions/{session[0]}", data=form).status_code)

    for pair in zip(sessions[:10:2], sessions[1:10:2], strict=True):
        barrier = threading.Barrier(2)
        threads = [
            threading.Thread(target=press, args=(client, barrier, session))
            for client, session in zip(clients, pair, strict=True)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert codes == [303] * 10
    marked = db.session.scalars(select(Session.on_date).where(Session.mark == Mark.PRESENT)).all()
    assert len(marked) == 10
    clock = db.session.scalars(select(Clock).where(Clock.kind == ClockKind.ACTIVATION)).one()
    assert clock.stopped_on == min(marked)
    open_tasks = db.session.scalars(
        select(Task.key).where(Task.rule == "mark_attendance", Task.state == "open")
    ).all()
    assert not {day.isoformat() for day in marked} & set(open_tasks)
    assert derive([case_id], now=builders.NOW) == 0, "what follows from the facts was left behind them"
