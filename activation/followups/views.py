"""The tasks page, and what is done with a task or with several: done, postponed, not relevant."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from activation.accounts.sign_in import current_actor
from activation.caseload.cover import StandingIn, standing_in
from activation.caseload.visibility import UNIT_ROLES, can_work_on
from activation.clocks.calendar import local_date
from activation.followups.book import rulebook, what_of
from activation.followups.forms import CloseTaskForm, NotRelevantForm, PostponeForm
from activation.followups.queries import (
    PAGE_SIZE,
    ListedTask,
    Scope,
    Wanted,
    When,
    counts,
    find_task,
    listed,
    rules_in_use,
    scopes_of,
    secretaries_in_use,
    when_due,
)
from activation.followups.recipients import may_close
from activation.followups.service import close_task, latest_postponement, postpone_task
from activation.followups.several import MOST_AT_ONCE, Action, act_on_several, chosen_tasks
from activation.followups.where import task_href
from activation.records.actor import Actor
from activation.records.looks import log_look
from activation.web.converters import row_id
from activation.web.edge import SAFE_METHODS, now
from activation.web.forms import BaseForm, errors_flashed, errors_shown_in, form_page, submitted
from activation.web.language import translate_error
from models import Case, Task
from models.texts import N_

followups = Blueprint("followups", __name__)
followups.add_app_template_global(task_href)

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
# Overdue and today together, as the figures on Today count.
DUE = "due"
FILTERS = ("scope", "when", "rule", "secretary")
AFTER = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})\.([0-9]{1,9})")


@followups.get("/tasks")
def tasks() -> ResponseReturnValue:
    actor, today = current_actor(), local_date(now())
    covered = standing_in(actor, today=today)
    wanted, when = _asked_for(actor, covered)
    only_due = today if request.args.get("when") == DUE else None
    rows = listed(wanted, when=when, after=_after(), by=only_due, limit=PAGE_SIZE + 1)
    shown = rows[:PAGE_SIZE]
    return render_template(
        "followups/tasks.html",
        wanted=wanted,
        when=when,
        only_due=only_due is not None,
        groups=_grouped(shown, today),
        counts=counts(wanted),
        scopes=[(scope, _(SCOPE_TEXTS[scope])) for scope in scopes_of(actor, covered)],
        when_texts={w: _(text) for w, text in WHEN_TEXTS.items()},
        rules=[(key, what_of(key, actor.unit_id)) for key in rules_in_use(wanted)],
        secretaries=secretaries_in_use(wanted),
        covered={person.staff_id: person for person in covered} if wanted.scope is Scope.MINE else {},
        next_after=f"{shown[-1].due_on}.{shown[-1].id}" if len(rows) > PAGE_SIZE else None,
        is_first_page=_after() is None,
        filters=_filters(),
        works_with_cases=actor.role in UNIT_ROLES,
        may_close=lambda row: may_close(actor.role, row.owner),
        to_choose=[row.id for row in shown if may_close(actor.role, row.owner)],
    )


@followups.route("/tasks/<int:task_id>/close", methods=["GET", "POST"])
def close(task_id: int) -> ResponseReturnValue:
    """Done or not relevant. `back` in the address: the page that one came from (today, case; else the list)."""
    actor = current_actor()
    task, case = _load(actor, task_id)
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
    return _page_of_one("followups/close.html", form, task, case)


@followups.route("/tasks/<int:task_id>/postpone", methods=["GET", "POST"])
def postpone(task_id: int) -> ResponseReturnValue:
    """`back` as for closing."""
    actor = current_actor()
    task, case = _load(actor, task_id)
    form = PostponeForm()
    if submitted(form):
        with errors_shown_in(form):
            until = form.until.data
            postpone_task(actor=actor, task=task, until=until, reason=form.reason.data, now=now())
            flash(_("The task is postponed until %(day)s.", day=until), "success")
            return redirect(_back(task), code=303)
    return _page_of_one(
        "followups/postpone.html",
        form,
        task,
        case,
        latest=latest_postponement(task, case.unit_id, today=local_date(now())),
    )


@followups.route("/tasks/selected", methods=["GET", "POST"])
def selected() -> ResponseReturnValue:
    """Several tasks at once: done right away, postponed or not relevant once the reason is there."""
    actor, action = current_actor(), request.form.get("action", "")
    ids = _chosen_ids()
    if not ids or len(ids) > MOST_AT_ONCE or action not in set(Action):
        if request.method not in SAFE_METHODS:
            flash(_("Tick at least one task, and at most %(most)s.", most=MOST_AT_ONCE), "warning")
        return redirect(url_for("followups.tasks", **_filters()), code=303)
    form = {Action.POSTPONE: PostponeForm, Action.NOT_RELEVANT: NotRelevantForm}.get(
        Action(action), BaseForm
    )()
    back = url_for("followups.tasks", **_filters())
    # `again`: from how it went back to the form, with what was written.
    is_sent = "reason" in request.form and "again" not in request.form
    if action == Action.DONE or (is_sent and submitted(form)):
        outcome = act_on_several(actor=actor, task_ids=ids, verb=_verb(actor, Action(action), form))
        return render_template(
            "followups/selected_done.html",
            outcome=outcome,
            action=action,
            why=translate_error,
            back=back,
            filters=_filters(),
            written=request.form,
        )
    return form_page(
        "followups/selected.html",
        form,
        chosen=chosen_tasks(actor, ids),
        ids=ids,
        action=action,
        filters=_filters(),
        back=back,
    )


def _verb(actor: Actor, action: Action, form: Any) -> Callable[[Task], None]:
    """What is done with each task."""

    def one(task: Task) -> None:
        if action is Action.POSTPONE:
            postpone_task(actor=actor, task=task, until=form.until.data, reason=form.reason.data, now=now())
        elif action is Action.NOT_RELEVANT:
            close_task(actor=actor, task=task, done=False, reason=form.reason.data, now=now())
        else:
            close_task(actor=actor, task=task, done=True, reason="", now=now())

    return one


def _chosen_ids() -> list[int]:
    """The tasks that were ticked; all that the page showed where that was chosen instead."""
    name = "shown" if request.form.get("which") == "shown" else "task"
    return list(dict.fromkeys(request.form.getlist(name, type=row_id)))


def _load(actor: Actor, task_id: int) -> tuple[Task, Case]:
    """404 where one may not know of it, 403 where it is not this role's. Whoever sends a form holds the task."""
    found = find_task(actor, task_id, to_change=request.method not in SAFE_METHODS) or abort(404)
    if not may_close(actor.role, found[0].owner):
        abort(403)
    return found


def _page_of_one(
    template: str, form: BaseForm, task: Task, case: Case, **context: Any
) -> ResponseReturnValue:
    log_look(case)
    return form_page(
        template,
        form,
        task=task,
        case=case,
        what=what_of(task.rule, case.unit_id),
        works_on_case=can_work_on(current_actor(), case),
        back=_back(task),
        **context,
    )


def _asked_for(actor: Actor, covered: list[StandingIn]) -> tuple[Wanted, When | None]:
    """The filters of the address. One that cannot be read is left out: a filter never breaks a list."""
    scopes = scopes_of(actor, covered)
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
