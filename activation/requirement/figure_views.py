"""The unit lead's page of the activity requirement, the rows behind its numbers, and its files."""

import re

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from activation.accounts.sign_in import current_actor
from activation.clocks.calendar import local_date
from activation.context import settings
from activation.requirement import figures
from activation.requirement.export import header, suppressed
from activation.requirement.figures import BY_KEY, COLUMNS, Quarter
from activation.requirement.rules import quarter_of
from activation.throughput.asked import own_unit
from activation.throughput.exports import MIMETYPES, table_answer
from activation.web.edge import now
from activation.web.paging import PAGE_SIZE, page_asked_for, pager
from models.enums import Obstacle

requirement_figures = Blueprint("requirement_figures", __name__)

OF_QUARTER = re.compile(r"(20\d\d)-([1-4])", re.ASCII)
CHOICES = 6


def _asked() -> Quarter:
    """The quarter in the address; this one where there is none, or nonsense, or it lies ahead."""
    today = local_date(now())
    this = quarter_of(today)
    match = OF_QUARTER.fullmatch(request.args.get("quarter", ""))
    year, quarter = (int(match[1]), int(match[2])) if match else this
    year, quarter = min((year, quarter), this)
    return Quarter(year, quarter, today, settings().activity_requirement_from)


def _choices(asked: Quarter) -> list[dict[str, object]]:
    """This quarter and those before it, as the macro `tabs` shows them."""
    year, quarter = quarter_of(asked.today)
    number = year * 4 + quarter - 1
    names = [f"{n // 4}-{n % 4 + 1}" for n in range(number, number - CHOICES, -1)]
    return [
        {
            "text": name,
            "href": url_for("requirement_figures.page", quarter=name),
            "current": name == asked.name,
            "count": None,
        }
        for name in names
    ]


@requirement_figures.get("/requirement")
def page() -> ResponseReturnValue:
    asked, own = _asked(), own_unit()
    return render_template(
        "requirement/figures.html",
        asked=asked,
        choices=_choices(asked),
        columns=COLUMNS,
        lines=figures.table(asked, unit_id=own),
        files=[
            (kind, url_for("requirement_figures.export", kind=kind, quarter=asked.name)) for kind in MIMETYPES
        ],
    )


@requirement_figures.get("/requirement/rows/<key>")
def rows(key: str) -> ResponseReturnValue:
    column = BY_KEY.get(key)
    if column is None:
        abort(404)
    own_unit()
    asked, number = _asked(), page_asked_for()
    obstacles = {obstacle.value: obstacle for obstacle in Obstacle}
    obstacle = obstacles.get(request.args.get("obstacle", ""))
    found = figures.rows(
        column,
        asked,
        obstacle=obstacle,
        actor=current_actor(),
        offset=(number - 1) * PAGE_SIZE,
        limit=PAGE_SIZE,
    )
    return render_template(
        "requirement/rows.html",
        asked=asked,
        column=column,
        obstacle=obstacle,
        found=found,
        pager=pager(page=number, shown=len(found.rows), total=found.shown),
    )


@requirement_figures.get("/requirement/export/<any(csv, xlsx):kind>")
def export(kind: str) -> ResponseReturnValue:
    asked = _asked()
    lines = suppressed(figures.table(asked, unit_id=own_unit()))
    name = f"aktivitetskrav-{asked.name}"
    return table_answer(kind, name, header(asked), lines, sheet=_("Activity requirement"))
