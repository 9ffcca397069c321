"""Addresses made from the one that is asked for."""

from urllib.parse import quote, urlencode

from flask import request


def this_page(**changed: object) -> str:
    """The address of this page, with these values after its `?` and what stood there besides.

    Not through url_for: what somebody writes into an address must not become an argument of it (`_scheme`, `endpoint`).
    """
    return f"{quote(request.path)}?{urlencode({**request.args.to_dict(), **changed})}"
