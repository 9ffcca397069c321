"""The settings of the running application, for whoever works inside it."""

from flask import current_app

from activation.config import Settings


def settings() -> Settings:
    found: Settings = current_app.extensions["settings"]
    return found
