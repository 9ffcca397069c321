"""A secretary hears a participant and judges an absence, with the keyboard alone, in a real browser without scripts.
The earlier judgement stays to be read. axe looks at every page on the way."""

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from activation.database import db
from models import AbsenceAccount, Message, Session, Staff
from models.enums import EmployerAnswer, Mark, MarkedThrough, MessageKind, MessageState, ReachBy, Role
from tests import builders
from tests.browser.test_story import PASSWORD, Visitor, people, visit

__all__ = ["PASSWORD", "people", "visit"]

# What a browser does is the same on either database; the stories in test_story.py and test_supervisor.py run on both.
pytestmark = [pytest.mark.browser, pytest.mark.only("sqlite")]
Visit = Callable[..., Visitor]
TODAY = date(2026, 11, 20)
MOST_TABS = 60


def a_day_away(secretary: Staff) -> int:
    """The employer says that somebody is not here today. Gives the session's id."""
    case = builders.case(
        secretary.unit,
        secretary,
        first_name="Anna",
        last_name="Ek",
        reach_by=ReachBy.SMS,
        phone="+46701740605",
    )
    workplace = builders.workplace("Återbruket")
    builders.placement(case, workplace, starts_on=date(2026, 11, 16))
    builders.settle()
    session = db.session.scalars(select(Session).where(Session.on_date == TODAY)).one()
    session.answer, session.answered_by, session.answered_at = EmployerAnswer.NOT_HERE, "Karin", builders.NOW
    session.marked_at, session.marked_by = builders.NOW, "Karin"
    session.marked_through = MarkedThrough.EMPLOYER
    builders.settle()
    return session.id


def tab_to(visitor: Visitor, is_there: str) -> None:
    """Presses Tab until the element in focus is the one that this expression (of `e`) is true of."""
    for _ in range(MOST_TABS):
        visitor.page.keyboard.press("Tab")
        if visitor.page.evaluate(f"(e => {is_there})(document.activeElement)"):
            return
    raise AssertionError(f"not reached by Tab: {is_there}")


def enter(visitor: Visitor) -> None:
    with visitor.page.expect_navigation():
        visitor.page.keyboard.press("Enter")
    visitor.look()


def choose(visitor: Visitor, name: str, value: str) -> None:
    """Into a group of radios by Tab, then with the arrows as far as it takes."""
    tab_to(visitor, f"e.name === '{name}'")
    keys = visitor.page.keyboard
    if not visitor.page.evaluate("document.activeElement.checked"):
        keys.press("Space")
    for _ in range(10):
        if visitor.page.evaluate("document.activeElement.value") == value:
            return
        keys.press("ArrowDown")
    raise AssertionError(f"{name} has no {value}")


def stored(session_id: int) -> Session:
    db.session.rollback()
    return db.session.get_one(Session, session_id)


@pytest.mark.parametrize("narrow", [False, True])
def test_an_absence_is_heard_and_judged_with_the_keyboard_alone(
    app: Flask, people: dict[Role, Staff], visit: Visit, narrow: bool
) -> None:
    session_id = a_day_away(people[Role.SECRETARY])
    secretary = visit(people[Role.SECRETARY], narrow=narrow)
    keys = secretary.page.keyboard

    # Judged unheard: the page asks first, and keeps what was written.
    secretary.open(f"/sessions/{session_id}")
    choose(secretary, "mark", "invalid_absence")
    tab_to(secretary, "e.name === 'note'")
    keys.type("Kom inte.")
    tab_to(secretary, "e.type === 'submit'")
    enter(secretary)
    assert stored(session_id).mark is None
    assert "Kom inte." in secretary.page.input_value("[name=note]")
    assert secretary.page.evaluate("document.activeElement.classList.contains('error-summary')")

    # A neutral message, by one press.
    secretary.open(f"/sessions/{session_id}")
    tab_to(secretary, "e.form && e.form.action.endsWith('/ask')")
    enter(secretary)
    db.session.rollback()
    message = db.session.scalars(select(Message).where(Message.kind == MessageKind.ABSENCE_QUESTION)).one()
    assert message.state is MessageState.QUEUED

    # The participant calls back.
    tab_to(secretary, "e.href && e.href.includes('/account')")
    enter(secretary)
    tab_to(secretary, "e.name === 'text'")
    keys.type("Jag var hos tandvården.")
    choose(secretary, "way", "phone")
    tab_to(secretary, "e.type === 'submit'")
    enter(secretary)
    assert "Jag var hos tandvården." in secretary.text()
    db.session.rollback()
    account = db.session.scalars(select(AbsenceAccount)).one()
    assert account.told_on == TODAY

    # Judged, and judged again: both stand there.
    for mark, note in (("valid_absence", "Tandläkare."), ("sick", "Sjuk efteråt.")):
        secretary.open(f"/sessions/{session_id}")
        choose(secretary, "mark", mark)
        choose(secretary, "notified", "no")
        tab_to(secretary, "e.name === 'note'")
        keys.press("Control+A")
        keys.type(note)
        tab_to(secretary, "e.type === 'submit'")
        enter(secretary)
    assert (stored(session_id).mark, stored(session_id).notified) == (Mark.SICK, False)
    secretary.open(f"/sessions/{session_id}")
    said = secretary.text()
    assert "Tandläkare. → Sjuk efteråt." in said
    assert "Giltig frånvaro → Sjuk" in said
