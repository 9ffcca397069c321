"""Staff accounts from a file: who works where, in which role. Never a password."""

from collections.abc import Sequence

from sqlalchemy import select

from activation.accounts.service import get_or_make_unit, upsert_staff
from activation.database import db
from activation.exchange.taking import Faults, Taker, Took, Values, given
from models import Staff, Unit


class StaffTaker(Taker):
    def prepare(self, rows: Sequence[Values]) -> None:
        emails, names = given(rows, "email"), given(rows, "unit")
        self.staff = {s.email: s for s in db.session.scalars(select(Staff).where(Staff.email.in_(emails)))}
        self.units = {u.name: u for u in db.session.scalars(select(Unit).where(Unit.name.in_(names)))}

    def check(self, row: Values, faults: Faults) -> None:
        """The cells alone decide: a unit that is new is made."""

    def take(self, row: Values) -> Took:
        unit = self.units.get(row["unit"]) or get_or_make_unit(row["unit"])
        self.units[unit.name] = unit
        existing = self.staff.get(row["email"])
        staff, changed = upsert_staff(
            actor=self.actor,
            unit=unit,
            name=row["name"],
            email=row["email"],
            role=row["role"],
            now=self.now,
            existing=existing,
        )
        self.staff[staff.email] = staff
        return Took.of(is_new=existing is None, changed=changed)
