"""What web server and scheduler must find before they start."""

from flask import Flask

from activation.app import create_app
from activation.commands.setting_up import read_settings
from activation.database import db
from activation.schema_state import is_current
from models.errors import DomainError
from models.texts import N_


def checked_app() -> Flask:
    """The whole application. Raises SettingsError or DomainError where it must not be served like this."""
    settings = read_settings()
    settings.require_serving()
    app = create_app(settings)
    with app.app_context():
        if not is_current(db.engine):
            raise DomainError(N_("The database does not have the present schema. Run: activation db upgrade"))
        db.engine.dispose()  # a connection must not be shared with processes that are started later
    return app
