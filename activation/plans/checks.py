"""What the verbs of a plan check before they change anything."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from activation.clocks.calendar import local_date
from activation.plans.rules import (
    Activity,
    Doubt,
    Step,
    doubts_about,
    hours_of,
)
from activation.requirement.limits import limits_on
from activation.requirement.rules import full_time, is_over_cap, young_children
from activation.requirement.service import children_of
from models.errors import FieldError
from models.texts import N_

NOBODY: Mapping[str, Any] = {}


def check_dates(values: Mapping[str, Any], fields: Sequence[str] = ("ends_on",)) -> None:
    """Raises FieldError where one of `fields` lies before the day the plan was agreed."""
    for field in fields:
        if values.get(field) is not None and values[field] < values["agreed_on"]:
            raise FieldError(field, N_("The day lies before the day the plan was agreed."))


def check_plan(values: Mapping[str, Any], now: datetime, *, was: Mapping[str, Any] = NOBODY) -> None:
    """What a person's plan must hold besides; older systems' plans (imported) may not. `was`: as it is stored."""
    check_dates(values, ("review_by", "ends_on"))
    today = local_date(now)
    if values["agreed_on"] > today:
        raise FieldError("agreed_on", N_("A plan is agreed today or earlier, not ahead."))
    review_by, ends_on = values.get("review_by"), values.get("ends_on")
    if review_by is not None and ends_on is not None and review_by > ends_on:
        raise FieldError("review_by", N_("The review lies after the day the plan ends."))
    for field in ("af_informed_on", "af_consulted_on"):
        told: date | None = values.get(field)
        if told is not None and told > today:
            raise FieldError(field, N_("This day lies ahead. Write it down once it is done."))
    if values.get("lower_hours_note") and values.get("lower_hours") is None:
        raise FieldError("lower_hours", N_("Choose the reason that the text beside it is about."))
    if values.get("assigned_hours") == was.get("assigned_hours"):
        return
    limits = limits_on(values["agreed_on"])
    if is_over_cap(limits, values.get("assigned_hours")):
        text = N_("At most %(most)s hours a week can be assigned.")
        raise FieldError("assigned_hours", text, most=_number(limits.weekly_cap))


def check_steps(steps: Sequence[Step], now: datetime) -> None:
    for step in steps:
        if not step.what.strip():
            raise FieldError("steps", N_("Say what is to be done."))
        if step.done_on is not None and step.done_on > local_date(now):
            raise FieldError("steps", N_("A step is done today or earlier, not ahead."))


def check_activities(values: Mapping[str, Any], activities: Sequence[Activity]) -> None:
    """The hours of the activities and those of the week must agree: one of them would be wrong."""
    if any(not activity.what for activity in activities):
        raise FieldError("activities", N_("Say which activity."))
    total, typed = hours_of(activities), values.get("assigned_hours")
    if total is not None and total != typed:
        raise FieldError(
            "assigned_hours",
            N_(
                "The activities come to %(total)s hours a week, and %(typed)s stands here. "
                "Correct one of them, or leave this blank: then they are added up."
            ),
            total=_number(total),
            typed=_number(typed),
        )
    known = sum((a.hours for a in activities if a.hours is not None), Decimal(0))
    if typed is not None and known > typed:
        text = N_("The activities come to %(total)s hours a week already.")
        raise FieldError("assigned_hours", text, total=_number(known))


def ask_about_hours(household_id: int, values: Mapping[str, Any], hours_meant: bool | None) -> None:
    """Raises FieldError of `hours_meant` where hours are unusual and nobody has said that they are meant."""
    if hours_meant is None or hours_meant:
        return
    day = values["agreed_on"]
    limits = limits_on(day)
    young = young_children(limits, birth_years(household_id), day)
    doubts = doubts_about(
        limits,
        has_young_child=bool(young),
        assigned=values.get("assigned_hours"),
        own_search=values.get("own_search_hours"),
        lower_hours=values.get("lower_hours"),
    )
    if not doubts:
        return
    most = _number(full_time(limits, has_young_child=bool(young)))
    if Doubt.YOUNG_CHILD in doubts:
        text = N_(
            "With a child born %(year)s the hours are at most %(most)s a week while the child is under %(age)s. "
            "Lower them, or confirm that they are meant."
        )
        raise FieldError("hours_meant", text, year=young[-1], most=most, age=limits.child_age)
    text = N_(
        "Full time is %(most)s hours a week here, and this is less. Choose why, or confirm that nobody knows yet."
    )
    raise FieldError("hours_meant", text, most=most)


def birth_years(household_id: int) -> list[int]:
    """The birth years of the children of a household, oldest first."""
    return [child.birth_year for child in children_of(household_id)]


def _number(hours: Decimal | None) -> str:
    return "–" if hours is None else format(hours.normalize(), "f").replace(".", ",")
