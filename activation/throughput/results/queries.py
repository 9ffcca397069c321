"""Reads of the page of results. A fixed number of statements, however many cases and employers there are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select

from activation.clocks.rules import add_months
from activation.database import db
from activation.throughput import queries
from activation.throughput.dimensions import (
    CLOSED_MONTH,
    CLOSURE,
    EMPLOYER,
    END_REASON,
    ENDED_BY,
    PLACEMENT_KIND,
)
from activation.throughput.measures.placed import (
    AS_PLANNED,
    BEGAN,
    BROKEN_OFF,
    LED_TO_WORK,
    MOVED,
    PLACED,
    PLACEMENTS,
    TOO_RECENT,
    WITH_CASE,
    ended,
)
from activation.throughput.measures.results import (
    BACK,
    CLOSINGS,
    LONG_TERM_AID,
    LONG_TERM_AID_NEW,
    NOT_ASKED,
    NOT_KNOWN,
    OTHERWISE,
    PRELIMINARY,
    RETURNED,
    STILL_IN_WORK,
    TOO_YOUNG,
    UNCONFIRMED,
    WORK_OR_STUDY,
)
from activation.throughput.queries import Counts, Figure
from activation.throughput.rules import Period
from activation.throughput.scope import Units
from models import Employer, Workplace

MONTHS_SHOWN = 24
EMPLOYERS_SHOWN = 50
ENDINGS = (AS_PLANNED, MOVED, BROKEN_OFF, WITH_CASE)
FIGURES = (
    WORK_OR_STUDY,
    PRELIMINARY,
    TOO_YOUNG,
    UNCONFIRMED,
    *(measure for of_months in (STILL_IN_WORK, NOT_KNOWN, NOT_ASKED, BACK) for measure in of_months.values()),
    RETURNED,
    LONG_TERM_AID,
    LONG_TERM_AID_NEW,
)

# Of each measure its counts by key of the group.
ByKey = Mapping[str, Mapping[str, Counts]]


def found_figures(period: Period, units: Units) -> dict[str, Figure]:
    """One statement."""
    return {figure.measure.key: figure for figure in queries.figures(FIGURES, period, units)}


def closings(period: Period, units: Units) -> Mapping[str, int]:
    """The closings of the period by reason."""
    found = queries.by_group([CLOSINGS], [CLOSURE], period, units)[CLOSINGS.key]
    return {group[0]: number for group, (_hits, number) in found.items()}


def last_months(period: Period) -> Period:
    """The part of the period that is shown by month."""
    first = add_months(period.end.replace(day=1), 1 - MONTHS_SHOWN)
    return Period(max(period.start, first), period.end)


def by_month(period: Period, units: Units) -> ByKey:
    """The closings of each month ("202611"), as they stand on the last day of the period. One statement."""
    return _by_key(queries.by_group([WORK_OR_STUDY, PRELIMINARY, OTHERWISE], [CLOSED_MONTH], period, units))


def by_kind(period: Period, units: Units) -> ByKey:
    """Placements that ended, by kind. One statement."""
    return _by_key(queries.by_group([*ENDINGS, LED_TO_WORK, TOO_RECENT], [PLACEMENT_KIND], period, units))


def _by_key(found: Mapping[str, Mapping[tuple[str, ...], Counts]]) -> ByKey:
    return {
        key: {group[0]: counts for group, counts in of_measure.items()} for key, of_measure in found.items()
    }


@dataclass(frozen=True)
class OfEmployers:
    """One page of the employers with placements in the period, by name. `why`: of what was broken off, by whom and for
    which reason how often."""

    names: Mapping[int, str]
    total: int
    counts: ByKey
    why: Mapping[str, Sequence[tuple[str, str, int]]]


def of_employers(period: Period, units: Units, *, page: int) -> OfEmployers:
    """Three statements. Of a page beyond the last the total is 0."""
    shown = db.session.execute(
        PLACEMENTS.of(select(Employer.id, Employer.name, func.count().over()))
        .join(Employer, Employer.id == Workplace.employer_id)
        .where(units.condition(), or_(BEGAN.counted(period), ended(period)))
        .group_by(Employer.id, Employer.name)
        .order_by(Employer.name, Employer.id)
        .limit(EMPLOYERS_SHOWN)
        .offset((page - 1) * EMPLOYERS_SHOWN)
    ).all()
    names = {employer_id: name for employer_id, name, _total in shown}
    total = shown[0][2] if shown else 0
    counts = _by_key(queries.by_group(PLACED, [EMPLOYER], period, units))
    broken = queries.by_group([BROKEN_OFF], [EMPLOYER, ENDED_BY, END_REASON], period, units)[BROKEN_OFF.key]
    why: dict[str, list[tuple[str, str, int]]] = {}
    for (employer, ended_by, reason), (_hits, number) in sorted(broken.items()):
        why.setdefault(employer, []).append((ended_by, reason, number))
    return OfEmployers(names, total, counts, why)
