"""`activation db upgrade`: creates or upgrades the schema, and brings once what is shipped."""

import click
from flask_babel import gettext as _

from activation.commands.setting_up import notice, working
from activation.core import utc_now
from activation.database import begin_writing, db
from activation.schema import upgrade
from activation.shipped import bring_what_is_shipped
from activation.unit_of_work import commit


@click.group("db", help="The database.")
def database() -> None:
    """Groups the commands of the database."""


@database.command(
    "upgrade", help="Creates or upgrades the schema. Safe to run again, and on several machines at once."
)
def upgrade_command() -> None:
    with working():
        upgrade(db.engine)
        begin_writing()
        now = utc_now()
        bring_what_is_shipped(now=now)
        commit(now=now)
        notice(_("The schema is up to date."))
