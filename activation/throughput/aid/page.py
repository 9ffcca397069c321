"""What the page of aid is made from, read in a fixed number of statements."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from hashlib import blake2b
from typing import Any

from activation.clocks.rules import add_months
from activation.committee import context, council
from activation.context import settings
from activation.small_groups import Cell
from activation.throughput.aid import queries, rules
from activation.throughput.aid.rules import ALL, NOTHING, OWN, Sum
from activation.throughput.scope import ALL_UNITS, Units


@dataclass(frozen=True)
class AidMonths:
    """`who`: the own unit, all units, or another one (None), of which no amount is shown. `sums` None: nobody reported
    any aid for the month, in any unit."""

    who: str | None
    months: Sequence[date]
    sums: Sequence[Sum | None]
    everywhere: Sequence[Sum | None]
    hidden: set[Cell]

    def amount(self, place: int) -> Decimal | None:
        """Kronor of a month; None where it is not shown or nobody gave one."""
        found = self.sums[place]
        if found is None or not found.with_amount or self.is_hidden(place):
            return None
        return found.amount

    def is_hidden(self, place: int) -> bool:
        """An amount is there and is not shown."""
        found = self.sums[place]
        there = found is not None and found.with_amount > 0
        return there and (self.who is None or (self.who, self.months[place]) in self.hidden)


def aid_months(units: Units, own: int, through: date) -> AidMonths:
    """Three statements at most."""
    months = rules.last_months(through)
    first, last = months[0], months[-1]
    everywhere = queries.by_month(first, last, ALL_UNITS)
    mine = queries.by_month(first, last, Units.one(own))
    who = OWN if units.single == own else ALL if units.ids is None else None
    asked = {OWN: mine, ALL: everywhere}[who] if who else queries.by_month(first, last, units)

    def in_order(found: Mapping[date, Sum]) -> list[Sum | None]:
        return [found.get(month, NOTHING) if month in everywhere else None for month in months]

    return AidMonths(
        who,
        months,
        in_order(asked),
        in_order(everywhere),
        rules.hidden_months(_numbers(mine), _numbers(everywhere), salt()),
    )


@dataclass(frozen=True)
class Group:
    """`amount` None: not shown, or there is none (`has_amount` tells). `sum` None: the number is not shown."""

    key: str
    sum: Sum | None
    amount: Decimal | None
    has_amount: bool


def groups_of_month(found: AidMonths, own: int, order: Sequence[str]) -> list[Group]:
    """The last month by obstacle, in this order, those that have any: of the own unit or of all units. Two
    statements."""
    month = found.months[-1]
    mine = queries.by_obstacle(month, Units.one(own))
    everywhere = queries.by_obstacle(month, ALL_UNITS)
    totals = [who for who in (OWN, ALL) if (who, month) in found.hidden]
    hidden = rules.hidden_groups(_numbers(mine), _numbers(everywhere), totals, salt())
    untold = set[str]()
    if found.who == ALL:
        untold = rules.hidden_counts(_households(mine), _households(everywhere), salt())
    asked = mine if found.who == OWN else everywhere
    shown = []
    for key in order:
        if key not in asked:
            continue
        of, is_hidden = asked[key], (found.who, key) in hidden or key in untold
        amount = None if is_hidden or not of.with_amount else of.amount
        shown.append(Group(key, None if key in untold else of, amount, of.with_amount > 0))
    return shown


def _numbers(sums: Mapping[Any, Sum]) -> dict[Any, int]:
    return {key: of.with_amount for key, of in sums.items()}


def _households(sums: Mapping[str, Sum]) -> dict[str, int]:
    return {key: of.households for key, of in sums.items()}


def salt() -> bytes:
    """The installation's secret by which it is chosen what is hidden for another sum's sake."""
    return blake2b(b"sums of aid", key=settings().secret_key.encode()[:64], digest_size=32).digest()


@dataclass(frozen=True)
class Shares:
    """Of each month: the share of the municipality's households (of 1), the number it is a share of with the month of
    which that is known, the council's target (of 1), and the number of the chosen series."""

    shares: Sequence[float | None]
    households: Sequence[tuple[date, Decimal] | None]
    targets: Sequence[float | None]
    beside: Sequence[float | None]


def shares(found: AidMonths, series: str | None) -> Shares:
    """Of all units, whoever is chosen: the municipality's. Two statements."""
    months = found.months
    since = add_months(months[0], -rules.HOLDS_MONTHS)
    keys = [context.HOUSEHOLDS, *([series] if series and series != context.HOUSEHOLDS else [])]
    numbers = context.numbers_of(keys, since, months[-1])
    in_all = [rules.households_in(numbers[context.HOUSEHOLDS], month) for month in months]
    chosen = numbers.get(series, {}) if series else {}
    return Shares(
        [
            None if of is None else rules.share_of(of.households, known[1] if known else None)
            for of, known in zip(found.everywhere, in_all, strict=True)
        ],
        in_all,
        [None if percent is None else float(percent) / 100 for percent in council.targets_of(months)],
        [float(chosen[month]) if month in chosen else None for month in months],
    )
