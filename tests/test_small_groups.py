"""No small group is shown, nor reckoned out of what is, whatever adds up to whatever."""

from itertools import product
from random import Random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from activation import small_groups
from activation.small_groups import Cell, Relation, TooMuchShown, adds_up, hidden_cells
from tests.reader import Reader, what_is_shown

# All tables of whole numbers are gone through: thirty times as many for each more cell that is free.
MOST_FREE = 3

Family = tuple[dict[Cell, int], list[Relation], set[Cell]]


@st.composite
def families(draw: st.DrawFn, base: int, sums: int, largest: int) -> Family:
    """Random counts, and sums of any of them and of such sums; some with a rest that nobody publishes."""
    sizes = st.one_of(st.integers(0, 6), st.integers(0, largest))
    counts: dict[Cell, int] = {f"c{at}": draw(sizes) for at in range(draw(st.integers(2, base)))}
    relations, unpublished = [], set[Cell]()
    for at in range(draw(st.integers(1, sums))):
        parts = draw(st.lists(st.sampled_from(sorted(counts, key=str)), min_size=1, max_size=4, unique=True))
        whole = f"s{at}"
        if draw(st.booleans()):
            rest = f"r{at}"
            counts[rest] = draw(sizes)
            unpublished.add(rest)
            parts.append(rest)
        counts[whole] = sum(counts[part] for part in parts)
        relations.append(adds_up(whole, parts))
    return counts, relations, unpublished


@settings(max_examples=300)
@given(families(base=8, sums=7, largest=40), st.binary(max_size=4))
def test_no_adding_and_subtracting_tells_a_small_group(family: Family, salt: bytes) -> None:
    counts, relations, unpublished = family
    hidden = hidden_cells(counts, relations, unpublished=unpublished, salt=salt)
    assert not hidden & unpublished
    assert not [cell for cell in hidden if counts[cell] == 0]
    shown = what_is_shown(counts, hidden, unpublished)
    Reader(shown, relations).assert_learns_no_small_group(counts)


@settings(max_examples=150, deadline=None)
@given(families(base=3, sums=2, largest=8))
def test_among_all_tables_that_agree_with_what_is_shown_a_small_group_is_five_or_more_in_one(
    family: Family,
) -> None:
    counts, relations, unpublished = family
    hidden = hidden_cells(counts, relations, unpublished=unpublished)
    reader = Reader(what_is_shown(counts, hidden, unpublished), relations)
    assume(len(reader.unknown) - len(reader.solved()) <= MOST_FREE)
    assert_could_be_large(reader, counts)


def assert_could_be_large(reader: Reader, counts: dict[Cell, int]) -> None:
    wanted = {cell for cell in reader.unknown if 0 < counts[cell] < 5}
    seen: dict[Cell, set[int]] = {cell: set() for cell in wanted}
    for table in reader.possible_tables(2 * max(counts.values()) + 15):
        for cell in wanted:
            seen[cell].add(table[cell])
        if all(counts[cell] in seen[cell] and max(seen[cell]) >= 5 for cell in wanted):
            return
    assert not wanted, {cell: seen[cell] for cell in wanted}


def cube(groups: int, units: int, months: int, chance: Random, largest: int) -> Family:
    """Those judged and the hits among them, by group, unit and month, with every total; nobody publishes the misses."""
    lengths = (groups, units, months)
    hits: dict[tuple[object, ...], int] = {}
    judged: dict[tuple[object, ...], int] = {}
    for numbers in product(*map(range, lengths)):
        place: tuple[object, ...] = numbers
        judged[place] = chance.choice([0, chance.randrange(6), chance.randrange(largest)])
        hits[place] = chance.randint(0, judged[place])
    sums = []
    for axis, length in enumerate(lengths):
        ahead = [range(n) if at > axis else [*range(n), "all"] for at, n in enumerate(lengths) if at != axis]
        for others in product(*ahead):
            parts = [(*others[:axis], at, *others[axis:]) for at in range(length)]
            whole = (*others[:axis], "all", *others[axis:])
            sums.append((whole, parts))
            for counts in (hits, judged):
                counts[whole] = sum(counts[part] for part in parts)
    family: dict[Cell, int] = {}
    relations = []
    for place, number in judged.items():
        family |= {
            ("hit", *place): hits[place], ("miss", *place): number - hits[place], ("judged", *place): number
        }  # fmt: skip
        relations.append(adds_up(("judged", *place), [("hit", *place), ("miss", *place)]))
    for name in ("hit", "judged"):
        relations += [adds_up((name, *whole), [(name, *part) for part in parts]) for whole, parts in sums]
    return family, relations, {("miss", *place) for place in judged}


