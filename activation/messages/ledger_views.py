"""The ledger of messages: of a case, of a task, of a day, of a person; and sending one again."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from activation.accounts.sign_in import current_actor
from activation.caseload.forms import SearchForm
from activation.caseload.loader import load_case_for_work
from activation.caseload.queries import SEARCH_LIMIT, found_cases
from activation.caseload.search import kept_search, search_for
from activation.clocks.calendar import local_date
from activation.followups.book import what_of
from activation.followups.queries import find_task
from activation.messages.ledger import (
    PAGE_SIZE,
    Entry,
    Place,
    Wanted,
    counts,
    find_message,
    leaving_on,
    of_case,
    of_day,
    of_task,
    place_of,
    why,
)
from activation.messages.ledger_forms import LedgerFilter
from activation.messages.planned import planned_of, planned_on
from activation.messages.resend import refusal, resend
from activation.records.looks import log_look, log_looks
from activation.web.converters import row_id
from activation.web.edge import now
from activation.web.forms import errors_flashed, form_page, submitted
from activation.web.language import translate_error
from models import Task
from models.enums import Channel, Role, Viewed

ledger = Blueprint("ledger", __name__)

SEARCHED = "searched_messages"


@ledger.get("/cases/<int:case_id>/reminders")
def case_messages(case_id: int) -> ResponseReturnValue:
    case = load_case_for_work(case_id)
    log_look(case, Viewed.CASE_PAGE)
    before = _before()
    shown, older = _page(of_case(case, now=now(), before=before, limit=PAGE_SIZE + 1))
    return render_template(
        "messages/ledger_case.html",
        case=case,
        groups=_by_task(shown),
        planned=planned_of(Task.case_id == case.id, today=local_date(now())) if before is None else [],
        older=older,
        is_first_page=before is None,
        why=why,
    )


@ledger.get("/tasks/<int:task_id>/reminders")
def task_messages(task_id: int) -> ResponseReturnValue:
    task, case = find_task(current_actor(), task_id) or abort(404)
    log_look(case, Viewed.CASE_PAGE)
    before = _before()
    shown, older = _page(of_task(task.id, now=now(), before=before, limit=PAGE_SIZE + 1))
    return render_template(
        "messages/ledger_task.html",
        case=case,
        task=task,
        what=what_of(task.rule, case.unit_id),
        planned=planned_of(Task.id == task.id, today=local_date(now())) if before is None else [],
        entries=shown,
        older=older,
        is_first_page=before is None,
        why=why,
    )


@ledger.get("/reminders")
def day_messages() -> ResponseReturnValue:
    """All messages of one day that concern the actor's cases, workplaces and staff; today unless asked for."""
    actor, form = current_actor(), LedgerFilter()
    given = form.given()
    day = form.day.data = given.pop("day", local_date(now()))
    wanted = Wanted(actor, day, now(), letter=request.args.get("letter", type=row_id), **given)
    before = _before()
    shown, older = _page(of_day(wanted, before=before, limit=PAGE_SIZE + 1))
    today = local_date(now())
    is_whole = not given and wanted.letter is None and before is None
    asked = {"day": day, "letter": wanted.letter, **{name: code.value for name, code in given.items()}}
    return render_template(
        "messages/ledger_day.html",
        form=form,
        search_form=SearchForm(),
        wanted=wanted,
        counts=counts(wanted),
        leaving=leaving_on(wanted) if is_whole else [],
        planned=planned_on(actor, day, today=today) if is_whole and day >= today else [],
        entries=shown,
        older=older,
        is_first_page=before is None,
        address=_address_of_day(asked),
        days=(day - timedelta(days=1), day + timedelta(days=1)),
        is_lead=actor.role is Role.UNIT_LEAD,
        why=why,
    )


@ledger.route("/reminders/search", methods=["GET", "POST"])
def search() -> ResponseReturnValue:
    """Whose messages? As the search of the caseload: what is looked for is kept in the session, never a personal
    number, and whom it finds is logged."""
    form, day = SearchForm(), local_date(now())
    if submitted(form):
        session[SEARCHED] = _kept(form.q.data, day)
        return redirect(url_for("ledger.search"), code=303)
    wanted = kept_search(session.get(SEARCHED, {}), day)
    found = found_cases(current_actor(), wanted.where, now=now(), today=day) if wanted else []
    log_looks([case.id for case in found[:SEARCH_LIMIT]], Viewed.SEARCH)
    form.q.data = form.q.data or (wanted.text if wanted else "")
    problem = translate_error(wanted.problem) if wanted and wanted.problem else None
    return form_page(
        "messages/ledger_search.html",
        form,
        rows=found[:SEARCH_LIMIT],
        is_search=wanted is not None,
        problem=problem,
        more=len(found) > SEARCH_LIMIT,
    )


def _kept(text: str, day: date) -> dict[str, Any]:
    wanted = search_for(text, day)
    if wanted is None:
        return {}
    if not wanted.by_number:
        return {"text": wanted.text}
    return {"ids": [case.id for case in found_cases(current_actor(), wanted.where, now=now(), today=day)]}


@ledger.route("/reminders/<int:message_id>/again", methods=["GET", "POST"])
def again(message_id: int) -> ResponseReturnValue:
    """Asks first: who gets it, by which channel, and that it may be the second time. `back` in the address: day, from
    the list of a day, where the next one waits; else the case's."""
    actor = current_actor()
    entry = find_message(actor, message_id, now=now()) or abort(404)
    if request.method == "POST":
        with errors_flashed():
            resend(actor=actor, message_id=message_id, now=now())
            by_post = entry.channel is Channel.LETTER
            text = (
                _("The letter waits to be printed.") if by_post else _("The message leaves within minutes.")
            )
            flash(text, "success")
        return redirect(_ledger_of(entry), code=303)
    log_looks([entry.case_id] if entry.case_id is not None else [], Viewed.CASE_FORM)
    reason = refusal(message_id, now=now())
    return render_template(
        "messages/ledger_again.html",
        entry=entry,
        refused=_(reason) if reason else None,
        back=_ledger_of(entry),
        why=why,
    )


def _ledger_of(entry: Entry) -> str:
    day = local_date(entry.created_at)
    if request.args.get("back") == "day":
        return url_for("ledger.day_messages", day=day, standing=entry.standing.value)
    if entry.case_id is not None:
        return url_for("ledger.case_messages", case_id=entry.case_id)
    return url_for("ledger.day_messages", day=day)


def _address_of_day(asked: dict[str, Any]) -> Callable[..., str]:
    """The address of the same list with something changed; None takes a filter away."""
    return lambda **changed: url_for("ledger.day_messages", **{**asked, **changed})


def _page(entries: list[Entry]) -> tuple[list[Entry], int | None]:
    """What is shown of one row more than that, and the message behind which the next page begins."""
    shown = entries[:PAGE_SIZE]
    return shown, shown[-1].id if len(entries) > PAGE_SIZE else None


def _before() -> Place | None:
    message_id = request.args.get("before", type=row_id)
    return None if message_id is None else place_of(message_id)


def _by_task(entries: list[Entry]) -> list[tuple[Entry, list[Entry]]]:
    """The messages of each task together, the task with the newest one first; (its newest message, all of them).
    Those of no task are a group of their own."""
    groups: dict[int | None, list[Entry]] = {}
    for entry in entries:
        groups.setdefault(entry.task_id, []).append(entry)
    return [(group[0], group) for group in groups.values()]
