"""What the verbs of the register share: what was merged is changed no more, and what belongs to a row counts on its
version."""

from sqlalchemy.orm.attributes import flag_modified

from models import Employer, Workplace
from models.errors import Conflict
from models.texts import N_


def must_be_live(*rows: Employer | Workplace) -> None:
    """Raises Conflict where one was merged into another."""
    if any(row.merged_into_id is not None for row in rows):
        raise Conflict(N_("It was merged into another one meanwhile."))


def moved(row: Employer | Workplace) -> None:
    """Counts the row's version on although none of its own columns changed: what belongs to it did.

    Supervisors have no version of their own but that of their workplace, agreements that of their employer.
    """
    flag_modified(row, "name")
