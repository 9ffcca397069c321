"""What a change of rules would mean: which open cases it touches, and how many tasks each secretary would have in the
days ahead, week by week, compared with the rules of today. Counts only: no participant is named.

Above SAMPLE cases, every so many-th is looked at and the numbers are scaled up.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, or_, select, true

from activation.caseload.open_cases import not_closed_by
from activation.caseload.visibility import in_scope
from activation.database import chunks, db
from activation.followups.book import RuleBook
from activation.followups.facts import CaseFacts
from activation.followups.load import load_facts
from activation.followups.projection import Compared, ahead, difference
from activation.followups.rule import Rule
from activation.followups.service import MACHINE, handled_by_case
from activation.records.actor import Actor
from models import Case, Staff, Task, Unit
from models.enums import Owner, Role

DAYS = 30
SAMPLE = 5_000
Week = tuple[int, int]


class Who(NamedTuple):
    """Whose work a task is: a secretary's (None: of a case that nobody has), or a role's."""

    owner: Owner
    staff_id: int | None = None


@dataclass
class Tally:
    """Tasks now and then, by whose they are, week and rule."""

    now: Counter[tuple[Who, Week, str]] = field(default_factory=Counter)
    then: Counter[tuple[Who, Week, str]] = field(default_factory=Counter)


class NowThen(NamedTuple):
    """A number by today's rules and by the changed ones."""

    now: int
    then: int

    @property
    def more(self) -> int:
        return self.then - self.now


@dataclass(frozen=True)
class Preview:
    """`cases`: open cases of the units concerned; `looked_at`: of how many the numbers are. `touched`, `added`, `gone`,
    `moved`: cases whose open tasks would differ, and how many tasks come, go and change."""

    first: date
    until: date
    cases: int
    looked_at: int
    touched: int
    added: int
    gone: int
    moved: int
    tally: Tally
    names: dict[int, str]
    rules: tuple[str, ...]

    @property
    def is_sample(self) -> bool:
        return self.looked_at < self.cases

    @property
    def weeks(self) -> list[Week]:
        """The ISO weeks of the days ahead."""
        days = ((self.first + timedelta(days=n)) for n in range((self.until - self.first).days))
        return list(dict.fromkeys(_week(day) for day in days))

    def count(self, who: Who | None = None, week: Week | None = None, rules: Sequence[str] = ()) -> NowThen:
        """How many tasks: of one person or all, in one week or all, of these rules or all."""

        def total(of: Counter[tuple[Who, Week, str]]) -> int:
            found = sum(
                number
                for (of_who, of_week, rule), number in of.items()
                if who in (None, of_who) and week in (None, of_week) and (not rules or rule in rules)
            )
            return self._scaled(found)

        return NowThen(total(self.tally.now), total(self.tally.then))

    @property
    def people(self) -> list[Who]:
        """Everybody who has a task either way: who gets the greatest change first."""
        found = {who for who, _week, _rule in (*self.tally.now, *self.tally.then)}
        return sorted(
            found,
            key=lambda who: (-abs(self.count(who).more), self.names.get(who.staff_id or 0, ""), who.owner),
        )

    @property
    def rules_counted(self) -> list[str]:
        """The rules whose numbers differ, then the others, each by their number."""
        keys = {rule for _who, _week, rule in (*self.tally.now, *self.tally.then)} | set(self.rules)
        numbers = {key: self.count(rules=(key,)) for key in keys}
        return sorted(keys, key=lambda key: (not numbers[key].more, -abs(numbers[key].more), key))

    def _scaled(self, number: int) -> int:
        return round(number * self.cases / self.looked_at) if self.is_sample else number


