"""Reads of the page of follow-up. The figures themselves are Measures; messages are the outbox's."""

from collections.abc import Mapping
from dataclasses import dataclass

from activation.throughput.dimensions import ANSWERED, OWNER, PAUSE_REASON, RULE, SECRETARY
from activation.throughput.measures.follow_up import (
    TASKS_IN_TIME,
    TASKS_LATE,
    TASKS_MISSING,
    TASKS_NOT_RELEVANT,
    TASKS_WITHDRAWN,
    UNMARKED,
)
from activation.throughput.measures.standing import CLOCKS_PAUSED
from activation.throughput.queries import Counts, by_group, days_by_group, secretaries_of
from activation.throughput.rules import Period
from activation.throughput.scope import Units
from models.enums import Owner

OF_TASKS = (TASKS_IN_TIME, TASKS_LATE, TASKS_MISSING, TASKS_NOT_RELEVANT, TASKS_WITHDRAWN)
OF_SECRETARY = (TASKS_IN_TIME, TASKS_LATE, TASKS_MISSING)


@dataclass(frozen=True)
class OfGroup:
    """(hits, judged) of each measure, by its key, in a group: a rule or a secretary."""

    key: str
    counts: Mapping[str, Counts]

    def count(self, key: str) -> Counts:
        return self.counts.get(key, (0, 0))


def by_rule(period: Period, units: Units) -> list[OfGroup]:
    """A line for each rule that has tasks in the period. One statement."""
    found = by_group(OF_TASKS, (RULE,), period, units)
    rules = sorted({rule for groups in found.values() for (rule,) in groups})
    return [
        OfGroup(rule, {key: groups.get((rule,), (0, 0)) for key, groups in found.items()}) for rule in rules
    ]


def by_secretary(period: Period, unit_id: int) -> list[tuple[str | None, OfGroup]]:
    """Name (None: nobody has the case) and the tasks that fall to secretaries, by name; those of the unit without any
    stand there too. Two statements."""
    found = by_group(OF_SECRETARY, (SECRETARY, OWNER), period, Units.one(unit_id))
    owner = Owner.SECRETARY.value
    ids = {int(who) for groups in found.values() for who, falls_to in groups if falls_to == owner}
    names: dict[int, str | None] = {**secretaries_of(unit_id, also=ids)}
    if 0 in ids:
        names[0] = None
    return [
        (
            name,
            OfGroup(str(i), {key: groups.get((str(i), owner), (0, 0)) for key, groups in found.items()}),
        )
        for i, name in names.items()
    ]


def unmarked(today: Period, units: Units) -> dict[str, dict[int, int]]:
    """How often each age occurs, by whether the workplace has said something (keys of ANSWERED)."""
    return {said: days for (said,), days in days_by_group(UNMARKED, (ANSWERED,), today, units).items()}


def pauses_by_reason(today: Period, units: Units) -> dict[str, int]:
    """Pauses of clocks that hold, by why, those that there are."""
    found = by_group([CLOCKS_PAUSED], (PAUSE_REASON,), today, units)[CLOCKS_PAUSED.key]
    return {reason: found[reason,][0] for reason in PAUSE_REASON.texts if (reason,) in found}
