"""What several verbs of matching check before they change anything."""

from models import Case
from models.errors import Conflict
from models.texts import N_


def check_open(case: Case) -> None:
    """Raises Conflict where the case is closed."""
    if case.closed_on is not None:
        raise Conflict(N_("The case was closed on %(day)s. Nothing was changed."), day=case.closed_on)
