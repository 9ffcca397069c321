"""waitress: one process with threads, on any system."""

from flask import Flask
from waitress import serve  # type: ignore[import-untyped]

from activation.config import Settings


def run(app: Flask, settings: Settings) -> None:
    serve(app, listen=settings.listen, threads=settings.web_threads, ident="activation")
