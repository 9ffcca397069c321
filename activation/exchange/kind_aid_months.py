"""Aid months from a file: what the aid side's system says. Nothing here words or changes a decision."""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import select

from activation.aid.service import record_aid_month
from activation.database import db
from activation.exchange.taking import Faults, Taker, Took, Values, given, only
from models import AidMonth, Case, Household
from models.errors import DomainError
from models.texts import N_


class AidMonthTaker(Taker):
    def prepare(self, rows: Sequence[Values]) -> None:
        numbers = given(rows, "household_number")
        self.households = {
            h.number: h for h in db.session.scalars(select(Household).where(Household.number.in_(numbers)))
        }
        ids = [h.id for h in self.households.values()]
        found = db.session.scalars(
            select(AidMonth).where(AidMonth.household_id.in_(ids), AidMonth.month.in_(given(rows, "month")))
        )
        self.months = {(m.household_id, m.month): m for m in found}
        self.case_ids: dict[int, list[int]] = defaultdict(list)
        for household_id, case_id in db.session.execute(
            select(Case.household_id, Case.id).where(Case.household_id.in_(ids)).order_by(Case.id)
        ):
            self.case_ids[household_id].append(case_id)

    def check(self, row: Values, faults: Faults) -> None:
        number = row.get("household_number")
        if number is not None and number not in self.households:
            text = N_("There is no household with the number %(number)s.")
            faults.add("household_number", DomainError(text, number=number))

    def take(self, row: Values) -> Took:
        household = self.households[row["household_number"]]
        key = (household.id, row["month"])
        existing = self.months.get(key)
        self.months[key], changed = record_aid_month(
            actor=self.actor,
            household=household,
            month=row["month"],
            existing=existing,
            values=only(row, ("status", "decided_on", "paid_on", "amount")),
            now=self.now,
            case_ids=self.case_ids[household.id],
        )
        return Took.of(is_new=existing is None, changed=changed)
