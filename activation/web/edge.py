"""The edge of every request: one transaction, committed after a good answer and only then."""

from collections.abc import Callable
from datetime import datetime

from flask import Flask, Response, current_app, g, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import OperationalError

from activation.database import begin_writing
from activation.records.access_log import take_looks, write_looks
from activation.unit_of_work import commit, rollback

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def now() -> datetime:
    """The moment of this request: read once, so that one page never straddles midnight."""
    if "now" not in g:
        g.now = current_app.extensions["clock"]()
    moment: datetime = g.now
    return moment


def keep_though_refused(write: Callable[[], None]) -> None:
    """What is written down although the answer says no (from 400 on): that somebody tried."""
    g.setdefault("kept", []).append(write)


class ActivationFlask(Flask):
    """Commits inside dispatch, so that a failing commit is an error page and not a broken connection.

    A GET commits too: the access-log rows of what it shows belong to the same transaction.
    """

    def dispatch_request(self) -> ResponseReturnValue:
        try:
            return self._answer()
        except OperationalError as error:
            if request.method not in SAFE_METHODS or "database is locked" not in str(error.orig):
                raise
        # SQLite: a transaction that read first cannot write once another has written. Nothing was shown yet and a
        # GET writes nothing but its access-log rows: do it again, this time waiting for the turn at the start.
        rollback()
        begin_writing()
        return self._answer()

    def _answer(self) -> Response:
        response: Response = self.make_response(super().dispatch_request())
        if response.status_code < 400:
            commit(now=now())
        else:
            _forget_all_but_who_looked()
        return response


def _forget_all_but_who_looked() -> None:
    """A form with errors changes nothing, and yet shows the person it is about."""
    looks, kept = take_looks(), g.pop("kept", [])
    rollback()
    if looks or kept:
        begin_writing()
        write_looks(looks)
        for write in kept:
            write()
        commit(now=now())


def init_edge(app: Flask) -> None:
    """A transaction of its own for every request; one that nobody committed is forgotten. Call it before all others
    that add before_request functions: they read, and a writing transaction must begin as one."""

    @app.before_request
    def begin() -> None:
        if request.method not in SAFE_METHODS:
            begin_writing()

    @app.teardown_request
    def forget(_error: BaseException | None) -> None:
        rollback()
