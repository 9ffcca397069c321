"""What the case page says: clocks, the household's aid months, warnings, notes with objections."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask

from activation.aid.queries import household_months, month_days
from activation.caseload.aid_strip import household_calendar
from activation.caseload.case_page import case_page, shown_clock
from activation.caseload.case_queries import NOTES_SHOWN, ClockRow, clocks_of
from activation.caseload.loader import _statement
from activation.caseload.prepared import who
from activation.caseload.visibility import visible_cases
from activation.clocks.calendar import Calendar
from activation.database import db
from activation.meetings.service import add_note, add_objection
from activation.records.actor import Actor
from models import AidCalendarMonth, AidMonth, Case, ClosedDay, Staff
from models.enums import AidStatus, ClockKind, ClosureReason, Flow, PlacementKind, Protection, Role
from tests import builders

NOW = builders.NOW
TODAY = date(2026, 11, 20)


@pytest.fixture
def secretary(app: Flask) -> Staff:
    return builders.staff(builders.unit(), language="en")


def loaded(case: Case, actor: Actor) -> Case:
    """The case as the page gets it."""
    builders.settle()
    found = db.session.scalar(_statement(actor.role), {"case_id": case.id, **who(actor)})
    assert found is not None
    return found


# -- clocks


@pytest.mark.parametrize(
    ("due", "stopped", "closed", "status", "due_text", "in_note"),
    [
        (date(2026, 11, 24), None, None, "Running", "Due 2026-11-24", "Stops"),
        (date(2026, 11, 22), None, None, "Running", "Due 2026-11-22", "2026-11-20"),  # a Sunday
        (date(2026, 11, 18), None, None, "Overdue", "Due 2026-11-18, 2 days late", "Stops"),
        (date(2026, 11, 18), date(2026, 11, 17), None, "Met", "Due 2026-11-18", "2026-11-17"),
        (
            date(2026, 11, 16),
            date(2026, 11, 17),
            None,
            "Met late",
            "Due 2026-11-16, 1 day late",
            "2026-11-17",
        ),
        (date(2026, 11, 24), date(2026, 11, 21), None, "Running", "Due 2026-11-24", "Stops"),  # a stop ahead
        (date(2026, 11, 18), None, date(2026, 11, 17), "Closed before", "Due 2026-11-18", None),
    ],
)
def test_a_clock_says_when_it_is_due_and_what_stops_it(
    app: Flask,
    due: date,
    stopped: date | None,
    closed: date | None,
    status: str,
    due_text: str,
    in_note: str | None,
) -> None:
    with app.test_request_context(headers={"Accept-Language": "en"}):
        row = ClockRow(ClockKind.PLAN, date(2026, 11, 10), due, stopped, due)
        clock = shown_clock(row, closed, Calendar(), TODAY)
        assert (clock.status_text, clock.due_text) == (status, due_text)
        assert clock.note is None if in_note is None else in_note in (clock.note or "")


def test_the_clocks_know_the_units_closed_days(secretary: Staff) -> None:
    case = builders.case(secretary.unit, first_contact_on=date(2026, 11, 16))
    other = builders.unit()
    for unit_id, day in ((secretary.unit_id, 18), (None, 17), (other.id, 16)):
        db.session.add(ClosedDay(unit_id=unit_id, day=date(2026, 11, day)))
    clocks, calendar = clocks_of(loaded(case, Actor.of(secretary)))
    assert [c.kind for c in clocks] == list(ClockKind)
    assert [calendar.is_closed(date(2026, 11, day)) for day in (16, 17, 18, 19)] == [False, True, True, False]


def test_a_case_in_the_support_flow_has_no_activation_clock(secretary: Staff) -> None:
    case = builders.case(secretary.unit, flow=Flow.SUPPORT)
    clocks, _calendar = clocks_of(loaded(case, Actor.of(secretary)))
    assert [c.kind for c in clocks] == [ClockKind.FIRST_MEETING, ClockKind.PLAN]


# -- the household's aid months


def test_the_strip_says_of_each_month_what_the_aid_report_says(secretary: Staff) -> None:
    unit = secretary.unit
    case = builders.case(unit, secretary, household="H-1", first_contact_on=date(2026, 7, 6))
    closed = builders.case(
        unit,
        household="H-1",
        first_contact_on=date(2026, 6, 1),
        closed_on=date(2026, 9, 10),
        closure_reason=ClosureReason.WORK,
        outcome_starts_on=date(2026, 9, 10),
    )
    builders.case(
        unit, household="H-1", protection=Protection.CONFIDENTIAL, first_contact_on=date(2026, 6, 1)
    )
    builders.plan(case, date(2026, 7, 20), ends_on=date(2026, 9, 20))
    builders.plan(case, date(2026, 10, 1))
    builders.plan(closed, date(2026, 6, 5), ends_on=date(2026, 12, 1))
    builders.placement(case, starts_on=date(2026, 10, 5))
    builders.placement(closed, starts_on=date(2026, 8, 1), kind=PlacementKind.EMPLOYMENT)
    for month, status in (
        (8, AidStatus.PAID),
        (9, AidStatus.REFUSED),
        (10, AidStatus.PAID),
        (11, AidStatus.RECEIVED),
    ):
        paid_on = date(2026, month, 24) if status is AidStatus.PAID else None
        db.session.add(
            AidMonth(
                household_id=case.household_id, month=date(2026, month, 1), status=status, paid_on=paid_on
            )
        )
    db.session.add(
        AidCalendarMonth(month=date(2026, 9, 1), cut_off_on=date(2026, 9, 12), pays_on=date(2026, 9, 24))
    )
    builders.settle()
    actor = Actor.of(secretary)
    strip = household_calendar(actor, case.household_id, last=TODAY, today=TODAY).months
    assert [m.days.first for m in strip] == [date(2026, m, 1) for m in range(11, 0, -1)] + [date(2025, 12, 1)]
    for month in strip:
        days = month_days([month.days.first])[month.days.first]
        [expected] = household_months(
            days, as_of=TODAY, household_ids=[case.household_id], which_cases=visible_cases(actor)
        )
        assert month.days == expected.days
        assert (month.status, month.paid_on) == (expected.status, expected.paid_on)
        assert (month.sessions, month.unmarked) == (expected.sessions, expected.unmarked)
        assert month.plan_active == expected.plan_active
        assert month.warnings == expected.warnings
        assert [c.case_number for c in month.open_cases] == [c.case_number for c in expected.open_cases]
    assert any(m.warnings for m in strip)
    assert any(m.sessions for m in strip)


# -- warnings, notes


def test_what_does_not_fit_together_is_said(app: Flask, secretary: Staff) -> None:
    case = builders.case(
        secretary.unit, secretary, first_contact_on=date(2026, 11, 10), closed_on=date(2026, 11, 18)
    )
    builders.meeting(case, datetime(2026, 11, 9, 9, tzinfo=UTC))
    builders.plan(case, date(2026, 11, 19))
    builders.placement(case, starts_on=date(2026, 11, 12), kind=PlacementKind.NEW_START_JOB)
    actor = Actor.of(secretary)
    with app.test_request_context(headers={"Accept-Language": "en"}):
        page = case_page(actor, loaded(case, actor), now=NOW)
    assert len(page.warnings) == 3
    assert "2026-11-09" in page.warnings[0]
    assert "2026-11-19" in page.warnings[1]
    assert "2026-11-12" in page.warnings[2]


def test_a_case_in_order_has_no_warnings(app: Flask, secretary: Staff) -> None:
    case = builders.case(secretary.unit, secretary)
    builders.meeting(case, datetime(2026, 11, 17, 9, tzinfo=UTC))
    builders.plan(case)
    builders.placement(case)
    actor = Actor.of(secretary)
    with app.test_request_context():
        assert case_page(actor, loaded(case, actor), now=NOW).warnings == []


def test_an_objection_stands_with_its_note_and_lists_are_bounded(app: Flask, secretary: Staff) -> None:
    case = builders.case(secretary.unit, secretary)
    builders.settle()
    actor = Actor.of(secretary)
    notes = [
        add_note(actor=actor, case=case, text=f"Anteckning {i}", now=NOW + timedelta(minutes=i))
        for i in range(NOTES_SHOWN + 3)
    ]
    for about in (notes[-1], notes[-2], notes[0]):
        add_objection(actor=actor, case=case, about=about, text="Fel", now=NOW + timedelta(hours=1))
    with app.test_request_context():
        work = case_page(actor, loaded(case, actor), now=NOW).work
    assert work is not None
    assert [n.note.text for n in work.notes] == [f"Anteckning {i}" for i in range(NOTES_SHOWN + 2, 2, -1)]
    assert [len(n.objections) for n in work.notes[:3]] == [1, 1, 0]


def test_an_aid_officer_s_page_does_not_read_the_work(app: Flask, secretary: Staff) -> None:
    officer = Actor.of(builders.staff(secretary.unit, Role.AID_OFFICER))
    case = builders.case(secretary.unit, secretary)
    with app.test_request_context():
        assert case_page(officer, loaded(case, officer), now=NOW).work is None
