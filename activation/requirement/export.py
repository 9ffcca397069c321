"""The table for the inspectorate as a file. It leaves the unit: groups smaller than five are not shown."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from activation import small_groups
from activation.context import settings
from activation.exchange.exports import Cell
from activation.requirement.figures import COLUMNS, Line, Quarter
from activation.small_groups import HIDDEN, Relation, adds_up

# Columns that add up: the first is the sum of the others.
ADDS_UP = ("three_months", "covered", "exempt", "not_covered", "not_assessed")

# A column that is part of another: how many of the whole are not in it is a number too, that nobody publishes.
ALL_BUT = (("covered", "assigned"),)

Place = tuple[int, int]


def suppressed(lines: Sequence[Line]) -> list[list[Cell]]:
    """Obstacle and numbers, the last line is the sum. Zero says nothing of anybody and stays."""
    hidden = hidden_places([line.numbers for line in lines], settings().secret_key.encode())
    return [
        [
            _(line.obstacle.label) if line.obstacle else _("All"),
            *(HIDDEN if (row, at) in hidden else number for at, number in enumerate(line.numbers)),
        ]
        for row, line in enumerate(lines)
    ]


def hidden_places(numbers: Sequence[Sequence[int]], salt: bytes = b"") -> set[Place]:
    """Which cells (row, column) are not shown: see activation.small_groups."""
    family = table(numbers)
    hidden = small_groups.hidden_cells(
        family.counts, family.relations, unpublished=family.unpublished, salt=salt
    )
    places = {(row, at) for row, line in enumerate(numbers) for at in range(len(line))}
    return {place for place in places if place in hidden}


@dataclass(frozen=True)
class Table:
    """What small_groups is told of the table."""

    counts: Mapping[small_groups.Cell, int]
    relations: Sequence[Relation]
    unpublished: Collection[small_groups.Cell]


def table(numbers: Sequence[Sequence[int]]) -> Table:
    """Every column has its total in the last row; in each row some columns add up, and some are part of another."""
    last = len(numbers) - 1
    counts: dict[small_groups.Cell, int] = {
        (row, at): number for row, line in enumerate(numbers) for at, number in enumerate(line)
    }
    relations = [adds_up((last, at), [(row, at) for row in range(last)]) for at in range(len(COLUMNS))]
    whole, *parts = (_at(key) for key in ADDS_UP)
    relations += [adds_up((row, whole), [(row, at) for at in parts]) for row in range(len(numbers))]
    rests: set[small_groups.Cell] = set()
    for row, line in enumerate(numbers):
        for of, part in ALL_BUT:
            rest = (row, of, part)
            rests.add(rest)
            counts[rest] = line[_at(of)] - line[_at(part)]
            relations.append(adds_up((row, _at(of)), [(row, _at(part)), rest]))
    return Table(counts, relations, rests)


def _at(key: str) -> int:
    return next(at for at, column in enumerate(COLUMNS) if column.key == key)


def header(asked: Quarter) -> list[Cell]:
    return [
        _("Obstacle to self-support, %(quarter)s", quarter=asked.name),
        *(_(column.label) for column in COLUMNS),
    ]
