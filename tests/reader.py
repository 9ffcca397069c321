"""Somebody who reads published tables and reckons: what they can say of a cell that is hidden. Knows nothing of how
cells are chosen; written apart from activation.small_groups, to try it."""

from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import product
from math import ceil, floor, inf

from activation.small_groups import Relation

Cell = Hashable


class Reader:
    """`shown`: what stands in the tables; all other cells of the relations are unknown to the reader."""

    def __init__(
        self, shown: Mapping[Cell, int], relations: Sequence[Relation], *, at_least: int = 0
    ) -> None:
        self.relations = list(relations)
        self.shown = dict(shown)
        self.at_least = at_least
        cells = {cell for relation in relations for cell in (*relation.left, *relation.right)}
        self.unknown = sorted(cells - set(shown), key=repr)

    def equations(self) -> list[tuple[dict[Cell, int], int]]:
        """Each relation as: signed unknown cells add up to a number."""
        found = []
        for relation in self.relations:
            signed = [(cell, 1) for cell in relation.left] + [(cell, -1) for cell in relation.right]
            unknown = {cell: sign for cell, sign in signed if cell not in self.shown}
            found.append(
                (unknown, -sum(sign * self.shown[cell] for cell, sign in signed if cell in self.shown))
            )
        return found

    def solved(self) -> dict[Cell, tuple[dict[Cell, Fraction], Fraction]]:
        """Some unknown cells as a number less multiples of the others (Gauss-Jordan in fractions)."""
        solved: dict[Cell, tuple[dict[Cell, Fraction], Fraction]] = {}
        for unknown, number in self.equations():
            row, total = {cell: Fraction(sign) for cell, sign in unknown.items()}, Fraction(number)
            for pivot in [cell for cell in row if cell in solved]:
                row, total = self._less((row, total), solved[pivot], pivot)
            if not row:
                continue
            pivot = min(row, key=repr)
            by = row[pivot]
            new = ({cell: times / by for cell, times in row.items()}, total / by)
            for cell, old in solved.items():
                if pivot in old[0]:
                    solved[cell] = self._less(old, new, pivot)
            solved[pivot] = new
        return solved

    @staticmethod
    def _less(
        row: tuple[dict[Cell, Fraction], Fraction], other: tuple[dict[Cell, Fraction], Fraction], pivot: Cell
    ) -> tuple[dict[Cell, Fraction], Fraction]:
        times = row[0].get(pivot, Fraction(0))
        cells = dict.fromkeys((*row[0], *other[0]))
        left = {c: row[0].get(c, Fraction(0)) - times * other[0].get(c, Fraction(0)) for c in cells}
        return {cell: number for cell, number in left.items() if number}, row[1] - times * other[1]

    def reckons_out(self) -> dict[Cell, Fraction]:
        """The unknown cells that adding and subtracting relations tells, exactly."""
        return {cell: total for cell, (row, total) in self.solved().items() if len(row) == 1}

    def narrows(self) -> dict[Cell, tuple[float, float]]:
        """Lowest and highest of each unknown cell, one relation at a time, as long as anything changes."""
        bounds: dict[Cell, tuple[float, float]] = dict.fromkeys(self.unknown, (self.at_least, inf))
        equations = self.equations()
        for _ in range(100):
            before = dict(bounds)
            for unknown, total in equations:
                for cell, sign in unknown.items():
                    low = high = float(total)
                    for other, its in unknown.items():
                        if other != cell:
                            ends = sorted(its * end for end in bounds[other])
                            low, high = low - ends[1], high - ends[0]
                    low, high = sorted((sign * low, sign * high))
                    old = bounds[cell]
                    bounds[cell] = (
                        max(old[0], ceil(low) if low > -inf else low),
                        min(old[1], floor(high) if high < inf else high),
                    )
            if bounds == before:
                break
        return bounds

    def possible_tables(self, highest: int) -> Iterator[dict[Cell, int]]:
        """Every table of whole numbers that agrees with what is shown, where those from which the others follow go up
        to the highest. Only for very small ones."""
        solved = self.solved()
        chosen = [cell for cell in self.unknown if cell not in solved]
        for numbers in product(range(self.at_least, highest + 1), repeat=len(chosen)):
            table = dict(zip(chosen, numbers, strict=True))
            for cell, (row, total) in solved.items():
                number = total - sum(times * table[c] for c, times in row.items() if c != cell)
                if number.denominator != 1 or number < self.at_least:
                    break
                table[cell] = int(number)
            else:
                yield table

    def assert_learns_no_small_group(self, counts: Mapping[Cell, int]) -> None:
        """Neither that a cell is one to four, nor its number, by rank or by bounds."""
        small = {cell for cell, number in counts.items() if 0 < number < 5}
        assert not small & set(self.shown), "a small group stands in a table"
        told = small & set(self.reckons_out())
        assert not told, f"reckoned out: {told}"
        bounds = self.narrows()
        narrowed = {cell: bounds[cell] for cell in small if cell in bounds and bounds[cell][1] < 5}
        assert not narrowed, f"narrowed: {narrowed}"


def what_is_shown(
    counts: Mapping[Cell, int], hidden: Collection[Cell], unpublished: Collection[Cell]
) -> dict[Cell, int]:
    return {cell: n for cell, n in counts.items() if cell not in hidden and cell not in unpublished}
