"""Who moved between the flows, when and why. How many are in each is `main_flow_share` and `in_support_flow`."""

from sqlalchemy import and_

from activation.throughput.measures.base import Column, Condition, In, Measure, Source
from activation.throughput.measures.report import SECRETARY
from activation.throughput.rules import Period
from models import Case, FlowMove
from models.enums import Flow
from models.texts import N_

FLOW_MOVES = Source(
    "flow_moves",
    N_("moves"),
    lambda s: s.select_from(FlowMove).join(Case, Case.id == FlowMove.case_id),
    (FlowMove.moved_on.desc(), Case.sort_name.asc(), FlowMove.id.desc()),
)

MOVE_COLUMNS = (
    Column(N_("Moved on"), FlowMove.moved_on.expression),
    Column(N_("Kind of reason"), FlowMove.reason.expression),
    Column(N_("In words"), FlowMove.note.expression),
    SECRETARY,
)


def _moved_to(flow: Flow) -> In:
    def counted(p: Period) -> Condition:
        return and_(FlowMove.flow == flow, FlowMove.moved_on.between(p.start, p.end))

    return counted


MOVED_TO_SUPPORT = Measure(
    key="moved_to_support",
    label=N_("To the support flow"),
    meaning=N_(
        "Moves from the main flow to the support flow in the period, each with its reason. Whoever moved there and back"
        " on one day did not move."
    ),
    source=FLOW_MOVES,
    counted=_moved_to(Flow.SUPPORT),
    columns=MOVE_COLUMNS,
)
MOVED_TO_MAIN = Measure(
    key="moved_to_main",
    label=N_("To the main flow"),
    meaning=N_("Moves from the support flow to the main flow in the period, each with its reason."),
    source=FLOW_MOVES,
    counted=_moved_to(Flow.MAIN),
    columns=MOVE_COLUMNS,
)

FLOWS = (MOVED_TO_SUPPORT, MOVED_TO_MAIN)
