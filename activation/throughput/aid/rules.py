"""Which sums of money are shown, which number of households a month is a share of, and what is said of the last month.
Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from activation.clocks.rules import add_months
from activation.committee.rules import in_force
from activation.small_groups import SMALLEST_GROUP, Cell, Relation, TooMuchShown, adds_up, hidden_cells

MONTHS = 24
# For so many months the number of households holds where no newer one is known: it is counted once a year.
HOLDS_MONTHS = 24

OWN, REST, ALL = "own", "rest", "all"
TOTAL = ""  # of all groups of a month


@dataclass(frozen=True)
class Sum:
    """Households with aid, of how many an amount is known, and those amounts together, in kronor."""

    households: int = 0
    with_amount: int = 0
    amount: Decimal = Decimal(0)

    @property
    def each(self) -> Decimal | None:
        return self.amount / self.with_amount if self.with_amount else None


NOTHING = Sum()


def last_months(through: date, number: int = MONTHS) -> list[date]:
    """First days of so many months in order, the last the one of this day."""
    this = through.replace(day=1)
    return [add_months(this, -back) for back in reversed(range(number))]


def last_day(month: date) -> date:
    return add_months(month, 1) - timedelta(days=1)


def hidden_months(own: Mapping[date, int], everywhere: Mapping[date, int], salt: bytes) -> set[Cell]:
    """Which sums of a month are not shown, of ("own", month) and ("all", month), so that no sum of fewer than five
    households can be seen, nor reckoned out of the own unit's and all units'. Given are numbers of households."""
    counts, relations = _of_two(own, everywhere, everywhere)
    return hidden_cells(counts, relations, unpublished=_others(counts), salt=salt)


def hidden_groups(
    own: Mapping[str, int], everywhere: Mapping[str, int], totals_hidden: Iterable[str], salt: bytes
) -> set[Cell]:
    """The same by group, of ("own", group) and ("all", group), once the totals of the month are shown or hidden
    (`totals_hidden`: "own", "all")."""
    groups, hidden = sorted(everywhere), set(totals_hidden)
    counts, relations = _of_two(own, everywhere, groups)
    for who in (OWN, REST, ALL):
        counts[who, TOTAL] = sum(counts[who, group] for group in groups)
        relations.append(adds_up((who, TOTAL), [(who, group) for group in groups]))
    relations.append(adds_up((ALL, TOTAL), [(OWN, TOTAL), (REST, TOTAL)]))
    try:
        return hidden_cells(
            counts,
            relations,
            unpublished=_others(counts),
            shown=[(who, TOTAL) for who in (OWN, ALL) if who not in hidden],
            hidden=[(who, TOTAL) for who in hidden],
            salt=salt,
        )
    except TooMuchShown:
        return {cell for cell in counts if _part(cell) != REST}


def hidden_counts(own: Mapping[str, int], everywhere: Mapping[str, int], salt: bytes) -> set[str]:
    """The groups whose number of households of all units is not shown to whoever knows the own unit's, and both
    totals: the others' number is then known too."""
    others: dict[Cell, int] = {group: number - own.get(group, 0) for group, number in everywhere.items()}
    total = sum(others.values())
    try:
        hidden = hidden_cells(
            {**others, TOTAL: total}, [adds_up(TOTAL, others)], shown=[TOTAL] if total else [], salt=salt
        )
    except TooMuchShown:
        return {str(group) for group, number in others.items() if number}
    return {str(group) for group in hidden}


def _of_two(
    own: Mapping[Any, int], everywhere: Mapping[Any, int], keys: Iterable[Any]
) -> tuple[dict[Cell, int], list[Relation]]:
    """Cells of the own unit, of the others and of all, for each key; the first two add up to the third."""
    counts: dict[Cell, int] = {}
    relations = []
    for key in keys:
        mine, whole = own.get(key, 0), everywhere[key]
        counts.update({(OWN, key): mine, (REST, key): whole - mine, (ALL, key): whole})
        relations.append(adds_up((ALL, key), [(OWN, key), (REST, key)]))
    return counts, relations


def _part(cell: Cell) -> str:
    return str(cell[0]) if isinstance(cell, tuple) else ""


def _others(counts: Mapping[Cell, int]) -> list[Cell]:
    """What is told of nobody: the others' sums. That they have none is known from the numbers of households."""
    return [cell for cell, number in counts.items() if _part(cell) == REST and number]


def may_show(number: int, own: int) -> bool:
    """Whether a sum over so many households of all units is nobody's, also without those of the own unit."""
    return all(n == 0 or n >= SMALLEST_GROUP for n in (number, number - own))


def households_in(numbers: Mapping[date, Decimal], month: date) -> tuple[date, Decimal] | None:
    """How many households the municipality has in a month, and the month of which that is known: the latest that is not
    older than HOLDS_MONTHS."""
    since = in_force(numbers, month)
    if since is None or since < add_months(month, -HOLDS_MONTHS):
        return None
    return since, numbers[since]


def share_of(households: int, number: Decimal | None) -> float | None:
    return None if not number else round(households / float(number), 6)


def year_before(values: Sequence[float | None]) -> float | None:
    """The value twelve places before the last, where it is there."""
    return values[-13] if len(values) > 12 else None
