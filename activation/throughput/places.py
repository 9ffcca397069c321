"""The pages of figures, in the order of their links."""

from dataclasses import dataclass

from flask import request, url_for
from flask_babel import gettext as _

from activation.throughput.measures import AREAS
from activation.throughput.measures.base import Measure
from models.texts import N_

PLACES: tuple[tuple[str, str], ...] = (
    ("board.page", N_("Flow")),
    ("time.page", N_("Time")),
    ("ahead.page", N_("At risk")),
    ("follow_up_figures.page", N_("Follow-up")),
    ("flows.page", N_("85/15")),
    ("results.page", N_("Results")),
    ("aid_figures.page", N_("Aid and target")),
    ("equality.page", N_("Equality")),
    ("throughput.page", N_("Figures of a period")),
    ("reports.index", N_("Reports")),
    ("definitions.page", N_("Definitions")),
)

# Where the figures of an area stand; all others stand on the page of a period.
PLACE_OF_AREA = {
    "board": "board.page",
    "time": "time.page",
    "ahead": "ahead.page",
    "follow_up": "follow_up_figures.page",
    "flows": "flows.page",
    "results": "results.page",
    "aid": "aid_figures.page",
}


@dataclass(frozen=True)
class Tab:
    text: str
    href: str
    current: bool
    count: None = None


def places() -> list[Tab]:
    """The links to the pages of figures; the one that is shown is marked."""
    return [
        Tab(_(text), url_for(endpoint), request.blueprint == endpoint.partition(".")[0])
        for endpoint, text in PLACES
    ]


def place_of(measure: Measure) -> tuple[str, str]:
    """The text and address of the page that a figure stands on, for the way back from its rows."""
    area = next(area.key for area in AREAS if measure.key in {one.key for one in area.measures})
    endpoint = PLACE_OF_AREA.get(area, "throughput.page")
    return _(dict(PLACES)[endpoint]), url_for(endpoint)
