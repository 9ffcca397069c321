"""The pages of figures, in the order of their links."""

from dataclasses import dataclass

from flask import current_app, request, url_for
from flask_babel import gettext as _

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
        if endpoint in current_app.view_functions  # some are still to come
    ]
