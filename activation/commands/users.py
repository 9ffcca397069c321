"""`activation user add`: a staff account; the first administrator of a new installation."""

import sys

import click
from flask_babel import gettext as _

from activation.accounts.service import add_staff, get_or_make_unit
from activation.commands.failures import MISSING
from activation.commands.setting_up import OPERATOR, print_json, working
from activation.core import utc_now
from activation.database import begin_writing
from activation.exchange.cells import parse_email, parse_text, parse_word
from activation.exchange.words import ROLES
from activation.unit_of_work import commit
from models.errors import DomainError


@click.group("user", help="Staff accounts.")
def user() -> None:
    """Groups the commands of staff accounts."""


def _ask(option: str, text: str) -> str:
    """Asks at a terminal. Elsewhere nobody answers: DomainError names the option."""
    if not sys.stdin.isatty():
        raise DomainError(MISSING, name=option, help="activation user add")
    answer: str = click.prompt(text, err=True)
    return answer


@user.command(
    "add", help="Adds a staff account. Asks for what is not given; makes a password where none is given."
)
@click.option("--email", help="The address to sign in with.")
@click.option("--name", help="The name shown to others.")
@click.option("--role", default="administrator", show_default=True, help=", ".join(ROLES))
@click.option("--unit", help="Made where it is new.")
@click.option("--password-stdin", is_flag=True, help="Reads the password from the first line of stdin.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
def add(
    email: str | None, name: str | None, role: str, unit: str | None, password_stdin: bool, as_json: bool
) -> None:
    with working() as app:
        address = parse_email(email or _ask("--email", _("E-mail")))
        called = parse_text(name or _ask("--name", _("Name")), 120)
        unit_name = parse_text(unit or _ask("--unit", _("Unit")), 120)
        password = sys.stdin.readline().rstrip("\r\n") if password_stdin else ""
        now = utc_now()
        begin_writing()
        account = add_staff(
            actor=OPERATOR,
            unit=get_or_make_unit(unit_name),
            name=called,
            email=address,
            role=parse_word(role, ROLES),
            now=now,
            password=password,
            language=app.extensions["settings"].language,
        )
        commit(now=now)
        made = None if password else account.password
        if as_json:
            print_json({"email": address, "password": made})
        elif made is None:
            click.echo(_("The account %(email)s was added.", email=address))
        else:
            click.echo(
                _(
                    "The account %(email)s was added. Its password, shown this once: %(password)s",
                    email=address,
                    password=made,
                )
            )
