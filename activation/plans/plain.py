"""A plan in plain words for the participant: short sentences, one thing in each, made from the facts.

Not a translation of the formal paper: what a reader needs to do comes first, nobody's terms, days as people say them.
The page that participant and secretary read together and the easy paper say the same.
"""

from dataclasses import dataclass
from datetime import date

from flask_babel import format_date
from flask_babel import gettext as _

from activation.context import settings
from activation.plans.queries import PlanView
from activation.plans.rules import Activity, Step
from activation.web.filters import label_of, number_text
from models import Case
from models.enums import ActivityType
from models.texts import N_

DOES = {
    ActivityType.MOTIVATION: N_("You take part in: %(what)s."),
    ActivityType.LANGUAGE: N_("You practise your Swedish: %(what)s."),
    ActivityType.JOB_SEARCH: N_("You learn how to look for work: %(what)s."),
    ActivityType.WORKPLACE: N_("You are at a workplace: %(what)s."),
}


# How a step says that the participant does it, as people write it in the one language and the other.
PARTICIPANT = {"deltagaren", "deltagare", "participant", "the participant"}


@dataclass(frozen=True)
class Chapter:
    """A heading with paragraphs; `own_words`: what the participant said, as it was written down."""

    title: str
    sentences: tuple[str, ...]
    own_words: str = ""


def title_of() -> str:
    return str(_("Your plan"))


def chapters(plan: PlanView, case: Case) -> list[Chapter]:
    """The plan in plain words, in the language of the page. `case.secretary` must be loaded."""
    found = [
        Chapter(_("About the plan"), tuple(_about(plan, case))),
        Chapter(_("What you want"), () if plan.goals else (_("Nothing is written here yet."),), plan.goals),
    ]
    if plan.wishes:
        found.append(Chapter(_("What you wish for"), (), plan.wishes))
    found.append(Chapter(_("What you are to do"), tuple(_doing(plan))))
    if plan.steps:
        found.append(Chapter(_("Steps on the way"), tuple(_step(step, case) for step in plan.steps)))
    found += [
        Chapter(_("When we talk about the plan again"), tuple(_again(plan))),
        *_objections(plan),
        Chapter(_("If you wonder about something"), tuple(_ask(case))),
    ]
    return found


def _about(plan: PlanView, case: Case) -> list[str]:
    made = (
        _("You and %(secretary)s made this plan together.", secretary=case.secretary.name)
        if case.secretary
        else _("You and the municipality made this plan together.")
    )
    return [made, _("You agreed on it on %(day)s.", day=_day(plan.agreed_on))]


def _doing(plan: PlanView) -> list[str]:
    said = [_activity(activity) for activity in plan.activities]
    if plan.assigned_hours is not None and len(plan.activities) != 1:
        text = (
            _("Together it is %(hours)s hours a week.")
            if said
            else _("You take part in activities %(hours)s hours a week.")
        )
        said.append(text % {"hours": number_text(plan.assigned_hours)})
    if plan.own_search_hours:
        said.append(
            _("You look for work yourself %(hours)s hours a week.", hours=number_text(plan.own_search_hours))
        )
    if plan.lower_hours is not None:
        said.append(
            _("It is less than full time. The reason is: %(reason)s.", reason=label_of(plan.lower_hours))
        )
    return said or [_("We have not decided any activity yet.")]


def _activity(activity: Activity) -> str:
    said = str(_(DOES[activity.activity_type]) % {"what": _bare(activity.what)})
    if activity.hours is not None:
        said += " " + _("That is %(hours)s hours a week.", hours=number_text(activity.hours))
    return said


def _step(step: Step, case: Case) -> str:
    said = [f"{_bare(step.what)}."]
    if _bare(step.who).casefold() in {*PARTICIPANT, case.first_name.casefold(), case.name.casefold()}:
        said.append(_("You do it."))
    elif step.who:
        said.append(_("Who does it: %(who)s.", who=_bare(step.who)))
    if step.done_on:
        said.append(_("It is done."))
    elif step.by_on:
        said.append(_("It is to be done by %(day)s.", day=_day(step.by_on)))
    return " ".join(said)


def _again(plan: PlanView) -> list[str]:
    said = []
    if plan.review_by:
        said.append(_("We go through the plan together by %(day)s.", day=_day(plan.review_by)))
    if plan.ends_on:
        said.append(_("The last day of the plan is %(day)s.", day=_day(plan.ends_on)))
    return [*said, _("You can always ask for a change.")]


def _objections(plan: PlanView) -> list[Chapter]:
    if not plan.objections:
        text = _("Say so. It is written down here in your own words.")
        return [Chapter(_("If you do not agree with something"), (text,))]
    return [
        Chapter(
            _("What you do not agree with"), (_("You said this on %(day)s.", day=_day(o.said_on)),), o.text
        )
        for o in plan.objections
    ]


def _ask(case: Case) -> list[str]:
    who = case.secretary.name if case.secretary else settings().municipality or _("the municipality")
    return [text for text in (_("Ask %(who)s.", who=who), settings().contact) if text]


def _bare(text: str) -> str:
    """Without a full stop of its own: the sentence brings one."""
    return text.rstrip(" .")


def _day(day: date) -> str:
    """1 December 2026."""
    return str(format_date(day, "d MMMM yyyy"))
