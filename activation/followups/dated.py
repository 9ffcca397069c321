"""The small facts with dates of many cases, in one narrow form: one query reads them all."""

from collections import defaultdict
from collections.abc import Sequence
from enum import IntEnum
from typing import Any

from sqlalchemy import (
    Date,
    Integer,
    Select,
    String,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal,
    null,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import aliased

from activation.database import plain_rows
from activation.placements.began import began
from models import (
    AidNotice,
    Case,
    Clock,
    EmployerReport,
    Handover,
    Need,
    OutcomeCheck,
    Placement,
    Plan,
    PlanReview,
    Proposal,
    RequirementAssessment,
    RuleException,
    SupportNeed,
    TopUp,
)
from models.enums import ActivityType, HandoverState, NeedState, PlacementKind, ProposalState, ReviewResult


class Of(IntEnum):
    CLOCK = 1
    PLAN = 2
    PLACEMENT = 3
    EXCEPTION = 4
    PROPOSAL = 5
    REPORT = 6
    TOP_UP = 7
    SUPPORT = 8
    HANDOVER = 9
    TOLD = 10
    ASSESSED = 11
    WENT_ON = 12
    OUTCOME = 13
    BACK = 14


def _dated(
    of: Of, case_id: Any, dates: Sequence[Any], codes: Sequence[Any] = (), number: Any = None
) -> Select[Any]:
    """One narrow form for small tables of dated facts, so that one query reads them all."""
    days = [*dates, *([cast(null(), Date)] * (3 - len(dates)))]
    texts = [*(type_coerce(code, String) for code in codes), *([cast(null(), String)] * (3 - len(codes)))]
    return select(
        literal(int(of), Integer).label("of"),
        case_id.label("case_id"),
        *(day.label(f"day{i}") for i, day in enumerate(days)),
        *(text.label(f"code{i}") for i, text in enumerate(texts)),
        (cast(null(), Integer) if number is None else number).label("number"),
    )


# A participant is shown what is dangerous at a workplace (SoL 12:6). Files do not say: nothing is asked of theirs.
_LACKS_INTRO = and_(
    Placement.safety_intro_on.is_(None),
    Placement.employer_agreed_on.is_not(None),
    Placement.kind.not_in(
        [kind for kind in PlacementKind if kind.activity_type is not ActivityType.WORKPLACE]
    ),
)


# Since when a handover has stood where it stands.
_HANDOVER_SINCE = case(
    (Handover.state == HandoverState.HANDED_OVER, Handover.handed_over_at),
    (Handover.state == HandoverState.RECEIVED, Handover.received_at),
    else_=Handover.begun_at,
)


def dated_facts(case_ids: Sequence[int]) -> dict[tuple[int, int], list[Any]]:
    """Small facts with dates by kind (Of) and case, in one query."""
    # One parameter for all of them: a list of its own for each costs as much as reading the rows.
    ids = bindparam("ids", list(case_ids), type_=Integer, expanding=True)
    later = aliased(Case)
    statement = union_all(
        _dated(
            Of.CLOCK, Clock.case_id, (Clock.started_on, Clock.due_on, Clock.stopped_on), (Clock.kind,)
        ).where(Clock.case_id.in_(ids)),
        _dated(Of.PLAN, Plan.case_id, (Plan.agreed_on, Plan.review_by, Plan.ends_on)).where(
            Plan.case_id.in_(ids)
        ),
        _dated(Of.WENT_ON, Plan.case_id, (Plan.agreed_on, PlanReview.reviewed_on))
        .join(PlanReview, PlanReview.plan_id == Plan.id)
        .where(Plan.case_id.in_(ids), PlanReview.result == ReviewResult.GOES_ON),
        _dated(
            Of.PLACEMENT,
            Placement.case_id,
            (Placement.starts_on, Placement.ends_on, case((_LACKS_INTRO, Placement.starts_on))),
            (Placement.kind,),
            Placement.id,
        ).where(Placement.case_id.in_(ids), began()),
        _dated(
            Of.EXCEPTION,
            RuleException.case_id,
            (RuleException.starts_on, RuleException.ends_on),
            (RuleException.kind, RuleException.rule, RuleException.day_kind),
            RuleException.days,
        ).where(RuleException.case_id.in_(ids), RuleException.withdrawn_at.is_(None)),
        _dated(Of.PROPOSAL, Proposal.case_id, (Proposal.proposed_on,), number=Proposal.id).where(
            Proposal.case_id.in_(ids), Proposal.state == ProposalState.PROPOSED
        ),
        _dated(
            Of.REPORT,
            Placement.case_id,
            (type_coerce(func.date(EmployerReport.at), Date),),
            number=EmployerReport.id,
        )
        .join(EmployerReport, EmployerReport.placement_id == Placement.id)
        .where(Placement.case_id.in_(ids), EmployerReport.handled_at.is_(None)),
        _dated(
            Of.TOP_UP,
            TopUp.case_id,
            (TopUp.ends_on, TopUp.ended_on, case((Need.state == NeedState.OPEN, TopUp.starts_on))),
            (TopUp.state,),
            TopUp.id,
        )
        .outerjoin(Need, Need.id == TopUp.need_id)
        .where(TopUp.case_id.in_(ids)),
        _dated(Of.SUPPORT, SupportNeed.case_id, (SupportNeed.opened_on,), number=SupportNeed.id).where(
            SupportNeed.case_id.in_(ids), SupportNeed.ended_on.is_(None)
        ),
        _dated(
            Of.HANDOVER,
            Handover.case_id,
            (Handover.month, type_coerce(func.date(_HANDOVER_SINCE), Date)),
            (Handover.state,),
            Handover.id,
        ).where(Handover.case_id.in_(ids), Handover.state != HandoverState.WITHDRAWN),
        _dated(Of.TOLD, AidNotice.case_id, (AidNotice.about_on,)).where(AidNotice.case_id.in_(ids)),
        _dated(Of.ASSESSED, RequirementAssessment.case_id, (RequirementAssessment.assessed_on,)).where(
            RequirementAssessment.case_id.in_(ids), RequirementAssessment.withdrawn_at.is_(None)
        ),
        _dated(Of.OUTCOME, OutcomeCheck.case_id, (OutcomeCheck.found_on,), number=OutcomeCheck.months).where(
            OutcomeCheck.case_id.in_(ids), OutcomeCheck.withdrawn_at.is_(None)
        ),
        _dated(Of.BACK, Case.id, (later.first_contact_on,))
        .join(later, later.personal_number == Case.personal_number)
        .where(
            Case.id.in_(ids),
            Case.outcome_starts_on.is_not(None),
            later.first_contact_on > Case.closed_on,
        ),
    )
    found: dict[tuple[int, int], list[Any]] = defaultdict(list)
    for row in plain_rows(statement):
        found[row.of, row.case_id].append(row)
    return found
