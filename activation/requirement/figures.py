"""The activity requirement in figures: a table of adults per obstacle, the rows behind each number, and the file.

One number, one condition: table, rows and file count with the same conditions on Case. What the aid side decided counts
as it recorded it; nothing here says who should have been covered, assigned or refused.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from activation.aid.rules import GIVEN, next_month, previous_month
from activation.caseload.open_cases import not_closed_by, open_on
from activation.caseload.visibility import in_scope, visible_cases
from activation.database import db
from activation.placements.began import is_activity_on
from activation.records.actor import Actor
from activation.requirement.rules import MONTHS_IN_A_ROW, months_of_quarter
from models import AidMonth, Case, CaseObstacle, Placement, Plan, RequirementAssessment
from models.enums import AidStatus, Obstacle, RefusalCause, RequirementOutcome
from models.texts import N_

Condition = ColumnElement[bool]
# What of the causes of a refusal is about the activity requirement.
OF_THE_REQUIREMENT = (RefusalCause.NO_PLAN, RefusalCause.NOT_TAKING_PART, RefusalCause.NOT_SEEKING_WORK)


@dataclass(frozen=True)
class Quarter:
    """A quarter, counted on its last day, or today where it is still going on. `since`: aid counts from that day."""

    year: int
    quarter: int
    today: date
    since: date

    @property
    def months(self) -> tuple[date, date, date]:
        return months_of_quarter(self.year, self.quarter)

    @property
    def last_day(self) -> date:
        return next_month(self.months[-1]) - timedelta(days=1)

    @property
    def day(self) -> date:
        return min(self.last_day, self.today)

    @property
    def name(self) -> str:
        return f"{self.year}-{self.quarter}"


def _is_open(asked: Quarter) -> Condition:
    return open_on(asked.day)


def _aided_three_months(asked: Quarter) -> Condition:
    """Aid in the three months that end with the month of the day, or with the one before it: the last is often not
    decided yet."""
    last = asked.day.replace(day=1)

    def through(month: date) -> Condition:
        months = [month]
        while len(months) < MONTHS_IN_A_ROW:
            months.append(previous_month(months[-1]))
        months = [m for m in months if m >= asked.since.replace(day=1)]
        number = (
            select(func.count())
            .select_from(AidMonth)
            .where(
                AidMonth.household_id == Case.household_id,
                AidMonth.month.in_(months),
                AidMonth.status.in_(GIVEN),
            )
            .correlate(Case)
            .scalar_subquery()
        )
        return number == MONTHS_IN_A_ROW

    return and_(_is_open(asked), or_(through(last), through(previous_month(last))))


def _latest_found(asked: Quarter) -> Any:
    """What was found last on or before the day; null where nothing was, or an exemption has run out."""
    later_ended = or_(RequirementAssessment.ends_on.is_(None), RequirementAssessment.ends_on >= asked.day)
    latest = (
        select(RequirementAssessment.id)
        .where(
            RequirementAssessment.case_id == Case.id,
            RequirementAssessment.withdrawn_at.is_(None),
            RequirementAssessment.assessed_on <= asked.day,
        )
        .order_by(RequirementAssessment.assessed_on.desc(), RequirementAssessment.id.desc())
        .limit(1)
        .correlate(Case)
        .scalar_subquery()
    )
    return (
        select(RequirementAssessment.outcome)
        .where(RequirementAssessment.id == latest, later_ended)
        .correlate(Case)
        .scalar_subquery()
    )


def _found(outcome: RequirementOutcome) -> Callable[[Quarter], Condition]:
    return lambda asked: and_(_aided_three_months(asked), _latest_found(asked) == outcome)


def _not_assessed(asked: Quarter) -> Condition:
    return and_(_aided_three_months(asked), _latest_found(asked).is_(None))


def is_assigned_on(day: date) -> Condition:
    """An activity goes on, or a plan in force assigns hours, on that day."""
    goes_on = exists().where(
        Placement.case_id == Case.id,
        is_activity_on(day),
    )
    latest = (
        select(func.max(Plan.agreed_on))
        .where(Plan.case_id == Case.id, Plan.agreed_on <= day)
        .correlate(Case)
        .scalar_subquery()
    )
    plan = exists().where(
        Plan.case_id == Case.id,
        Plan.agreed_on == latest,
        or_(Plan.ends_on.is_(None), Plan.ends_on >= day),
        Plan.assigned_hours > 0,
    )
    return or_(goes_on, plan)


def _assigned(asked: Quarter) -> Condition:
    return and_(_found(RequirementOutcome.COVERED)(asked), is_assigned_on(asked.day))


def _decided(status: AidStatus) -> Callable[[Quarter], Condition]:
    def condition(asked: Quarter) -> Condition:
        decided = exists().where(
            AidMonth.household_id == Case.household_id,
            AidMonth.month.in_(asked.months),
            AidMonth.status == status,
            AidMonth.refusal_cause.in_(OF_THE_REQUIREMENT),
        )
        had_case = and_(
            Case.first_contact_on <= asked.day,
            not_closed_by(asked.months[0]),
        )
        return and_(had_case, decided)

    return condition


@dataclass(frozen=True)
class Column:
    """One number per obstacle. `label` is short, `meaning` says what is counted."""

    key: str
    label: str
    meaning: str
    condition: Callable[[Quarter], Condition]


COLUMNS = (
    Column(
        "three_months",
        N_("Three months with aid"),
        N_("Adults with an open case whose household got aid three months in a row."),
        _aided_three_months,
    ),
    Column("covered", N_("Covered"), N_("Of these: found to be covered."), _found(RequirementOutcome.COVERED)),
    Column("exempt", N_("Exempt"), N_("Of these: found to be exempt for now."), _found(RequirementOutcome.EXEMPT)),
    Column(
        "not_covered", N_("Not covered"), N_("Of these: found not to be covered."),
        _found(RequirementOutcome.NOT_COVERED),
    ),
    Column(
        "not_assessed", N_("Not found out"),
        N_("Of these: nobody has written down what they found, or it has run out."), _not_assessed,
    ),
    Column(
        "assigned", N_("Assigned an activity"),
        N_("Of the covered: an activity goes on, or a plan in force assigns hours."), _assigned,
    ),
    Column(
        "refused", N_("Aid refused"),
        N_("Adults whose household was refused aid in the quarter for a cause that is about the requirement, as the aid"
           " side recorded it."),
        _decided(AidStatus.REFUSED),
    ),
    Column(
        "reduced", N_("Aid reduced"),
        N_("The same of aid that was granted in part."), _decided(AidStatus.PARTLY_GRANTED),
    ),
)  # fmt: skip
BY_KEY = {column.key: column for column in COLUMNS}


@dataclass(frozen=True)
class Line:
    """The numbers of one obstacle (None: of all), in the order of COLUMNS."""

    obstacle: Obstacle | None
    numbers: tuple[int, ...]


def _obstacle_on(day: date) -> Any:
    """What stood against self-support on that day; not given where nobody has said."""
    noted = (
        select(CaseObstacle.obstacle)
        .where(CaseObstacle.case_id == Case.id, CaseObstacle.since_on <= day)
        .order_by(CaseObstacle.since_on.desc())
        .limit(1)
        .correlate(Case)
        .scalar_subquery()
    )
    return func.coalesce(noted, Obstacle.NOT_GIVEN)


def table(asked: Quarter, *, unit_id: int | None) -> list[Line]:
    """A line per obstacle and one for all, zeros too. One statement. `unit_id` None: all units."""
    counted = (
        select(
            _obstacle_on(asked.day).label("obstacle"),
            *(column.condition(asked).label(column.key) for column in COLUMNS),
        )
        .where(Case.unit_id == unit_id if unit_id is not None else Case.id.is_not(None))
        .where(
            or_(
                _aided_three_months(asked),
                *(_decided(s)(asked) for s in (AidStatus.REFUSED, AidStatus.PARTLY_GRANTED)),
            )
        )
        .subquery()
    )
    each = [func.count().filter(counted.c[column.key]) for column in COLUMNS]
    found = {
        row[0]: tuple(row[1:])
        for row in db.session.execute(select(counted.c.obstacle, *each).group_by(counted.c.obstacle))
    }
    nothing = tuple(0 for _ in COLUMNS)
    lines = [Line(obstacle, found.get(obstacle.value, nothing)) for obstacle in Obstacle]
    total = tuple(sum(line.numbers[i] for line in lines) for i in range(len(COLUMNS)))
    return [*lines, Line(None, total)]


@dataclass(frozen=True)
class Row:
    """One adult behind a number. `since`: the activity's or the plan's first day; `hours`: assigned ones a week."""

    case_id: int
    case_number: str
    name: str
    obstacle: Obstacle
    since: date | None
    hours: Any
    kinds: tuple[str, ...]


@dataclass(frozen=True)
class Rows:
    rows: Sequence[Row]
    shown: int
    hidden: int


def rows(
    column: Column, asked: Quarter, *, obstacle: Obstacle | None, actor: Actor, offset: int, limit: int
) -> Rows:
    """A page of the adults behind a number of the actor's own unit, by name. Protected ones are counted, not shown."""
    # A protected case of another unit on which the reader is named counts there.
    where = [in_scope(actor), column.condition(asked)]
    if obstacle is not None:
        where.append(_obstacle_on(asked.day) == obstacle)
    total, shown = db.session.execute(
        select(func.count(), func.count().filter(visible_cases(actor))).select_from(Case).where(*where)
    ).one()
    found = db.session.execute(
        select(Case.id, Case.case_number, Case.first_name, Case.last_name, _obstacle_on(asked.day))
        .where(visible_cases(actor), *where)
        .order_by(Case.sort_name, Case.id)
        .offset(offset)
        .limit(limit)
    ).all()
    of_plans, of_placements = (
        _plans([r[0] for r in found], asked.day),
        _placements([r[0] for r in found], asked.day),
    )
    return Rows(
        [
            _row(r, of_plans.get(r[0]), of_placements.get(r[0], []))
            for r in found
        ],
        shown,
        total - shown,
    )  # fmt: skip


