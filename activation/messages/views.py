"""The inbox of everybody who is signed in, and the unit lead's view of the outbox."""

from datetime import timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from activation.accounts.sign_in import current_actor
from activation.context import settings
from activation.messages.channels.letter import is_configured
from activation.messages.ledger import why
from activation.messages.queries import (
    INBOX_DAYS,
    OUTBOX_DAYS,
    OUTBOX_ROWS,
    TROUBLE,
    InboxRow,
    counts_by_state,
    inbox,
    outbox,
    waiting,
)
from activation.messages.service import mark_all_read
from activation.web.converters import row_id
from activation.web.edge import now
from models.enums import MessageState

messages = Blueprint("messages", __name__)

INBOX_ROWS = 200


@messages.get("/inbox", endpoint="inbox")
def inbox_page() -> ResponseReturnValue:
    rows = inbox(current_actor(), since=now() - timedelta(days=INBOX_DAYS), limit=INBOX_ROWS)
    letters: dict[str, list[InboxRow]] = {}
    for row in rows:
        letters.setdefault(row.bundle, []).append(row)
    newest = max((row.newest_id for row in rows), default=0)
    unread = any(row.unread for row in rows)
    return render_template(
        "messages/inbox.html", letters=letters, newest=newest, unread=unread, days=INBOX_DAYS
    )


@messages.post("/inbox/read")
def mark_read() -> ResponseReturnValue:
    newest = request.form.get("up_to", type=row_id) or 0
    if mark_all_read(actor=current_actor(), up_to_id=newest, now=now()):
        flash(_("All messages are marked as read."), "success")
    return redirect(url_for("messages.inbox"), code=303)


@messages.get("/outbox", endpoint="outbox")
def outbox_page() -> ResponseReturnValue:
    unit_id, since = current_actor().unit_id, now() - timedelta(days=OUTBOX_DAYS)
    asked, reason = request.args.get("state", ""), request.args.get("reason", "").replace("\0", "")
    state = next((s for s in MessageState if s.value == asked), None)
    states = [state] if state else [*TROUBLE, MessageState.QUEUED, MessageState.SENDING]
    return render_template(
        "messages/outbox.html",
        counts=counts_by_state(unit_id, since=since, now=now()),
        waiting=waiting(unit_id, now=now()),
        rows=outbox(unit_id, states=states, since=since, now=now(), limit=OUTBOX_ROWS, reason=reason),
        reason=reason,
        limit=OUTBOX_ROWS,
        state=state,
        configured=is_configured(settings()),
        why=why,
        days=OUTBOX_DAYS,
    )
