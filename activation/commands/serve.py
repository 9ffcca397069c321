"""`activation serve`: the web server. Any number may run; SQLite is best with one process and threads."""

import sys
from collections.abc import Callable

import click
from flask import Flask

from activation.cli import load
from activation.commands.serving import checked_app
from activation.config import Settings

# gunicorn needs Unix; waitress runs everywhere.
SERVER = "activation.commands.serve_" + ("waitress" if sys.platform == "win32" else "gunicorn") + ":run"


@click.command("serve", help="Runs the web server until it is told to end.")
def serve() -> None:
    app = checked_app()
    settings: Settings = app.extensions["settings"]
    run: Callable[[Flask, Settings], None] = load(SERVER)
    run(app, settings)
