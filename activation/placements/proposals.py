"""Placements that are talked about: proposed, answered by the participant and the employer, agreed or turned down.

A proposal is no fact of what happens: it has no sessions and counts nowhere. With the second yes it becomes a
placement, in the same verb; the turn with its case and its version see to it that it becomes only one.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from activation.caseload.checks import must_be_open
from activation.clocks.calendar import local_date
from activation.database import db
from activation.placements.service import check_placement, must_be_past, place
from activation.records.actor import Actor
from activation.records.history import Changes, apply, record
from activation.records.turns import take_turn
from models import Case, Placement, Proposal, Workplace
from models.enums import EndedBy, ProposalState
from models.errors import Conflict, FieldError
from models.texts import N_

# Who says yes → the column of the day.
YES = {EndedBy.PARTICIPANT: "participant_yes_on", EndedBy.EMPLOYER: "employer_yes_on"}
# What somebody says yes to.
TERMS = ("kind", "starts_on", "ends_on", "weekdays", "hours_per_day", "tasks")
SOMEBODY_ELSE = N_("Somebody else changed the proposal while you had it open. Your entries are kept below.")
ANSWERED = N_("The proposal is answered already: %(state)s. Nothing was changed.")


def propose(
    *, actor: Actor, case: Case, workplace: Workplace, values: dict[str, Any], now: datetime
) -> Proposal:
    """Notes that a placement is talked about. `values`: TERMS, and need_id. Raises FieldError, Conflict."""
    check_placement(values)
    take_turn(case.id)
    must_be_open(case)
    if db.session.scalar(
        select(Proposal.id).where(
            Proposal.case_id == case.id,
            Proposal.workplace_id == workplace.id,
            Proposal.starts_on == values["starts_on"],
            Proposal.state == ProposalState.PROPOSED,
        )
    ):
        raise FieldError("starts_on", N_("That is proposed already: from this day, at this workplace."))
    proposal = Proposal(
        case_id=case.id,
        workplace_id=workplace.id,
        proposed_on=local_date(now),
        made_by=actor.name,
        **values,
    )
    db.session.add(proposal)
    changes: Changes = {field: (None, value) for field, value in values.items() if value not in (None, "")}
    record(
        case,
        actor=actor,
        now=now,
        verb="proposal_made",
        changes={"workplace": (None, workplace.name), **changes},
    )
    db.session.flush()
    return proposal


def _take(proposal: Proposal) -> None:
    take_turn(proposal.case_id)
    db.session.refresh(proposal, [column.key for column in Proposal.__mapper__.column_attrs])


def _must_be_as_seen(proposal: Proposal, seen_version: int | None) -> None:
    if proposal.state is not ProposalState.PROPOSED:
        raise Conflict(ANSWERED, state=proposal.state)
    if proposal.version != seen_version:
        raise Conflict(SOMEBODY_ELSE)


def _must_be_open_as_seen(proposal: Proposal, case: Case, seen_version: int | None) -> None:
    _must_be_as_seen(proposal, seen_version)
    must_be_open(case)


def change_proposal(
    *,
    actor: Actor,
    case: Case,
    proposal: Proposal,
    seen_version: int | None,
    values: dict[str, Any],
    keep_answers: bool,
    now: datetime,
) -> bool:
    """Changes what is proposed; says whether anything changed. Raises FieldError, Conflict.

    Who said yes did so to what stood there before: their yes is taken back, unless `keep_answers`.
    """
    _take(proposal)
    _must_be_open_as_seen(proposal, case, seen_version)
    check_placement(values)
    changes = apply(proposal, values)
    if not changes:
        return False
    if not keep_answers:
        changes |= apply(proposal, dict.fromkeys(YES.values()))
    _record(case, proposal, actor=actor, now=now, verb="proposal_changed", changes=changes)
    return True


def say_yes(
    *,
    actor: Actor,
    case: Case,
    proposal: Proposal,
    seen_version: int | None,
    by: EndedBy,
    on: date,
    af_decision_on: date | None = None,
    now: datetime,
) -> Placement | None:
    """Records a yes, of the participant or the employer; with the second one returns the placement it became.

    `af_decision_on`: needed with the second yes to a subsidised employment. The same answer a second time changes
    nothing. Raises FieldError, Conflict.
    """
    field = YES[by]
    _take(proposal)
    if getattr(proposal, field) == on and proposal.version != seen_version:
        return db.session.get(Placement, proposal.placement_id) if proposal.placement_id else None
    _must_be_open_as_seen(proposal, case, seen_version)
    must_be_past({"on": on}, "on", now=now)
    answered = {column: getattr(proposal, column) for column in YES.values()} | {field: on}
    # Placing may be refused (a placement there already, no decision yet): before anything is changed.
    placement = None
    if all(answered.values()):
        placement = place(
            actor=actor,
            case=case,
            workplace=db.session.get_one(Workplace, proposal.workplace_id),
            values={
                **{column: getattr(proposal, column) for column in (*TERMS, "need_id")},
                "participant_agreed_on": answered["participant_yes_on"],
                "employer_agreed_on": answered["employer_yes_on"],
                "af_decision_on": af_decision_on,
            },
            now=now,
        )
    changes = apply(proposal, {field: on})
    if placement is not None:
        proposal.placement_id, proposal.state = placement.id, ProposalState.AGREED
    is_participant = by is EndedBy.PARTICIPANT
    _record(
        case,
        proposal,
        actor=actor,
        now=now,
        verb="proposal_participant_yes" if is_participant else "proposal_employer_yes",
        changes=changes,
    )
    return placement


def take_back_yes(
    *, actor: Actor, case: Case, proposal: Proposal, seen_version: int | None, by: EndedBy, now: datetime
) -> bool:
    """Forgets a yes that was noted by mistake; says whether there was one. Raises Conflict."""
    _take(proposal)
    if proposal.state is ProposalState.PROPOSED and getattr(proposal, YES[by]) is None:
        return False
    _must_be_open_as_seen(proposal, case, seen_version)
    changes = apply(proposal, {YES[by]: None})
    _record(case, proposal, actor=actor, now=now, verb="proposal_yes_taken_back", changes=changes)
    return True


def decline(
    *,
    actor: Actor,
    case: Case,
    proposal: Proposal,
    seen_version: int | None,
    by: EndedBy,
    reason: str,
    now: datetime,
) -> bool:
    """The proposal comes to nothing: by whom and why. Says whether anything changed. Raises Conflict."""
    _take(proposal)
    if proposal.state is ProposalState.DECLINED and proposal.declined_by is by:
        return False
    _must_be_as_seen(proposal, seen_version)
    proposal.state = ProposalState.DECLINED
    changes = apply(proposal, {"declined_by": by, "declined_on": local_date(now), "reason": reason.strip()})
    changes.pop("reason", None)
    _record(
        case,
        proposal,
        actor=actor,
        now=now,
        verb="proposal_declined",
        changes=changes,
        reason=proposal.reason,
    )
    return True


def _record(
    case: Case,
    proposal: Proposal,
    *,
    actor: Actor,
    now: datetime,
    verb: str,
    changes: Changes,
    reason: str = "",
) -> None:
    workplace = db.session.get_one(Workplace, proposal.workplace_id)
    record(
        case,
        actor=actor,
        now=now,
        verb=verb,
        changes={"workplace": (None, workplace.name), **changes},
        reason=reason,
    )
    db.session.flush()
