"""What the commands share: the application they work in, the types of their options, one JSON document."""

import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
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
