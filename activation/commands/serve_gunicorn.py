"""gunicorn: processes with threads."""

from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]

from activation.config import Settings


class Server(BaseApplication):  # type: ignore[misc] # gunicorn carries no types
    """gunicorn with our settings instead of a command line of its own."""

    def __init__(self, app: Flask, options: dict[str, Any]) -> None:
        self._app = app
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return self._app


def options(settings: Settings) -> dict[str, Any]:
    """gunicorn's names for our settings."""
    return {
        "bind": settings.listen,
        "workers": settings.web_processes,
        "threads": settings.web_threads,
        "worker_class": "gthread",
        "timeout": 60,
        "graceful_timeout": 20,
        "keepalive": 5,
        "errorlog": "-",
        "loglevel": "warning",
        "control_socket_disable": True,
        "proc_name": "activation",
    }


def run(app: Flask, settings: Settings) -> None:
    Server(app, options(settings)).run()