def _row(found: Any, plan: Any, placements: Sequence[Any]) -> Row:
    since = min((p.starts_on for p in placements), default=plan.agreed_on if plan else None)
    obstacles = {obstacle.value: obstacle for obstacle in Obstacle}
    return Row(
        found[0], found[1], f"{found[2]} {found[3]}", obstacles[found[4]], since,
        plan.assigned_hours if plan else None, tuple(sorted({p.kind.label for p in placements})),
    )  # fmt: skip


def _plans(case_ids: Sequence[int], day: date) -> dict[int, Any]:
    """The plan in force on the day, by case."""
    statement = (
        select(Plan.case_id, Plan.agreed_on, Plan.ends_on, Plan.assigned_hours)
        .where(Plan.case_id.in_(case_ids), Plan.agreed_on <= day)
        .order_by(Plan.case_id, Plan.agreed_on)
    )
    latest = {row.case_id: row for row in db.session.execute(statement)}
    return {i: row for i, row in latest.items() if row.ends_on is None or row.ends_on >= day}


def _placements(case_ids: Sequence[int], day: date) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    statement = select(Placement.case_id, Placement.kind, Placement.starts_on).where(
        Placement.case_id.in_(case_ids),
        is_activity_on(day),
    )
    for row in db.session.execute(statement):
        found.setdefault(row.case_id, []).append(row)
    return found
