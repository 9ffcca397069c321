"""The plan on paper: the formal one, and the one in plain words. Both are the participant's own.

The full name stands on it and no personal number; nothing of the case but the plan.
"""

from flask_babel import gettext as _

from activation.context import settings
from activation.plans.plain import chapters, title_of
from activation.plans.queries import PlanView
from activation.web.filters import NONE, date_text, label_of, number_text
from activation.web.pdf import PEN, SIGNATURE_HEIGHT, Line, Paper, on_paper
from models import Case
from models.enums import AgreedHow

# Millimetres: what, type, hours; what, who, by, done.
ACTIVITY_WIDTHS = (88.0, 54.0, 28.0)
STEP_WIDTHS = (74.0, 48.0, 24.0, 24.0)
PLAIN_SIZE = 13.0


def plan_paper(plan: PlanView, case: Case, *, language: str) -> bytes:
    """The formal plan as PDF. `case.secretary` must be loaded."""
    paper = Paper(_("Individual plan"), language=language, foot=_foot(plan))
    paper.lines(_about(plan, case))
    _words(paper, _("Goals, in the participant's own words"), plan.goals or NONE)
    if plan.wishes:
        _words(paper, _("The participant's wishes"), plan.wishes)
    _activities(paper, plan)
    if plan.steps:
        paper.heading(_("Steps"))
        rows = [
            (on_paper(s.what), on_paper(s.who) or NONE, date_text(s.by_on), date_text(s.done_on))
            for s in plan.steps
        ]
        paper.table(STEP_WIDTHS, (_("What"), _("Who"), _("By"), _("Done")), rows)
    for objection in plan.objections:
        title = _("The participant's objection, %(day)s", day=date_text(objection.said_on))
        _words(paper, title, objection.text)
    _signatures(paper, plan)
    return paper.content()


def plain_paper(plan: PlanView, case: Case, *, language: str) -> bytes:
    """The plan in plain words as PDF, in large letters."""
    paper = Paper(title_of(), language=language, foot=_foot(plan), size=PLAIN_SIZE)
    paper.text(on_paper(case.name))
    for chapter in chapters(plan, case):
        paper.heading(chapter.title)
        for sentence in chapter.sentences:
            paper.text(on_paper(sentence))
        if chapter.own_words:
            paper.text(on_paper(chapter.own_words))
    _signatures(paper, plan)
    return paper.content()


def _foot(plan: PlanView) -> str:
    return str(_("Plan agreed %(day)s", day=date_text(plan.agreed_on)))


def _about(plan: PlanView, case: Case) -> list[Line]:
    lines = [
        (_("Participant"), on_paper(case.name)),
        (_("Secretary"), on_paper(case.secretary.name) if case.secretary else PEN),
        (_("Agreed on"), date_text(plan.agreed_on)),
        (_("Review by"), date_text(plan.review_by)),
        (_("Ends"), date_text(plan.ends_on)),
    ]
    if plan.agreed_how is not None:
        lines.insert(3, (_("How the participant agreed"), label_of(plan.agreed_how)))
    if settings().municipality:
        lines.insert(1, (_("Municipality"), settings().municipality))
    if plan.obstacle is not None:
        lines.append((_("Obstacle to self-support"), label_of(plan.obstacle)))
    for label, day in (
        (_("Employment service informed"), plan.af_informed_on),
        (_("Employment service consulted"), plan.af_consulted_on),
    ):
        if day is not None:
            lines.append((label, date_text(day)))
    return lines


def _activities(paper: Paper, plan: PlanView) -> None:
    paper.heading(_("Activities and hours"))
    if plan.activities:
        rows = [(on_paper(a.what), label_of(a.activity_type), number_text(a.hours)) for a in plan.activities]
        paper.table(ACTIVITY_WIDTHS, (_("Assigned activity"), _("Type"), _("Hours a week")), rows)
        paper.pdf.ln(2)
    lines = [
        (_("Assigned hours a week"), number_text(plan.assigned_hours)),
        (_("Own job search, hours a week"), number_text(plan.own_search_hours)),
    ]
    if plan.lower_hours is not None:
        reason = ", ".join(filter(None, (label_of(plan.lower_hours), on_paper(plan.lower_hours_note))))
        lines.append((_("Why fewer hours"), reason))
    paper.lines(lines)


def _words(paper: Paper, title: str, text: str) -> None:
    paper.heading(title)
    paper.text(on_paper(text))


def _signatures(paper: Paper, plan: PlanView) -> None:
    if plan.agreed_how is not AgreedHow.PAPER:
        return
    paper.heading(_("Signatures"), below=2 * SIGNATURE_HEIGHT)
    paper.signature(_("The participant"))
    paper.signature(_("The municipality"))
