"""Hours as a page shows them: weeks, their sums, the chart, and what the chart says in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar

from flask_babel import gettext as _
from flask_babel import ngettext

from activation.attendance.hours import Hours, latest_weeks
from activation.attendance.hours_chart import HoursChart, hours_chart
from activation.attendance.hours_rules import Part, Week, added, rate
from activation.web.filters import number_text, percent_text
from models.enums import Mark
from models.texts import N_

PART_LABELS = {
    **{Part(mark.value): mark.label for mark in Mark},
    Part.UNMARKED: N_("Not marked"),
    Part.AHEAD: N_("To come"),
}


@dataclass(frozen=True)
class HoursPage:
    """Weeks with something in them, newest first, and their sums."""

    weeks: Sequence[Week]
    chart: HoursChart
    rate: Decimal | None
    without_hours: str
    description: str

    labels: ClassVar[Mapping[Part, str]] = PART_LABELS

    def total(self, part: Part) -> Decimal | None:
        """Hours of a part in all of these weeks; None where there are none."""
        return added(week.of(part) for week in self.weeks)

    def has(self, part: str) -> bool:
        """Whether any of these weeks has such hours: a column that nobody needs is left out."""
        return any(week.of(Part(part)) is not None for week in self.weeks)

    @property
    def assigned(self) -> Decimal | None:
        return added(week.assigned for week in self.weeks if week.days)

    @property
    def own_search(self) -> Decimal | None:
        return added(week.own_search for week in self.weeks)


def shown(hours: Hours) -> HoursPage:
    weeks = hours.with_something
    share = rate(weeks)
    return HoursPage(
        weeks=weeks,
        chart=hours_chart(list(reversed(hours.weeks))),
        rate=share,
        without_hours=_without_hours(weeks),
        description=_description(weeks, share),
    )


def case_hours(case_id: int, *, today: date) -> HoursPage | None:
    """The last weeks for the case page, in one query; None where the case has never had any hours."""
    hours = latest_weeks(case_id, today=today)
    return None if hours.is_empty else shown(hours)


def _without_hours(weeks: Sequence[Week]) -> str:
    number = sum(week.days_without_hours for week in weeks)
    if not number:
        return ""
    text: str = ngettext(
        "%(num)s day without hours in the schedule: it is in no sum.",
        "%(num)s days without hours in the schedule: they are in no sum.",
        number,
    )
    return text


def _description(weeks: Sequence[Week], share: Decimal | None) -> str:
    """The chart in words: the sums of each part."""
    parts = [
        _("%(part)s %(hours)s h", part=_(PART_LABELS[part]), hours=number_text(hours))
        for part in Part
        if (hours := added(week.of(part) for week in weeks)) is not None
    ]
    text: str = _(
        "Hours a week. In all: %(parts)s. Attended %(share)s of the assigned hours that are marked.",
        parts=", ".join(parts) or "–",
        share=percent_text(share),
    )
    return text
