"""The JSON of a request, as far as it can be read."""

from typing import Any

from flask import request


def json_body() -> Any:
    """What was sent; None where it is no JSON, or lists within lists without end, which the reader gives up on."""
    try:
        return request.get_json(silent=True)
    except RecursionError:
        return None
