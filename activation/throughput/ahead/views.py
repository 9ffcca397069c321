"""The page "At risk": who misses a deadline if nothing is booked, what would stop it, and what the weeks bring."""

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from activation.accounts.sign_in import current_actor
from activation.clocks.calendar import calendars, local_date
from activation.context import settings
from activation.employers.room_find import Standing as PlaceStanding
from activation.employers.room_find import Wanted, counted, found_places
from activation.throughput.ahead import forecast, present
from activation.throughput.ahead import queries as ahead_queries
from activation.throughput.ahead.free_times import free_times
from activation.throughput.ahead.history import history_of
from activation.throughput.ahead.queries import Horizon
from activation.throughput.asked import own_unit
from activation.throughput.measures.base import NUMERATOR
from activation.throughput.present import rows_href
from activation.throughput.rules import Period, Week
from activation.web.edge import now
from activation.web.paging import PAGE_SIZE, page_asked_for, pager

ahead = Blueprint("ahead", __name__)

PLACES_SHOWN = 5


@ahead.get("/throughput/at-risk")
def page() -> ResponseReturnValue:
    own, today, actor = own_unit(), local_date(now()), current_actor()
    calendar = calendars([own], settings().closed_days)[own]
    horizon = Horizon.of(today, calendar)
    clock, number = present.clock_of(request.args.get("clock")), page_asked_for()
    standing = ahead_queries.standing(own, horizon)
    found = ahead_queries.unbooked(
        clock, own, horizon, actor, offset=(number - 1) * PAGE_SIZE, limit=PAGE_SIZE
    )
    paused = ahead_queries.paused(clock, own, today, actor)
    days = horizon.working_days(calendar)
    times = free_times(own, today=today, days=days)
    return render_template(
        "throughput/ahead.html",
        horizon=horizon,
        clock=clock,
        lines=present.clock_lines(standing, horizon),
        clock_tabs=present.clock_tabs(standing, clock),
        found=found,
        rows=present.at_risk_rows(clock, found, today, calendar),
        pager=pager(page=number, shown=len(found.rows), total=found.shown),
        paused=paused,
        paused_rows=present.paused_rows(paused),
        paused_href=rows_href(clock.paused, NUMERATOR, Period.on(today)),
        times=times,
        time_lines=present.free_lines(times),
        places=_places(days[0]),
        weeks=_weeks(own, today),
    )


@dataclass(frozen=True)
class Places:
    """Where there is room on a day; `fits` counts all of them."""

    day: date
    fits: int
    shown: list[object]


def _places(day: date) -> Places:
    wanted = Wanted(day=day)
    fits = counted(wanted)[PlaceStanding.FITS]
    shown = found_places(wanted, limit=min(fits, PLACES_SHOWN)) if fits else []
    return Places(day, fits, list(shown))


def _weeks(unit_id: int, today: date) -> dict[str, object]:
    """The forecast. Its seed is the unit and the day: the same numbers all day."""
    history, seed = history_of(unit_id, today), f"{unit_id}:{today.isoformat()}"
    told, checked = forecast.forecast(history, seed=seed), forecast.check(history, seed=seed)
    found: dict[str, object] = {
        "number": min(len(history.weeks), forecast.MOST_WEEKS),
        "least": forecast.LEAST_WEEKS,
        "told": None,
    }
    if told is None:
        return found
    kept = history.through(len(history.weeks))
    chart, finding = present.open_chart(kept, told)
    return found | {
        "told": present.weeks_ahead(kept, told),
        "chart": chart,
        "finding": finding,
        "known": present.known_weeks(kept),
        "first": Week(kept.mondays[0]).text,
        "last": Week(kept.mondays[-1]).text,
        "checked": present.check_texts(checked) if checked else None,
        "has_tasks": told[0].tasks is not None,
    }
