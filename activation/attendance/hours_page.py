"""Hours as a page shows them: weeks, their sums, the chart, and what the chart says in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar

from flask_babel import gettext as _
from flask_babel import ngettext

from activation.attendance.hours import Hours, latest_weeks
from activation.attendance.hours_rules import Part, Week, added, rate
from activation.web.charts.bars import BarChart, bar_chart
from activation.web.charts.base import Series
from activation.web.filters import number_text, percent_text
from models.enums import Mark
from models.texts import N_

PART_LABELS = {
    **{Part(mark.value): mark.label for mark in Mark},
    Part.UNMARKED: N_("Not marked"),
    Part.AHEAD: N_("To come"),
}
# Days to come have no bar: the line of the assigned hours shows how much is to come.
PATTERNS = {
    Part.PRESENT: "solid",
    Part.OTHER_ACTIVITY: "dots",
    Part.VALID_ABSENCE: "hatch",
    Part.SICK: "cross",
    Part.INVALID_ABSENCE: "back",
    Part.UNMARKED: "open",
}


@dataclass(frozen=True)
class HoursPage:
    """Weeks with something in them, newest first, and their sums."""

    weeks: Sequence[Week]
    chart: BarChart
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


def hours_chart(weeks: Sequence[Week]) -> BarChart:
    """A bar for each week, its parts on each other, and a line at its assigned hours."""
    texts = [_("Week %(number)s", number=week.number) for week in weeks]
    return bar_chart(
        [str(week.number) for week in weeks],
        [_series(_(PART_LABELS[part]), [week.of(part) for week in weeks], texts, part) for part in PATTERNS],
        stacked=True,
        text=number_text,
        level=_series(_("Assigned"), [week.assigned or None for week in weeks], texts),
    )


def _series(
    name: str, hours: Sequence[Decimal | None], weeks: Sequence[str], part: Part | None = None
) -> Series:
    hours_text = [_("%(hours)s h", hours=number_text(value)) for value in hours]
    labels = [f"{week}, {name}: {text}" for week, text in zip(weeks, hours_text, strict=True)]
    values = [None if value is None else float(value) for value in hours]
    return Series(name, values, labels, tone=part or "", pattern=PATTERNS[part] if part else "")


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
