"""What the board's template shows: texts and addresses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask import url_for
from flask_babel import gettext as _

from activation.followups.book import what_of
from activation.throughput.board.queries import (
    PASSAGE_KEYS,
    STEP_KEYS,
    OfSecretary,
    Standing,
    Waiting,
)
from activation.throughput.measures.base import NUMERATOR
from activation.throughput.measures.board import IN_FLOW, IN_SUPPORT_FLOW, PASSAGES, STEPS
from activation.throughput.present import Linked, counted, days_text, rows_href
from activation.throughput.rules import AGE_BANDS, Period, Week, median, percentile
from activation.throughput.weeks import Kept
from activation.web.charts.bars import BarChart, bar_chart
from activation.web.charts.base import Series
from activation.web.filters import date_text, datetime_text, number_text, text_of

TABLE_WEEKS = 8


@dataclass(frozen=True)
class StepLine:
    """`days`: half of them have been here at most so long, 80 % at most so long, the longest; "–" where not known."""

    label: str
    number: Linked
    bands: list[Linked]
    half: str
    most: str
    longest: str
    hint: str


@dataclass(frozen=True)
class WeekLine:
    text: str
    current: bool
    numbers: list[Linked]


@dataclass(frozen=True)
class WaitingLine:
    href: str
    name: str
    case_number: str
    step: str
    days: str
    secretary: str
    why: list[str]


def step_lines(found: Standing, *, linked: bool) -> list[StepLine]:
    period = Period.on(found.day)

    def to(number: int, groups: Mapping[str, str]) -> Linked:
        return counted(IN_FLOW, NUMERATOR, number, period, linked=linked, groups=groups)

    lines = []
    for step, label in STEPS.items():
        days = found.days.get(step, {})
        lines.append(
            StepLine(
                label=_(label),
                number=to(found.steps.get(step, 0), {"step": step}),
                bands=[
                    to(found.bands.get((step, band.key), 0), {"step": step, "step_age": band.key})
                    for band in AGE_BANDS
                ],
                half=number_text(median(days)),
                most=number_text(percentile(days, 80)),
                longest=number_text(max(days, default=None)),
                hint=_("half at most %(days)s days", days=number_text(median(days))) if days else "",
            )
        )
    return lines


def band_labels() -> list[str]:
    return [days_text(band.first, band.last) for band in AGE_BANDS]


def support(found: Standing, *, linked: bool) -> Linked:
    href = rows_href(IN_SUPPORT_FLOW, NUMERATOR, Period.on(found.day)) if linked else None
    return Linked(number_text(found.support), href)


def passage_labels() -> list[str]:
    return [_(measure.label) for measure in PASSAGES]


def week_lines(
    weeks: Sequence[Week], kept: Kept, now: Mapping[str, int] | None, today: date, *, linked: bool
) -> list[WeekLine]:
    """The last weeks, newest first. `now`: the current week counted this moment, where it is the own unit's."""
    lines = []
    for week in reversed(weeks[-TABLE_WEEKS:]):
        current = week == weeks[-1]
        if kept.through is None and not (current and now is not None):
            continue
        numbers = []
        for measure, key in zip(PASSAGES, PASSAGE_KEYS, strict=True):
            number = now[key] if current and now is not None else kept.number(key, week)
            numbers.append(counted(measure, NUMERATOR, number, week.period(today), linked=linked))
        lines.append(WeekLine(week.text, current, numbers))
    return lines


def over_time(weeks: Sequence[Week], kept: Kept, found: Standing) -> tuple[BarChart, str] | None:
    """The steps at the end of each week, and what the chart says; None before the first night."""
    if kept.through is None:
        return None
    counted = [w for w in weeks if w.monday <= kept.through]
    series = [
        Series(_(STEPS[step]), [found.steps.get(step, 0) if w == Week.of(found.day) else kept.number(key, w)
                                for w in counted])
        for step, key in STEP_KEYS.items()
    ]  # fmt: skip
    chart = bar_chart(
        [w.text for w in counted], series, stacked=True, text=lambda n: number_text(n), x_head=_("Week")
    )
    totals = [sum(values) for values in zip(*(s.values for s in series), strict=True)]
    return chart, _change_text([int(n or 0) for n in totals], [w.text for w in counted])


def _change_text(totals: Sequence[int], names: Sequence[str]) -> str:
    before = next((at for at, number in enumerate(totals) if number), 0)
    change = totals[-1] - totals[before]
    number = number_text(totals[-1])
    if change > 0:
        text = _("%(number)s in the main flow, %(change)s more than in %(week)s",
                 number=number, change=number_text(change), week=names[before])  # fmt: skip
    elif change < 0:
        text = _("%(number)s in the main flow, %(change)s fewer than in %(week)s",
                 number=number, change=number_text(-change), week=names[before])  # fmt: skip
    else:
        text = _("%(number)s in the main flow, as many as in %(week)s", number=number, week=names[before])
    return str(text)


def secretary_lines(found: Sequence[OfSecretary], today: date) -> list[tuple[str, list[Linked], Linked]]:
    """Name, the number in each step, and in all of them."""
    period = Period.on(today)

    def to(number: int, who: int, groups: Mapping[str, str]) -> Linked:
        return counted(IN_FLOW, NUMERATOR, number, period, who, groups=groups)

    return [
        (
            line.name or _("Nobody (unassigned)"),
            [to(line.steps.get(step, 0), line.secretary_id, {"step": step}) for step in STEPS],
            to(sum(line.steps.values()), line.secretary_id, {}),
        )
        for line in found
    ]


def unit_lines(
    found: Mapping[int, Mapping[str, int]], names: Mapping[int, str]
) -> list[tuple[str, list[str], str]]:
    """Name, the number in each step, and in all of them, by name; a unit without anybody too."""
    return [
        (
            name,
            [number_text(found.get(unit_id, {}).get(step, 0)) for step in STEPS],
            number_text(sum(found.get(unit_id, {}).values())),
        )
        for unit_id, name in names.items()
    ]


def waiting_lines(found: Sequence[Waiting], today: date) -> list[WaitingLine]:
    return [
        WaitingLine(
            href=url_for("caseload.case_page", case_id=one.row.case_id),
            name=one.row.name,
            case_number=one.row.case_number,
            step=_(STEPS[one.step]),
            days=number_text(one.days),
            secretary=one.secretary or _("Nobody (unassigned)"),
            why=_why(one, today),
        )
        for one in found
    ]


def _why(one: Waiting, today: date) -> list[str]:
    """What is known, most telling first; that nothing is booked is said as well."""
    why, texts = one.why, []
    if why.pause:
        reason, until = why.pause
        texts.append(
            _("Clock paused until %(day)s: %(reason)s", day=date_text(until), reason=text_of(reason))
        )
    if why.meeting_at:
        texts.append(_("Meeting booked %(moment)s", moment=datetime_text(why.meeting_at)))
    else:
        texts.append(_("No meeting booked"))
    if why.proposal:
        workplace, participant, employer = why.proposal
        waits_for = _("the employer") if participant and not employer else _("the participant")
        texts.append(_("Proposed: %(workplace)s, waits for %(whom)s", workplace=workplace, whom=waits_for))
    if why.due_on and why.due_on < today:
        texts.append(_("Activity should have begun by %(day)s", day=date_text(why.due_on)))
    if why.next_task:
        rule, due_on = why.next_task
        texts.append(_("Next: %(task)s, %(day)s", task=_(what_of(rule)), day=date_text(due_on)))
    return texts
