"""Who is signed in. The session holds an id and the account's session key; everything else is read each request.

Flask-Login's own session protection is off: in sessions with an idle time its strong mode only marks a session as
not fresh, and its mark is the network address, which changes when a laptop goes from the office to a home visit.
Instead a session belongs to the browser that signed in, and ends when the account's session key changes (new
password, deactivated).
"""

import hashlib
import hmac
from dataclasses import dataclass
from typing import Any

from flask import Flask, abort, current_app, has_request_context, request, session
from flask_login import LoginManager, current_user, login_user, logout_user
from sqlalchemy import select
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from activation.database import db
from activation.records.actor import Actor
from models import Staff
from models.enums import Role

NO_WAY_BACK = frozenset({"accounts.sign_in", "accounts.sign_out", "static"})


@dataclass(frozen=True)
class SignedInStaff:
    """The signed-in person, as column values: no row that a later rollback could empty."""

    id: int
    name: str
    role: Role
    unit_id: int
    language: str
    session_key: str

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        """What the session keeps."""
        return session_id(self.id, self.session_key)


class Nobody:
    """Nobody is signed in. False in a condition."""

    is_authenticated = False
    is_active = False
    is_anonymous = True

    def get_id(self) -> None:
        return None

    def __bool__(self) -> bool:
        return False


def session_id(staff_id: int, session_key: str) -> str:
    return f"{staff_id}.{session_key}"


def browser_mark() -> str:
    """A short mark of the browser of this request."""
    return hashlib.sha256(request.user_agent.string.encode()).hexdigest()[:16]


def load_staff(kept: str) -> SignedInStaff | None:
    """The person of a session, with one query; None when the session no longer counts."""
    number, _, key = kept.partition(".")
    if not number.isascii() or not number.isdigit() or len(number) > 9:
        return None
    row = db.session.execute(
        select(Staff.id, Staff.name, Staff.role, Staff.unit_id, Staff.language, Staff.session_key).where(
            Staff.id == int(number), Staff.active
        )
    ).first()
    if row is None or not key or not hmac.compare_digest(row.session_key.encode(), key.encode()):
        return None
    mark = session.get("browser")
    if mark is not None and not hmac.compare_digest(mark, browser_mark()):
        return None
    return SignedInStaff(*row)


def session_values(staff: Staff) -> dict[str, Any]:
    """What the session of this account holds (in a request: bound to the browser that sent it)."""
    values = {"_user_id": session_id(staff.id, staff.session_key), "_fresh": True, "_permanent": True}
    return values | ({"browser": browser_mark()} if has_request_context() else {})


def start_session(staff: Staff) -> None:
    """Signs in. Nothing of the session before survives, so that nobody can plant one."""
    session.clear()
    login_user(
        SignedInStaff(staff.id, staff.name, staff.role, staff.unit_id, staff.language, staff.session_key)
    )
    session.update(session_values(staff))


def end_session() -> None:
    logout_user()
    session.clear()


def current_actor() -> Actor:
    """The signed-in person as the actor of a verb."""
    if not current_user.is_authenticated:
        abort(404)
    return Actor(
        name=current_user.name, staff_id=current_user.id, role=current_user.role, unit_id=current_user.unit_id
    )


def local_path(target: str | None) -> str | None:
    """`target` where it is a page of ours that can be opened, else None: nobody is sent elsewhere after signing in."""
    if (
        not target
        or not target.startswith("/")
        or target.startswith(("//", "/\\"))
        or not target.isprintable()
    ):
        return None
    path = target.partition("?")[0].partition("#")[0]
    try:
        endpoint, _ = current_app.create_url_adapter(request).match(path, method="GET")  # type: ignore[union-attr]
    except (HTTPException, RequestRedirect):
        return None
    return None if endpoint in NO_WAY_BACK else target


def init_sign_in(app: Flask) -> None:
    manager = LoginManager()
    manager.session_protection = None
    manager.anonymous_user = Nobody
    manager.user_loader(load_staff)
    # Its context processor would load the person for pages that do not show one.
    manager.init_app(app, add_context_processor=False)
