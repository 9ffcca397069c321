"""A household's month as its page shows it, and the twelve months beside it. A fixed number of queries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from activation.aid import month_list, month_sessions, present
from activation.aid.chain import How, Stage, chain
from activation.aid.month_sessions import Hours
from activation.aid.rules import HouseholdMonth, MonthDays
from activation.aid.work_present import Step, steps
from activation.caseload.aid_strip import household_calendar
from activation.handovers.queries import HandoverRow, handovers_of_month
from activation.records.actor import Actor
from activation.web.filters import date_text, label_of
from models import Household
from models.enums import AidStatus, Labelled
from models.texts import N_

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
    chain: list[ShownLink]
    days: MonthDays
    steps: list[Step]
    cases: list[present.CaseFacts]
    hours: dict[int, str]
    absences: list[month_sessions.Absence]
    unmarked: list[month_sessions.Unmarked]
    words: dict[Labelled, str]
    names: dict[int, str]
    handovers: list[HandoverRow]
    months: list[dict[str, Any]]


def household_page(household: Household, month: date, *, actor: Actor, today: date) -> HouseholdPage:
    """Seven queries, however much there is."""
    strip = household_calendar(actor, household.id, last=month, today=today, number=household.number)
    shown = strip.months[0]
    ids = [c.case_id for c in shown.cases]
    names = month_list.names_of(ids)
    sessions = month_sessions.days_of_cases(ids, shown.days.first, shown.days.last)
    stages = {stage: str(_(word)) for stage, word in WORDS.items()}
    lines = [
        {**_line(each, strip.hours, household.id), "dates": _dates(each, stages)} for each in strip.months
    ]
    of_case = strip.hours_of_case
    absences = month_sessions.absences_of(sessions, today)
    return HouseholdPage(
        case_ids=ids,
        month=lines[0],
        chain=shown_chain(shown, stages),
        days=shown.days,
        steps=steps(shown, household.id, names, actor),
        cases=present.case_facts(shown, names),
        hours={i: present.hours_text(of_case.get((i, shown.days.first), Hours())) for i in ids},
        absences=absences,
        words=_words(absences, lines),
        unmarked=month_sessions.unmarked_of(sessions, today),
        names=names,
        handovers=handovers_of_month(ids, shown.days.first, actor),
        months=lines,
    )


def _words(
    absences: Sequence[month_sessions.Absence], lines: Sequence[dict[str, Any]]
) -> dict[Labelled, str]:
    """The words of marks, ways, statuses and warnings, each looked up once."""
    codes: set[Labelled] = {absence.mark for absence in absences}
    codes |= {account.way for absence in absences for account in absence.accounts}
    codes |= {code for line in lines for code in (line["status"], *line["warnings"])}
    return {code: label_of(code) for code in codes}


def _line(month: HouseholdMonth, hours: Mapping[date, Hours], household_id: int) -> dict[str, Any]:
    first = month.days.first
    return {
        **present.month_line(month),
        "hours": present.hours_text(hours.get(first, Hours())),
        "href": url_for("aid.household", month=first, household_id=household_id),
    }


def _dates(month: HouseholdMonth, stages: Mapping[Stage, str]) -> list[tuple[str, str, bool]]:
    """The days of the chain: what, when, whether it has yet to come."""
    return [
        (stages[link.stage], date_text(link.on), link.how is How.WAITS)
        for link in chain(month.recorded, month.days)
        if link.on is not None
    ]


def shown_chain(month: HouseholdMonth, stages: Mapping[Stage, str]) -> list[ShownLink]:
    """The chain in words. A decision is called by what was decided."""
    found = []
    for link in chain(month.recorded, month.days):
        text, on = "", date_text(link.on) if link.on else ""
        if link.how is How.WAITS:
            text = _waits(link.stage, month)
        elif link.how is How.NOT:
            text = _("None")
        elif link.how is How.DONE and link.stage is Stage.DECISION and month.status is not AidStatus.PAID:
            text = label_of(month.status)
        elif link.how is How.DONE:
            text = _("Done")
        found.append(ShownLink(stages[link.stage], link.how.value, text or "–", on))
    return found


def _waits(stage: Stage, month: HouseholdMonth) -> str:
    if stage is Stage.APPLICATION:
        return str(_("Not known"))
    if stage is Stage.DECISION:
        return label_of(month.status)
    return str(_("Awaited"))
