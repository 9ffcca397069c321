"""`activation demo`: a demonstration municipality on this machine."""

import click

from activation.commands.setting_up import read_settings
from activation.demo.run import run


@click.command("demo", help="Makes a demonstration municipality (once), starts web server and scheduler.")
def demo() -> int:
    return run(read_settings())
