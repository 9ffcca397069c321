"""The flow board: the unit lead's first page."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from activation.accounts.sign_in import current_actor
from activation.clocks.calendar import local_date
from activation.throughput import queries
from activation.throughput.asked import own_unit
from activation.throughput.board import present
from activation.throughput.board import queries as board_queries
from activation.throughput.measures.base import NUMERATOR
from activation.throughput.measures.board import STEPS, WAITING
from activation.throughput.present import rows_href
from activation.throughput.rules import Period
from activation.throughput.scope import ALL_UNITS, Units
from activation.web.converters import row_id
from activation.web.edge import now

board = Blueprint("board", __name__)

MOST_UNITS = 20  # shown by themselves; more are chosen by name


def _units(own: int, names: dict[int, str]) -> Units:
    """Those of the address; the own one where it names none that there is."""
    if request.args.get("unit") == "all":
        return ALL_UNITS
    chosen = {unit_id for unit_id in request.args.getlist("of", type=row_id) if unit_id in names}
    return Units(tuple(sorted(chosen))) if chosen else Units.one(own)


@board.get("/throughput/flow")
def page() -> ResponseReturnValue:
    own, today = own_unit(), local_date(now())
    names = queries.unit_names()
    units = _units(own, names)
    linked = units.single == own
    weeks, kept = board_queries.kept_weeks(units, today)
    found = board_queries.standing(own, today) if linked else board_queries.kept_standing(units, kept)
    context = {
        "own_name": names[own],
        "units": units,
        "linked": linked,
        "whose": _("All units") if units.ids is None else ", ".join(names[i] for i in units.ids),
        "several": len(names) > 1,
        "kept": kept,
        "found": found,
        "step_labels": [_(label) for label in STEPS.values()],
        "band_labels": present.band_labels(),
        "passage_labels": present.passage_labels(),
    }
    if found is None:
        return render_template("throughput/board.html", **context)
    now_passages = board_queries.passages_now(own, today) if linked else None
    context |= {
        "steps": present.step_lines(found, linked=linked),
        "support": present.support(found, linked=linked),
        "over_time": present.over_time(weeks, kept, found),
        "weeks": present.week_lines(weeks, kept, now_passages, today, linked=linked),
    }
    if linked:
        waiting, total = board_queries.longest_waiting(own, today, current_actor(), now())
        context |= {
            "waiting": present.waiting_lines(waiting, today),
            "waiting_total": total,
            "waiting_href": rows_href(WAITING, NUMERATOR, Period.on(today)),
            "secretaries": present.secretary_lines(board_queries.by_secretary(own, today), today),
        }
    else:
        ids = [i for i in names if units.ids is None or i in units.ids]
        shown = {i: names[i] for i in ids[:MOST_UNITS]}
        context |= {
            "unit_total": len(ids),
            "unit_lines": present.unit_lines(board_queries.by_unit(Units(tuple(shown)), kept), shown),
        }
    return render_template("throughput/board.html", **context)


@board.get("/throughput/flow/units")
def choose() -> ResponseReturnValue:
    """Several units at once: a page of its own, so that the board carries no list of all names."""
    own = own_unit()
    names = queries.unit_names()
    units = _units(own, names)
    return render_template("throughput/choose_units.html", names=names, chosen=units.ids or tuple(names))
