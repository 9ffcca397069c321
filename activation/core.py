"""What the web and the command line share: settings, clock, database and texts. Quick to import."""

from collections.abc import Callable
from datetime import UTC, datetime

from flask import Flask

from activation.config import Settings
from activation.database import init_database
from activation.web.language import init_language


def utc_now() -> datetime:
    """The clock of the machine: read at the edges only, handed on as an argument."""
    return datetime.now(UTC)


def create_core(
    settings: Settings, *, clock: Callable[[], datetime] = utc_now, app: Flask | None = None
) -> Flask:
    """An application without pages: enough for imports, reports and jobs. create_app puts the pages on top (`app`)."""
    app = app or Flask("activation")
    app.extensions["settings"] = settings
    app.extensions["clock"] = clock
    init_database(app, settings.database_url)
    init_language(app)
    return app
