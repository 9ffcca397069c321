"""What has no version of its own: it counts on that of what it belongs to."""

from sqlalchemy.orm.attributes import flag_modified

from models import Employer, Workplace


def moved(row: Employer | Workplace) -> None:
    """Counts the row's version on although none of its own columns changed: what belongs to it did.

    Supervisors have no version of their own but that of their workplace, agreements that of their employer.
    """
    flag_modified(row, "name")
