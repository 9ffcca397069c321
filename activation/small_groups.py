"""Which numbers of a family of tables are not shown, so that nobody finds a group of one to four people in what is.

A family is counts (whole numbers, by cell) and what is known to add up among them: parts to a whole, groups to all,
units to all units, months to a quarter, hits and misses to those judged. A cell that nobody publishes (the misses, what
came to a quarter after its months were counted) is part of it too: it can be reckoned out as well as any other.

What is promised of every count from one to four, whether it was published or not: there is another table of whole
numbers that agrees with everything that is shown, has at least one in every cell that is hidden, and has five or more
there. So no adding and subtracting of what is shown, of any length, tells the count, nor that it is under five. That
other table is at hand when a cell is passed, not guessed at. Where all of a family that is not zero is hidden, five
times the true table is one; so there always is an answer, and it is the one given for tables too large to look into.

Zero says nothing of anybody and is always shown. That whoever reads it knows so (what is hidden is at least one) is
reckoned with.

Which cell is hidden for the sake of another does not depend on how large either is, but on their places and on a secret
of the installation (`salt`): a rule that took the smallest would tell that what it passed over is larger, and one that
took the first would tell which of two was hidden first. What is not promised: that nobody who knows this file and the
secret, or facts from elsewhere (their own group's count, a table made another day after facts were corrected), learns
nothing at all. That a group has no member, or that all of it were hits, is told.
"""

from collections import deque
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, is_dataclass
from hashlib import blake2b
from math import inf

from activation.small_groups_search import Search

SMALLEST_GROUP = 5
# Not "<5": what is hidden only so that another number cannot be reckoned out may be larger.
HIDDEN = ".."
# How many numbers the search for other tables may change in all (some seconds), and at least in one search. When they
# are used up, all that hangs together with what is still told is hidden.
MOST_WORK = 2_000_000
LEAST_WORK = 2_000
# How often one relation is read again while bounds are drawn in.
MOST_READINGS = 12

Cell = Hashable


class TooMuchShown(ValueError):
    """What was shown already tells a small group, whatever is hidden now. Publish nothing of this family."""


@dataclass(frozen=True)
class Relation:
    """The cells of the left add up to what the cells of the right add up to."""

    left: tuple[Cell, ...]
    right: tuple[Cell, ...]


def adds_up(whole: Cell, parts: Iterable[Cell]) -> Relation:
    return Relation((whole,), tuple(parts))


def is_small(number: int) -> bool:
    return 0 < number < SMALLEST_GROUP


def hidden_cells(
    counts: Mapping[Cell, int],
    relations: Iterable[Relation],
    *,
    unpublished: Collection[Cell] = (),
    shown: Collection[Cell] = (),
    hidden: Collection[Cell] = (),
    few: Collection[Cell] = (),
    salt: bytes = b"",
) -> set[Cell]:
    """The cells of `counts` that are not shown (those of `unpublished` never are, and are not among them).

    `shown` and `hidden`: what earlier tables showed and hid; that cannot be taken back. A quarter is decided so,
    knowing its months. `few`: cells of five or more that are of fewer than five people (days, tasks); they are hidden
    like small ones, and might be five more in another table. `salt`: the installation's secret; without it the first of
    `counts` are hidden for others' sake. ValueError where the counts do not add up as the relations say, or a count is
    negative; TooMuchShown where nothing that may still be hidden would help.
    """
    family = _Family(counts, list(relations), set(unpublished), set(shown), set(few), salt)
    for cell in hidden:
        family.hide(family.number[cell])
    family.hide_small()
    while told := family.not_safe():
        before = len(family.hidden)
        family.hide_for(told)
        if len(family.hidden) == before:
            raise TooMuchShown
    return {family.cells[at] for at in family.hidden - family.told_anyway()} | set(hidden)


