"""Loads the facts of many cases at once: a fixed number of queries, however many cases."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from enum import IntEnum, StrEnum
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import Date, Integer, Select, String, cast, literal, null, or_, select, type_coerce, union_all

from activation.aid.rules import CaseMonth, Employment, PlanDates
from activation.clocks.calendar import calendars, local_date
from activation.context import settings
from activation.database import plain_rows
from activation.followups.aid_facts import aid_facts, aid_months
from activation.followups.facts import (
    CaseFacts,
    ClockFact,
    ExceptionFact,
    HandledFact,
    HeldFact,
    PlacementFact,
    PlanFact,
)
from models import Case, Clock, Meeting, Placement, Plan, RuleException, Session
from models.enums import ClockKind, DayKind, ExceptionKind, MeetingOutcome, PlacementKind

Code = TypeVar("Code", bound=StrEnum)
Handled = Mapping[tuple[str, str], HandledFact]


def _code(kind: type[Code], value: str) -> Code:
    return kind(value)


class _Of(IntEnum):
    CLOCK = 1
    PLAN = 2
    PLACEMENT = 3
    EXCEPTION = 4


def _dated(
    of: _Of, case_id: Any, dates: Sequence[Any], codes: Sequence[Any] = (), number: Any = None
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


def _dated_facts(case_ids: Sequence[int]) -> dict[tuple[int, int], list[Any]]:
    """Clocks, plans, placements and exceptions by kind and case, in one query."""
    statement = union_all(
        _dated(
            _Of.CLOCK, Clock.case_id, (Clock.started_on, Clock.due_on, Clock.stopped_on), (Clock.kind,)
        ).where(Clock.case_id.in_(case_ids)),
        _dated(_Of.PLAN, Plan.case_id, (Plan.agreed_on, Plan.review_by, Plan.ends_on)).where(
            Plan.case_id.in_(case_ids)
        ),
        _dated(
            _Of.PLACEMENT,
            Placement.case_id,
            (Placement.starts_on, Placement.ends_on),
            (Placement.kind,),
            Placement.id,
        ).where(Placement.case_id.in_(case_ids)),
        _dated(
            _Of.EXCEPTION,
            RuleException.case_id,
            (RuleException.starts_on, RuleException.ends_on),
            (RuleException.kind, RuleException.rule, RuleException.day_kind),
            RuleException.days,
        ).where(RuleException.case_id.in_(case_ids), RuleException.withdrawn_at.is_(None)),
    )
    found: dict[tuple[int, int], list[Any]] = defaultdict(list)
    for row in plain_rows(statement):
        found[row.of, row.case_id].append(row)
    return found


def load_facts(
    case_ids: Sequence[int],
    *,
    today: date,
    handled: Mapping[int, Handled] | None = None,
    marked_from: date | None = None,
) -> list[CaseFacts]:
    """The facts of these cases as they stand now, in seven queries.

    `handled`: what people did to tasks, by case, where the caller has it. Marked sessions are read from `marked_from`
    on, and in any case from the first aid month that can still cause a task.
    """
    wanted = set(case_ids)
    months = aid_months(today)
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
    dated = _dated_facts(ids)
    held: dict[int, list[HeldFact]] = defaultdict(list)
    for case_id, at, kind, way in plain_rows(
        select(Meeting.case_id, Meeting.at, Meeting.kind, Meeting.way)
        .where(Meeting.case_id.in_(case_ids), Meeting.outcome == MeetingOutcome.HELD)
        .order_by(Meeting.at)
    ):
        held[case_id].append(HeldFact(local_date(at), kind, way))
    sessions = _sessions(ids, today=today, since=min(months.first, marked_from or months.first))
    aid = aid_facts(
        months,
        _of_households(cases, dated),
        ((case_id, day, marked) for case_id, days in sessions.items() for day, marked in days),
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
                for r in dated.get((_Of.CLOCK, c.id), ())
            },
            held=tuple(held.get(c.id, ())),
            plans=_plans(dated.get((_Of.PLAN, c.id), ())),
            placements=_placements(dated.get((_Of.PLACEMENT, c.id), ())),
            unmarked=tuple(day for day, marked in sessions.get(c.id, ()) if not marked),
            marked=frozenset(day for day, marked in sessions.get(c.id, ()) if marked),
            aid=tuple(aid.get(c.id, ())),
            cut_off=months.cut_off,
            exceptions=_exceptions(dated.get((_Of.EXCEPTION, c.id), ())),
            handled=(handled or {}).get(c.id, {}),
        )
        for c in cases
        if c.id in wanted
    ]


def _sessions(case_ids: Sequence[int], *, today: date, since: date) -> dict[int, list[tuple[date, bool]]]:
    """Days before today, in order, and whether they are marked: all without a mark, those with one from `since` on."""
    found: dict[int, list[tuple[date, bool]]] = defaultdict(list)
    for case_id, day, marked in plain_rows(
        select(Session.case_id, Session.on_date, Session.mark.is_not(None))
        .where(
            Session.case_id.in_(case_ids),
            Session.scheduled,
            Session.on_date < today,
            or_(Session.mark.is_(None), Session.on_date >= since),
        )
        .order_by(Session.on_date)
    ):
        found[case_id].append((day, marked))
    return found


def _plans(rows: Iterable[Any]) -> tuple[PlanFact, ...]:
    return tuple(PlanFact(r.day0, r.day1, r.day2) for r in sorted(rows, key=lambda r: r.day0))


def _placements(rows: Iterable[Any]) -> tuple[PlacementFact, ...]:
    return tuple(
        PlacementFact(r.number, _code(PlacementKind, r.code0), r.day0, r.day1)
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
    cases: Iterable[Any], dated: Mapping[tuple[int, int], list[Any]]
) -> dict[int, list[CaseMonth]]:
    found: dict[int, list[CaseMonth]] = defaultdict(list)
    for c in cases:
        placements = dated.get((_Of.PLACEMENT, c.id), ())
        found[c.household_id].append(
            CaseMonth(
                c.id,
                c.case_number,
                c.first_contact_on,
                c.closed_on,
                c.closure_reason,
                c.outcome_starts_on,
                tuple(PlanDates(r.day0, r.day2) for r in dated.get((_Of.PLAN, c.id), ())),
                tuple(
                    Employment(r.day0, r.day1)
                    for r in placements
                    if _code(PlacementKind, r.code0).is_employment
                ),
            )
        )
    return found
