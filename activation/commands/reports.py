"""`activation report`: what stands in the database, as of a day. The operator's: all cases, protected ones too."""

import sys
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any

import click
from flask_babel import gettext as _
from sqlalchemy import select

from activation.aid.report import aid_rows
from activation.clocks.calendar import local_date
from activation.clocks.queries import clocks_report
from activation.commands.setting_up import (
    DAY,
    MONTH,
    OPERATOR,
    notice,
    print_json,
    print_json_rows,
    print_rows,
    working,
)
from activation.core import utc_now
from activation.database import db
from activation.exchange.ahead import with_sessions_through
from activation.followups.report import open_tasks_report
from activation.throughput.exports import header, rows, throughput_csv, write_throughput_xlsx
from activation.throughput.queries import Throughput, throughput
from models import Unit
from models.errors import DomainError
from models.texts import N_

as_of_option = click.option("--as-of", type=DAY, help="As of this day, as 2026-11-21. Default: today.")
json_option = click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")


@click.group("report", help="Reports: clocks, follow-ups, throughput, aid.")
def report() -> None:
    """Groups the reports."""


@report.command("clocks", help="One row per case and clock.")
@as_of_option
@json_option
def clocks(as_of: date | None, as_json: bool) -> None:
    _rows(as_of, as_json, clocks_report)


@report.command("follow-ups", help="One row per open follow-up task.")
@as_of_option
@json_option
def follow_ups(as_of: date | None, as_json: bool) -> None:
    _rows(as_of, as_json, open_tasks_report)


@report.command("aid", help="One row per household: aid status, plan, attendance, warnings.")
@click.option("--month", type=MONTH, required=True, help="As 2026-11.")
@as_of_option
@json_option
def aid(month: date, as_of: date | None, as_json: bool) -> None:
    _rows(as_of, as_json, lambda day: aid_rows(month=month, as_of=day))


def _rows(as_of: date | None, as_json: bool, read: Callable[[date], Iterable[dict[str, Any]]]) -> None:
    with working():
        now = utc_now()
        day = as_of or local_date(now)
        with with_sessions_through(day, now=now):
            if as_json:
                print_json_rows(read(day))
            else:
                print_rows(list(read(day)))


@report.command("throughput", help="The unit lead's figures of a period.")
@click.option("--from", "start", type=DAY, required=True, help="The first day.")
@click.option("--to", "end", type=DAY, required=True, help="The last day. Facts dated later do not count.")
@click.option("--unit", help="One unit. Default: all together.")
@json_option
@click.option("--csv", "as_csv", is_flag=True, help="For people: semicolon, decimal comma, UTF-8 with BOM.")
@click.option(
    "--xlsx", type=click.Path(path_type=Path, dir_okay=False), help="For people: writes this Excel file."
)
def throughput_command(
    start: date, end: date, unit: str | None, as_json: bool, as_csv: bool, xlsx: Path | None
) -> None:
    if start > end:
        raise DomainError(N_("--from lies after --to."))
    if as_json and as_csv:
        raise DomainError(N_("Choose one of --json and --csv: both write to stdout."))
    with working():
        figures = _figures(start, end, unit)
        if xlsx is not None:
            _write(xlsx, figures, unit)
        if as_json:
            print_json(figures.as_json(unit))
        elif as_csv:
            sys.stdout.buffer.write(throughput_csv(figures, unit))
        elif xlsx is None:
            names = list(map(str, header()))
            print_rows([dict(zip(names, row, strict=True)) for row in rows(figures, unit)])


def _figures(start: date, end: date, unit: str | None) -> Throughput:
    unit_id = None if unit is None else db.session.scalar(select(Unit.id).where(Unit.name == unit))
    if unit is not None and unit_id is None:
        raise DomainError(N_("There is no unit called %(name)s."), name=unit)
    with with_sessions_through(end, now=utc_now()):
        return throughput(start=start, end=end, unit_id=unit_id, actor=OPERATOR)


def _write(path: Path, figures: Throughput, unit: str | None) -> None:
    try:
        write_throughput_xlsx(path, figures, unit)
    except OSError as error:
        raise DomainError(N_("%(file)s cannot be written."), file=str(path)) from error
    notice(_("Written: %(file)s", file=str(path)))
