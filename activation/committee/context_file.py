"""Numbers from outside from a file: a row for each month of each series. The last row about a month holds."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import partial
from pathlib import Path

from sqlalchemy import select

from activation.committee import context
from activation.committee.council import ONLY_ADMINISTRATORS
from activation.committee.rules import series_key
from activation.database import db
from activation.exchange.cells import parse_decimal, parse_month, parse_text
from activation.exchange.imports import Result, take_in
from activation.exchange.kinds import Column, Kind
from activation.exchange.tables import UnusableFile, match_columns, open_table
from activation.exchange.taking import Faults, LastSaid, Taker, Took, Values, given
from activation.records.actor import Actor, must_be_administrator
from models import ContextPoint
from models.texts import N_

MOST_ROWS = 5_000


def _parse_key(text: str) -> str:
    return series_key(parse_text(text, max_length=80))


class ContextTaker(Taker):
    """A row without a number says what the series is called; blank cells empty nothing."""

    def prepare(self, rows: Sequence[Values]) -> None:
        self.series = context.series_of(sorted(given(rows, "series")))
        ids = {series.id: series.key for series in self.series.values()}
        found = db.session.scalars(
            select(ContextPoint).where(
                ContextPoint.series_id.in_(ids), ContextPoint.month.in_(given(rows, "month"))
            )
        )
        self.points: dict[tuple[str, date], ContextPoint] = {
            (ids[point.series_id], point.month): point for point in found
        }
        self.stored = set(self.points)
        self.last = LastSaid()

    def foresee(self, rows: Sequence[Values]) -> None:
        for row in rows:
            key = (row["series"], row["month"])
            if key in self.stored:
                self.last.note(key, row, ("value",))
            if row["series"] in self.series:
                self.last.note(row["series"], row, ("name", "unit", "source"))

    def check(self, row: Values, faults: Faults) -> None:
        if "series" in row and "value" in row:
            faults.ask(partial(context.check_number, row["series"], row["value"]))

    def take(self, row: Values) -> Took:
        told = self.last.of(row["series"], row, {c: row[c] for c in ("name", "unit", "source") if c in row})
        texts = context.as_values(
            name=told.get("name"), counted_in=told.get("unit"), source=told.get("source")
        )
        series = self.series.get(row["series"])
        is_new = series is None
        if series is None:
            series = self.series[row["series"]] = context.make_series(
                actor=self.actor, name=row.get("name", ""), key=row["series"], values=texts
            )
            changed = True
        else:
            changed = context.describe(actor=self.actor, series=series, values=texts)
        key = (series.key, row["month"])
        if "value" not in row or self.last.is_overridden(key, row, "value"):
            return Took.of(is_new=is_new, changed=changed)
        existing = self.points.get(key)
        self.points[key], moved = context.set_number(
            actor=self.actor, series=series, month=row["month"], value=row["value"], existing=existing
        )
        return Took.of(is_new=existing is None, changed=changed or moved)


CONTEXT = Kind(
    "context",
    ContextTaker,
    (
        Column("series", "serie", _parse_key, required=True, is_key=True),
        Column("month", "månad", parse_month, required=True, is_key=True),
        Column(
            "value",
            "värde",
            partial(parse_decimal, minimum=-context.LARGEST, maximum=context.LARGEST, places=context.PLACES),
        ),
        Column("name", "namn", partial(parse_text, max_length=80)),
        Column("unit", "enhet", partial(parse_text, max_length=30)),
        Column("source", "källa", partial(parse_text, max_length=120)),
    ),
)


def take_file(path: Path, *, actor: Actor, now: datetime) -> Result:
    """Takes in the file in the transaction at hand. Raises UnusableFile, NotAllowed."""
    must_be_administrator(actor, ONLY_ADMINISTRATORS)
    places, _unknown = match_columns(open_table(path).columns, {c.name: c.swedish for c in CONTEXT.columns})
    if "value" not in places:
        raise UnusableFile(N_("The file has no column value (värde), which holds the numbers."))
    result = take_in(CONTEXT, path, most_rows=MOST_ROWS, actor=actor, now=now)
    db.session.flush()
    return result
