"""Placements from a file. A subsidised one without AF's decision is kept: old systems are like that."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from activation.database import db
from activation.exchange.places import Places
from activation.exchange.taking import CaseTaker, Faults, LastSaid, Took, Values, given, only
from activation.placements.rules import weekday_bits
from activation.placements.service import check_placement, upsert_placement
from models import Placement, Workplace
from models.errors import DomainError
from models.texts import N_

OPTIONAL = ("ends_on", "hours_per_day", "af_decision_on")
COLUMNS = ("kind", "weekdays", *OPTIONAL)


class PlacementTaker(CaseTaker):
    def prepare(self, rows: Sequence[Values]) -> None:
        super().prepare(rows)
        self.places = Places(given(rows, "org_number"), given(rows, "workplace"))
        found = db.session.scalars(
            select(Placement).where(
                Placement.case_id.in_(self.case_ids), Placement.starts_on.in_(given(rows, "starts_on"))
            )
        )
        self.placements = {(p.case_id, p.workplace_id, p.starts_on): p for p in found}

    def foresee(self, rows: Sequence[Values]) -> None:
        self.last = LastSaid()
        for row in rows:
            faults = Faults()
            self.check(row, faults)
            if not faults and self._key(row) in self.placements:
                self.last.note(self._key(row), row, COLUMNS)

    def check(self, row: Values, faults: Faults) -> None:
        super().check(row, faults)
        if "org_number" in row and self.places.employer(row["org_number"]) is None:
            text = N_("There is no employer with the organisation number %(number)s.")
            faults.add("org_number", DomainError(text, number=row["org_number"]))
        elif {"org_number", "workplace"} <= row.keys() and not self._workplace(row):
            text = N_("The employer has no workplace called %(name)s.")
            faults.add("workplace", DomainError(text, name=row["workplace"]))
        if not faults.on("starts_on"):
            faults.ask(lambda: check_placement(row))

    def _workplace(self, row: Values) -> Workplace | None:
        return self.places.workplace(row["org_number"], row["workplace"])

    def _key(self, row: Values) -> tuple[int, int, date]:
        workplace = self.places.workplace(row["org_number"], row["workplace"])
        assert workplace is not None, "checked before"
        return self.cases[row["case_number"]].id, workplace.id, row["starts_on"]

    def take(self, row: Values) -> Took:
        case = self.cases[row["case_number"]]
        workplace = self._workplace(row)
        assert workplace is not None, "checked before"
        key = self._key(row)
        existing = self.placements.get(key)
        values = {"kind": row["kind"], **only(row, OPTIONAL)}
        if "weekdays" in row:
            values["weekdays"] = weekday_bits(row["weekdays"])
        if existing is not None:
            values = self.last.of(key, row, values)
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
