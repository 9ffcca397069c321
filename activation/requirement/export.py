"""The table for the inspectorate as a file. It leaves the unit: groups smaller than five are not shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

from flask_babel import gettext as _

from activation.exchange.exports import Cell, csv_pieces, write_xlsx
from activation.requirement.figures import COLUMNS, Line, Quarter

SMALLEST_GROUP = 5
# Not "<5": what is hidden only so that another number cannot be reckoned out may be larger.
HIDDEN = ".."


# Columns that add up: the first is the sum of the others. One hidden number among them could be reckoned out.
ADDS_UP = ("three_months", "covered", "exempt", "not_covered", "not_assessed")

# A column that is part of another: how many of the whole are not in it says as much as a number of its own.
ALL_BUT = (("covered", "assigned"),)

Place = tuple[int, int]


def suppressed(lines: Sequence[Line]) -> list[list[Cell]]:
    """Obstacle and numbers, the last line is the sum. Zero says nothing of anybody and stays."""
    hidden = hidden_cells([line.numbers for line in lines])
    return [
        [
            _(line.obstacle.label) if line.obstacle else _("All"),
            *(HIDDEN if (row, at) in hidden else number for at, number in enumerate(line.numbers)),
        ]
        for row, line in enumerate(lines)
    ]


def hidden_cells(numbers: Sequence[Sequence[int]]) -> set[Place]:
    """Which cells (row, column) are not shown: groups from one to four, and what they could be reckoned out from, until
    nothing changes. Of a sum that is shown the hidden parts are five or more together, and more than one; a sum is
    hidden with a part of it. Where all but a few of a group are in a part of it (ALL_BUT), the part is hidden."""
    hidden = {
        (row, at)
        for row, line in enumerate(numbers)
        for at, number in enumerate(line)
        if _is_small(number)
        or any(COLUMNS[at].key == part and _is_small(line[_at(whole)] - number) for whole, part in ALL_BUT)
    }
    sums = _sums(len(numbers))
    while True:
        more = {cell for of in sums if (cell := _one_more(of, hidden, numbers)) is not None}
        if not more:
            return hidden
        hidden |= more


def _is_small(number: int) -> bool:
    return 0 < number < SMALLEST_GROUP


def _at(key: str) -> int:
    return next(at for at, column in enumerate(COLUMNS) if column.key == key)


@dataclass(frozen=True)
class _Sum:
    """A cell and those that it is the sum of."""

    whole: Place
    parts: Sequence[Place]


def _sums(rows: int) -> list[_Sum]:
    """Every column with its total in the last row, and in each row the columns that add up."""
    whole, *parts = (_at(key) for key in ADDS_UP)
    last = rows - 1
    columns = [_Sum((last, at), [(row, at) for row in range(last)]) for at in range(len(COLUMNS))]
    return [*columns, *(_Sum((row, whole), [(row, at) for at in parts]) for row in range(rows))]


def _one_more(of: _Sum, hidden: set[Place], numbers: Sequence[Sequence[int]]) -> Place | None:
    """The cell that is hidden next, the smallest; None where nothing can be reckoned out of this sum."""
    away = [numbers[row][at] for row, at in of.parts if (row, at) in hidden]
    if of.whole in hidden:
        if any(away):
            return None
    elif not away or (len(away) > 1 and sum(away) >= SMALLEST_GROUP):
        return None
    cells = of.parts if of.whole in hidden else [*of.parts, of.whole]
    others = [
        (numbers[row][at], row, at) for row, at in cells if (row, at) not in hidden and numbers[row][at]
    ]
    return min(others)[1:] if others else None


def header(asked: Quarter) -> list[Cell]:
    return [
        _("Obstacle to self-support, %(quarter)s", quarter=asked.name),
        *(_(column.label) for column in COLUMNS),
    ]


def requirement_file(kind: str, asked: Quarter, lines: Sequence[Line]) -> bytes:
    """The file of a kind (csv or xlsx), for a download."""
    if kind == "csv":
        return b"".join(csv_pieces(header(asked), suppressed(lines)))
    stream = BytesIO()
    write_xlsx(stream, _("Activity requirement"), header(asked), suppressed(lines))
    return stream.getvalue()
