"""Two plans of a case side by side, as a page shows them: what is the same, new, gone or otherwise."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from activation.plans.forms import activity_line, step_line
from activation.plans.queries import PlanView
from activation.plans.rules import Change, Pair, aligned
from activation.web.filters import date_text, label_of, number_text
from models.texts import N_

WORDS = {
    Change.SAME: N_("The same"),
    Change.CHANGED: N_("Changed"),
    Change.ADDED: N_("Added"),
    Change.REMOVED: N_("Gone"),
}
FIELDS: tuple[tuple[str, str, Callable[[Any], str]], ...] = (
    (N_("Goals"), "goals", str),
    (N_("The participant's wishes"), "wishes", str),
    (N_("Obstacle to self-support"), "obstacle", label_of),
    (N_("Assigned hours a week"), "assigned_hours", number_text),
    (N_("Own job search, hours a week"), "own_search_hours", number_text),
    (N_("Why fewer hours"), "lower_hours", label_of),
    (N_("More on the hours"), "lower_hours_note", str),
    (N_("Employment service informed"), "af_informed_on", date_text),
    (N_("Employment service consulted"), "af_consulted_on", date_text),
    (N_("How the participant agreed"), "agreed_how", label_of),
    (N_("Review by"), "review_by", date_text),
    (N_("Ends"), "ends_on", date_text),
)


@dataclass(frozen=True)
class Line:
    """One line of the table. Texts are "" where that plan has nothing there."""

    label: str
    before: str
    after: str
    change: Change

    @property
    def word(self) -> str:
        return str(_(WORDS[self.change]))


def side_by_side(before: PlanView, after: PlanView) -> list[Line]:
    """What either of them says; lines where both say nothing are left out."""
    lines = [
        _line(_(label), Pair(getattr(before, name), getattr(after, name)), text)
        for label, name, text in FIELDS
        if getattr(before, name) not in (None, "") or getattr(after, name) not in (None, "")
    ]
    lines += _rows(_("Assigned activity"), aligned(before.activities, after.activities), activity_line)
    lines += _rows(_("Step"), aligned(before.steps, after.steps), step_line)
    said = [Pair(old, None) for old in before.objections] + [Pair(None, new) for new in after.objections]
    return [*lines, *_rows(_("The participant's objection"), said, lambda objection: objection.text)]


def _rows(label: str, pairs: Sequence[Pair], text: Callable[[Any], str]) -> list[Line]:
    return [_line(label, pair, text) for pair in pairs]


def _line(label: str, pair: Pair, text: Callable[[Any], str]) -> Line:
    shown = ["" if value in (None, "") else text(value) for value in (pair.before, pair.after)]
    return Line(str(label), shown[0], shown[1], pair.change)
