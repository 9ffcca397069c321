"""`activation sweep`: every job that is due, once. For cron, tests and catching up."""

from datetime import datetime

import click

from activation.app import create_app
from activation.commands.setting_up import MOMENT, notice, print_json, print_rows, read_settings
from activation.core import utc_now
from activation.database import db
from scheduler.runner import sweep


@click.command("sweep", help="Runs every job that is due, once, and ends.")
@click.option("--now", "moment", type=MOMENT, help="As of this moment, as 2026-12-24T08:00. Default: now.")
@click.option("--dry-run", is_flag=True, help="Says what would run, writes and sends nothing.")
@click.option(
    "--json", "as_json", is_flag=True, help="One JSON document on stdout: a list with a row for each job."
)
def sweep_command(moment: datetime | None, dry_run: bool, as_json: bool) -> int:
    settings = read_settings()
    if not dry_run:
        settings.require_sending()
    app = create_app(settings)
    with app.app_context():
        results = sweep(moment or utc_now(), dry_run=dry_run, progress=None if as_json else notice)
        rows = [result.as_json() for result in results]
        db.engine.dispose()
    failed = [result for result in results if result.status == "failed"]
    for result in failed:
        notice(f"{result.job}: {result.error}")
    if not as_json:
        print_rows([{**row, "counts": [f"{k} {v}" for k, v in row["counts"].items()]} for row in rows])
    elif not failed:
        print_json(rows)
    return 1 if failed else 0
