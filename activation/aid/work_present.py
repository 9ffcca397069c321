"""What is to be done about an aid month, in words, and where the form for it is."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from activation.aid.rules import HouseholdMonth, MonthDays
from activation.aid.work_list import Part
from activation.aid.work_rules import ToDo, to_do
from activation.records.actor import Actor
from activation.web.filters import label_of, number_text
from models.enums import Owner, Role
from models.texts import N_

# What to do, and in short on the button. None of them says what to decide.
TEXTS: dict[ToDo, tuple[str, str]] = {
    ToDo.AID_STOPPED_IN_ACTIVITY: (
        N_(
            "Get in touch within a day: an activity goes on and no aid is given, somebody may be without money"
        ),
        N_("To the participant"),
    ),
    ToDo.WORK_BEGINS_NOT_TOLD: (N_("Tell the aid side that work begins"), N_("Tell the aid side")),
    ToDo.PLAN_MISSING: (N_("Agree a plan: none is in force on the cut-off day"), N_("Agree a plan")),
    ToDo.PLAN_ENDS_BEFORE_PAYMENT: (
        N_("Agree the next plan: the present one ends before the payment day"),
        N_("Agree the next plan"),
    ),
    ToDo.SESSIONS_UNMARKED: (
        N_("Mark the sessions that nobody has marked: unmarked is not absent"),
        N_("Mark the sessions"),
    ),
    ToDo.REQUIREMENT_NOT_ASSESSED: (
        N_("Assess whether the activity requirement holds: the third month of aid is reached"),
        N_("Assess the requirement"),
    ),
    ToDo.ACTIVITY_ENDED_AID_UNKNOWN: (
        N_("Ask what comes next: the activity has ended and no aid month is known"),
        N_("To the participant"),
    ),
    ToDo.REFUSED_WITHOUT_HANDOVER: (
        N_("See what the aid side had to go by: no facts of the month were handed over"),
        N_("Handovers of the case"),
    ),
    ToDo.REFUSED_IN_SPITE_OF_PLAN: (
        N_("Compare the decision with the plan: one was in force"),
        N_("See the month"),
    ),
    ToDo.DECISION_NOT_CARRIED_OUT: (
        N_("See why the decision has not been carried out within three months"),
        N_("See the month"),
    ),
    ToDo.PAID_WITHOUT_PLAN: (N_("Compare the payment with the plan: none is in force"), N_("See the month")),
    ToDo.PAID_AFTER_WORK_STARTED: (N_("Compare the payment with the work that began"), N_("See the month")),
    ToDo.NOT_PAID: (N_("Record the payment when it is made: the month is granted"), N_("Record the month")),
    ToDo.NO_STATUS: (N_("Record what became of the month: nothing is known of it"), N_("Record the month")),
}


def _household(month: date, household_id: int, _case_id: int) -> str:
    return url_for("aid.household", month=month, household_id=household_id)


def _record(month: date, household_id: int, _case_id: int) -> str:
    return url_for("aid.household", month=month, household_id=household_id, _anchor="record")


def _case(_month: date, _household_id: int, case_id: int) -> str:
    return url_for("caseload.case_page", case_id=case_id)


def _plan(_month: date, _household_id: int, case_id: int) -> str:
    return url_for("plans.agree", case_id=case_id)


def _requirement(_month: date, _household_id: int, case_id: int) -> str:
    return url_for("requirement.of_case", case_id=case_id)


def _notice(_month: date, _household_id: int, case_id: int) -> str:
    return url_for("aid_notices.new", case_id=case_id)


def _handovers(_month: date, _household_id: int, case_id: int) -> str:
    return url_for("handovers.of_case", case_id=case_id)


def _attendance(_month: date, _household_id: int, case_id: int) -> str:
    return url_for("attendance.of_case", case_id=case_id)


Address = Callable[[date, int, int], str]
# The secretary's forms; the aid officer's own are the household's page and its form.
FORMS: dict[ToDo, Address] = {
    ToDo.AID_STOPPED_IN_ACTIVITY: _case,
    ToDo.WORK_BEGINS_NOT_TOLD: _notice,
    ToDo.PLAN_MISSING: _plan,
    ToDo.PLAN_ENDS_BEFORE_PAYMENT: _plan,
    ToDo.SESSIONS_UNMARKED: _attendance,
    ToDo.REQUIREMENT_NOT_ASSESSED: _requirement,
    ToDo.ACTIVITY_ENDED_AID_UNKNOWN: _case,
    ToDo.REFUSED_WITHOUT_HANDOVER: _handovers,
    ToDo.NOT_PAID: _record,
    ToDo.NO_STATUS: _record,
}
OF_CASES = frozenset(todo for todo in ToDo if todo.owner is Owner.SECRETARY)


@dataclass(frozen=True)
class Step:
    """What to do about one thing: in words, who must, and where. `links` are (whose, address): none where it is
    not the reader's to do."""

    what: str
    who: str
    tag: str
    tone: str
    button: str
    links: list[tuple[str, str]]


