"""`activation import KIND FILE`: takes in a file."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask_babel import gettext as _

from activation.commands.setting_up import notice, print_json, working
from activation.core import utc_now
from activation.database import refresh_statistics
from activation.exchange.imports import Result, import_file
from activation.exchange.kinds import KINDS, kind_called
from activation.exchange.progress import ProgressLine
from activation.records.actor import Actor

SHOWN_REJECTIONS = 100


# So many new rows change which way is the quickest to them.
MANY = 500


@click.command("import", help=f"Takes in a file. KIND is one of: {', '.join(KINDS)}.")
@click.argument("kind")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Says the same, writes nothing.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
def import_command(kind: str, file: Path, dry_run: bool, as_json: bool) -> None:
    wanted = kind_called(kind)
    with working(), _few_collections():
        progress = ProgressLine()
        try:
            result = import_file(
                wanted, file, actor=Actor.system("Import"), now=utc_now(), dry_run=dry_run, progress=progress
            )
        finally:
            progress.close()
        if not dry_run and result.created + result.updated >= MANY:
            refresh_statistics()
        for name in result.unknown_columns:
            notice(_("The column %(name)s is not known and was left out.", name=name))
        if as_json:
            print_json(result.as_json())
        else:
            _tell(result, dry_run=dry_run)


@contextmanager
def _few_collections() -> Iterator[None]:
    """An import makes many objects and no circles: looking for those less often saves a sixth of the time."""
    thresholds = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(100_000, 5, 5)
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)
        gc.unfreeze()


def _tell(result: Result, *, dry_run: bool) -> None:
    click.echo(
        _(
            "%(rows)s rows: %(created)s new, %(updated)s changed, %(unchanged)s unchanged, %(rejected)s rejected.",
            rows=result.rows,
            created=result.created,
            updated=result.updated,
            unchanged=result.unchanged,
            rejected=len(result.rejected),
        )
    )
    for row in result.rejected[:SHOWN_REJECTIONS]:
        text = _("Line %(line)s, %(column)s: %(reason)s", line=row.line, column=row.column, reason=row.reason)
        click.echo(f"  {text}")
    more = len(result.rejected) - SHOWN_REJECTIONS
    if more > 0:
        click.echo("  " + _("%(count)s more rejected rows: see --json.", count=more))
    if dry_run:
        click.echo(_("Nothing was written: this was a dry run."))
