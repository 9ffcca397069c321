"""The figures as a file for people: CSV or Excel, for the page and the command line alike.

These are the unit's own figures, down to one person. A file that leaves the unit must not show groups smaller than
five: that is for whoever sends it on, see docs/figures.md.
"""

from collections.abc import Iterable, Sequence
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from flask import Response
from flask_babel import gettext as _

from activation.exchange.exports import Cell, csv_pieces, write_xlsx
from activation.throughput.measures.base import Kind
from activation.throughput.queries import Throughput
from models.texts import N_

VALUE_UNITS = {Kind.COUNT: N_("number"), Kind.SHARE: N_("share of 1"), Kind.MEDIAN_DAYS: N_("days")}

MIMETYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def header() -> list[Cell]:
    return [
        _("Key"),
        _("Measure"),
        _("Value"),
        _("Numerator"),
        _("Denominator"),
        _("Unit of the value"),
        _("From"),
        _("To"),
        _("Unit"),
    ]


def rows(throughput: Throughput, unit_name: str | None) -> list[list[Cell]]:
    """One row per measure, with the values of the JSON report. `unit_name` None: all units."""
    return [
        [
            figure.measure.key,
            _(figure.measure.label),
            figure.value,
            figure.numerator,
            figure.denominator,
            _(VALUE_UNITS[figure.measure.kind]),
            throughput.period.start,
            throughput.period.end,
            unit_name or _("All units"),
        ]
        for figure in throughput.figures
    ]


def throughput_csv(throughput: Throughput, unit_name: str | None) -> bytes:
    """The whole file: it has ten rows."""
    return b"".join(csv_pieces(header(), rows(throughput, unit_name)))


def write_throughput_xlsx(target: BinaryIO | Path, throughput: Throughput, unit_name: str | None) -> None:
    write_xlsx(target, _("Throughput"), header(), rows(throughput, unit_name))


def file_name(throughput: Throughput) -> str:
    """Without its ending: "throughput-2026-10-01-2026-10-31"."""
    return f"{_('throughput')}-{throughput.period.start}-{throughput.period.end}"


def table_answer(
    kind: str, name: str, header: Sequence[Cell], rows: Iterable[Sequence[Cell]], *, sheet: str = ""
) -> Response:
    """Any table of the pages of figures as a download called `name`.kind: CSV that a Swedish Excel opens, or .xlsx with
    one sheet. What leaves the unit has gone through activation.small_groups before."""
    if kind == "csv":
        content = b"".join(csv_pieces(header, rows))
    else:
        stream = BytesIO()
        write_xlsx(stream, sheet or name, header, rows)
        content = stream.getvalue()
    answer = Response(content, content_type=MIMETYPES[kind])
    answer.headers.set("Content-Disposition", "attachment", filename=f"{name}.{kind}")
    return answer
