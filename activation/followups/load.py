"""Loads the facts of many cases at once: a fixed number of queries, however many cases."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import (
    String,
    or_,
    select,
    type_coerce,
)

from activation.aid.rules import Activity, CaseMonth, Employment, PlanDates
from activation.attendance.rules import DayFact, absences_in_a_row
from activation.clocks.calendar import calendars, local_date
from activation.context import settings
from activation.database import plain_rows
from activation.followups.aid_facts import aid_facts, aid_months
from activation.followups.dated import Of, dated_facts
from activation.followups.facts import (
    CaseFacts,
    ClockFact,
    ExceptionFact,
    HandledFact,
    HeldFact,
    OpenFact,
    OutcomeFact,
    PlacementFact,
    PlanFact,
    TopUpFact,
)
from models import (
    Case,
    Meeting,
    Session,
)
from models.enums import (
    HANDED_OVER_STATES,
    ClockKind,
    DayKind,
    EmployerAnswer,
    ExceptionKind,
    HandoverState,
    Mark,
    MeetingOutcome,
    PlacementKind,
    TopUpState,
)

# Three absences in a row are told of for so long after the third one; longer where their task is still open.
ABSENCES_WITHIN = timedelta(days=30)
# Marks are read from so long before, so that the beginning of a row is known.
A_ROW_AT_MOST = timedelta(days=45)

_WAITS_FOR = {
    HandoverState.DRAFT.value: "handover_drafts",
    HandoverState.HEARD.value: "handover_drafts",
    HandoverState.HANDED_OVER.value: "handover_waits",
    HandoverState.RECEIVED.value: "handover_outcomes",
}
Code = TypeVar("Code", bound=StrEnum)
Handled = Mapping[tuple[str, str], HandledFact]


@cache
def _code(kind: type[Code], value: str) -> Code:
    """Looked up once a word: to ask the enumeration takes longer than all else that is done to a row."""
    return kind(value)


def load_facts(
    case_ids: Sequence[int],
    *,
    today: date,
    handled: Mapping[int, Handled] | None = None,
    marked_from: date | None = None,
) -> list[CaseFacts]:
    """The facts of these cases as they stand now, in seven queries.

    `handled`: what people did to tasks, by case, where the caller has it. Marked sessions are read from `marked_from`
    on, and in any case from the first aid month that can still cause a task. Three absences in a row are looked for
    from `marked_from` on, and in any case in the last month.
    """
    wanted = set(case_ids)
    months = aid_months(today)
    aid_since = months.since
    households = select(Case.household_id).where(Case.id.in_(case_ids))
    # A household's month is a fact about each of its cases: the others' plans and sessions are read too.
    cases = plain_rows(
        select(
            Case.id,
            Case.unit_id,
            Case.household_id,
            Case.case_number,
            Case.first_contact_on,
            Case.flow,
            Case.closed_on,
            Case.closure_reason,
            Case.outcome_starts_on,
            Case.outcome_confirmed_on,
        )
        .where(Case.household_id.in_(households))
        .order_by(Case.id)
    )
    ids = [c.id for c in cases]
    of_unit = calendars({c.unit_id for c in cases}, settings().closed_days)
    # Cases share their due days: each day is looked up once a unit.
    is_working_day = {unit: cache(calendar.is_working_day) for unit, calendar in of_unit.items()}
    dated = dated_facts(ids)
    placements = {c.id: _placements(dated.get((Of.PLACEMENT, c.id), ())) for c in cases}
    held: dict[int, list[HeldFact]] = defaultdict(list)
    for case_id, at, kind, way in plain_rows(
        select(Meeting.case_id, Meeting.at, Meeting.kind, Meeting.way)
        .where(Meeting.case_id.in_(case_ids), Meeting.outcome == MeetingOutcome.HELD)
        .order_by(Meeting.at)
    ):
        held[case_id].append(HeldFact(local_date(at), kind, way))
    absences_from = min(today - ABSENCES_WITHIN, marked_from or today)
    sessions = _sessions(ids, today=today, since=min(months.first, absences_from - A_ROW_AT_MOST))
    aid = aid_facts(
        months,
        _of_households(cases, placements, dated),
        (
            (case_id, s.on)
            for case_id, of_case in sessions.items()
            for s in of_case
            if s.mark is None and s.on < today
        ),
        handed_over={
            (r.case_id, r.day0)
            for (of, _), rows in dated.items()
            if of == Of.HANDOVER
            for r in rows
            if r.code0 in HANDED_OVER_STATES
        },
        today=today,
    )
    return [
        CaseFacts(
            case_id=c.id,
            unit_id=c.unit_id,
            first_contact_on=c.first_contact_on,
            flow=c.flow,
            closed_on=c.closed_on,
            closure_reason=c.closure_reason,
            outcome_starts_on=c.outcome_starts_on,
            outcome_confirmed_on=c.outcome_confirmed_on,
            is_working_day=is_working_day[c.unit_id],
            clocks={
                _code(ClockKind, r.code0): ClockFact(r.day0, r.day1, r.day2)
                for r in dated.get((Of.CLOCK, c.id), ())
            },
            held=tuple(held.get(c.id, ())),
            plans=_plans(dated.get((Of.PLAN, c.id), ()), dated.get((Of.WENT_ON, c.id), ())),
            placements=placements[c.id],
            unmarked=tuple(s.on for s in sessions.get(c.id, ()) if s.mark is None and s.on < today),
            marked=frozenset(s.on for s in sessions.get(c.id, ()) if s.mark is not None),
            third_absences=_third_absences(sessions.get(c.id, ()), absences_from),
            proposals=_open(dated.get((Of.PROPOSAL, c.id), ())),
            reports=_open(dated.get((Of.REPORT, c.id), ())),
            top_ups=_top_ups(dated.get((Of.TOP_UP, c.id), ())),
            supports=_open(dated.get((Of.SUPPORT, c.id), ())),
            **_handovers(dated.get((Of.HANDOVER, c.id), ())),
            outcomes=tuple(OutcomeFact(r.number, r.day0) for r in dated.get((Of.OUTCOME, c.id), ())),
            back_on=min((r.day0 for r in dated.get((Of.BACK, c.id), ())), default=None),
            aid=tuple(aid.get(c.id, ())),
            aid_since=aid_since,
            cut_off=months.cut_off,
            exceptions=_exceptions(dated.get((Of.EXCEPTION, c.id), ())),
            handled=(handled or {}).get(c.id, {}),
        )
        for c in cases
        if c.id in wanted
    ]


class _SessionNow(NamedTuple):
    on: date
    mark: str | None
    answer: str | None


def _sessions(case_ids: Sequence[int], *, today: date, since: date) -> dict[int, list[_SessionNow]]:
    """Days up to today, in order: all without a mark, those with one from `since` on."""
    found: dict[int, list[_SessionNow]] = defaultdict(list)
    for case_id, on, mark, answer in plain_rows(
        select(
            Session.case_id,
            Session.on_date,
            type_coerce(Session.mark, String),
            type_coerce(Session.answer, String),
        )
        .where(
            Session.case_id.in_(case_ids),
            Session.scheduled,
            Session.on_date <= today,
            or_(Session.mark.is_(None), Session.on_date >= since),
        )
        .order_by(Session.on_date)
    ):
        found[case_id].append(_SessionNow(on, mark, answer))
    return found


def _third_absences(sessions: Sequence[_SessionNow], since: date) -> tuple[date, ...]:
    """The days from `since` on that made three absences in a row. What was read reaches further back: a row that began
    before that is not taken for a new one."""
    if all(
        s.mark in (None, Mark.PRESENT.value) and s.answer != EmployerAnswer.NOT_HERE.value for s in sessions
    ):
        return ()
    days = (
        DayFact(
            s.on,
            _code(Mark, s.mark) if s.mark else None,
            _code(EmployerAnswer, s.answer) if s.answer else None,
        )
        for s in sessions
        if s.on >= since - A_ROW_AT_MOST
    )
    return tuple(day for day in absences_in_a_row(days) if day >= since)


def _open(rows: Iterable[Any]) -> tuple[OpenFact, ...]:
    return tuple(OpenFact(r.number, r.day0) for r in sorted(rows, key=lambda r: (r.day0, r.number)))


def _handovers(rows: Iterable[Any]) -> dict[str, tuple[OpenFact, ...]]:
    """By what they wait for, as CaseFacts has them."""
    found: dict[str, list[OpenFact]] = defaultdict(list)
    for r in rows:
        if r.code0 in _WAITS_FOR:
            found[_WAITS_FOR[r.code0]].append(OpenFact(r.number, r.day1))
    return {name: tuple(sorted(of_name, key=lambda one: (one.on, one.id))) for name, of_name in found.items()}


def _top_ups(rows: Iterable[Any]) -> tuple[TopUpFact, ...]:
    return tuple(
        TopUpFact(r.number, _code(TopUpState, r.code0), r.day0, r.day1, r.day2 is not None)
        for r in sorted(rows, key=lambda r: r.number)
    )


def _plans(rows: Iterable[Any], reviews: Iterable[Any]) -> tuple[PlanFact, ...]:
    """A case has one plan of a day."""
    went_on = {r.day0: r.day1 for r in sorted(reviews, key=lambda r: r.day1)}
    return tuple(
        PlanFact(r.day0, r.day1, r.day2, went_on.get(r.day0)) for r in sorted(rows, key=lambda r: r.day0)
    )


def _placements(rows: Collection[Any]) -> tuple[PlacementFact, ...]:
    if not rows:
        return ()
    return tuple(
        PlacementFact(r.number, _code(PlacementKind, r.code0), r.day0, r.day1, r.day2 is not None)
        for r in sorted(rows, key=lambda r: (r.day0, r.number))
    )


def _exceptions(rows: Iterable[Any]) -> tuple[ExceptionFact, ...]:
    return tuple(
        ExceptionFact(
            _code(ExceptionKind, r.code0), r.code1, r.number, _code(DayKind, r.code2), r.day0, r.day1
        )
        for r in sorted(rows, key=lambda r: (r.day0, r.day1, r.code1 or ""))
    )


def _of_households(
    cases: Iterable[Any],
    placements_of: Mapping[int, Sequence[PlacementFact]],
    dated: Mapping[tuple[int, int], list[Any]],
) -> dict[int, list[CaseMonth]]:
    found: dict[int, list[CaseMonth]] = defaultdict(list)
    for c in cases:
        placements = placements_of[c.id]
        found[c.household_id].append(
            CaseMonth(
                c.id,
                c.case_number,
                c.first_contact_on,
                c.closed_on,
                c.closure_reason,
                c.outcome_starts_on,
                tuple(PlanDates(r.day0, r.day2) for r in dated.get((Of.PLAN, c.id), ())),
                tuple(Employment(p.starts_on, p.ends_on) for p in placements if p.is_employment),
                activities=tuple(Activity(p.starts_on, p.ends_on) for p in placements if not p.is_employment),
                told=frozenset(r.day0 for r in dated.get((Of.TOLD, c.id), ())),
                assessed_on=min((r.day0 for r in dated.get((Of.ASSESSED, c.id), ())), default=None),
            )
        )
    return found
