"""Employers and their workplaces from a file."""

from collections.abc import Sequence

from activation.employers.service import upsert_workplace
from activation.exchange.places import Places
from activation.exchange.taking import Faults, LastSaid, Taker, Took, Values, given, only

OPTIONAL = ("contact_name", "contact_email", "contact_phone", "places")


class EmployerTaker(Taker):
    """One row is one workplace. The employer's name belongs to all of them: the last row that names it decides.

    Where two were merged the survivor was decided by people: a row that names the merged number or workplace changes
    neither the name of the one nor the supervisor of the other.
    """

    def prepare(self, rows: Sequence[Values]) -> None:
        self.places = Places(given(rows, "org_number"), given(rows, "workplace"))

    def foresee(self, rows: Sequence[Values]) -> None:
        self.last = LastSaid()
        for row in rows:
            number = row["org_number"]
            if self.places.employer(number) is not None and not self.places.is_merged(number):
                self.last.note(number, row, ("name",))
            workplace = self.places.named(number, row["workplace"])
            if workplace is not None and workplace.merged_into_id is None:
                self.last.note(workplace.id, row, OPTIONAL)

    def check(self, row: Values, faults: Faults) -> None:
        """The cells alone decide."""

    def take(self, row: Values) -> Took:
        number = row["org_number"]
        employer = self.places.employer(number)
        named = self.places.named(number, row["workplace"])
        existing = self.places.workplace(number, row["workplace"])
        name, values = row["name"], only(row, OPTIONAL)
        if employer is not None and (
            self.places.is_merged(number) or self.last.is_overridden(number, row, "name")
        ):
            name = employer.name
        if existing is not None:
            values = {} if named is not existing else self.last.of(existing.id, row, values)
        workplace, changed = upsert_workplace(
            actor=self.actor,
            org_number=number,
            employer_name=name,
            name=row["workplace"],
            employer=employer,
            workplace=existing,
            values=values,
            now=self.now,
        )
        if existing is None:
            self.places.add(workplace)
        return Took.of(is_new=existing is None, changed=changed)
