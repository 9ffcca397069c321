"""What a tile of the caseload counts. The same condition makes the count, the list behind it and the Today page's link.

The conditions are made once; the days they compare with are given when a statement runs (`days_for`). "Overdue" is
such a comparison, never something stored. They read the summary row of a case (models/summary.py): one stretch of
narrow rows tells all tiles of a unit.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Date, and_, bindparam, or_

from activation.clocks.calendar import start_of_day
from models import CaseSummary, Session
from models.base import UTCDateTime
from models.enums import EmployerAnswer
from models.texts import N_

QUIET_AFTER = timedelta(days=14)
PLAN_ENDS_WITHIN = timedelta(days=30)

TODAY: ColumnElement[date] = bindparam("today", type_=Date)
QUIET_ON: ColumnElement[date] = bindparam("quiet_on", type_=Date)
QUIET_SINCE: ColumnElement[datetime] = bindparam("quiet_since", type_=UTCDateTime)
PLAN_END: ColumnElement[date] = bindparam("plan_end", type_=Date)


def days_for(today: date) -> dict[str, Any]:
    """The values of the conditions' places on a day."""
    return {
        "today": today,
        "quiet_on": today - QUIET_AFTER,
        "quiet_since": start_of_day(today - QUIET_AFTER + timedelta(days=1)),
        "plan_end": today + PLAN_ENDS_WITHIN,
    }


IS_OPEN = or_(CaseSummary.closed_on.is_(None), CaseSummary.closed_on > TODAY)


def runs(stopped_on: Any) -> ColumnElement[bool]:
    """A clock that had not stopped by today."""
    return or_(stopped_on.is_(None), stopped_on > TODAY)


def overdue(due_on: Any, stopped_on: Any) -> ColumnElement[bool]:
    return and_(due_on < TODAY, runs(stopped_on))


# The sessions that attendance.queries.waits_for_staff means (a test compares them), written so that SQLite too uses the
# partial index ix_sessions_unmarked: it does so only for the index's very own words.
UNMARKED = and_(
    Session.mark.is_(None),
    Session.scheduled,
    Session.on_date <= TODAY,
    or_(Session.on_date < TODAY, Session.answer == EmployerAnswer.NOT_HERE),
)


@dataclass(frozen=True)
class Tile:
    """A count, and the filter of the list that it counts."""

    key: str
    label: str
    where: ColumnElement[bool]
    tone: str | None = None
    hint: str | None = None


ALL_OPEN = Tile("open", N_("All open"), IS_OPEN)
NOT_ACTIVATED = Tile(
    "not-activated",
    N_("Not yet activated"),
    and_(IS_OPEN, CaseSummary.activation_due_on.is_not(None), runs(CaseSummary.activation_stopped_on)),
)
OVERDUE = Tile(
    "overdue",
    N_("Overdue clock"),
    and_(
        IS_OPEN,
        or_(
            overdue(CaseSummary.first_meeting_due_on, CaseSummary.first_meeting_stopped_on),
            overdue(CaseSummary.plan_due_on, CaseSummary.plan_stopped_on),
            overdue(CaseSummary.activation_due_on, CaseSummary.activation_stopped_on),
        ),
    ),
    tone="danger",
)
WITH_UNMARKED = Tile(
    "unmarked",
    N_("Sessions to mark"),
    or_(CaseSummary.unmarked_from < TODAY, CaseSummary.to_judge_from <= TODAY),
    # Work that waits for staff, in no colour of an absence: unmarked is not absent.
    tone="info",
)
QUIET = Tile(
    "no-meeting",
    N_("No meeting for 14 days"),
    and_(
        IS_OPEN,
        CaseSummary.first_contact_on <= QUIET_ON,
        or_(CaseSummary.last_held_at.is_(None), CaseSummary.last_held_at < QUIET_SINCE),
    ),
    tone="warning",
)
PLAN_ENDING = Tile(
    "plan-ends",
    N_("Plan ends within 30 days"),
    and_(IS_OPEN, CaseSummary.plan_ends_on <= PLAN_END),
    hint=N_("or has ended"),
)
CLOSED = Tile("closed", N_("Closed"), CaseSummary.closed_on <= TODAY)

UNASSIGNED = Tile(
    "unassigned", N_("Unassigned"), and_(IS_OPEN, CaseSummary.secretary_id.is_(None)), tone="warning"
)

# The tiles above the caseload, in this order.
TILES: tuple[Tile, ...] = (ALL_OPEN, NOT_ACTIVATED, OVERDUE, WITH_UNMARKED, QUIET, PLAN_ENDING, CLOSED)
BY_KEY = {tile.key: tile for tile in (*TILES, UNASSIGNED)}
