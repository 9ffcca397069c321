"""`activation db upgrade`: creates or upgrades the schema."""

import click
from flask_babel import gettext as _

from activation.commands.setting_up import notice, working
from activation.database import db
from activation.schema import upgrade


@click.group("db", help="The database.")
def database() -> None:
    """Groups the commands of the database."""


@database.command(
    "upgrade", help="Creates or upgrades the schema. Safe to run again, and on several machines at once."
)
def upgrade_command() -> None:
    with working():
        upgrade(db.engine)
        notice(_("The schema is up to date."))
