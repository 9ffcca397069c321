"""What the commands share: the application they work in, the types of their options, one JSON document."""

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from tempfile import SpooledTemporaryFile
from typing import Any, Generic, TypeVar

import click
from flask import Flask

from activation.config import Settings, settings_from
from activation.core import create_core
from activation.database import db
from activation.exchange.cells import parse_date, parse_datetime, parse_month
from activation.records.actor import Actor
from activation.unit_of_work import rollback

Value = TypeVar("Value")

OPERATOR = Actor.system("operator")


def read_settings() -> Settings:
    """The settings from the environment. Raises SettingsError."""
    return settings_from(os.environ)


@contextmanager
def working() -> Iterator[Flask]:
    """An application without pages, for the time of a command."""
    app = create_core(read_settings())
    with app.app_context():
        try:
            yield app
        finally:
            rollback()
            db.engine.dispose()


class Cell(click.ParamType[Value], Generic[Value]):
    """An option that holds what a cell of a file holds; a wrong one is told in the same words."""

    def __init__(self, name: str, parse: Callable[[str], Value]) -> None:
        self.name = name
        self._parse = parse

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        return self._parse(value) if isinstance(value, str) else value


DAY: Cell[date] = Cell("date", parse_date)
MONTH: Cell[date] = Cell("month", parse_month)
MOMENT = Cell("moment", parse_datetime)


def print_json(document: Any) -> None:
    """The one document on stdout."""
    click.echo(json.dumps(document, ensure_ascii=False, indent=1))


def print_json_rows(rows: Iterable[dict[str, Any]]) -> None:
    """A bare array, a row a line, in flat memory. It reaches stdout only when it is whole."""
    with SpooledTemporaryFile(max_size=8_000_000, mode="w+", encoding="utf-8") as whole:
        start = "["
        for row in rows:
            whole.write(f"{start}\n{json.dumps(row, ensure_ascii=False)}")
            start = ","
        whole.write("[]\n" if start == "[" else "\n]\n")
        whole.seek(0)
        for piece in iter(lambda: whole.read(1_000_000), ""):
            click.echo(piece, nl=False)


def print_rows(rows: Sequence[dict[str, Any]]) -> None:
    """Rows for people: columns under each other, in the order of the first row's keys."""
    if not rows:
        return
    cells = [list(rows[0]), *([_shown(value) for value in row.values()] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for line in cells:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def _shown(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "–"
    return str(value)


def notice(text: str) -> None:
    """A message to whoever called: never on stdout, where the result stands alone."""
    click.echo(text, err=True)
    sys.stderr.flush()
