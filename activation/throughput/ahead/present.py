"""What the page "At risk" shows: texts and addresses, so that its templates stay dumb."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from activation.clocks.calendar import Calendar
from activation.throughput.ahead.forecast import AHEAD, SKIPPED, Check, History, Interval, WeekAhead
from activation.throughput.ahead.free_times import FreeDay, FreeTimes
from activation.throughput.ahead.queries import Horizon, Standing, last_working_day
from activation.throughput.measures.ahead import AT_RISK, PROPOSED, AtRisk
from activation.throughput.measures.base import NUMERATOR, Measure
from activation.throughput.measures.load import LOAD_CAME, LOAD_LEFT, LOAD_MET, LOAD_TASKS
from activation.throughput.present import Linked, counted, rows_href
from activation.throughput.queries import Rows
from activation.throughput.rules import Period, Week
from activation.web.charts.base import Series
from activation.web.charts.line import Level, LineChart, line_chart
from activation.web.filters import date_text, label_of, number_text, text_of, weekdays_text
from models.enums import ClockKind

CHART_WEEKS = 12  # known ones before the forecast


@dataclass(frozen=True)
class Tab:
    text: str
    href: str
    current: bool
    count: str | None = None


@dataclass(frozen=True)
class ClockLine:
    """A clock with its numbers: nothing booked, booked, paused, late."""

    label: str
    numbers: list[Linked]


@dataclass(frozen=True)
class AtRiskRow:
    """`due`: the last working day in time; `deadline`: the deadline, where that is another day. `notes`: what is known
    of what could stop the clock and does not count as booked."""

    case_id: int
    href: str
    name: str
    case_number: str
    due: str
    deadline: str
    left: str
    notes: list[str]
    secretary: str


def clock_of(text: str | None) -> AtRisk:
    """The clock that the address asks for; the first where it names none."""
    return next((clock for clock in AT_RISK if clock.kind.value == text), AT_RISK[0])


def clock_tabs(found: Mapping[ClockKind, Standing], shown: AtRisk) -> list[Tab]:
    return [
        Tab(
            label_of(clock.kind),
            url_for("ahead.page", clock=clock.kind.value, _anchor="unbooked"),
            clock is shown,
            number_text(found[clock.kind].unbooked),
        )
        for clock in AT_RISK
    ]


def clock_lines(found: Mapping[ClockKind, Standing], horizon: Horizon) -> list[ClockLine]:
    today = Period.on(horizon.today)

    def to(number: int, measure: Measure, days: tuple[int, int] | None = None) -> Linked:
        return Linked(number_text(number), rows_href(measure, NUMERATOR, today, days=days))

    return [
        ClockLine(
            label_of(clock.kind),
            [
                to(found[clock.kind].unbooked, clock.unbooked, horizon.soon),
                to(found[clock.kind].booked, clock.booked, horizon.soon),
                to(found[clock.kind].paused, clock.paused),
                to(found[clock.kind].late, clock.late),
            ],
        )
        for clock in AT_RISK
    ]


def at_risk_rows(clock: AtRisk, found: Rows, today: date, calendar: Calendar) -> list[AtRiskRow]:
    rows = []
    for row in found.rows:
        values = dict(zip(found.columns, row.values, strict=True))
        due: date = values[clock.due]
        day = last_working_day(due, calendar, today)
        rows.append(
            AtRiskRow(
                case_id=row.case_id,
                href=url_for("caseload.case_page", case_id=row.case_id),
                name=row.name,
                case_number=row.case_number,
                due=date_text(day),
                deadline=date_text(due) if due != day else "",
                left=_left_text((day - today).days),
                notes=_notes(values.get(PROPOSED), values[clock.to_record], clock.kind),
                secretary=text_of(row.values[-1]),
            )
        )
    return rows


def _left_text(days: int) -> str:
    return str(_("today")) if days == 0 else str(ngettext("%(num)s day", "%(num)s days", days))


def _notes(proposed: date | None, to_record: date | None, kind: ClockKind) -> list[str]:
    notes = []
    if proposed is not None:
        notes.append(_("Proposed from %(day)s, not agreed", day=date_text(proposed)))
    if to_record is not None and kind is ClockKind.ACTIVATION:
        notes.append(_("The session of %(day)s is not marked", day=date_text(to_record)))
    elif to_record is not None:
        notes.append(_("The meeting of %(day)s has no outcome yet", day=date_text(to_record)))
    return [str(note) for note in notes]


@dataclass(frozen=True)
class PausedRow:
    href: str
    name: str
    case_number: str
    due: str
    reason: str
    until: str
    secretary: str


def paused_rows(found: Rows) -> list[PausedRow]:
    return [
        PausedRow(
            url_for("caseload.case_page", case_id=row.case_id),
            row.name,
            row.case_number,
            *(text_of(value) for value in row.values),
        )
        for row in found.rows
    ]


@dataclass(frozen=True)
class WeekLine:
    """A week of the forecast, its figures as "7 (4–11)"."""

    text: str
    dates: str
    numbers: list[str]


@dataclass(frozen=True)
class KnownLine:
    """A known week: came in, first meetings held, closed, follow-up due; open at its end."""

    text: str
    numbers: list[Linked]


def _ahead(history: History, told: Sequence[WeekAhead]) -> list[Week]:
    return [Week(history.mondays[-1] + timedelta(days=7 * (1 + SKIPPED + n))) for n in range(len(told))]


def weeks_ahead(history: History, told: Sequence[WeekAhead]) -> list[WeekLine]:
    lines = []
    for of, week in zip(_ahead(history, told), told, strict=True):
        numbers = [_interval_text(i) for i in (week.came, week.meetings, week.open, week.tasks)]
        lines.append(WeekLine(of.text, f"{date_text(of.monday)} – {date_text(of.sunday)}", numbers))
    return lines


def _interval_text(interval: Interval | None) -> str:
    if interval is None:
        return "–"
    low, middle, high = (number_text(n) for n in (interval.low, interval.middle, interval.high))
    return f"{middle} ({low}–{high})"


def known_weeks(history: History) -> list[KnownLine]:
    """Newest first; each number leads to its rows."""
    lines = []
    for n, (monday, week) in reversed(list(enumerate(zip(history.mondays, history.weeks, strict=True)))):
        of = Week(monday)
        period = Period(of.monday, of.sunday)
        numbers = [
            counted(measure, NUMERATOR, number, period)
            for measure, number in (
                (LOAD_CAME, week.came),
                (LOAD_MET, week.met),
                (LOAD_LEFT, week.left),
                (LOAD_TASKS, week.tasks),
            )
        ]
        lines.append(KnownLine(of.text, [*numbers, Linked(number_text(history.state_after(n).open), None)]))
    return lines


def check_texts(found: Check) -> list[tuple[str, str]]:
    """Of each figure: in how many of the weeks it lay in the interval."""
    told = [
        (_("Came in"), found.came),
        (_("First meetings"), found.meetings),
        (_("Open cases"), found.open),
        (_("Follow-up due"), found.tasks),
    ]
    return [
        (str(label), str(_("%(number)s of %(of)s", number=number_text(n), of=AHEAD)))
        for label, n in told
        if n is not None
    ]


def free_lines(found: FreeTimes) -> list[tuple[str, str]]:
    """Name of each secretary, and the days with room."""
    none = _("No room on any of these days")
    return [
        (line.name, ", ".join(_free_text(free, found.usual or 0) for free in line.days) or str(none))
        for line in found.lines
    ]


def _free_text(free: FreeDay, usual: int) -> str:
    weekday, booked = weekdays_text(1 << free.day.weekday()), number_text(free.booked)
    return str(
        _(
            "%(weekday)s %(day)s (%(booked)s of %(usual)s)",
            weekday=weekday,
            day=date_text(free.day),
            booked=booked,
            usual=number_text(usual),
        )
    )


def open_chart(history: History, told: Sequence[WeekAhead]) -> tuple[LineChart, str]:
    """Open cases so far and ahead, and what the chart says."""
    known = list(enumerate(history.mondays))[-CHART_WEEKS:]
    running = Week(history.mondays[-1] + timedelta(days=7))
    ahead, gap = _ahead(history, told), [None] * SKIPPED
    before: list[float | None] = [None] * (len(known) + SKIPPED)
    chart = line_chart(
        [*(Week(monday).text for _n, monday in known), running.text, *(week.text for week in ahead)],
        [
            Series(
                _("Open cases"),
                [*(history.state_after(n).open for n, _m in known), *gap, *[None] * len(told)],
            ),
            Series(_("Forecast, the middle"), [*before, *(week.open.middle for week in told)]),
        ],
        text=_number,
        x_head=_("Week"),
        levels=[
            Level("limit", _("80 of 100 futures lie between"), [*before, *(w.open.low for w in told)]),
            Level("limit", "", [*before, *(w.open.high for w in told)]),
        ],
        young=len(told),
        young_text=_("Forecast"),
    )
    last = told[-1].open
    finding = _(
        "%(low)s–%(high)s open cases in week %(week)s if nothing changes, %(now)s at the end of the last whole week",
        low=number_text(last.low),
        high=number_text(last.high),
        week=ahead[-1].text,
        now=number_text(history.last.open),
    )
    return chart, str(finding)


_number: Callable[[float], str] = lambda value: number_text(value)  # noqa: E731 - the charts' kind of text
