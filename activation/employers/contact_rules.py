"""When an employer is to be contacted next. Pure.

An agreed day holds until a contact was held on it or after it; else it is so many days after the last contact or, where
there was none, after the employer became known.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from models.enums import EmployerStatus

# Who rests, or is not suitable, is not called up.
KEPT_UP = frozenset({EmployerStatus.PROSPECT, EmployerStatus.ACTIVE})


@dataclass(frozen=True, slots=True)
class Contacts:
    """`last_on`: the newest contact, which a signed agreement is too; `agreed_on`: the day that the newest contact with
    such a day agreed for the next; `known_since`: None where nobody wrote it down."""

    last_on: date | None = None
    agreed_on: date | None = None
    known_since: date | None = None


def next_contact_day(
    status: EmployerStatus, contacts: Contacts, later: Callable[[date], date] | None, today: date
) -> date | None:
    """None: no contact is asked for. `later`: from a contact to the next (None: there is no interval).

    An employer nobody knows anything of is due at once.
    """
    if status not in KEPT_UP:
        return None
    agreed, last = contacts.agreed_on, contacts.last_on
    if agreed is not None and (last is None or last < agreed):
        return agreed
    if later is None:
        return None
    counted_from = last or contacts.known_since
    return today if counted_from is None else later(counted_from)
