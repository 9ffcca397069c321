"""The tasks page, and closing a task."""

import re
from datetime import date
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from activation.accounts.sign_in import current_actor
from activation.caseload.visibility import can_work_on
from activation.clocks.calendar import local_date
from activation.followups.book import rulebook, what_of
from activation.followups.forms import CloseTaskForm
from activation.followups.queries import (
    PAGE_SIZE,
    SCOPES,
    ListedTask,
    Scope,
    Wanted,
    When,
    counts,
    find_task,
    listed,
    rules_in_use,
    when_due,
)
from activation.followups.recipients import may_close
from activation.followups.service import close_task
from activation.records.access_log import log_access
from activation.records.actor import Actor
from activation.web.converters import row_id
from activation.web.edge import now
from activation.web.forms import errors_flashed, errors_shown_in, form_page, submitted
from models import Task
from models.enums import Viewed
from models.texts import N_

followups = Blueprint("followups", __name__)

SCOPE_TEXTS = {
    Scope.MINE: N_("My cases"),
    Scope.UNIT: N_("The whole unit"),
    Scope.ESCALATED: N_("Raised to the unit lead"),
    Scope.AID: N_("The aid side"),
}
WHEN_TEXTS = {
    When.OVERDUE: N_("Overdue"),
    When.TODAY: N_("Today"),
    When.WEEK: N_("This week"),
    When.LATER: N_("Later"),
}
FILTERS = ("scope", "when", "rule", "secretary")
AFTER = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})\.([0-9]{1,9})")


@followups.get("/tasks")
def tasks() -> ResponseReturnValue:
    actor = current_actor()
    wanted, when = _asked_for(actor)
    rows = listed(wanted, when=when, after=_after(), limit=PAGE_SIZE + 1)
    shown = rows[:PAGE_SIZE]
    return render_template(
        "followups/tasks.html",
        wanted=wanted,
        when=when,
        groups=_grouped(shown, wanted.today),
        counts=counts(wanted),
        scopes=[(scope, _(SCOPE_TEXTS[scope])) for scope in _scopes(actor)],
        when_texts={w: _(text) for w, text in WHEN_TEXTS.items()},
        rules=[(key, what_of(key, actor.unit_id)) for key in rules_in_use(wanted)],
        next_after=f"{shown[-1].due_on}.{shown[-1].id}" if len(rows) > PAGE_SIZE else None,
        is_first_page=_after() is None,
        filters=_filters(),
        may_close=lambda row: may_close(actor.role, row.owner),
    )


@followups.route("/tasks/<int:task_id>/close", methods=["GET", "POST"])
def close(task_id: int) -> ResponseReturnValue:
    """Done or not relevant. `back` in the address: the page that one came from (today, case; else the list)."""
    actor = current_actor()
    task, case = find_task(actor, task_id, to_close=request.method == "POST") or abort(404)
    if not may_close(actor.role, task.owner):
        abort(403)
    done = request.form.get("outcome") == "done"
    if done and "reason" not in request.form:
        with errors_flashed():  # the button in a list: there is no form to show again
            close_task(actor=actor, task=task, done=True, reason="", now=now())
            flash(_("The task is done."), "success")
        return redirect(_back(task), code=303)
    form = CloseTaskForm()
    if submitted(form):
        with errors_shown_in(form):
            close_task(actor=actor, task=task, done=done, reason=form.reason.data, now=now())
            flash(_("The task is done.") if done else _("The task is closed as not relevant."), "success")
            return redirect(_back(task), code=303)
    log_access(
        actor=actor, case_ids=[case.id], viewed=Viewed.CASE_FORM, now=now(), address=request.remote_addr or ""
    )
    return form_page(
        "followups/close.html",
        form,
        task=task,
        case=case,
        what=what_of(task.rule, case.unit_id),
        works_on_case=can_work_on(actor, case),
        back=_back(task),
    )


def _asked_for(actor: Actor) -> tuple[Wanted, When | None]:
    """The filters of the address. One that cannot be read is left out: a filter never breaks a list."""
    scopes = _scopes(actor)
    asked = request.args.get("scope", "")
    scope = Scope(asked) if asked in [s.value for s in scopes] else scopes[0]
    when = request.args.get("when", "")
    rule = request.args.get("rule", "")
    wanted = Wanted(
        actor,
        local_date(now()),
        scope,
        rule if rule in rulebook().keys else "",
        request.args.get("secretary", type=row_id),
    )
    return wanted, When(when) if when in list(When) else None


def _scopes(actor: Actor) -> tuple[Scope, ...]:
    return SCOPES[actor.role] if actor.role is not None else ()


def _after() -> tuple[date, int] | None:
    match = AFTER.fullmatch(request.args.get("after", ""))
    if match is None:
        return None
    try:
        return date.fromisoformat(match[1]), int(match[2])
    except ValueError:
        return None


def _grouped(rows: list[ListedTask], today: date) -> list[tuple[When, list[ListedTask]]]:
    groups: dict[When, list[ListedTask]] = {}
    for row in rows:
        groups.setdefault(when_due(row.due_on, today), []).append(row)
    return list(groups.items())


def _back(task: Task) -> str:
    """Where the button stood; the list with the filters that it had."""
    back = request.args.get("back", "")
    if back == "case":
        return url_for("caseload.case_page", case_id=task.case_id)
    if back == "today":
        return url_for("caseload.today")
    return url_for("followups.tasks", **_filters())


def _filters() -> dict[str, Any]:
    return {name: request.args[name] for name in FILTERS if name in request.args}
