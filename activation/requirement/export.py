"""The table for the inspectorate as a file. It leaves the unit: groups smaller than five are not shown."""

from collections.abc import Sequence
from io import BytesIO

from flask_babel import gettext as _

from activation.exchange.exports import Cell, csv_pieces, write_xlsx
from activation.requirement.figures import COLUMNS, Line, Quarter

SMALLEST_GROUP = 5
HIDDEN = "<5"


# Columns that add up: the first is the sum of the others. One hidden number among them could be reckoned out.
ADDS_UP = ("three_months", "covered", "exempt", "not_covered", "not_assessed")

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
    """Which cells (row, column) are not shown: groups from one to four, and what they could be reckoned out from: where
    just one cell of a sum is hidden, the smallest other one is hidden with it, until nothing changes."""
    hidden = {
        (row, at)
        for row, line in enumerate(numbers)
        for at, number in enumerate(line)
        if 0 < number < SMALLEST_GROUP
    }
    sums = _sums(len(numbers))
    while True:
        more = {cell for cells in sums if (cell := _one_more(cells, hidden, numbers)) is not None}
        if not more:
            return hidden
        hidden |= more


def _sums(rows: int) -> list[list[Place]]:
    """The cells that belong to one sum each: every column with its total, and in each row the columns that add up."""
    adds_up = [at for at, column in enumerate(COLUMNS) if column.key in ADDS_UP]
    columns = [[(row, at) for row in range(rows)] for at in range(len(COLUMNS))]
    return [*columns, *([(row, at) for at in adds_up] for row in range(rows))]


def _one_more(cells: Sequence[Place], hidden: set[Place], numbers: Sequence[Sequence[int]]) -> Place | None:
    if sum(cell in hidden for cell in cells) != 1:
        return None
    others = [
        (numbers[row][at], row, at) for row, at in cells if (row, at) not in hidden and numbers[row][at]
    ]
    if not others:
        return None
    _number, row, at = min(others)
    return row, at


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
