"""What the aid pages' templates show: texts and addresses, so that the templates stay dumb."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from activation.aid.month_list import Counts, Filters, Listed, MonthPage
from activation.aid.month_sessions import Hours
from activation.aid.rules import CaseMonth, HouseholdMonth, next_month, previous_month
from activation.web.filters import date_text, number_text
from models.enums import AidWarning


@dataclass(frozen=True)
class WarningTile:
    label: str
    value: str
    href: str
    tone: str | None
    active: bool


@dataclass(frozen=True)
class Pager:
    text: str
    previous_href: str | None
    next_href: str | None


@dataclass(frozen=True)
class CaseFacts:
    """The facts of one case that bear on the month, in words."""

    case_id: int
    case_number: str
    name: str
    plan: str
    plan_tone: str
    plan_dates: str
    sessions: str
    work: list[str]
    is_open: bool


def month_href(month: date, filters: Filters, **changed: Any) -> str:
    """The month's list with the filters in use; another filter begins at the first page."""
    kept: dict[str, Any] = {**asdict(filters), "after": "", "before": "", **changed}
    return url_for("aid.month", month=month, **{name: value for name, value in kept.items() if value})


def warning_tiles(month: date, counts: Counts, filters: Filters) -> list[WarningTile]:
    """Counts and filters at once; the first is the list without a filter by warning. A warning that nothing has is
    not shown: there are many."""
    everyone = WarningTile(
        _("Households"),
        number_text(counts.households),
        month_href(month, filters, warning=None),
        None,
        filters.warning is None,
    )
    return [
        everyone,
        *(
            _tile(month, warning, counts.warnings[warning], filters)
            for warning in AidWarning
            if counts.warnings[warning] or filters.warning is warning
        ),
    ]


def _tile(month: date, warning: AidWarning, count: int, filters: Filters) -> WarningTile:
    tone = warning.tone if count else None
    href = month_href(month, filters, warning=warning.value)
    return WarningTile(_(warning.label), number_text(count), href, tone, filters.warning is warning)


def pager(month: date, page: MonthPage, filters: Filters) -> Pager | None:
    """None where everything stands on one page."""
    if not page.rows or not (page.has_previous or page.has_next):
        return None
    first, last = page.rows[0].month.household_number, page.rows[-1].month.household_number
    return Pager(
        text=_("%(count)s households", count=number_text(page.shown)),
        previous_href=month_href(month, filters, before=first) if page.has_previous else None,
        next_href=month_href(month, filters, after=last) if page.has_next else None,
    )


def hidden(counts: Counts, page: MonthPage, filters: Filters) -> int:
    """Households that are counted and not shown, because of a protected case."""
    counted = counts.warnings[filters.warning] if filters.warning else counts.households
    return max(0, counted - page.shown)


def neighbours(month: date, filters: Filters) -> tuple[tuple[str, str], tuple[str, str]]:
    """The month before and the one after, each as text and address."""
    before, after = previous_month(month), next_month(month)
    return (
        (f"{before:%Y-%m}", month_href(before, filters)),
        (f"{after:%Y-%m}", month_href(after, filters)),
    )


def plan_text(household: HouseholdMonth) -> tuple[str, str]:
    """Whether every open case has a plan in force on the cut-off day, and the tone of that."""
    if household.plan_active is None:
        return "–", "neutral"
    return (_("In force"), "success") if household.plan_active else (_("Missing"), "warning")


def sessions_text(sessions: int, unmarked: int) -> str:
    if not sessions:
        return "–"
    total, without = number_text(sessions), number_text(unmarked)
    if not unmarked:
        text = _("%(sessions)s, all marked", sessions=total)
    else:
        text = _("%(sessions)s, of which %(unmarked)s unmarked", sessions=total, unmarked=without)
    return str(text)


def hours_text(hours: Hours) -> str:
    """Attended of assigned. What is not known is "–" and never 0."""
    if hours.assigned is None:
        return "–"
    text: str = _(
        "%(attended)s of %(assigned)s h",
        attended=number_text(hours.attended),
        assigned=number_text(hours.assigned),
    )
    return text


def rows(listed: Sequence[Listed]) -> list[dict[str, Any]]:
    return [
        {
            "href": url_for("aid.household", month=line.month.days.first, household_id=line.household_id),
            "cases": line.cases,
            **month_line(line.month),
        }
        for line in listed
    ]


def month_line(household: HouseholdMonth) -> dict[str, Any]:
    """One household's month as both pages show it."""
    plan, plan_tone = plan_text(household)
    return {
        "number": household.household_number,
        "month": household.days.first,
        "status": household.status,
        "paid_on": household.paid_on,
        "plan": plan,
        "plan_tone": plan_tone,
        "sessions": sessions_text(household.sessions, household.unmarked),
        "warnings": household.warnings,
    }


def case_facts(household: HouseholdMonth, names: dict[int, str]) -> list[CaseFacts]:
    """The cases of the household that the reader may see: those open on the cut-off day first."""
    cut_off = household.days.cut_off_on
    in_order = sorted(household.cases, key=lambda c: (not c.is_open_on(cut_off), c.case_number))
    return [_facts_of(case, household, names[case.case_id]) for case in in_order]


def _facts_of(case: CaseMonth, household: HouseholdMonth, name: str) -> CaseFacts:
    is_open, plan = case.is_open_on(household.days.cut_off_on), case.plan_on(household.days.cut_off_on)
    if plan is not None:
        text, tone = _("In force"), "success"
        ends = _("until %(day)s", day=date_text(plan.ends_on)) if plan.ends_on else _("no last day")
        dates = _("agreed %(day)s, %(ends)s", day=date_text(plan.agreed_on), ends=ends)
    else:
        text, tone, dates = (_("Missing"), "warning", "") if is_open else ("–", "neutral", "")
    return CaseFacts(
        case.case_id,
        case.case_number,
        name,
        text,
        tone,
        dates,
        sessions_text(case.sessions, case.unmarked) if is_open else "–",
        _work_of(case),
        is_open,
    )


def _work_of(case: CaseMonth) -> list[str]:
    """Employments and the closing, as facts with their dates."""
    lines = [
        _(
            "Employed from %(start)s through %(end)s",
            start=date_text(job.starts_on),
            end=date_text(job.ends_on),
        )
        if job.ends_on
        else _("Employed from %(start)s", start=date_text(job.starts_on))
        for job in sorted(case.employments, key=lambda j: j.starts_on)
    ]
    if case.closed_on is not None:
        reason = _(case.closure_reason.label) if case.closure_reason else "–"
        lines.append(_("Closed %(day)s: %(reason)s", day=date_text(case.closed_on), reason=reason))
    if case.outcome_starts_on is not None:
        lines.append(_("Work or study from %(day)s", day=date_text(case.outcome_starts_on)))
    return lines