@pytest.mark.parametrize(("seed", "groups", "units", "months"), [(1, 2, 3, 3), (2, 5, 4, 1), (3, 4, 4, 3)])
def test_a_table_by_group_unit_and_month_tells_no_small_group(
    seed: int, groups: int, units: int, months: int
) -> None:
    counts, relations, unpublished = cube(groups, units, months, Random(seed), 40)
    hidden = hidden_cells(counts, relations, unpublished=unpublished, salt=b"secret")
    Reader(what_is_shown(counts, hidden, unpublished), relations).assert_learns_no_small_group(counts)
    assert len(hidden) < len(counts) / 2, "something is shown"


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 40))
def test_a_quarter_keeps_what_its_months_hid(seed: int, largest: int) -> None:
    """The months were published one by one, before anybody knew of the quarter; some came to it later."""
    chance = Random(seed)
    groups, months = ("women", "men", "all"), range(3)
    counts: dict[Cell, int] = {}
    relations, shown, hidden = [], set[Cell](), set[Cell]()
    for month in months:
        of: dict[Cell, int] = {
            (month, "women"): chance.randrange(largest),
            (month, "men"): chance.randrange(largest),
        }
        table: dict[Cell, int] = {**of, (month, "all"): sum(of.values())}
        relation = adds_up((month, "all"), of)
        away = hidden_cells(table, [relation], salt=b"x")
        relations.append(relation)
        counts |= table
        hidden |= away
        shown |= set(table) - away
    later: set[Cell] = {("later", group) for group in groups}
    counts |= {("later", "women"): chance.randrange(4), ("later", "men"): 0}
    counts["later", "all"] = counts["later", "women"]
    for group in groups:
        parts: list[Cell] = [*((month, group) for month in months), ("later", group)]
        counts["quarter", group] = sum(counts[part] for part in parts)
        relations.append(adds_up(("quarter", group), parts))
    relations += [adds_up((of, "all"), [(of, "women"), (of, "men")]) for of in ("quarter", "later")]
    found = hidden_cells(counts, relations, unpublished=later, shown=shown, hidden=hidden, salt=b"x")
    assert found & {cell for cell in counts if cell not in later} >= hidden
    assert not found & shown
    Reader(what_is_shown(counts, found, later), relations).assert_learns_no_small_group(counts)


def test_what_tells_already_is_not_added_to() -> None:
    counts: dict[Cell, int] = {"all": 20, "women": 17, "men": 3}
    with pytest.raises(TooMuchShown):
        hidden_cells(counts, [adds_up("all", ["women", "men"])], shown={"all", "women"})
    with pytest.raises(TooMuchShown):
        hidden_cells(counts, [adds_up("all", ["women", "men"])], shown={"men"})


def test_sums_that_do_not_hold_are_refused() -> None:
    with pytest.raises(ValueError, match="add up"):
        hidden_cells({"all": 9, "women": 3}, [adds_up("all", ["women"])])
    with pytest.raises(ValueError, match="negative"):
        hidden_cells({"all": -1}, [])


def test_what_is_hidden_for_another_is_not_chosen_by_its_size() -> None:
    """Whoever multiplies the numbers that are not small finds the same cells hidden."""
    for seed in range(20):
        chance = Random(seed)
        sizes = [3, *(chance.randrange(6, 30) for _ in range(5))]
        chosen = set()
        for times in (1, 2, 7):
            counts: dict[Cell, int] = {at: n if n < 5 else n * times for at, n in enumerate(sizes)}
            counts["all"] = sum(counts.values())
            chosen.add(frozenset(hidden_cells(counts, [adds_up("all", range(6))], salt=b"%d" % seed)))
        assert len(chosen) == 1


def test_a_family_too_large_to_search_is_hidden_where_it_hangs_together(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    counts, relations, unpublished = cube(4, 4, 3, Random(5), 30)
    apart: dict[Cell, int] = {"dogs": 10, "cats": 2, "birds": 9, "animals": 21}
    monkeypatch.setattr(small_groups, "MOST_WORK", 0)
    hidden = hidden_cells(
        counts | apart,
        [*relations, adds_up("animals", ["dogs", "cats", "birds"])],
        unpublished=unpublished,
    )
    Reader(what_is_shown(counts, hidden, unpublished), relations).assert_learns_no_small_group(counts)


def test_a_family_of_many_tables_is_decided_and_holds() -> None:
    counts, relations, unpublished = cube(6, 9, 4, Random(1), 60)
    assert len(counts) - len(unpublished) > 600
    hidden = hidden_cells(counts, relations, unpublished=unpublished, salt=b"secret")
    shown = what_is_shown(counts, hidden, unpublished)
    assert not [cell for cell, number in shown.items() if 0 < number < 5]


def test_many_days_of_few_people_are_hidden_like_few_people() -> None:
    """Twenty days of one person: nobody finds how many, though twenty is no small number."""
    counts: dict[Cell, int] = {"all": 120, "women": 60, "men": 40, "unknown": 20}
    relations = [adds_up("all", ["women", "men", "unknown"])]
    assert hidden_cells(counts, relations) == set()
    hidden = hidden_cells(counts, relations, few={"unknown"})
    reader = Reader(what_is_shown(counts, hidden, ()), relations, at_least=1)
    assert "unknown" in hidden
    assert "unknown" not in reader.reckons_out()
    assert reader.narrows()["unknown"][1] >= 25
