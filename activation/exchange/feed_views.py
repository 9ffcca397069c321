"""The address that calendar programs ask for a staff member's meetings and tasks. No account, no session, no page."""

from datetime import timedelta

from flask import Blueprint, Response, abort, request, url_for
from flask.typing import ResponseReturnValue

from activation.context import settings
from activation.exchange.feed import entries_of, reader_of, tag_of
from activation.exchange.ics import calendar_text
from activation.web.edge import now
from activation.web.language import in_language

feeds = Blueprint("feeds", __name__)

CALLED = "Aktivering"
# Calendars ask from every quarter of an hour to once a day, whatever they are told.
FRESH = timedelta(minutes=5)


@feeds.get("/calendar/<secret>.ics")
def calendar(secret: str) -> ResponseReturnValue:
    """An address that is wrong, revoked or of a closed account gets one and the same answer."""
    reader = reader_of(secret)
    if reader is None:
        abort(404)
    tasks_url = settings().base_url.rstrip("/") + url_for("followups.tasks")
    with in_language(reader.language):
        entries = entries_of(reader.actor, tasks_url=tasks_url, now=now())
    tag = tag_of(entries, reader.language)
    if request.if_none_match.contains_weak(tag):
        return _with_headers(Response(status=304), tag)
    text = calendar_text(entries, name=CALLED)
    return _with_headers(Response(text, content_type="text/calendar; charset=utf-8"), tag)


def _with_headers(response: Response, tag: str) -> Response:
    # No Last-Modified: a meeting that passed to a colleague is gone from here without anything here having changed.
    response.set_etag(tag)
    response.cache_control.private = True
    response.cache_control.max_age = int(FRESH.total_seconds())
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
