"""The demonstration municipality: units, staff and employers, made through the services."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random

from activation.accounts.passwords import hash_password
from activation.accounts.service import get_or_make_unit, upsert_staff
from activation.demo.people import COMPANY_WORDS, TRADES, org_numbers
from activation.employers.service import upsert_workplace
from activation.records.actor import Actor
from models import Staff, Unit, Workplace
from models.enums import Role

MAKER = Actor.system("Demo")
PASSWORD = "aktivering-demo"  # noqa: S105 - printed to whoever runs the demonstration on their own machine
UNITS = ("Enhet Centrum", "Enhet Väster", "Enhet Söderslätt")
SECRETARIES = (
    "Elin Ström",
    "Jonas Hedman",
    "Sahar Nazari",
    "Peter Lund",
    "Maria Ek",
    "Amir Hadžić",
    "Lotta Vik",
    "Daniel Åberg",
    "Fredrik Sand",
    "Yasmin Farah",
    "Ulla Nord",
    "Henrik Ås",
)
LEADS = ("Karin Chef", "Mats Ledare", "Birgit Holm")
AID_OFFICERS = ("Nina Bistånd", "Olle Handläggare")


@dataclass(frozen=True)
class Municipality:
    units: Sequence[Unit]
    secretaries: Sequence[Staff]
    leads: Sequence[Staff]
    aid_officers: Sequence[Staff]
    administrator: Staff
    workplaces: Sequence[Workplace]


def _email(name: str) -> str:
    plain = name.lower().translate(str.maketrans("åäöéžć ", "aaoezc."))
    return f"{plain}@kommun.example"


def make_municipality(random: Random, *, now: datetime, employers: int = 150) -> Municipality:
    """Units, staff (all with the demonstration's password) and employers with one or two workplaces each."""
    units = [get_or_make_unit(name) for name in UNITS]
    # One hash for all: argon2id is slow on purpose, and this password is no secret.
    password_hash = hash_password(PASSWORD)

    def staff(name: str, role: Role, unit: Unit) -> Staff:
        row, _ = upsert_staff(
            actor=MAKER, unit=unit, name=name, email=_email(name), role=role, now=now, existing=None
        )
        row.password_hash = password_hash
        return row

    return Municipality(
        units=units,
        secretaries=[staff(n, Role.SECRETARY, units[i % 3]) for i, n in enumerate(SECRETARIES)],
        leads=[staff(n, Role.UNIT_LEAD, units[i]) for i, n in enumerate(LEADS)],
        aid_officers=[staff(n, Role.AID_OFFICER, units[0]) for n in AID_OFFICERS],
        administrator=staff("Admin Istratör", Role.ADMINISTRATOR, units[0]),
        workplaces=_workplaces(random, employers, now),
    )


def _workplaces(random: Random, employers: int, now: datetime) -> list[Workplace]:
    numbers = org_numbers(random)
    names = [f"{word} {trade} AB" for word in COMPANY_WORDS for trade, _ in TRADES]
    random.shuffle(names)
    made = []
    for index, name in enumerate(names[:employers]):
        place = dict(TRADES)[name.split()[1]]
        workplace, _ = upsert_workplace(
            actor=MAKER,
            org_number=next(numbers),
            employer_name=name,
            name=place,
            employer=None,
            workplace=None,
            values={
                "contact_name": f"Handledare {index + 1}",
                "contact_email": f"handledare{index + 1}@foretag.example",
                "contact_phone": f"+467017406{index % 95 + 5:02d}",
                "places": random.randint(1, 6),
            },
            now=now,
        )
        made.append(workplace)
    return made
