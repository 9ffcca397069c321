"""The edge of every request: one transaction, committed after a good answer and only then."""

from datetime import datetime

from flask import Flask, Response, current_app, g, request
from flask.typing import ResponseReturnValue

from activation.database import begin_writing
from activation.unit_of_work import commit, rollback

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def now() -> datetime:
    """The moment of this request: read once, so that one page never straddles midnight."""
    if "now" not in g:
        g.now = current_app.extensions["clock"]()
    moment: datetime = g.now
    return moment


class ActivationFlask(Flask):
    """Commits inside dispatch, so that a failing commit is an error page and not a broken connection.

    A GET commits too: the access-log rows of what it shows belong to the same transaction.
    """

    def dispatch_request(self) -> ResponseReturnValue:
        if request.method not in SAFE_METHODS:
            begin_writing()
        response: Response = self.make_response(super().dispatch_request())
        if response.status_code < 400:
            commit(now=now())
        else:
            rollback()
        return response


def init_edge(app: Flask) -> None:
    """A transaction that nobody committed is forgotten, also when an error page was shown."""

    @app.teardown_request
    def forget(_error: BaseException | None) -> None:
        rollback()
