"""What the product knows of a month for the return to Socialstyrelsen: a basis, not the form itself.

Households are those of the measure `aid_households`, adults those of `aid_adults`, amounts are summed over the same
households. All units together; it leaves the municipality, so groups of one to four are not shown, nor a sum of money
of fewer than five households.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from flask_babel import gettext as _

from activation.clocks.rules import add_months
from activation.committee.reports import queries
from activation.committee.reports.counted import ALL as ALL_UNITS_SCOPE
from activation.committee.reports.counted import Cell as Told
from activation.committee.reports.service import salt
from activation.committee.reports.spans import span_of
from activation.exchange.exports import Cell
from activation.small_groups import HIDDEN, SMALLEST_GROUP, TooMuchShown, adds_up, hidden_cells
from activation.throughput.aid.page import aid_months, groups_of_month
from activation.throughput.aid.queries import by_obstacle
from activation.throughput.aid.rules import Sum, hidden_counts
from activation.throughput.dimensions import AID_OBSTACLE, Dimension
from activation.throughput.measures.aid import AID_HOUSEHOLDS, NOT_KNOWN, SEVERAL
from activation.throughput.measures.aid_adults import ADULTS, AID_ADULTS, adult_obstacle
from activation.throughput.queries import by_group
from activation.throughput.rules import Period
from activation.throughput.scope import ALL_UNITS, Units
from models.enums import Obstacle, ReportPeriod
from models.texts import N_

# The day of the month after on which the return is due.
DUE_ON = 15
MONTHS_BACK = 13
TOTAL = ""

ADULT_OBSTACLE = Dimension(
    "adult_obstacle",
    N_("Obstacle to self-support in the month"),
    adult_obstacle,
    {
        **{code.value: code.label for code in Obstacle if code is not Obstacle.NOT_GIVEN},
        NOT_KNOWN: N_("Not known"),
    },
    (ADULTS,),
)

Number = int | str
Amount = Decimal | str | None


@dataclass(frozen=True)
class Line:
    """Of one obstacle, or of all. A number that is not shown is HIDDEN; no amount: nobody reported one. Obstacles of
    households of which no single adult can have them have no adults."""

    label: str
    households: Number
    adults: Number | None
    amount: Amount


@dataclass(frozen=True)
class Return:
    month: date
    due_on: date
    lines: Sequence[Line]
    all: Line


def months(today: date) -> list[date]:
    """The whole months to choose from, the last one first."""
    last = add_months(today.replace(day=1), -1)
    return [add_months(last, -back) for back in range(MONTHS_BACK)]


def monthly_return(month: date, own: int) -> Return:
    """The numbers of a month, as they may leave. `own`: the unit of whoever asks, who knows its numbers and its sums of
    money: what that leaves of the other units is not told either. Nine statements."""
    households = by_obstacle(month, ALL_UNITS)
    adults = _adults(month, ALL_UNITS)
    of_households = {key: found.households for key, found in households.items()}
    others = _told_to(own, month)
    hidden = _hidden(AID_HOUSEHOLDS.key, of_households, month) | others.households
    hidden_adults = _hidden(AID_ADULTS.key, adults, month)
    hidden_adults |= hidden_counts(_adults(month, Units.one(own)), adults, salt())
    amounts = shown_amounts(households, hidden | others.amounts)
    labels = {key: _(text) for key, text in AID_OBSTACLE.texts.items()}

    def line(key: str, label: str) -> Line:
        of = sum(of_households.values()) if key == TOTAL else of_households.get(key, 0)
        who = sum(adults.values()) if key == TOTAL else adults.get(key, 0)
        return Line(
            label,
            HIDDEN if key in hidden else of,
            None if key == SEVERAL else HIDDEN if key in hidden_adults else who,
            amounts.get(key),
        )

    due = add_months(month, 1).replace(day=DUE_ON)
    return Return(month, due, [line(key, label) for key, label in labels.items()], line(TOTAL, _("All")))


def _adults(month: date, units: Units) -> dict[str, int]:
    """By what stands against their self-support."""
    period = Period(month, add_months(month, 1) - timedelta(days=1))
    found = by_group([AID_ADULTS], (ADULT_OBSTACLE,), period, units)[AID_ADULTS.key]
    return {group: number for (group,), (_hits, number) in found.items()}


@dataclass(frozen=True)
class _Untold:
    """Groups of all units that are not told to a unit's lead, TOTAL among them."""

    households: set[str]
    amounts: set[str]


