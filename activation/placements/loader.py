"""One door from an address to a placement and its case, for views: 404 unknown or invisible, 403 only readable."""

from flask import abort

from activation.caseload.loader import load_case_for_work
from activation.placements.queries import placement_to_edit
from models import Case, Placement


def load_placement(placement_id: int) -> tuple[Case, Placement]:
    """The placement with its workplace and employer, and its case."""
    placement = placement_to_edit(placement_id)
    if placement is None:
        abort(404)
    return load_case_for_work(placement.case_id), placement
