"""What a tile of the caseload counts. The same condition makes the count, the list behind it and the Today page's link.

The conditions are made once; the days they compare with are given when a statement runs (`days_for`). "Overdue" is
such a comparison, never something stored.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Date, and_, bindparam, exists, literal_column, or_, select
from sqlalchemy.orm import aliased

from activation.clocks.calendar import STOCKHOLM
from models import Case, Clock, Meeting, Plan, Session
from models.base import UTCDateTime
from models.enums import ClockKind, EmployerAnswer, MeetingOutcome
from models.texts import N_

QUIET_AFTER = timedelta(days=14)
PLAN_ENDS_WITHIN = timedelta(days=30)

TODAY: ColumnElement[date] = bindparam("today", type_=Date)
QUIET_ON: ColumnElement[date] = bindparam("quiet_on", type_=Date)
QUIET_SINCE: ColumnElement[datetime] = bindparam("quiet_since", type_=UTCDateTime)
PLAN_END: ColumnElement[date] = bindparam("plan_end", type_=Date)


def days_for(today: date) -> dict[str, Any]:
    """The values of the conditions' places on a day."""
    first_quiet_day = today - QUIET_AFTER + timedelta(days=1)
    return {
        "today": today,
        "quiet_on": today - QUIET_AFTER,
        "quiet_since": datetime(
            first_quiet_day.year, first_quiet_day.month, first_quiet_day.day, tzinfo=STOCKHOLM
        ).astimezone(UTC),
        "plan_end": today + PLAN_ENDS_WITHIN,
    }


IS_OPEN = or_(Case.closed_on.is_(None), Case.closed_on > TODAY)

CLOCK_RUNS = or_(Clock.stopped_on.is_(None), Clock.stopped_on > TODAY)

# The sessions that placements.queries.waits_for_staff means (a test compares them), written so that SQLite too uses the
# partial index ix_sessions_unmarked: it does so only for the index's very own words.
UNMARKED = and_(
    Session.mark.is_(None),
    literal_column("sessions.scheduled"),
    Session.on_date <= TODAY,
    or_(Session.on_date < TODAY, Session.answer == EmployerAnswer.NOT_HERE),
)

HELD_LATELY = exists().where(
    Meeting.case_id == Case.id, Meeting.outcome == MeetingOutcome.HELD, Meeting.at >= QUIET_SINCE
)

_later = aliased(Plan)
# The plan in force, or the last one that was: no later one was agreed.
LATEST_PLAN = ~exists().where(
    _later.case_id == Plan.case_id, _later.agreed_on > Plan.agreed_on, _later.agreed_on <= TODAY
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
    and_(
        IS_OPEN,
        exists().where(Clock.case_id == Case.id, Clock.kind == ClockKind.ACTIVATION, CLOCK_RUNS),
    ),
)
OVERDUE = Tile(
    "overdue",
    N_("Overdue clock"),
    and_(IS_OPEN, exists().where(Clock.case_id == Case.id, Clock.due_on < TODAY, CLOCK_RUNS)),
    tone="danger",
)
WITH_UNMARKED = Tile(
    "unmarked", N_("Sessions to mark"), Case.id.in_(select(Session.case_id).where(UNMARKED)), tone="warning"
)
QUIET = Tile(
    "no-meeting",
    N_("No meeting for 14 days"),
    and_(IS_OPEN, Case.first_contact_on <= QUIET_ON, ~HELD_LATELY),
    tone="warning",
)
PLAN_ENDING = Tile(
    "plan-ends",
    N_("Plan ends within 30 days"),
    and_(
        IS_OPEN,
        exists().where(
            Plan.case_id == Case.id, Plan.agreed_on <= TODAY, Plan.ends_on <= PLAN_END, LATEST_PLAN
        ),
    ),
    hint=N_("or has ended"),
)
CLOSED = Tile("closed", N_("Closed"), Case.closed_on <= TODAY)

UNASSIGNED = Tile("unassigned", N_("Unassigned"), and_(IS_OPEN, Case.secretary_id.is_(None)), tone="warning")

# The tiles above the caseload, in this order.
TILES: tuple[Tile, ...] = (ALL_OPEN, NOT_ACTIVATED, OVERDUE, WITH_UNMARKED, QUIET, PLAN_ENDING, CLOSED)
BY_KEY = {tile.key: tile for tile in (*TILES, UNASSIGNED)}
