"""The search behind small_groups: another table that agrees with what is shown, with more in one cell.

The simplex method in whole numbers and fractions, begun at the true table. What it finds is such a table; where it
finds none there may be one all the same (of whole numbers, or after more turns): then more is hidden than had to be.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

Number = int | Fraction


class Search:
    """Numbers of hidden cells, by cell, that agree with all that is shown. `at`: those that were reached last."""

    def __init__(
        self, true: Mapping[int, int], least: Sequence[int], relations: Iterable[Mapping[int, int]]
    ) -> None:
        """`least`: of each cell; `relations`: how often each of the cells counts in a sum that stays as it is."""
        self.true: dict[int, Number] = dict(true)
        self.at = dict(self.true)
        self.work = 0
        self.least = least
        # How each of some cells moves when the others do; and in which rows each of the others stands.
        self.rows: dict[int, dict[int, Number]] = {}
        self.columns: dict[int, set[int]] = {at: set() for at in true}
        relations = list(relations)
        degree = Counter(at for relation in relations for at in relation)
        for relation in relations:
            self._learn(relation, degree)

    def _learn(self, free: Mapping[int, int], degree: Mapping[int, int]) -> None:
        equation: dict[int, Number] = {}
        for at, sign in free.items():
            for other, number in self.rows.get(at, {at: 1}).items():
                _add(equation, other, sign * number)
        if not equation:
            return
        chosen = min(
            equation, key=lambda at: (abs(equation[at]) != 1, degree[at] + len(self.columns[at]), at)
        )
        by = equation.pop(chosen)
        row = {at: _over(-number, by) for at, number in equation.items()}
        self._replace(chosen, row)

    def _replace(self, cell: int, row: dict[int, Number]) -> None:
        """From now on the cell moves as its row says, in all the rows in which it stood."""
        for other in self.columns[cell]:
            times = self.rows[other].pop(cell)
            self.work += len(row)
            for at, number in row.items():
                if _add(self.rows[other], at, times * number):
                    self.columns[at].add(other)
                else:
                    self.columns[at].discard(other)
        self.columns[cell] = set()
        self.rows[cell] = row
        for at in row:
            self.columns[at].add(cell)

    def reaches(self, cell: int, target: int, most_work: int) -> bool:
        """Moves `at` from the true table to one of whole numbers with the target in the cell. False: found none, or
        would have to change more numbers on the way (`work` says how many it changed)."""
        self.at = dict(self.true)
        self.work = 0
        kept = self.rows, self.columns
        # Turns fill the rows; each search begins with the few numbers that were learnt.
        self.rows = {at: dict(row) for at, row in self.rows.items()}
        self.columns = {at: set(column) for at, column in self.columns.items()}
        found = self._climbs(cell, target, most_work) and all(
            isinstance(number, int) for number in self.at.values()
        )
        self.rows, self.columns = kept
        return found

    def _climbs(self, cell: int, target: int, most_work: int) -> bool:
        while self.work < most_work:
            self.work += 1
            missing = target - self.at[cell]
            if missing <= 0:
                return True
            ways = self._ways(cell)
            if not ways:
                return False
            best = (ways[0], *self._reach(*ways[0][:2], _over(missing, ways[0][2])))
            for moved, way, speed in ways[1:]:
                if best[1] * best[0][2] >= missing:
                    break
                step, stops = self._reach(moved, way, _over(missing, speed))
                if step * speed > best[1] * best[0][2]:
                    best = ((moved, way, speed), step, stops)
            self._move(best[0][0], best[0][1], best[1], best[2])
        return False

    def _ways(self, cell: int) -> list[tuple[int, int, Number]]:
        """The cells that may move freely so that the asked one grows: which way, and how fast it does. In order: where
        none gets further the first is moved, so that the search cannot turn in a circle."""
        if cell not in self.rows:
            return [(cell, 1, 1)]
        return sorted(
            (at, 1 if number > 0 else -1, _size(number))
            for at, number in self.rows[cell].items()
            if number > 0 or self.at[at] > self.least[at]
        )

    def _reach(self, moved: int, way: int, step: Number) -> tuple[Number, int | None]:
        """How far a cell can move, at most the step; and the cell that stops it, at its least, if one does."""
        stops = None
        if way < 0:
            step = min(step, self.at[moved] - self.least[moved])
        for other in self.columns[moved]:
            falls = -way * self.rows[other][moved]
            if falls > 0:
                room = _over(self.at[other] - self.least[other], falls)
                if room < step or (room == step and stops is not None and other < stops):
                    step, stops = room, other
        return step, stops

    def _move(self, moved: int, way: int, step: Number, stops: int | None) -> None:
        """Moves a cell, and the others with it; the one that stops it changes places with it."""
        if step:
            self.at[moved] = _whole(self.at[moved] + way * step)
            for other in self.columns[moved]:
                self.at[other] = _whole(self.at[other] + way * step * self.rows[other][moved])
        if stops is not None:
            self._swap(stops, moved)

    def _swap(self, leaves: int, comes: int) -> None:
        row = self.rows.pop(leaves)
        for at in row:
            self.columns[at].discard(leaves)
        by = row.pop(comes)
        turned = {at: _over(-number, by) for at, number in row.items()}
        turned[leaves] = _over(1, by)
        self.columns[leaves] = set()
        self._replace(comes, turned)


def _add(row: dict[int, Number], at: int, number: Number) -> bool:
    """Adds to a row that keeps no zeros; whether anything stands there afterwards."""
    total = _whole(row.get(at, 0) + number)
    if total:
        row[at] = total
    else:
        row.pop(at, None)
    return bool(total)


def _over(number: Number, by: Number) -> Number:
    return number * int(by) if by in (1, -1) else _whole(Fraction(number) / by)


def _whole(number: Number) -> Number:
    return number.numerator if isinstance(number, Fraction) and number.denominator == 1 else number


def _size(number: Number) -> Number:
    return number if number > 0 else -number
