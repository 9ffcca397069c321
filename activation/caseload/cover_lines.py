"""What whoever stands in for somebody is told on Today: a line per person, each number the length of its list."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from activation.attendance.queries import number_to_mark_of
from activation.caseload.cover import StandingIn, standing_in
from activation.clocks.calendar import local_date
from activation.database import db
from activation.followups.queries import Scope, Wanted, number_due
from activation.meetings.queries import number_on
from activation.records.actor import Actor


@dataclass(frozen=True)
class CoverLine:
    """Whom one stands in for, and what waits there."""

    person: StandingIn
    tasks_due: int
    meetings_today: int
    sessions: int


def lines_of_cover(actor: Actor, *, now: datetime) -> list[CoverLine]:
    """A line for each person that the actor covers today: two queries, or one where there is nobody."""
    today = local_date(now)
    people = standing_in(actor, today=today)
    if not people:
        return []
    numbers: list[Any] = []
    for person in people:
        wanted = Wanted(actor, today, Scope.MINE, secretary_id=person.staff_id)
        numbers += [
            number_due(wanted),
            number_on(actor=actor, day=today, staff_id=person.staff_id),
            number_to_mark_of(actor, person.staff_id, today=today),
        ]
    row = db.session.execute(select(*numbers)).one()
    return [CoverLine(person, *row[3 * i : 3 * i + 3]) for i, person in enumerate(people)]
