"""In which flow a case was on a day: what figures of the past ask, since a case only carries the flow of today."""

from sqlalchemy import func, not_, select

from activation.throughput.measures.base import Condition
from activation.throughput.rules import Period
from models import Case, FlowMove
from models.enums import Flow


def in_main_flow_then(p: Period) -> Condition:
    """The case was in the main flow at the end of the period. There are two flows: before a case went to the one it was
    in the other, and after its last move it is in its own."""
    next_move = (
        select(FlowMove.flow == Flow.SUPPORT)
        .where(FlowMove.case_id == Case.id, FlowMove.moved_on > p.end)
        .order_by(FlowMove.moved_on)
        .limit(1)
        .correlate_except(FlowMove)
        .scalar_subquery()
    )
    return func.coalesce(next_move, Case.flow == Flow.MAIN)


def in_support_flow_then(p: Period) -> Condition:
    """The case was in the support flow at the end of the period."""
    return not_(in_main_flow_then(p))
