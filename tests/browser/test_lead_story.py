"""What a unit lead is asked, answered in a browser, each within three presses from the page she begins on: who has
waited longest and why, did the new drop-in help, what do I tell the committee, is anyone treated differently. axe looks
at every page on the way."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from playwright.sync_api import Locator

from activation.clocks.calendar import local_date
from activation.committee.annotations import annotate
from activation.committee.reports.service import save_report
from activation.records.actor import Actor
from activation.throughput.weeks import rebuild, rebuild_all, units_to_count
from models import Staff, Unit
from models.enums import (
    MeetingKind,
    MeetingOutcome,
    PlacementKind,
    Protection,
    ReportFormat,
    ReportPeriod,
    Role,
)
from tests import builders
from tests.browser.server import click_through
from tests.browser.test_story import Visitor, people, visit
from tests.conftest import Moment
from tests.pdf import text_of

__all__ = ["people", "visit"]

pytestmark = [pytest.mark.browser, pytest.mark.only("sqlite")]
Visit = Callable[..., Visitor]
DROP_IN = date(2026, 9, 28)
MONDAYS = [date(2026, 6, 1) + timedelta(days=7 * week) for week in range(23)]


def _year(unit: Unit) -> None:
    """Four come each week. Before the drop-in women and men alike wait 16 to 19 days for an activity, then 5 to 8; one
    in four gets none."""
    number = 0
    for monday in MONDAYS:
        for at in range(4):
            number += 1
            first = monday + timedelta(days=at)
            case = builders.case(
                unit,
                first_contact_on=first,
                personal_number=builders.TEST_PERSONAL_NUMBERS[number % len(builders.TEST_PERSONAL_NUMBERS)]
                if number < len(builders.TEST_PERSONAL_NUMBERS)
                else None,
            )
            met = datetime(first.year, first.month, first.day, 9, 0, tzinfo=UTC) + timedelta(days=2)
            builders.meeting(case, met, kind=MeetingKind.FIRST)
            if at < 3:
                begins = first + timedelta(days=(16 if first < DROP_IN else 5) + at)
                builders.placement(case, starts_on=begins, kind=PlacementKind.MUNICIPAL_EMPLOYMENT)


def _longest(unit: Unit) -> None:
    kim = builders.case(unit, first_name="Kim", last_name="Väntar", first_contact_on=date(2026, 5, 4))
    builders.meeting(kim, datetime(2026, 11, 25, 9, 0, tzinfo=UTC), outcome=MeetingOutcome.BOOKED)
    builders.case(
        unit, first_name="Hemlig", first_contact_on=date(2026, 5, 1), protection=Protection.CONFIDENTIAL
    )


@pytest.fixture
def lead(app: Flask, people: dict[Role, Staff], moment: Moment) -> Staff:
    lead = people[Role.UNIT_LEAD]
    unit = builders.db.session.get_one(Unit, lead.unit_id)
    _year(unit)
    _longest(unit)
    actor = Actor.of(lead)
    annotate(actor=actor, on_date=DROP_IN, what="Drop-in på måndagar började", for_all=False, now=moment())
    save_report(
        actor=actor,
        report=None,
        values={
            "name": "Nämndens månadsrapport",
            "all_units": False,
            "period": ReportPeriod.MONTH,
            "figures": [{"key": key, "by": []} for key in ("enrolled", "activated_in_time", "work_or_study")],
            "language": "sv",
            "mail_to": "",
            "mail_format": ReportFormat.PDF,
            "mail_after_days": 10,
        },
        now=moment(),
    )
    builders.settle()
    for unit_id in units_to_count():
        rebuild(unit_id, through=local_date(moment()), now=moment())
    rebuild_all(through=local_date(moment()), now=moment())
    builders.settle()
    return lead


class Counted:
    """Presses of one question, from the page she begins on."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor, self.presses = visitor, 0
        visitor.open("/today")

    def press(self, what: str | Locator) -> None:
        self.presses += 1
        self.visitor.press(what)  # type: ignore[arg-type]

    def within_three(self) -> None:
        assert self.presses <= 3


def test_the_four_questions_of_a_unit_lead(lead: Staff, visit: Visit) -> None:
    visitor = visit(lead)
    page = visitor.page
    throughput = ".site-nav a[href$='/throughput/flow']"

    # Who has waited longest, and why?
    asked = Counted(visitor)
    asked.press(throughput)
    first = page.locator("section[aria-labelledby=waiting] tbody tr").first.inner_text()
    assert "Kim Väntar" in first
    assert "2026-11-25 10:00" in first
    assert "Hemlig" not in visitor.text()
    asked.within_three()

    # Did the new drop-in on Mondays help?
    asked = Counted(visitor)
    asked.press(throughput)
    asked.press("nav.tabs a[href*='/throughput/time']")
    asked.press(page.locator("main a", has_text="Drop-in på måndagar började").first)
    said = visitor.text()
    assert "Drop-in på måndagar började" in said
    assert "17" in said
    assert "6" in said
    asked.within_three()

    # What do I tell the committee?
    asked = Counted(visitor)
    asked.press(throughput)
    asked.press("nav.tabs a[href*='/throughput/reports']")
    click_through(page, "main button[value=pdf]")
    asked.presses += 1
    # The browser shows the paper; what is on it is read from what it was sent.
    drawn = text_of(page.request.get(page.url).body())
    assert "Nämndens månadsrapport" in drawn
    assert "Enhet Syd" in drawn
    assert "2026-10" in drawn
    asked.within_three()

    # Is anyone treated differently?
    asked = Counted(visitor)
    asked.press(throughput)
    asked.press("nav.tabs a[href*='/throughput/equality']")
    said = visitor.text()
    asked.within_three()
    assert "95" in said
