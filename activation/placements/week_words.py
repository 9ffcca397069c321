"""The week of a placement in words, the same wherever a placement is shown: "Mon 08–12, Wed 08–15 · 11 h a week"."""

from collections.abc import Sequence
from datetime import time
from typing import Any

from flask_babel import gettext as _

from activation.placements.rules import DayPlan, Week, weeks_from_json
from activation.placements.week_rules import hours_of
from activation.web.filters import NONE, WEEKDAYS, number_text

WEEK_NAMES = ("A", "B")


def week_in_words(weeks: Sequence[Week] | None) -> str:
    """One week, or two that take turns (WeekPattern.weeks). Nobody there on any day: "–"."""
    if not weeks:
        return NONE
    if len(weeks) == 1:
        return _one(weeks[0])
    return "; ".join(
        _("week %(name)s: %(days)s", name=name, days=_one(week))
        for name, week in zip(WEEK_NAMES, weeks, strict=False)
    )


def stored_week_in_words(stored: Any) -> str:
    """The same of the stored form, as the history keeps it."""
    return week_in_words(weeks_from_json(stored)) if isinstance(stored, list) else str(stored)


def day_in_words(plan: DayPlan | None) -> str:
    """08–12, or 4 h where the times are not known; nothing where neither is."""
    if plan is None:
        return ""
    if plan.starts_at is not None and plan.ends_at is not None:
        return f"{_clock(plan.starts_at)}–{_clock(plan.ends_at)}"
    return "" if plan.hours is None else _("%(hours)s h", hours=number_text(plan.hours))


def _clock(at: time) -> str:
    return f"{at:%H}" if at.minute == 0 else f"{at:%H:%M}"


def _one(week: Week) -> str:
    runs: list[tuple[list[int], DayPlan]] = []
    for number, plan in enumerate(week):
        if plan is None:
            continue
        if runs and runs[-1][0][-1] == number - 1 and runs[-1][1] == plan:
            runs[-1][0].append(number)
        else:
            runs.append(([number], plan))
    days = ", ".join(f"{_days(numbers)} {day_in_words(plan)}".rstrip() for numbers, plan in runs)
    total = hours_of(week)
    if not days:
        return NONE
    return days if total is None else _("%(days)s · %(hours)s h a week", days=days, hours=number_text(total))


def _days(numbers: list[int]) -> str:
    names = [_(WEEKDAYS[number]) for number in numbers]
    return f"{names[0]}–{names[-1]}" if len(names) > 2 else ", ".join(names)
