"""`activation scheduler`: the scheduler as a process of its own. Any number may run."""

import click

from activation.commands.serving import checked_app
from scheduler.process import serve as run_until_told_to_end


@click.command("scheduler", help="Runs the scheduler until it is told to end.")
def scheduler() -> None:
    run_until_told_to_end(checked_app())
