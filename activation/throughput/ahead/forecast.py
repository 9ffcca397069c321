"""The coming weeks of a unit, drawn from its own past weeks. Pure.

Every coming week is one of the known weeks, drawn at random as a whole: as many come in as came then, and of those who
wait, are open and are followed up the same shares get their first meeting, close and fall due. Many such futures give
the middle and the interval that 80 of 100 of them lie in. Nothing is assumed but that the coming weeks are like the
known ones.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from random import Random

LEAST_WEEKS, MOST_WEEKS = 12, 52
AHEAD = 8
# The running week is drawn too, and not shown: half of it is known already.
SKIPPED = 1
KNOWN_FOR_CHECK = AHEAD + SKIPPED
FUTURES = 400
LOW, MIDDLE, HIGH = 10, 50, 90


@dataclass(frozen=True, slots=True)
class KnownWeek:
    """What happened in a whole week. `left_unmet`: closed before any meeting was held. `tasks`: of follow-up that fell
    due; None before the unit had any."""

    came: int
    met: int
    left_unmet: int
    left: int
    tasks: int | None


@dataclass(frozen=True, slots=True)
class State:
    """Cases open, and those of them without a meeting held, at the end of a week."""

    open: int
    waiting: int

    def after(self, week: KnownWeek, sign: int = 1) -> "State":
        """At the end of the week that follows (sign −1: before the one that went)."""
        waiting = week.came - week.met - week.left_unmet
        return State(self.open + sign * (week.came - week.left), self.waiting + sign * waiting)


@dataclass(frozen=True)
class History:
    """Whole weeks in order, each with its Monday, and how the unit stood at the end of the last."""

    mondays: Sequence[date]
    weeks: Sequence[KnownWeek]
    last: State

    def state_after(self, number: int) -> State:
        """How the unit stood at the end of that week (0: the first; −1: before it)."""
        state = self.last
        for week in reversed(self.weeks[number + 1 :]):
            state = state.after(week, -1)
        return state

    def through(self, number: int) -> "History":
        """The first so many weeks only, as if the rest were not known; the last MOST_WEEKS of them."""
        kept = slice(max(0, number - MOST_WEEKS), number)
        return History(self.mondays[kept], self.weeks[kept], self.state_after(number - 1))


@dataclass(frozen=True, slots=True)
class Shares:
    """A known week as shares of those whom it could happen to. None: there was nobody, or it is not known."""

    came: int
    met: float | None
    left_unmet: float | None
    left: float | None
    tasks: float | None


@dataclass(frozen=True, slots=True)
class Interval:
    """Of the drawn futures 10 of 100 lie below `low`, 10 above `high`; half reach `middle` at most."""

    low: int
    middle: int
    high: int


@dataclass(frozen=True, slots=True)
class WeekAhead:
    """`open` at its end. `tasks` None: too few weeks with follow-up are known."""

    came: Interval
    open: Interval
    meetings: Interval
    tasks: Interval | None


@dataclass(frozen=True, slots=True)
class Check:
    """In how many of the last known weeks the figure lay in the interval that would have been told before them."""

    came: int
    open: int
    meetings: int
    tasks: int | None


def shares_of(history: History) -> list[Shares]:
    """Each known week as shares of those open or waiting before it or come in it."""
    found, state = [], history.state_after(-1)
    for week in history.weeks:
        everybody, waiting = state.open + week.came, state.waiting + week.came
        found.append(
            Shares(
                week.came,
                _share(week.met, waiting),
                _share(week.left_unmet, waiting),
                _share(week.left, everybody),
                None if week.tasks is None else _share(week.tasks, everybody),
            )
        )
        state = state.after(week)
    return found


def _share(number: int, of: int) -> float | None:
    return number / of if of > 0 else None


def forecast(history: History, *, seed: str) -> list[WeekAhead] | None:
    """The AHEAD weeks after the running one; None where too few weeks are known. The same seed, the same numbers."""
    if len(history.weeks) < LEAST_WEEKS:
        return None
    kept = history.through(len(history.weeks))
    has_tasks = sum(week.tasks is not None for week in kept.weeks) >= LEAST_WEEKS
    return simulate(shares_of(kept), kept.last, seed=seed, has_tasks=has_tasks)


def simulate(
    known: Sequence[Shares], state: State, *, seed: str, has_tasks: bool = True, futures: int = FUTURES
) -> list[WeekAhead]:
    """Draws futures from known weeks. Where a week has no share of its own, the mean of the others stands in."""
    usual = Shares(0, *(_mean(known, of) for of in ("met", "left_unmet", "left", "tasks")))
    weeks = [_filled(week, usual) for week in known]
    chance = Random(seed)  # noqa: S311 - no secret
    drawn = [_future(chance.choices(weeks, k=AHEAD + SKIPPED), state) for _ in range(futures)]
    found = []
    for place in range(SKIPPED, AHEAD + SKIPPED):
        came, left_open, met, tasks = (_interval([future[place][n] for future in drawn]) for n in range(4))
        found.append(WeekAhead(came, left_open, met, tasks if has_tasks else None))
    return found


Filled = tuple[int, float, float, float, float]


def _filled(week: Shares, usual: Shares) -> Filled:
    def of(own: float | None, other: float | None) -> float:
        return (other or 0.0) if own is None else own

    return (
        week.came,
        of(week.met, usual.met),
        of(week.left_unmet, usual.left_unmet),
        of(week.left, usual.left),
        of(week.tasks, usual.tasks),
    )


def _mean(known: Sequence[Shares], of: str) -> float | None:
    there = [value for value in (getattr(week, of) for week in known) if value is not None]
    return sum(there) / len(there) if there else None


def _future(weeks: Sequence[Filled], state: State) -> list[tuple[float, float, float, float]]:
    """Came, open, first meetings and follow-up of each week. Counts are not rounded on the way."""
    opened, waiting = float(state.open), float(state.waiting)
    found: list[tuple[float, float, float, float]] = []
    for came, met, left_unmet, left, tasks in weeks:
        opened += came
        waiting += came
        held, due = waiting * met, opened * tasks
        waiting *= 1 - met - left_unmet
        opened *= 1 - left
        found.append((came, opened, held, due))
    return found


def _interval(values: list[float]) -> Interval:
    """By nearest rank, in whole numbers."""
    values.sort()
    low, middle, high = (
        round(values[max(0, -(-len(values) * part // 100) - 1)]) for part in (LOW, MIDDLE, HIGH)
    )
    return Interval(low, middle, high)


def check(history: History, *, seed: str) -> Check | None:
    """What the same would have told KNOWN_FOR_CHECK weeks before the last known one, held against what came; None where
    too few weeks were known then."""
    cut = len(history.weeks) - KNOWN_FOR_CHECK
    told = forecast(history.through(cut), seed=seed) if cut >= LEAST_WEEKS else None
    if told is None:
        return None
    places = range(cut + SKIPPED, len(history.weeks))

    def hits(interval: Callable[[WeekAhead], Interval | None], known: Callable[[int], int | None]) -> int:
        pairs = [(interval(week), known(place)) for week, place in zip(told, places, strict=True)]
        return sum(i is not None and v is not None and i.low <= v <= i.high for i, v in pairs)

    return Check(
        came=hits(lambda w: w.came, lambda n: history.weeks[n].came),
        open=hits(lambda w: w.open, lambda n: history.state_after(n).open),
        meetings=hits(lambda w: w.meetings, lambda n: history.weeks[n].met),
        tasks=None if told[0].tasks is None else hits(lambda w: w.tasks, lambda n: history.weeks[n].tasks),
    )
