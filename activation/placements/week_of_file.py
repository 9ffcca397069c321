"""A file says another week than the one saved here: its week holds from the first day. What was saved is taken back."""

from datetime import datetime

from sqlalchemy import update

from activation.database import db
from activation.placements.week_rules import weeks_of_file
from activation.records.history import Changes
from models import Placement, PlacementSchedule

# The columns of Placement that are the week as files know it.
WEEK_OF_FILE = frozenset({"weekdays", "hours_per_day"})


def give_way_to_file(placement: Placement, changes: Changes, *, now: datetime) -> bool:
    """Takes back the weeks saved from the first day where `changes` of the placement move the file's week, and says so
    in them for the history. Weeks from a later day stay. One statement, and only then."""
    if not WEEK_OF_FILE & changes.keys() or placement.id is None:
        return False
    # Whatever else the import has pending is written in its own time.
    with db.session.no_autoflush:
        taken_back = db.session.execute(
            update(PlacementSchedule)
            .where(
                PlacementSchedule.placement_id == placement.id,
                PlacementSchedule.valid_from <= placement.starts_on,
                PlacementSchedule.withdrawn_at.is_(None),
            )
            .values(withdrawn_at=now)
            .returning(PlacementSchedule.id, PlacementSchedule.weeks)
            .execution_options(synchronize_session=False)
        ).all()
    if taken_back:
        _id, weeks = max(taken_back, key=lambda row: row.id)
        changes["week"] = (weeks, weeks_of_file(placement.weekdays, placement.hours_per_day))
    return bool(taken_back)