class _Family:
    """The tables, with numbers for cells: 0, 1, 2 … in the order in which they are hidden for another's sake."""

    def __init__(
        self,
        counts: Mapping[Cell, int],
        relations: Sequence[Relation],
        unpublished: set[Cell],
        shown: set[Cell],
        few: set[Cell],
        salt: bytes,
    ) -> None:
        wholes = {cell for relation in relations for cell in relation.left if len(relation.left) == 1}
        order = {cell: at for at, cell in enumerate(counts)}
        # What others are added up to is kept as long as a part will do.
        self.cells = sorted(counts, key=lambda cell: (cell in wholes, _place(cell, salt), order[cell]))
        self.number = {cell: at for at, cell in enumerate(self.cells)}
        self.value = [counts[cell] for cell in self.cells]
        self.least = [0 if cell in unpublished else 1 for cell in self.cells]
        self.unpublished = {self.number[cell] for cell in unpublished}
        # What each small cell has to be able to be.
        self.wanted = {at: SMALLEST_GROUP for at, number in enumerate(self.value) if is_small(number)}
        self.wanted |= {
            self.number[cell]: counts[cell] + SMALLEST_GROUP for cell in few if counts[cell] >= SMALLEST_GROUP
        }
        self.kept = {self.number[cell] for cell in shown}
        self.relations = [self._signed(relation) for relation in relations]
        self.of: list[list[int]] = [[] for _ in self.cells]
        for at, relation in enumerate(self.relations):
            for cell in relation:
                self.of[cell].append(at)
        self.hidden: set[int] = set()
        # Small cells for which another table is at hand. It stays one when more is hidden.
        self.passed: set[int] = set()
        self.work = MOST_WORK
        if any(number < 0 for number in self.value):
            raise ValueError("a count is negative")

    def _signed(self, relation: Relation) -> dict[int, int]:
        signed = {self.number[cell]: 1 for cell in relation.left}
        signed |= {self.number[cell]: -1 for cell in relation.right}
        if sum(sign * self.value[at] for at, sign in signed.items()):
            raise ValueError(f"does not add up: {relation}")
        return signed

    def is_free(self, at: int) -> bool:
        """Whoever reads is not told this cell."""
        return at in self.hidden or at in self.unpublished

    def hide(self, at: int) -> None:
        self.hidden.add(at)

    def hide_small(self) -> None:
        for at in self.wanted:
            if at not in self.unpublished:
                if at in self.kept:
                    raise TooMuchShown
                self.hide(at)

    def in_danger(self) -> list[int]:
        """Small cells that nobody is told, and for which no other table is at hand yet."""
        return sorted(at for at in self.wanted if at not in self.passed and self.is_free(at))

    def not_safe(self) -> list[tuple[int, int | None]]:
        """Small cells that may be told, each with the relation that holds it down where one is known."""
        asked = self.in_danger()
        if not asked:
            return []
        bounds = _Bounds(self)
        bounds.draw_in()
        told = [(at, bounds.by.get(at)) for at in asked if bounds.high.get(at, inf) < self.wanted[at]]
        if told:
            return [(at, relation) for at, relation in told]
        return [(at, None) for of in self._components(asked) for at in self._audit(*of)]

    def told_anyway(self) -> set[int]:
        """Hidden cells that a sum beside them tells: hiding them takes from whoever reads and gives to nobody."""
        bounds = _Bounds(self)
        bounds.draw_in()
        return {at for at in self.hidden if bounds.high.get(at, inf) == bounds.low.get(at, self.least[at])}

    def _components(self, asked: Iterable[int]) -> list[tuple[set[int], list[int], list[int]]]:
        """Free cells that hang together through relations, those relations, and the asked cells among them."""
        waiting, found = set(asked), []
        while waiting:
            cells, relations, ahead = set[int](), set[int](), [min(waiting)]
            while ahead:
                at = ahead.pop()
                if at in cells:
                    continue
                cells.add(at)
                for relation in self.of[at]:
                    if relation not in relations:
                        relations.add(relation)
                        ahead.extend(cell for cell in self.relations[relation] if self.is_free(cell))
            found.append((cells, sorted(relations), sorted(waiting & cells)))
            waiting -= cells
        return found

    def _audit(self, cells: set[int], relations: list[int], asked: list[int]) -> list[int]:
        """Those of the asked cells for which no other table was found."""
        if all(
            self.value[at] == 0 or at in cells for relation in relations for at in self.relations[relation]
        ):
            self.passed.update(asked)  # five times the true table
            return []
        true = {at: self.value[at] for at in sorted(cells)}
        free = [{at: sign for at, sign in self.relations[r].items() if at in cells} for r in relations]
        search = Search(true, self.least, free)
        most = max(LEAST_WORK, self.work // (4 * len(asked)))
        for at in asked:
            if at not in self.passed and self.work > 0:
                if search.reaches(at, self.wanted[at], most):
                    self.passed.update(other for other in asked if search.at[other] >= self.wanted[other])
                self.work -= search.work
        return [at for at in asked if at not in self.passed]

    def hide_for(self, told: Iterable[tuple[int, int | None]]) -> None:
        """Hides one more cell for each of these, or one for several that the same relation holds down."""
        done = set[int]()
        for cell, relation in told:
            if self.work <= 0:
                self._hide_around(cell)
                continue
            if relation is None or not self._choices(relation):
                relation = self._nearest(cell)
            if relation is not None and relation not in done:
                done.add(relation)
                self.hide(min(self._choices(relation)))

    def _hide_around(self, cell: int) -> None:
        """Everything that hangs together with this cell, and with what is hidden on the way."""
        for relation in self._outwards(cell):
            self.hidden.update(self._choices(relation))

    def _nearest(self, cell: int) -> int | None:
        """The nearest relation of which more can be hidden and has not been."""
        return next((relation for relation in self._outwards(cell) if self._choices(relation)), None)

    def _outwards(self, cell: int) -> Iterator[int]:
        """The relations that hang together with a cell through what nobody is told, the nearest first."""
        ahead, seen, read = deque([cell]), {cell}, set[int]()
        while ahead:
            for relation in self.of[ahead.popleft()]:
                if relation not in read:
                    read.add(relation)
                    yield relation
                    more = [at for at in self.relations[relation] if at not in seen and self.is_free(at)]
                    seen.update(more)
                    ahead.extend(more)

    def _may_hide(self, at: int) -> bool:
        return bool(self.value[at]) and at not in self.kept and not self.is_free(at)

    def _choices(self, relation: int) -> list[int]:
        return [at for at in self.relations[relation] if self._may_hide(at)]


def _place(cell: Cell, salt: bytes) -> tuple[bytes, ...]:
    """Where a cell comes among those that can be hidden. Its parts are placed one by one: where one table hides the men
    of the second unit, the others of the family rather do so too than somebody else."""
    if not salt:
        return ()
    parts = vars(cell).values() if is_dataclass(cell) else cell if isinstance(cell, tuple) else (cell,)
    return tuple(blake2b(repr(part).encode(), key=salt[:64], digest_size=8).digest() for part in parts)


class _Bounds:
    """What a reader can say of the hidden cells by looking at one relation at a time, again and again: cheap, and finds
    nearly all that is told. That it finds nothing is no proof (`Search`)."""

    def __init__(self, family: _Family) -> None:
        self.family = family
        self.low: dict[int, float] = {}
        self.high: dict[int, float] = {}
        self.by: dict[int, int] = {}

    def draw_in(self) -> None:
        """Until nothing changes: the least and the most that a cell can be, and the relation that says the most."""
        family = self.family
        ahead = deque(range(len(family.relations)))
        waits, readings = set(ahead), [0] * len(ahead)
        while ahead:
            relation = ahead.popleft()
            waits.discard(relation)
            readings[relation] += 1
            for at in self._read(relation):
                for other in family.of[at]:
                    if other not in waits and readings[other] < MOST_READINGS:
                        waits.add(other)
                        ahead.append(other)

    def _between(self, at: int, sign: int) -> tuple[float, float]:
        if not self.family.is_free(at):
            return (sign * self.family.value[at],) * 2
        low, high = self.low.get(at, self.family.least[at]), self.high.get(at, inf)
        return (low, high) if sign > 0 else (-high, -low)

    def _read(self, relation: int) -> list[int]:
        """The cells of which this relation says more than was known."""
        family, signed = self.family, self.family.relations[relation]
        between = {at: self._between(at, sign) for at, sign in signed.items()}
        lows, highs = [b[0] for b in between.values()], [b[1] for b in between.values()]
        open_lows, open_highs = lows.count(-inf), highs.count(inf)
        low = sum(number for number in lows if number > -inf)
        high = sum(number for number in highs if number < inf)
        changed = []
        for at, sign in signed.items():
            if not family.is_free(at):
                continue
            own_low, own_high = between[at]
            # sign * cell = -(all the others)
            most = inf if open_lows - (own_low == -inf) else -(low - (own_low if own_low > -inf else 0))
            least = -inf if open_highs - (own_high == inf) else -(high - (own_high if own_high < inf else 0))
            if sign < 0:
                most, least = -least, -most
            if most < self.high.get(at, inf):
                self.high[at], self.by[at] = most, relation
                changed.append(at)
            if least > self.low.get(at, family.least[at]):
                self.low[at] = least
                changed.append(at)
        return changed
