"""Plans from a file."""

from collections.abc import Sequence

from sqlalchemy import select

from activation.database import db
from activation.exchange.taking import CaseTaker, Faults, Took, Values, given, only
from activation.plans.service import check_dates, upsert_plan
from models import Plan

OPTIONAL = ("review_by", "ends_on", "assigned_hours", "own_search_hours")


class PlanTaker(CaseTaker):
    def prepare(self, rows: Sequence[Values]) -> None:
        super().prepare(rows)
        found = db.session.scalars(
            select(Plan).where(Plan.case_id.in_(self.case_ids), Plan.agreed_on.in_(given(rows, "agreed_on")))
        )
        self.plans = {(p.case_id, p.agreed_on): p for p in found}

    def check(self, row: Values, faults: Faults) -> None:
        super().check(row, faults)
        if not faults.on("agreed_on"):
            faults.ask(lambda: check_dates(only(row, ("agreed_on", "ends_on"))))

    def take(self, row: Values) -> Took:
        case = self.cases[row["case_number"]]
        key = (case.id, row["agreed_on"])
        existing = self.plans.get(key)
        self.plans[key], changed = upsert_plan(
            actor=self.actor,
            case=case,
            agreed_on=row["agreed_on"],
            existing=existing,
            values=only(row, OPTIONAL),
            now=self.now,
        )
        return Took.of(is_new=existing is None, changed=changed)