def preview(
    before: RuleBook, after: RuleBook, *, valid_from: date, actor: Actor, today: date, sample: int = SAMPLE
) -> Preview:
    """Compares the rules that hold on `valid_from` with and without the change, as if they held from today on, over the
    open cases that count in the actor's figures. Eight queries a 500 cases."""
    of_unit = compared_units(before, after, valid_from)
    cases = _open_cases(of_unit, actor, today)
    step = -(-len(cases) // sample) or 1
    looked_at = cases[::step]
    until = today + timedelta(days=DAYS)
    tally, touched, tasks = Tally(), 0, Counter[str]()
    secretary_of = dict(looked_at)
    for part in chunks([case_id for case_id, _secretary in looked_at]):
        for facts in load_facts(part, today=today, handled=handled_by_case(_handled(part))):
            compared = of_unit[facts.unit_id]
            differs = difference(compared, facts, today)
            touched += bool(differs)
            tasks.update(added=differs.added, gone=differs.gone, moved=differs.moved)
            _count(tally, compared, facts, secretary_of[facts.case_id], today, until)
    scale = len(cases) / len(looked_at) if looked_at else 1
    return Preview(
        first=today,
        until=until,
        cases=len(cases),
        looked_at=len(looked_at),
        touched=round(touched * scale),
        added=round(tasks["added"] * scale),
        gone=round(tasks["gone"] * scale),
        moved=round(tasks["moved"] * scale),
        tally=tally,
        names=_names({who.staff_id for who, _w, _r in (*tally.now, *tally.then) if who.staff_id}),
        rules=tuple(
            dict.fromkeys(
                rule.key for compared in of_unit.values() for side in compared.changed for rule in side
            )
        ),
    )


def compared_units(before: RuleBook, after: RuleBook, day: date) -> dict[int, Compared]:
    """The units whose rules differ on a day, with what differs."""
    units = db.session.scalars(select(Unit.id).order_by(Unit.id)).all()
    # Most units have the same rules: they are compared once.
    known: dict[tuple[int, ...], Compared] = {}
    found: dict[int, Compared] = {}
    for unit_id in units:
        was, becomes = before.rules_for(unit_id, day), after.rules_for(unit_id, day)
        same = tuple(id(rule) for rule in (*was, *becomes))
        compared = known.get(same)
        if compared is None:
            compared = known[same] = Compared.of(was, becomes)
        if compared:
            found[unit_id] = compared
    return found


def counts_for(actor: Actor) -> ColumnElement[bool]:
    """Whose cases a preview counts: an administrator's is of all units (and tells of no case), others' of their own."""
    return true() if actor.role is Role.ADMINISTRATOR else in_scope(actor)


def _open_cases(units: Iterable[int], actor: Actor, today: date) -> Sequence[tuple[int, int | None]]:
    rows = db.session.execute(
        select(Case.id, Case.secretary_id)
        .where(
            Case.unit_id.in_(list(units)),
            not_closed_by(today),
            counts_for(actor),
        )
        .order_by(Case.id)
    )
    return [(case_id, secretary_id) for case_id, secretary_id in rows]


def _handled(case_ids: Sequence[int]) -> Sequence[object]:
    """What people did to tasks: the rest the rules know from the facts."""
    return db.session.execute(
        select(Task.case_id, Task.rule, Task.key, Task.closed_by, Task.closed_at, Task.postponed_to).where(
            Task.case_id.in_(case_ids),
            or_(and_(Task.closed_at.is_not(None), Task.closed_by != MACHINE), Task.postponed_to.is_not(None)),
        )
    ).all()


def _count(
    tally: Tally, compared: Compared, facts: CaseFacts, secretary_id: int | None, today: date, until: date
) -> None:
    def add(to: Sequence[Counter[tuple[Who, Week, str]]], rules: Sequence[Rule]) -> None:
        for on, task in ahead(rules, facts, today, until):
            who = Who(task.owner, secretary_id if task.owner is Owner.SECRETARY else None)
            for counter in to:
                counter[who, _week(on), task.rule] += 1

    add((tally.now, tally.then), compared.still)
    add((tally.now,), compared.before)
    add((tally.then,), compared.after)


def _week(day: date) -> Week:
    year, week, _weekday = day.isocalendar()
    return year, week


def _names(staff_ids: Iterable[int]) -> dict[int, str]:
    rows = db.session.execute(select(Staff.id, Staff.name).where(Staff.id.in_(list(staff_ids))))
    return {row.id: row.name for row in rows}
