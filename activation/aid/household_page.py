"""A household's month as its page shows it, and the twelve months beside it. A fixed number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from activation.aid import month_list, month_sessions, present
from activation.aid.chain import How, Stage, chain
from activation.aid.month_sessions import Hours, SessionDay
from activation.aid.queries import month_days, months_of_household
from activation.aid.rules import HouseholdMonth
from activation.aid.work_present import Step, steps
from activation.caseload.visibility import visible_cases
from activation.clocks.rules import add_months
from activation.handovers.queries import HandoverRow, handovers_of_month
from activation.records.actor import Actor
from activation.web.filters import date_text, label_of
from models import Household
from models.enums import AidStatus
from models.texts import N_

MONTHS_SHOWN = 12

WORDS: dict[Stage, str] = {
    Stage.APPLICATION: N_("Application"),
    Stage.DECISION: N_("Decision"),
    Stage.PAYMENT: N_("Payment"),
}


@dataclass(frozen=True)
class ShownLink:
    """One link of the chain: what, how far, when. `how` is also the style."""

    stage: str
    how: str
    text: str
    on: str


@dataclass(frozen=True)
class HouseholdPage:
    """What the template shows besides the form. `case_ids`: those that the reader is shown."""

    case_ids: list[int]
    month: dict[str, Any]
    days: Any
    steps: list[Step]
    cases: list[present.CaseFacts]
    hours: dict[int, str]
    absences: list[month_sessions.Absence]
    unmarked: list[month_sessions.Unmarked]
    names: dict[int, str]
    handovers: list[HandoverRow]
    months: list[dict[str, Any]]


def household_page(household: Household, month: date, *, actor: Actor, today: date) -> HouseholdPage:
    """Ten queries, however much there is."""
    days_of = month_days([add_months(month, -n) for n in range(MONTHS_SHOWN)])
    months = months_of_household(
        household, list(days_of.values()), as_of=today, which_cases=visible_cases(actor)
    )
    shown = months[0]
    ids = [c.case_id for c in shown.cases]
    names = month_list.names_of(ids)
    sessions = month_sessions.days_of_cases(ids, months[-1].days.first, shown.days.last)
    by_month = month_sessions.hours_by_month(sessions, today)
    of_month = [each for each in sessions if each.day.on_date >= shown.days.first]
    return HouseholdPage(
        case_ids=ids,
        month=_line(shown, by_month, household.id),
        days=shown.days,
        steps=steps(shown, household.id, names, actor, today=today),
        cases=present.case_facts(shown, names),
        hours={i: present.hours_text(_hours_of(of_month, i, today)) for i in ids},
        absences=month_sessions.absences_of(of_month, today),
        unmarked=month_sessions.unmarked_of(of_month, today),
        names=names,
        handovers=handovers_of_month(ids, shown.days.first, actor),
        months=[_line(each, by_month, household.id) for each in months],
    )


def _hours_of(sessions: Sequence[SessionDay], case_id: int, today: date) -> Hours:
    return month_sessions.hours_of([each.day for each in sessions if each.case_id == case_id], today)


def _line(month: HouseholdMonth, hours: Any, household_id: int) -> dict[str, Any]:
    first = month.days.first
    return {
        **present.month_line(month),
        "chain": shown_chain(month),
        "hours": present.hours_text(hours.get(first, Hours())),
        "href": url_for("aid.household", month=first, household_id=household_id),
    }


def shown_chain(month: HouseholdMonth) -> list[ShownLink]:
    """The chain in words. A decision is called by what was decided."""
    found = []
    for link in chain(month.recorded, month.days):
        stage, text, on = _(WORDS[link.stage]), "", date_text(link.on) if link.on else ""
        if link.how is How.WAITS:
            text = _waits(link.stage, month)
        elif link.how is How.NOT:
            text = _("None")
        elif link.how is How.DONE and link.stage is Stage.DECISION and month.status is not AidStatus.PAID:
            text = label_of(month.status)
        elif link.how is How.DONE:
            text = _("Done")
        found.append(ShownLink(stage, link.how.value, text or "–", on))
    return found


def _waits(stage: Stage, month: HouseholdMonth) -> str:
    if stage is Stage.APPLICATION:
        return str(_("Not known"))
    if stage is Stage.DECISION:
        return label_of(month.status)
    return str(_("Awaited"))
