"""Placements from a file. A subsidised one without AF's decision is kept: old systems are like that."""

from collections.abc import Sequence

from sqlalchemy import select

from activation.database import db
from activation.exchange.taking import CaseTaker, Faults, Took, Values, given, only
from activation.placements.rules import weekday_bits
from activation.placements.service import check_placement, upsert_placement
from models import Employer, Placement, Workplace
from models.errors import DomainError
from models.texts import N_

OPTIONAL = ("ends_on", "hours_per_day", "af_decision_on")


class PlacementTaker(CaseTaker):
    def prepare(self, rows: Sequence[Values]) -> None:
        super().prepare(rows)
        numbers = given(rows, "org_number")
        self.employers = set(
            db.session.scalars(select(Employer.org_number).where(Employer.org_number.in_(numbers)))
        )
        workplaces = db.session.scalars(
            select(Workplace)
            .join(Employer, Employer.id == Workplace.employer_id)
            .where(Employer.org_number.in_(numbers), Workplace.name.in_(given(rows, "workplace")))
        )
        self.workplaces = {(w.employer.org_number, w.name): w for w in workplaces}
        found = db.session.scalars(
            select(Placement).where(
                Placement.case_id.in_(self.case_ids), Placement.starts_on.in_(given(rows, "starts_on"))
            )
        )
        self.placements = {(p.case_id, p.workplace_id, p.starts_on): p for p in found}

    def check(self, row: Values, faults: Faults) -> None:
        super().check(row, faults)
        if "org_number" in row and row["org_number"] not in self.employers:
            text = N_("There is no employer with the organisation number %(number)s.")
            faults.add("org_number", DomainError(text, number=row["org_number"]))
        elif {"org_number", "workplace"} <= row.keys() and not self._workplace(row):
            text = N_("The employer has no workplace called %(name)s.")
            faults.add("workplace", DomainError(text, name=row["workplace"]))
        if not faults.on("starts_on"):
            faults.ask(lambda: check_placement(row))

    def _workplace(self, row: Values) -> Workplace | None:
        return self.workplaces.get((row["org_number"], row["workplace"]))

    def take(self, row: Values) -> Took:
        case = self.cases[row["case_number"]]
        workplace = self.workplaces[row["org_number"], row["workplace"]]
        key = (case.id, workplace.id, row["starts_on"])
        existing = self.placements.get(key)
        values = {"kind": row["kind"], **only(row, OPTIONAL)}
        if "weekdays" in row:
            values["weekdays"] = weekday_bits(row["weekdays"])
        self.placements[key], changed = upsert_placement(
            actor=self.actor,
            case=case,
            workplace=workplace,
            starts_on=row["starts_on"],
            existing=existing,
            values=values,
            now=self.now,
        )
        return Took.of(is_new=existing is None, changed=changed)
