"""What the page of follow-up shows: texts and addresses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _

from activation.followups.book import what_of
from activation.messages.ledger import why
from activation.throughput.dimensions import ANSWERED, OWNER, PAUSE_REASON, RULE, SECRETARY
from activation.throughput.follow_up.queries import OfGroup
from activation.throughput.follow_up.rules import (
    LEAST_FOR_A_SHARE,
    PUT_OFF_BANDS,
    UNMARKED_BANDS,
    Summary,
    in_bands,
)
from activation.throughput.measures.base import DENOMINATOR, NUMERATOR, Measure
from activation.throughput.measures.follow_up import (
    TASKS_IN_TIME,
    TASKS_LATE,
    TASKS_MISSING,
    TASKS_NOT_RELEVANT,
    TASKS_PUT_OFF,
    TASKS_WITHDRAWN,
    UNMARKED,
)
from activation.throughput.measures.standing import CLOCKS_PAUSED
from activation.throughput.present import Linked, counted, days_text, rows_href
from activation.throughput.rules import AgeBand, Period, share
from activation.web.charts.histogram import Histogram, Upright, histogram
from activation.web.filters import label_of, number_text, percent_text
from models.enums import MessageState, Owner


@dataclass(frozen=True)
class TaskLine:
    """A rule or a secretary. `share` is "–" where it says nothing."""

    text: str
    judged: Linked
    in_time: Linked
    share: str
    late: Linked
    missing: Linked
    not_relevant: Linked
    withdrawn: Linked


@dataclass(frozen=True)
class Bands:
    """A line of a table by bands of days, with all of them together."""

    text: str
    numbers: list[Linked]
    total: Linked


@dataclass(frozen=True)
class Distribution:
    chart: Histogram
    finding: str
    number: str
    half: str
    p80: str
    p90: str
    longest: str


@dataclass(frozen=True)
class Unsent:
    state: str
    why: str
    number: Linked


def _task_line(
    text: str, found: OfGroup, period: Period, groups: Mapping[str, str], *, linked: bool, least: int
) -> TaskLine:
    hits, judged = found.count(TASKS_IN_TIME.key)

    def to(measure: Measure, part: str = NUMERATOR) -> Linked:
        number = found.count(measure.key)[0 if part == NUMERATOR else 1]
        return counted(measure, part, number, period, linked=linked, groups=groups)

    return TaskLine(
        text=text,
        judged=to(TASKS_IN_TIME, DENOMINATOR),
        in_time=to(TASKS_IN_TIME),
        share=percent_text(share(hits, judged) if judged >= least else None),
        late=to(TASKS_LATE),
        missing=to(TASKS_MISSING),
        not_relevant=to(TASKS_NOT_RELEVANT),
        withdrawn=to(TASKS_WITHDRAWN),
    )


def rules(found: Sequence[OfGroup], period: Period, *, linked: bool) -> list[TaskLine]:
    """By what the rule wants."""
    lines = [
        _task_line(what_of(of.key), of, period, {RULE.key: of.key}, linked=linked, least=1) for of in found
    ]
    return sorted(lines, key=lambda line: line.text)


def secretaries(found: Sequence[tuple[str | None, OfGroup]], period: Period) -> list[TaskLine]:
    """By name; the cases that nobody has come last."""
    return [
        _task_line(
            name or _("Nobody (unassigned)"),
            of,
            period,
            {SECRETARY.key: of.key, OWNER.key: Owner.SECRETARY.value},
            linked=True,
            least=LEAST_FOR_A_SHARE,
        )
        for name, of in found
    ]


def distribution(
    measure: Measure, days: Mapping[int, int], period: Period, finding: str, y_head: str, *, linked: bool
) -> Distribution | None:
    """None where there is nothing to show. `finding` has %(half)s and %(most)s."""
    if not days:
        return None
    of = Summary.of(days)
    lines = [
        Upright("median", _("Half: %(days)s days", days=number_text(of.half)), of.half or 0),
        Upright("p80", _("80 %%: %(days)s days", days=number_text(of.p80)), of.p80 or 0),
        Upright("p90", _("90 %%: %(days)s days", days=number_text(of.p90)), of.p90 or 0),
    ]
    chart = histogram(
        days,
        lines=lines,
        href=lambda first, last: (
            rows_href(measure, NUMERATOR, period, days=(first, last)) if linked else None
        ),
        text=lambda number: number_text(number),
        x_head=_("Days"),
        y_head=y_head,
    )
    return Distribution(
        chart=chart,
        finding=finding % {"half": number_text(of.half), "most": number_text(of.p90)},
        number=number_text(of.number),
        half=number_text(of.half),
        p80=number_text(of.p80),
        p90=number_text(of.p90),
        longest=number_text(of.longest),
    )


def band_labels(bands: Sequence[AgeBand]) -> list[str]:
    return [days_text(band.first, band.last) for band in bands]


def _bands(
    text: str,
    measure: Measure,
    days: Mapping[int, int],
    bands: tuple[AgeBand, ...],
    period: Period,
    groups: Mapping[str, str],
    *,
    linked: bool,
) -> Bands:
    numbers = [
        counted(
            measure, NUMERATOR, number, period, linked=linked, groups=groups, days=(band.first, band.last)
        )
        for band, number in zip(bands, in_bands(days, bands), strict=True)
    ]
    total = counted(measure, NUMERATOR, sum(days.values()), period, linked=linked, groups=groups)
    return Bands(text, numbers, total)


def unmarked(found: Mapping[str, Mapping[int, int]], today: Period, *, linked: bool) -> list[Bands]:
    """A line for each thing that the workplace may have said, and one for all."""
    together: dict[int, int] = {}
    for days in found.values():
        for age, number in days.items():
            together[age] = together.get(age, 0) + number
    lines = [
        _bands(
            _(text), UNMARKED, found.get(said, {}), UNMARKED_BANDS, today, {ANSWERED.key: said}, linked=linked
        )
        for said, text in ANSWERED.texts.items()
    ]
    return [*lines, _bands(_("All"), UNMARKED, together, UNMARKED_BANDS, today, {}, linked=linked)]


def put_off(days: Mapping[int, int], today: Period, *, linked: bool) -> Bands:
    return _bands(_("Tasks put off"), TASKS_PUT_OFF, days, PUT_OFF_BANDS, today, {}, linked=linked)


def pauses(found: Mapping[str, int], today: Period, *, linked: bool) -> list[tuple[str, Linked]]:
    return [
        (
            _(PAUSE_REASON.texts[reason]),
            counted(
                CLOCKS_PAUSED, NUMERATOR, number, today, linked=linked, groups={PAUSE_REASON.key: reason}
            ),
        )
        for reason, number in found.items()
    ]


def unsent(found: Sequence[tuple[MessageState, str, int]]) -> list[Unsent]:
    """Letters that did not get through, by state and reason; each number leads to them in the outbox."""
    return [
        Unsent(
            label_of(state),
            why(reason),
            Linked(
                number_text(number),
                url_for("messages.outbox", state=state.value, reason=reason or None),
            ),
        )
        for state, reason, number in found
    ]
