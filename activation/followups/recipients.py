"""Who is reminded of a task, and who may close it. Pure: what is known of case and staff in, people out."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from models.enums import Owner, Recipient, Role


def may_close(role: Role | None, owner: Owner) -> bool:
    """Tasks of the aid side are closed by aid officers, all others by secretaries and unit leads."""
    if owner is Owner.AID_OFFICER:
        return role is Role.AID_OFFICER
    return role in (Role.SECRETARY, Role.UNIT_LEAD)


@dataclass(frozen=True)
class Person:
    """An active staff member."""

    id: int
    unit_id: int
    role: Role
    language: str
    wants_email: bool = True


@dataclass(frozen=True)
class DueTask:
    """An open task whose day has come, with what its case says of who may know."""

    id: int
    rule: str
    owner: Owner
    due_on: date
    escalates_on: date | None
    escalates_to: Owner | None
    case_id: int
    unit_id: int
    secretary_id: int | None
    is_protected: bool
    # The one aid officer whom it falls to, where it is about a handover to them.
    addressed_to: int | None = None


@dataclass(frozen=True)
class Directory:
    """The active staff, who is named on which protected case, and who stands in for whom."""

    people: Mapping[int, Person]
    named: Mapping[int, frozenset[int]] = field(default_factory=dict)
    covers: Mapping[int, list[int]] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        people: Iterable[Person],
        named: Iterable[tuple[int, int]],
        covers: Mapping[int, list[int]] | None = None,
    ) -> "Directory":
        """`named`: pairs of case and staff member. `covers`: who stands in, by the one who is away."""
        by_case: dict[int, set[int]] = defaultdict(set)
        for case_id, staff_id in named:
            by_case[case_id].add(staff_id)
        names = {case: frozenset(ids) for case, ids in by_case.items()}
        return cls({p.id: p for p in people}, names, covers or {})

    def recipients(self, task: DueTask, to: Recipient, *, escalated: bool = False) -> list[int]:
        """The staff who are reminded of a task: colleagues who stand in get it in place of those who are away. One who
        is away still gets what their cover may not know."""
        if escalated:
            found = self.who_it_escalates_to(task)
        elif to is Recipient.OWNER:
            found = self.who_is_reminded(task)
        else:
            role = Role.UNIT_LEAD if to is Recipient.UNIT_LEAD else Role.AID_OFFICER
            found = self._those_told(task, role)
        return sorted({i for person in found for i in self._in_place_of(person, task)})

    def _in_place_of(self, person: int, task: DueTask) -> list[int]:
        covers = [i for i in self.covers.get(person, ()) if i in self.people]
        if task.is_protected:
            covers = [i for i in covers if i in self._may_know(task)]
        return covers or [person]

    def who_is_reminded(self, task: DueTask) -> list[int]:
        """Of a task that is due: the case's secretary; the unit's leads where nobody has the case; the aid officers of
        the unit, or all of them where it has none. Of a protected case only its secretary and those named on it."""
        to = task.addressed_to
        if to is not None and to in self.people and (not task.is_protected or to in self._may_know(task)):
            return [to]
        if task.is_protected:
            return self._of_protected(task)
        if task.owner is Owner.AID_OFFICER:
            return self._those_told(task, Role.AID_OFFICER)
        if (
            task.owner is Owner.SECRETARY
            and task.secretary_id is not None
            and task.secretary_id in self.people
        ):
            return [task.secretary_id]
        return self._with_role(Role.UNIT_LEAD, task.unit_id)

    def who_it_escalates_to(self, task: DueTask) -> list[int]:
        """Of a task that was not done in time: the unit's leads, or the aid officers where its rule says so; of a
        protected case those of them who may know."""
        to_aid = task.escalates_to is Owner.AID_OFFICER
        return self._those_told(task, Role.AID_OFFICER if to_aid else Role.UNIT_LEAD)

    def _those_told(self, task: DueTask, role: Role) -> list[int]:
        if task.is_protected:
            return sorted(i for i in self._may_know(task) if self.people[i].role is role)
        of_unit = self._with_role(role, task.unit_id)
        # An aid officer may be of no unit that has cases.
        return of_unit or (self._with_role(role) if role is Role.AID_OFFICER else [])

    def _of_protected(self, task: DueTask) -> list[int]:
        may_know = self._may_know(task)
        if task.owner is Owner.SECRETARY and task.secretary_id is not None and task.secretary_id in may_know:
            return [task.secretary_id]
        # Rather somebody who may know of it and has another role than nobody at all.
        fitting = sorted(i for i in may_know if self.people[i].role.value == task.owner.value)
        return fitting or sorted(may_know)

    def _may_know(self, task: DueTask) -> set[int]:
        told = {*self.named.get(task.case_id, ()), task.secretary_id}
        return {staff_id for staff_id in self.people if staff_id in told}

    def _with_role(self, role: Role, unit_id: int | None = None) -> list[int]:
        return sorted(
            p.id for p in self.people.values() if p.role is role and (unit_id is None or p.unit_id == unit_id)
        )
