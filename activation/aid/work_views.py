"""The work list before the cut-off day: who must do what, and the way straight to the form that does it."""

from datetime import date

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from activation.accounts.sign_in import current_actor
from activation.aid import work_present
from activation.aid.queries import month_days
from activation.aid.rules import next_month, previous_month
from activation.aid.work_list import next_cut_off, work_list
from activation.aid.work_rules import ToDo, shown_to
from activation.caseload.queries import Scope, scope_of_text, usual_scope
from activation.clocks.calendar import local_date
from activation.records.actor import Actor
from activation.web.edge import now
from activation.web.paging import page_asked_for, pager
from models.enums import Role

aid_work = Blueprint("aid_work", __name__)

ROWS_OF_EACH = 8
ROWS_OF_ONE = 50


@aid_work.get("/aid/to-do")
def next_to_do() -> ResponseReturnValue:
    """The list of the cut-off day that comes next."""
    days = next_cut_off(local_date(now()))
    return redirect(url_for("aid_work.to_do", month=days.first), code=303)


@aid_work.get("/aid/<month:month>/to-do")
def to_do(month: date) -> ResponseReturnValue:
    """All parts, a few rows of each; or one of them, a page at a time."""
    actor, today = current_actor(), local_date(now())
    scope = _scope(actor)
    days = month_days([month])[month]
    offered = shown_to(actor.role)
    only = next((todo for todo in offered if todo.value == request.args.get("part")), None)
    page = page_asked_for() if only else 1
    size = ROWS_OF_ONE if only else ROWS_OF_EACH
    parts = work_list(
        days,
        as_of=today,
        actor=actor,
        scope=scope,
        todos=[only] if only else offered,
        size=size,
        page=page,
    )
    text, tone = work_present.days_left(days, today)
    return render_template(
        "aid/to_do.html",
        days=days,
        left=text,
        left_tone=tone,
        scope=scope.value,
        scopes=_tabs(actor, month, scope),
        only=only,
        parts=[
            work_present.shown_part(
                part, days, actor, all_href=None if only else _href(month, scope, part.todo)
            )
            for part in parts
        ],
        pager=pager(page=page, shown=len(parts[0].rows), total=parts[0].shown, size=size)
        if only and parts and (page > 1 or parts[0].shown > size)
        else None,
        all_href=_href(month, scope),
        before=(f"{previous_month(month):%Y-%m}", _href(previous_month(month), scope)),
        after=(f"{next_month(month):%Y-%m}", _href(next_month(month), scope)),
    )


def _scope(actor: Actor) -> Scope:
    """An aid officer's list is everybody's."""
    if actor.role is Role.AID_OFFICER:
        return Scope.UNIT
    return scope_of_text(request.args.get("scope"), usual_scope(actor))


def _href(month: date, scope: Scope, part: ToDo | None = None) -> str:
    return url_for("aid_work.to_do", month=month, scope=scope.value, part=part.value if part else None)


def _tabs(actor: Actor, month: date, scope: Scope) -> list[dict[str, object]]:
    if actor.role is Role.AID_OFFICER:
        return []
    texts = ((Scope.MINE, _("My caseload")), (Scope.UNIT, _("The unit")))
    return [
        {"href": _href(month, each), "text": text, "current": each is scope, "count": None}
        for each, text in texts
    ]
