"""The same thing done with several follow-up tasks at once: each on its own, and said of each how it went."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from activation.followups.book import what_of
from activation.followups.queries import find_tasks
from activation.followups.recipients import may_close
from activation.records.actor import Actor
from models import Case, Task
from models.errors import DomainError, NotAllowed
from models.texts import N_

MOST_AT_ONCE = 100


class Action(StrEnum):
    """What can be done with several tasks."""

    DONE = "done"
    POSTPONE = "postpone"
    NOT_RELEVANT = "not_relevant"


@dataclass(frozen=True)
class Chosen:
    """A task that was chosen, and why the action failed (None: it did not)."""

    id: int
    case_id: int
    name: str
    case_number: str
    what: str
    error: DomainError | None = None


@dataclass(frozen=True)
class Outcome:
    """How it went: a row per task. `missing`: so many are not in the actor's lists (any more), and are not named."""

    rows: list[Chosen]
    missing: int

    @property
    def done(self) -> int:
        return sum(row.error is None for row in self.rows)

    @property
    def failed(self) -> int:
        return len(self.rows) - self.done


def chosen_tasks(actor: Actor, task_ids: Sequence[int]) -> list[Chosen]:
    """Those of these tasks that the actor may know of, for a page that asks about them."""
    return [_chosen(task, case) for task, case in find_tasks(actor, task_ids)]


def act_on_several(*, actor: Actor, task_ids: Sequence[int], verb: Callable[[Task], None]) -> Outcome:
    """Calls the verb of one task for each, the first due first. One that refuses does not hinder the others: verbs
    check before they change. At most MOST_AT_ONCE ids."""
    found = find_tasks(actor, task_ids, to_change=True)
    rows = [_chosen(task, case, _refusal(actor, task, verb)) for task, case in found]
    return Outcome(rows, len(set(task_ids)) - len(found))


def _refusal(actor: Actor, task: Task, verb: Callable[[Task], None]) -> DomainError | None:
    if not may_close(actor.role, task.owner):
        return NotAllowed(N_("The task is not yours to change."))
    try:
        verb(task)
    except DomainError as error:
        return error
    return None


def _chosen(task: Task, case: Case, error: DomainError | None = None) -> Chosen:
    return Chosen(task.id, case.id, case.name, case.case_number, what_of(task.rule, case.unit_id), error)
