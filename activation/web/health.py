"""What machines ask: does the process answer, may it be sent people, were the jobs done, and the figures behind it.

No session, no cookie, no personal data; a fixed number of queries each.
"""

import hmac
from datetime import datetime
from ipaddress import ip_address
from typing import Any

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from activation.context import settings
from activation.database import db
from activation.job_states import JobState, job_states
from activation.schema_state import is_current
from activation.web.edge import now
from activation.web.metrics import CONTENT_TYPE, metrics_text

health = Blueprint("health", __name__)

DATABASE_AWAY = "database away"
OTHER_SCHEMA = "the database does not have the present schema: activation db upgrade"
# What a proxy adds: behind one on this machine everybody would seem to sit at it.
FORWARDED = ("Forwarded", "X-Forwarded-For")


def _line(text: str, status: int = 200) -> Response:
    return Response(f"{text}\n", status, mimetype="text/plain")


@health.get("/health/live")
def live() -> ResponseReturnValue:
    """Whether this process answers. Does not ask the database: starting anew would not bring that back."""
    return _line("ok")


@health.get("/health/ready")
def ready() -> ResponseReturnValue:
    """Whether people may be sent to this process."""
    try:
        current = is_current(db.engine)
    except SQLAlchemyError:
        return _line(DATABASE_AWAY, 503)
    return _line("ok") if current else _line(OTHER_SCHEMA, 503)


@health.get("/health/jobs")
def jobs() -> ResponseReturnValue:
    """Whether the scheduler did what was due; 503 when a job is missed beyond its grace."""
    try:
        states = job_states(now())
    except SQLAlchemyError:
        return jsonify({"status": DATABASE_AWAY, "jobs": []}), 503
    missed = any(state.is_missed for state in states)
    document = {"status": "missed" if missed else "ok", "jobs": [_as_json(state) for state in states]}
    return jsonify(document), 503 if missed else 200


def _as_json(state: JobState) -> dict[str, Any]:
    return {
        "job": state.id,
        "status": state.status.value,
        "due_at": _moment(state.due_at),
        "finished_at": _moment(state.finished_at),
        "last_finished_at": _moment(state.last_finished_at),
        "failures": state.failures,
        "next_at": _moment(state.next_at),
        "grace_minutes": int(state.grace.total_seconds() // 60),
    }


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="seconds")


@health.get("/metrics")
def metrics() -> ResponseReturnValue:
    """For Prometheus: whoever has METRICS_TOKEN, or without one this machine only."""
    token = settings().metrics_token
    if token and not _has(token):
        answer = _line("a token is needed", 401)
        answer.headers["WWW-Authenticate"] = "Bearer"
        return answer
    if not token and not _is_from_this_machine():
        return _line("not found", 404)
    try:
        return Response(metrics_text(now()), content_type=CONTENT_TYPE)
    except SQLAlchemyError:
        return _line(DATABASE_AWAY, 503)


def _has(token: str) -> bool:
    kind, _, given = request.headers.get("Authorization", "").partition(" ")
    return kind.lower() == "bearer" and hmac.compare_digest(given.strip().encode(), token.encode())


def _is_from_this_machine() -> bool:
    if any(name in request.headers for name in FORWARDED):
        return False
    try:
        return ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False
