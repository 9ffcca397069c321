"""One door from an address to a placement and its case, for views: 404 unknown or invisible, 403 only readable."""

from flask import abort, request

from activation.accounts.sign_in import current_actor
from activation.caseload.loader import load_case_for_work
from activation.placements.queries import placement_to_edit
from activation.records.access_log import log_access
from activation.web.edge import now
from models import Case, Placement
from models.enums import Viewed


def load_placement(placement_id: int) -> tuple[Case, Placement]:
    """The placement with its workplace and employer, and its case."""
    placement = placement_to_edit(placement_id)
    if placement is None:
        abort(404)
    return load_case_for_work(placement.case_id), placement


def log_look(case: Case) -> None:
    """Somebody is shown a form about the person."""
    log_access(
        actor=current_actor(),
        case_ids=[case.id],
        viewed=Viewed.CASE_FORM,
        now=now(),
        address=request.remote_addr or "",
    )