def _told_to(own: int, month: date) -> _Untold:
    """As the page of aid does it, or one of the two would tell what the other hides."""
    found = aid_months(ALL_UNITS, own, month)
    groups = groups_of_month(found, own, list(AID_OBSTACLE.texts))
    return _Untold(
        {group.key for group in groups if group.sum is None},
        {group.key for group in groups if group.has_amount and group.amount is None}
        | ({TOTAL} if found.is_hidden(len(found.months) - 1) else set()),
    )


def _hidden(part: str, numbers: Mapping[str, int], month: date) -> set[str]:
    """The groups that are not shown, TOTAL among them where a report hid it."""
    total = sum(numbers.values())
    span = span_of(ReportPeriod.MONTH, month)
    said = queries.told(ALL_UNITS_SCOPE, {part}, span.start, span.start).get(
        Told(part, ALL_UNITS_SCOPE, span.text), set()
    )
    away = [TOTAL] if total and None in said and total not in said else []
    counts: dict[Hashable, int] = {TOTAL: total}
    counts.update(numbers)
    try:
        found = hidden_cells(counts, [adds_up(TOTAL, numbers)], hidden=away, salt=salt())
    except TooMuchShown:
        return {TOTAL, *(key for key, number in numbers.items() if number)}
    return {str(key) for key in found}


def shown_amounts(sums: Mapping[str, Sum], hidden: set[str]) -> dict[str, Amount]:
    """Sums of money by group and of all (TOTAL): none of fewer than five households, nor one that the others leave."""
    found: dict[str, Amount] = {}
    left = 0
    for key, of in sums.items():
        if not of.with_amount:
            found[key] = None
        elif key in hidden or of.with_amount < SMALLEST_GROUP:
            found[key] = HIDDEN
            left += of.with_amount
        else:
            found[key] = of.amount
    total = sum(of.with_amount for of in sums.values())
    tells = 0 < left < SMALLEST_GROUP or total < SMALLEST_GROUP or TOTAL in hidden
    whole = sum((of.amount for of in sums.values()), Decimal(0))
    found[TOTAL] = None if not total else HIDDEN if tells else whole
    return found


def explanations() -> list[str]:
    """What whoever uses the numbers must know."""
    return [
        _("A basis for the return to Socialstyrelsen, not its form: what this product knows of the month. The return"
          " itself is made from the system in which aid is decided."),
        _("Households: granted aid, wholly or in part, or paid it, for the month. Amounts as the aid side said."),
        _("Adults: those with a case here that was open in the month. A co-applicant without a case is not counted."),
        _("“%(sign)s”: not shown. Groups of one to four, what they could be reckoned out from, and sums of money of"
          " fewer than five households.", sign=HIDDEN),
    ]  # fmt: skip


def header(of: Return) -> list[Cell]:
    return [
        _("Obstacle to self-support, %(month)s", month=f"{of.month:%Y-%m}"),
        _("Households with aid"),
        _("Adults"),
        _("Amount, kronor"),
    ]


def rows(of: Return) -> list[list[Cell]]:
    """The table of the file, and below it what must be known."""
    lines: list[list[Cell]] = [
        [one.label, one.households, one.adults, one.amount] for one in (*of.lines, of.all)
    ]
    known: list[list[Cell]] = [[text] for text in explanations()]
    return [*lines, [], *known]
