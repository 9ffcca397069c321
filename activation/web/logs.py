"""Log lines as JSON on stderr, without personal data.

No query strings, no form values, no parameters of statements and no texts of exceptions (databases quote the row in
theirs): what stands in a line is which page, which error, and where in the code.
"""

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from types import TracebackType
from typing import TextIO

from flask import has_request_context, request

from activation.web.headers import FOR_SYSTEMS, address_is_a_key, is_for_systems

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


def safe_path() -> str:
    """The path of this request without its query string. Only its pattern where the address is a key, or names a
    household as another system does: such a number may be a personal number."""
    if address_is_a_key() or is_for_systems():
        return request.url_rule.rule if request.url_rule is not None else FOR_SYSTEMS
    return request.path


class JsonFormatter(logging.Formatter):
    """One JSON document a line."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            # Flask's own line for an error repeats the whole path.
            "message": "unhandled error" if record.exc_info else record.getMessage(),
        }
        if has_request_context():
            line |= {"method": request.method, "endpoint": request.endpoint, "path": safe_path()}
        if record.exc_info:
            line |= described(record.exc_info)
        incident = getattr(record, "incident", None)
        if incident:
            line["incident"] = incident
        return json.dumps(line, ensure_ascii=False)


def described(exc_info: ExcInfo) -> dict[str, object]:
    """An exception by its class and its places in the code, without its text."""
    kind, error, trace = exc_info
    where = [f"{f.filename}:{f.lineno} {f.name}" for f in traceback.extract_tb(trace)]
    return {"error": class_of(error) if kind else None, "where": where[-12:]}


def class_of(error: BaseException | None) -> str:
    """The class of an exception and, of a database's error, the driver's own."""
    of_driver = getattr(error, "orig", None)
    name = type(error).__name__
    return f"{name} ({type(of_driver).__name__})" if of_driver is not None else name


def configure_logging(stream: TextIO | None = None) -> None:
    """Sets up the process's logging. Calling it again changes nothing."""
    root = logging.getLogger()
    if any(isinstance(handler.formatter, JsonFormatter) for handler in root.handlers):
        return
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonFormatter())
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    logging.getLogger("activation").setLevel(logging.INFO)
    # Its informational lines tell of every failed token; the page that is shown is enough.
    logging.getLogger("flask_wtf.csrf").setLevel(logging.WARNING)
