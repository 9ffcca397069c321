"""The printed list on which people sign in: as it lies at the workplace, so first name and initial, and times."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal

from activation.attendance.sheet import Group, people_on
from activation.attendance.sheet_codes import Named, code_of, read_code
from activation.context import settings
from activation.employer_page.sheet import initialled
from activation.records.actor import Actor


@dataclass(frozen=True, slots=True)
class SignInLine:
    """What stands on paper of a person. `number` is that of the sheet, into which the list is typed; `since` is told
    only of two with one name, and says who is who."""

    number: int
    case_id: int
    name: str
    starts_at: time | None
    ends_at: time | None
    hours: Decimal | None
    since: date | None


def sign_in_lines(group: Group, day: date, actor: Actor) -> Sequence[SignInLine]:
    """Those whom the actor may see, in the order of the sheet. Nobody protected is on a list that lies about."""
    shown = [
        (number, person, initialled(person.first_name, person.last_name))
        for number, person in enumerate(people_on(group, day, actor), start=1)
        if not person.is_protected
    ]
    names = Counter(name for _number, _person, name in shown)
    return [
        SignInLine(
            number,
            person.case_id,
            name,
            person.session.starts_at,
            person.session.ends_at,
            person.session.planned_hours,
            person.since if names[name] > 1 else None,
        )
        for number, person, name in shown
    ]


def list_code(group: Group, day: date) -> str:
    return code_of(_key(), group.kind, group.id, day)


def list_of(typed: str) -> Named | None:
    """Kind, id and day of the list with this code, as people type it; None where there is none."""
    return read_code(_key(), typed)


def _key() -> bytes:
    return settings().secret_key.encode()
