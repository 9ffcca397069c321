"""Two people with the same form open: the second is told, and nothing is overwritten without a word."""

from models.errors import Conflict
from models.texts import N_


def must_be_current(seen_version: int | None, version: int) -> None:
    """Raises Conflict where somebody else saved since the form was opened."""
    if seen_version != version:
        raise Conflict(
            N_(
                "Somebody else changed this while you had it open. Your text is kept below; theirs is what is stored."
            )
        )
