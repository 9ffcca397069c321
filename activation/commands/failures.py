"""How a command that could not do its work says so: one line on stderr in the installation's language, and a code."""

import os
import re
import sys
import traceback

import click
from flask import has_app_context
from sqlalchemy.exc import DatabaseError, OperationalError, SQLAlchemyError

from activation.cli import UnknownCommand
from activation.config import Settings, SettingsError, settings_from
from activation.core import create_core
from activation.database import db
from activation.schema_state import is_current
from activation.unit_of_work import rollback
from activation.web.language import translate_error
from models.errors import DomainError
from models.texts import N_

WRONG, FAILED = 2, 1

SCHEMA = N_("The database does not have the present schema. Run: activation db upgrade")
DATABASE_AWAY = N_("The database cannot be reached or is busy (%(what)s). Try again.")
DATABASE_FAILED = N_(
    "The database refused (%(what)s). Nothing of what was being done was kept. Set ACTIVATION_DEBUG=1 to see where."
)
UNEXPECTED = N_("Something went wrong (%(what)s). Set ACTIVATION_DEBUG=1 to see where.")
INTERRUPTED = N_("Interrupted. What was committed stays; run it again to complete it.")
NO_SUCH_OPTION = N_("There is no option %(name)s.")
NO_SUCH_COMMAND = N_("There is no command %(name)s. See: %(help)s --help")
MISSING = N_("%(name)s is missing. See: %(help)s --help")
NEEDS_A_VALUE = N_("%(name)s needs a value.")
TAKES_NO_VALUE = N_("%(name)s takes no value.")
UNUSABLE = N_("What was given for %(name)s cannot be used. See: %(help)s --help")
TOO_MUCH = N_("That is more than %(help)s takes: %(what)s. See: %(help)s --help")
UNCLEAR = N_("This call cannot be understood. See: %(help)s --help")


def explain(error: BaseException) -> int:
    """Says what went wrong and returns the exit code."""
    if os.environ.get("ACTIVATION_DEBUG") == "1":
        traceback.print_exception(error)
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        error.show()
        return WRONG
    if isinstance(error, SettingsError):
        return _say(str(error), WRONG)
    try:
        settings = settings_from(os.environ)
    except SettingsError as wrong:
        return _say(str(wrong), WRONG)
    text, code = _text_of(error, settings)
    with create_core(settings).app_context():
        return _say(text if isinstance(text, str) else translate_error(text), code)


def _say(text: str, code: int) -> int:
    print(text, file=sys.stderr)  # noqa: T201 - messages of the command line go to stderr
    return code


def _text_of(error: BaseException, settings: Settings) -> tuple[DomainError | str, int]:
    match error:
        case DomainError():
            return error, WRONG
        case click.UsageError():
            return _of_call(error), WRONG
        case click.Abort() | KeyboardInterrupt():
            return DomainError(INTERRUPTED), FAILED
        case click.ClickException():
            return error.format_message(), FAILED
        case SQLAlchemyError():
            return _of_database(error, settings), FAILED
        case _:
            return DomainError(UNEXPECTED, what=type(error).__name__), FAILED


def _of_call(error: click.UsageError) -> DomainError:
    """What was wrong with the call, in our own words: click's are English."""
    path = error.ctx.command_path if error.ctx else "activation"
    match error:
        case click.exceptions.NoSuchOption():
            return DomainError(NO_SUCH_OPTION, name=error.option_name)
        case UnknownCommand():
            return DomainError(NO_SUCH_COMMAND, name=error.name, help=path)
        case click.exceptions.NoSuchCommand():
            return DomainError(NO_SUCH_COMMAND, name=error.command_name, help=path)
        case click.exceptions.MissingParameter():
            return DomainError(MISSING, name=_name_of(error), help=path)
        case click.exceptions.BadParameter():
            return DomainError(UNUSABLE, name=_name_of(error), help=path)
        case click.exceptions.BadOptionUsage():
            # Which of the two it is stands in click's sentence only.
            text = TAKES_NO_VALUE if "not take" in error.message else NEEDS_A_VALUE
            return DomainError(text, name=error.option_name)
    # Click names what is too much only inside its sentence, in brackets at the end.
    too_much = re.search(r"\((.+)\)$", error.message)
    if too_much:
        return DomainError(TOO_MUCH, what=too_much[1], help=path)
    return DomainError(UNCLEAR, help=path)


def _name_of(error: click.BadParameter) -> str:
    return error.param.get_error_hint(error.ctx) if error.param and error.ctx else "?"


def _of_database(error: SQLAlchemyError, settings: Settings) -> DomainError:
    """The database's own text may quote a person's row: only the kind of error is told."""
    what = type(getattr(error, "orig", None) or error).__name__
    if isinstance(error, DatabaseError) and not _schema_is_current(settings):
        return DomainError(SCHEMA)
    if isinstance(error, OperationalError):
        return DomainError(DATABASE_AWAY, what=what)
    return DomainError(DATABASE_FAILED, what=what)


def _schema_is_current(settings: Settings) -> bool:
    """True also where it cannot be found out: then the schema is not what is wrong."""
    if has_app_context():
        rollback()
    try:
        with create_core(settings).app_context():
            return is_current(db.engine)
    except SQLAlchemyError:
        return True
