"""Forms of own job search: a row for each week that is shown, sent together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask_babel import lazy_gettext as _l

from activation.attendance.job_search import MOST_HOURS, week_text
from activation.placements.rules import monday_of
from activation.web.fields import ChoiceSelect, DecimalField, TextField, VersionField
from activation.web.forms import BaseForm, QueryForm, SubForm
from models import JobSearchReport

WEEKS_OFFERED = 53


class WeekForm(SubForm):
    """One week. Blank hours of a week without a report: nothing is said of it."""

    hours = DecimalField(_l("Hours"), minimum=0, maximum=MOST_HOURS)
    note = TextField(_l("Note"), max_length=300)
    version = VersionField()

    @property
    def is_blank(self) -> bool:
        return self.hours.data is None and not self.note.data

    def has_news(self, stored: JobSearchReport | None) -> bool:
        """Whether the row says something else than what is stored."""
        if stored is None:
            return not self.is_blank
        return (self.hours.data, self.note.data) != (stored.hours, stored.note)


@dataclass(frozen=True)
class WeekRow:
    monday: date
    stored: JobSearchReport | None
    form: WeekForm

    @property
    def number(self) -> int:
        return self.monday.isocalendar().week

    @property
    def sunday(self) -> date:
        return self.monday + timedelta(days=6)


class JobSearchForm(BaseForm):
    """Carries the token; the rows have their fields."""


class WeekChoice(QueryForm):
    week = ChoiceSelect(_l("Another week"), coerce=str, blank=_l("This and last week"))


def mondays_back(today: date, number: int = WEEKS_OFFERED) -> list[date]:
    """The Mondays of this week and those before it."""
    this = monday_of(today)
    return [this - timedelta(weeks=back) for back in range(number)]


def week_rows(mondays: Sequence[date], stored: Mapping[date, JobSearchReport]) -> list[WeekRow]:
    """A row for each week, with what is stored, or with what was sent."""
    rows = []
    for monday in mondays:
        report = stored.get(monday)
        values = {"hours": report.hours, "note": report.note, "version": report.version} if report else {}
        rows.append(WeekRow(monday, report, WeekForm(prefix=f"w{week_text(monday)}", data=values)))
    return rows
