"""Employers and their workplaces from a file."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from activation.database import db
from activation.employers.service import upsert_workplace
from activation.exchange.taking import Faults, Taker, Took, Values, given, only
from models import Employer, Workplace

OPTIONAL = ("contact_name", "contact_email", "contact_phone", "places")


class EmployerTaker(Taker):
    """One row is one workplace. The employer's name belongs to all of them: the last row that names it decides."""

    def prepare(self, rows: Sequence[Values]) -> None:
        numbers = given(rows, "org_number")
        employers = db.session.scalars(select(Employer).where(Employer.org_number.in_(numbers)))
        self.employers = {e.org_number: e for e in employers}
        workplaces = db.session.scalars(
            select(Workplace)
            .where(
                Workplace.employer_id.in_([e.id for e in self.employers.values()]),
                Workplace.name.in_(given(rows, "workplace")),
            )
            .options(selectinload(Workplace.supervisors))
        )
        self.workplaces = {(w.employer.org_number, w.name): w for w in workplaces}

    def check(self, row: Values, faults: Faults) -> None:
        """The cells alone decide."""

    def take(self, row: Values) -> Took:
        key = (row["org_number"], row["workplace"])
        existing = self.workplaces.get(key)
        workplace, changed = upsert_workplace(
            actor=self.actor,
            org_number=row["org_number"],
            employer_name=row["name"],
            name=row["workplace"],
            employer=self.employers.get(row["org_number"]),
            workplace=existing,
            values=only(row, OPTIONAL),
            now=self.now,
        )
        self.workplaces[key] = workplace
        self.employers[row["org_number"]] = workplace.employer
        return Took.of(is_new=existing is None, changed=changed)
