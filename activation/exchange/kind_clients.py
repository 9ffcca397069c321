"""Cases from a file: the caseload of another system."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import inspect, select

from activation.caseload.register import check_period
from activation.caseload.rules import Period
from activation.caseload.service import enrol, spread_protection, update_case
from activation.database import db
from activation.exchange.taking import Faults, Taker, Took, Values, given, only
from models import Case, Household, Staff, Unit
from models.enums import Protection
from models.errors import DomainError, FieldError
from models.texts import N_

# Columns of the file that are columns of the case under the same name.
SAME = (
    "first_name",
    "last_name",
    "personal_number",
    "first_contact_on",
    "flow",
    "obstacle",
    "phone",
    "email",
    "language",
    "reach_by",
    "protection",
    "closed_on",
    "closure_reason",
    "outcome_starts_on",
    "outcome_confirmed_on",
)


class ClientTaker(Taker):
    def prepare(self, rows: Sequence[Values]) -> None:
        numbers = given(rows, "case_number")
        self.cases = {
            c.case_number: c for c in db.session.scalars(select(Case).where(Case.case_number.in_(numbers)))
        }
        self.units = {
            u.name: u for u in db.session.scalars(select(Unit).where(Unit.name.in_(given(rows, "unit"))))
        }
        secretaries = db.session.execute(
            select(Staff.email, Staff.id).where(Staff.email.in_(given(rows, "secretary")))
        )
        self.staff: dict[str, int] = {row.email: row.id for row in secretaries}
        households = given(rows, "household_number") | numbers
        self.households = {
            h.number: h for h in db.session.scalars(select(Household).where(Household.number.in_(households)))
        }
        self._prepare_persons(rows)

    def _prepare_persons(self, rows: Sequence[Values]) -> None:
        """All enrolments of the persons in this chunk, by personal number and case number."""
        persons = given(rows, "personal_number") | {
            c.personal_number for c in self.cases.values() if c.personal_number
        }
        self.periods: dict[str, dict[str, Period]] = defaultdict(dict)
        self.protected: dict[str, Protection] = {}
        for number, case_number, first, closed, protection in db.session.execute(
            select(
                Case.personal_number,
                Case.case_number,
                Case.first_contact_on,
                Case.closed_on,
                Case.protection,
            )
            .where(Case.personal_number.in_(persons))
            .order_by(Case.id)
        ):
            self._remember(number, Period(case_number, first, closed), protection)

    def _remember(self, personal_number: str | None, period: Period, protection: Protection | None) -> None:
        if personal_number is not None:
            self.periods[personal_number][period.case_number] = period
            if protection is not None:
                self.protected[personal_number] = protection

    def check(self, row: Values, faults: Faults) -> None:
        if "unit" in row and row["unit"] not in self.units:
            faults.add("unit", DomainError(N_("There is no unit called %(name)s."), name=row["unit"]))
        if "secretary" in row and row["secretary"] not in self.staff:
            faults.add(
                "secretary",
                DomainError(N_("Nobody among the staff has the e-mail %(email)s."), email=row["secretary"]),
            )
        if "case_number" in row and not faults.on("first_contact_on", "closed_on"):
            self._check_period(row, faults)

    def _check_period(self, row: Values, faults: Faults) -> None:
        case = self.cases.get(row["case_number"])
        closed_on = row.get("closed_on", case.closed_on if case else None)
        if closed_on is None and "closure_reason" in row:
            text = N_("A closure reason needs a closing day: fill in closed_on, or leave the reason blank.")
            faults.add("closure_reason", FieldError("closure_reason", text))
        person = row.get("personal_number", case.personal_number if case else None)
        others = () if person is None or faults.on("personal_number") else self.periods[person].values()
        dates = {"first_contact_on": row["first_contact_on"], "closed_on": closed_on}
        faults.ask(lambda: check_period(row["case_number"], dates, others))

    def take(self, row: Values) -> Took:
        case = self.cases.get(row["case_number"])
        values = only(row, SAME)
        person = row.get("personal_number", case.personal_number if case else None)
        if "secretary" in row:
            values["secretary_id"] = self.staff[row["secretary"]]
        if person in self.protected and (case is None or case.protection is None):
            # One enrolment of a protected person that is not would give the person away.
            values.setdefault("protection", self.protected[person])
        took = Took.CREATED if case is None else self._update(case, row, values)
        if case is None:
            case = self._enrol(row, values)
        if took is not Took.UNCHANGED:
            self._remember(
                person, Period(case.case_number, case.first_contact_on, case.closed_on), case.protection
            )
            if "protection" in values:
                spread_protection(actor=self.actor, case=case, now=self.now)
        return took

    def _enrol(self, row: Values, values: dict[str, Any]) -> Case:
        number: str = row["case_number"]
        case = enrol(
            actor=self.actor,
            unit=self.units[row["unit"]],
            household=self._household(row.get("household_number") or number),
            values={"case_number": number, **values},
            now=self.now,
            others=(),  # checked above
        )
        self.cases[number] = case
        return case

    def _update(self, case: Case, row: Values, values: dict[str, Any]) -> Took:
        """Compared by id: a row that was made earlier in this chunk must have its id by then."""
        unit = self.units[row["unit"]]
        number = row.get("household_number")
        household = None if number is None else self._household(number)
        if inspect(case).pending or (household is not None and inspect(household).pending):
            db.session.flush()
        before = case.personal_number
        values["unit_id"] = unit.id
        if household is not None:
            values["household_id"] = household.id
        changed = update_case(actor=self.actor, case=case, values=values, now=self.now, others=())
        if before is not None and before != case.personal_number:
            self.periods[before].pop(case.case_number, None)
        return Took.UPDATED if changed else Took.UNCHANGED

    def _household(self, number: str) -> Household:
        household = self.households.get(number)
        if household is None:
            household = self.households[number] = Household(number=number)
            db.session.add(household)
        return household
