"""Two people with the same form open: the second is told, and nothing is overwritten without a word."""

from sqlalchemy.orm.attributes import flag_modified

from models import Employer, Workplace
from models.errors import Conflict
from models.texts import N_


def must_be_current(row: Employer | Workplace, seen_version: int | None) -> None:
    """Raises Conflict where somebody else saved the row, or what belongs to it, since the form was opened."""
    if seen_version != row.version:
        raise Conflict(
            N_(
                "Somebody else changed this while you had it open. Your text is kept below; theirs is what is stored."
            )
        )


def moved(row: Employer | Workplace) -> None:
    """Counts the row's version on although none of its own columns changed: what belongs to it did.

    Supervisors have no version of their own but that of their workplace, agreements that of their employer.
    """
    flag_modified(row, "name")
