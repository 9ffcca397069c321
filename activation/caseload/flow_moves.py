"""Moves of a case between the flows, with their day and reason. The case itself carries the flow that holds now."""

from datetime import datetime

from sqlalchemy import select

from activation.clocks.calendar import local_date
from activation.database import db
from activation.records.actor import Actor
from models import Case, FlowMove
from models.enums import FlowReason


def note_move(*, actor: Actor, case: Case, reason: FlowReason | None, note: str, now: datetime) -> None:
    """Writes down that the case has just gone to the other flow, which `case.flow` says already. Back on the same day,
    and it never moved.

    Called in the one place where the flow of a case changes (caseload.service.update_case): only there are the actor,
    the reason and the flow before at hand. Found out afterwards, in unit_of_work.derive, a case without a move could
    have been enrolled with either flow.
    """
    today = local_date(now)
    same_day = db.session.scalar(
        select(FlowMove).where(FlowMove.case_id == case.id, FlowMove.moved_on == today)
    )
    if same_day is not None:
        db.session.delete(same_day)
        return
    db.session.add(
        FlowMove(
            case_id=case.id,
            moved_on=today,
            flow=case.flow,
            reason=reason,
            note=note,
            noted_at=now,
            noted_by=actor.name,
        )
    )