def may_do(actor: Actor, todo: ToDo) -> bool:
    return (actor.role is Role.AID_OFFICER) is (todo.owner is Owner.AID_OFFICER)


def _href(todo: ToDo, month: date, household_id: int, case_id: int) -> str:
    return FORMS.get(todo, _household)(month, household_id, case_id)


def steps(month: HouseholdMonth, household_id: int, names: dict[int, str], actor: Actor) -> list[Step]:
    """What is to be done about the household's month."""
    found = []
    for todo, case_ids in to_do(month):
        what, button = TEXTS[todo]
        first = month.days.first
        ids = case_ids if todo in OF_CASES else case_ids[:1]
        links = [
            (names[i] if todo in OF_CASES else month.household_number, _href(todo, first, household_id, i))
            for i in ids
            if i in names
        ]
        here = todo not in OF_CASES and todo not in (ToDo.NOT_PAID, ToDo.NO_STATUS)
        usable = links if may_do(actor, todo) and not here else []
        tone = todo.warning.tone if todo.warning else "info"
        tag = label_of(todo.warning) if todo.warning else label_of(month.status)
        found.append(Step(_(what), _(todo.owner.label), tag, tone, _(button), usable))
    return found


def days_left(days: MonthDays, today: date) -> tuple[str, str]:
    """How long it is to the cut-off day, and the tone of that."""
    left = (days.cut_off_on - today).days
    if left < 0:
        return ngettext("%(num)s day ago", "%(num)s days ago", -left), "neutral"
    if left == 0:
        return _("Today"), "danger"
    return ngettext("%(num)s day left", "%(num)s days left", left), "warning" if left <= 5 else "info"


def shown_part(part: Part, days: MonthDays, actor: Actor, *, all_href: str | None) -> dict[str, Any]:
    """A part of the list as its template shows it."""
    todo, (what, button) = part.todo, TEXTS[part.todo]
    able = may_do(actor, todo)
    return {
        "id": f"part-{todo.value}",
        "what": _(what),
        "who": _(todo.owner.label),
        "tone": todo.warning.tone if todo.warning else "info",
        "count": number_text(part.count),
        "hidden": part.count - part.shown,
        "button": _(button),
        "all_href": all_href if part.shown > len(part.rows) else None,
        "rows": [
            {
                "number": row.number,
                "href": url_for("aid.household", month=days.first, household_id=row.household_id),
                "cases": row.cases,
                "links": _links(todo, row.household_id, [(c.id, c.name) for c in row.cases], row.number, days)
                if able
                else [],
            }
            for row in part.rows
        ],
    }


def _links(
    todo: ToDo, household_id: int, cases: list[tuple[int, str]], number: str, days: MonthDays
) -> list[tuple[str, str]]:
    """(of whom, where): one for each case, or one for the household."""
    if todo not in OF_CASES:
        return [(number, _href(todo, days.first, household_id, 0))]
    return [(name, _href(todo, days.first, household_id, case_id)) for case_id, name in cases]
