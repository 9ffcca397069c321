"""The end of every transaction, for web, jobs, imports and tests alike: what follows from the facts, then commit."""

from datetime import datetime

from activation.caseload.summaries import recompute_summaries
from activation.clocks.calendar import forget_calendars, local_date
from activation.clocks.service import recompute
from activation.database import chunks, db
from activation.followups.book import forget_rulebook
from activation.followups.service import reconcile
from activation.meetings.reminders import reconcile_meeting_messages
from activation.placements.sessions import recompute_sessions
from activation.records.history import take_touched
from activation.records.turns import take_turns_of_households
from activation.requirement.obstacles import follow_obstacles


def derive(case_ids: list[int], *, now: datetime) -> int:
    """Brings sessions, clocks, follow-up tasks, reminders and summaries of these cases in line with their facts.

    What stands against self-support is written down with its day. The order matters: sessions follow placements,
    clocks follow sessions, tasks follow both, the summary that lists read follows all. Returns how many rows
    changed: run again with nothing new it returns 0.
    """
    today = local_date(now)
    changed = 0
    for part in chunks(sorted(case_ids)):
        changed += follow_obstacles(part, now=now)
        changed += recompute_sessions(part, today=today)
        changed += recompute(part)
        changed += reconcile(part, now=now)
        changed += reconcile_meeting_messages(part, now=now)
        changed += recompute_summaries(part)
    return changed


def settle(*, now: datetime) -> None:
    """Derives for every case touched in this transaction, and its household. commit() calls it; a dry run it alone."""
    db.session.flush()
    touched = take_touched()
    if touched:
        # Two transactions that touch one case derive one after the other: the second sees what the first wrote.
        # A household's aid month is a fact about each of its cases: what one does may be the other's task.
        ids = take_turns_of_households(sorted(touched))
        # What was read while another changed the rules or the closed days, and derived these cases by them.
        forget_rulebook()
        forget_calendars()
        derive(ids, now=now)
        db.session.flush()


def commit(*, now: datetime) -> None:
    """The only commit of the product (tested)."""
    settle(now=now)
    db.session.commit()
    db.session.info.clear()


def rollback() -> None:
    """Forgets the transaction, and which cases it touched."""
    db.session.rollback()
    db.session.info.clear()
