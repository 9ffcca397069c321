"""The page Time: how long it takes to the first meeting, a plan, the first activity, and to work or study."""

from datetime import date
from typing import Any

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from activation.committee.annotations import annotations
from activation.throughput import present as figures
from activation.throughput.asked import Asked, asked
from activation.throughput.measures.time import TIMES, Times
from activation.throughput.places import Tab
from activation.throughput.time import compare, curves, over_time, present, queries
from activation.throughput.time.queries import TargetsOf, WeekOfContact
from models.enums import ClockKind

time_figures = Blueprint("time", __name__)

SHOWN = (over_time.MEDIAN, over_time.SHARE)


def _chosen() -> tuple[Times, str, date | None]:
    """The clock, what the chart over time shows, and the day to compare before and after; 404 for what there is not."""
    try:
        clock = ClockKind(request.args.get("clock") or ClockKind.ACTIVATION.value)  # type: ignore[call-arg]
        day = request.args.get("happened")
        happened_on = date.fromisoformat(day) if day else None
    except ValueError:
        abort(404)
    shown = request.args.get("shown") or over_time.MEDIAN
    if shown not in SHOWN:
        abort(404)
    return TIMES[clock], shown, happened_on


@time_figures.get("/throughput/time")
def page() -> ResponseReturnValue:
    times, shown, happened_on = _chosen()
    what = asked()
    targets = TargetsOf(what.units, times.clock)
    spread = queries.spread(times, what.period, what.units)
    weeks = queries.weeks(times, what.period.end, what.units)
    also = {"clock": times.clock.value, "shown": shown}
    period = queries.cohort_period(what.period.end)
    context = {
        "asked": what,
        "also": also,
        "what": _(times.what),
        "clocks": [
            _tab(what, _(one.what), one is times, {**also, "clock": one.clock.value})
            for one in TIMES.values()
        ],
        "choices": figures.choices(what, "time.page", **also),
        "period_text": figures.period_text(what.period),
        "spread": present.spread_page(spread, targets, linked=what.linked),
        "curves": curves.curves_page(
            queries.cohorts(what.period.end, what.units), period, linked=what.linked
        ),
        **_over_time(what, times, shown, happened_on, weeks, targets),
    }
    return render_template("throughput/time.html", **context)


def _address(what: Asked, also: dict[str, Any], **more: Any) -> str:
    return url_for("time.page", **figures.address(what.period), unit=what.form.unit.data, **also, **more)


def _tab(what: Asked, text: str, current: bool, also: dict[str, str]) -> Tab:
    return Tab(text, _address(what, also), current)


def _over_time(
    what: Asked,
    times: Times,
    shown: str,
    happened_on: date | None,
    weeks: list[WeekOfContact],
    targets: TargetsOf,
) -> dict[str, Any]:
    """The chart of weeks, and before and after what was chosen."""
    span = queries.chart_period(what.period.end)
    happened = annotations(what.units, span.start, span.end)
    if happened_on and not span.start < happened_on <= span.end:
        happened_on = None
    also = {"clock": times.clock.value, "shown": shown}
    chart = over_time.weeks_page(
        over_time.Asked(
            times=times,
            shown=shown,
            through=span.end,
            happened_on=happened_on,
            linked=what.linked,
            href=lambda day: _address(what, also, happened=day.isoformat(), _anchor="before-after"),
        ),
        weeks,
        targets,
        happened,
    )
    names = {over_time.MEDIAN: _("Median of days"), over_time.SHARE: _("Share in time")}
    found: dict[str, Any] = {
        "weeks": chart,
        "has_annotations": bool(happened),
        "shown": [_tab(what, text, key == shown, {**also, "shown": key}) for key, text in names.items()],
        "compared": None,
    }
    sides = queries.sides(happened_on, span.end) if happened_on else None
    if sides is not None:
        before, after = (queries.spread(times, side, what.units) for side in sides)
        found["compared"] = compare.compare_page(happened, weeks, before, after, linked=what.linked)
    return found
