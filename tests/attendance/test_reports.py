"""What supervisors told besides attendance: read in words, handled once, a correction taken over by staff."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from activation.attendance import reports
from activation.database import db
from activation.records.actor import Actor
from models import CaseEvent, EmployerReport, Session
from models.enums import EmployerAnswer, EmployerReportKind, Mark, MarkedThrough, Protection, Role
from models.errors import Conflict, FieldError
from tests import builders
from tests.attendance.day import NOW, Day
from tests.placements.world import EN, SignIn, World
from tests.statements import statements

SARA, OMAR = Actor.system("Sara"), Actor.system("Omar")
HERE, LEFT_EARLY, NOT_HERE = EmployerAnswer
KIND = EmployerReportKind


@pytest.fixture
def day(app: Flask) -> Day:
    return Day()


@pytest.fixture
def world(app: Flask, sign_in: SignIn) -> World:
    return World(sign_in)


def correction(of: Day | World, answer: EmployerAnswer, **values: Any) -> EmployerReport:
    session = of.session if isinstance(of, Day) else of.session()
    return builders.employer_report(
        of.placement,
        KIND.CORRECTION,
        session_id=session.id,
        answer=answer,
        made_by="Karin",
        said="",
        **values,
    )


def take_over(day: Day, report: EmployerReport, **values: Any) -> bool:
    return reports.take_over(
        **{
            "actor": SARA, "report": report, "session": day.session, "seen_version": None, "note": "", "now": NOW,
            **values,
        }
    )  # fmt: skip


@pytest.mark.parametrize(
    ("before", "answer", "hours", "after"),
    [
        (None, HERE, 6, (Mark.PRESENT, HERE, 6)),
        (Mark.INVALID_ABSENCE, HERE, 6, (Mark.PRESENT, HERE, 6)),
        (Mark.SICK, HERE, None, (Mark.PRESENT, HERE, None)),
        (Mark.VALID_ABSENCE, LEFT_EARLY, 3, (Mark.PRESENT, LEFT_EARLY, 3)),
        (Mark.PRESENT, NOT_HERE, None, (None, NOT_HERE, None)),
        (Mark.SICK, NOT_HERE, None, (None, NOT_HERE, None)),
    ],
)
def test_a_correction_that_is_taken_over_becomes_the_answer_and_only_staff_judge(
    day: Day, before: Mark | None, answer: EmployerAnswer, hours: int | None, after: tuple[Any, ...]
) -> None:
    if before is not None:
        day.mark(before)
    report = correction(day, answer, hours=None if hours is None else Decimal(hours))
    assert take_over(day, report)
    db.session.flush()
    assert day.state == after
    assert (report.handled_by, day.session.answered_by) == ("Sara", "Karin")
    # What staff took over is theirs: the supervisor undoes it no more. "Not here" is the employer's until it is judged.
    through = MarkedThrough.STAFF if after[0] else MarkedThrough.EMPLOYER
    assert (day.session.marked_through, day.session.marked_by) == (through, "Sara" if after[0] else "Karin")
    assert day.session.note == ""
    event = db.session.scalars(
        select(CaseEvent).where(CaseEvent.verb == "employer_correction_taken_over")
    ).one()
    assert event.changes["on_date"][1] == day.session.on_date.isoformat()
    assert take_over(day, report) is False


def test_a_correction_is_not_taken_over_unseen_or_for_a_day_that_is_gone(day: Day) -> None:
    report = correction(day, HERE)
    seen = day.session.version
    day.mark(Mark.SICK)
    db.session.flush()
    with pytest.raises(Conflict, match="Sara"):
        take_over(day, report, seen_version=seen)
    day.session.scheduled = False
    with pytest.raises(Conflict):
        take_over(day, report)
    assert report.handled_at is None


@pytest.mark.parametrize("kind", [KIND.MESSAGE, KIND.STARTED, KIND.NEVER_CAME, KIND.ENDED_EARLY])
def test_a_report_is_handled_once_and_changes_nothing_by_itself(day: Day, kind: EmployerReportKind) -> None:
    before = day.state
    found = reports.find_report(builders.employer_report(day.placement, kind).id, lock=True)
    assert found is not None
    report = found
    if kind is not KIND.STARTED:
        with pytest.raises(FieldError):
            reports.handle(actor=SARA, report=report, note=" ", now=NOW)
    assert reports.handle(actor=SARA, report=report, note="Ringde.", now=NOW)
    assert reports.handle(actor=SARA, report=report, note="Ringde.", now=NOW) is False
    with pytest.raises(Conflict, match="Sara"):
        reports.handle(actor=OMAR, report=report, note="Ringde.", now=NOW)
    assert (day.state, report.handled_note) == (before, "Ringde.")


def test_each_sees_the_reports_they_may_and_the_count_agrees(app: Flask) -> None:
    unit = builders.unit()
    sara, omar = builders.staff(unit), builders.staff(unit)
    for secretary, protection in ((sara, None), (sara, Protection.CONFIDENTIAL), (omar, None), (None, None)):
        placement = builders.placement(builders.case(unit, secretary, protection=protection))
        builders.employer_report(placement)
        builders.employer_report(placement, KIND.STARTED, handled_at=NOW, handled_by="Sara")
    elsewhere = builders.case(builders.unit())
    builders.employer_report(builders.placement(elsewhere))
    lead = builders.staff(unit, Role.UNIT_LEAD)
    builders.settle()
    for person, mine, number in (
        (sara, True, 2), (omar, True, 1), (sara, False, 4), (omar, False, 3), (lead, False, 3),
        (builders.staff(unit, Role.ADMINISTRATOR), False, 0),
    ):  # fmt: skip
        actor = Actor.of(person)
        for handled in (False, True):
            assert len(reports.reports(actor, mine=mine, handled=handled)) == number
        assert reports.count_open(actor, mine=mine) == number


def test_a_secretary_handles_a_message_from_the_list(world: World) -> None:
    report = builders.employer_report(world.placement, said="<b>Ring mig</b>")
    builders.settle()
    text = world.client.get("/employer-reports").text
    assert "&lt;b&gt;Ring mig&lt;/b&gt;" in text
    assert "What the employer has told" in world.client.get(f"/cases/{world.case.id}/attendance").text
    address = f"/employer-reports/{report.id}"
    answer = world.client.post(address, data={"note": ""})
    assert answer.status_code == 422
    assert "Write what you did about it." in answer.text
    answer = world.client.post(f"{address}?back=case", data={"note": "Ringde Karin."})
    assert answer.location == f"/cases/{world.case.id}/attendance"
    assert "Nothing to deal with" in world.client.get("/employer-reports").text
    assert (
        "Handled what the employer told: Message."
        in world.client.get(f"/cases/{world.case.id}/timeline").text
    )
    omar = builders.staff(world.unit, name="Omar", **EN)
    builders.settle()
    answer = world.sign_in(omar).post(address, data={"note": "Också."})
    assert answer.status_code == 422
    assert "Sara has handled this already." in answer.text


def test_a_correction_is_taken_over_from_the_days_page(world: World) -> None:
    world.mark(mark="sick")
    report = correction(world, HERE, hours=Decimal("6.5"))
    builders.settle()
    session = world.session()
    assert "The employer corrects: Here" in world.client.get(f"/sessions/{session.id}").text
    data = {"take_over": "1", "note": "", "version": session.version}
    assert world.client.post(f"/employer-reports/{report.id}", data=data).status_code == 303
    assert (world.session().mark, world.session().hours) == (Mark.PRESENT, Decimal("6.5"))
    assert "Took over the employer" in world.client.get(f"/sessions/{session.id}").text
    # Pressed once more by going back: nothing happens.
    assert world.client.post(f"/employer-reports/{report.id}", data=data).status_code in (303, 422)
    assert world.session().mark is Mark.PRESENT


@pytest.mark.parametrize("kind", [KIND.NEVER_CAME, KIND.ENDED_EARLY])
def test_somebody_who_does_not_come_leads_to_the_page_that_ends_the_placement(
    world: World, kind: EmployerReportKind
) -> None:
    report = builders.employer_report(world.placement, kind, on_date=NOW.date(), said="")
    builders.settle()
    text = world.client.get(f"/employer-reports/{report.id}").text
    assert f"/placements/{world.placement.id}/" in text
    assert "End the placement early" in text


def test_reports_of_another_unit_are_not_there(world: World) -> None:
    elsewhere = builders.employer_report(builders.placement(builders.case(builders.unit())))
    builders.settle()
    for report_id in (elsewhere.id, 999_999, 2**31, 2**63):
        assert world.client.get(f"/employer-reports/{report_id}").status_code == 404


@pytest.mark.parametrize("page", ["list", "attendance", "session"])
def test_a_page_asks_no_more_of_the_database_when_there_is_twice_as_much(world: World, page: str) -> None:
    session_id = world.session().id
    address = {
        "list": "/employer-reports",
        "attendance": f"/cases/{world.case.id}/attendance",
        "session": f"/sessions/{session_id}",
    }[page]

    def more() -> None:
        for n in range(4):
            builders.employer_report(world.placement, at=NOW + timedelta(minutes=n))
            builders.employer_report(world.placement, handled_at=NOW, handled_by="Sara")
            correction(world, HERE)
        builders.settle()
        world.mark(mark="sick", note=f"{db.session.get_one(Session, session_id).version}")
        builders.settle()

    more()
    world.client.get(address)
    with statements() as first:
        world.client.get(address)
    more()
    with statements() as second:
        world.client.get(address)
    assert len(second) == len(first)


def test_the_day_leads_to_what_employers_told_until_it_is_handled(world: World) -> None:
    told = "1 message from an employer to deal with"
    assert told not in world.client.get("/today").text
    report = builders.employer_report(world.placement, KIND.STARTED)
    builders.settle()
    assert told in world.client.get("/today").text
    assert "Messages from employers" in world.client.get("/employers").text
    world.client.post(f"/employer-reports/{report.id}", data={"note": ""})
    assert told not in world.client.get("/today").text
