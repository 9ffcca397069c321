"""When a message is tried again, given up, or no longer sent."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise, product

import pytest

from activation.messages.rules import (
    GIVE_UP_AFTER,
    LinkNow,
    TaskNow,
    is_given_up,
    next_attempt,
    not_sent_because,
)
from models.enums import MessageKind, TaskState

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
TODAY = date(2026, 11, 20)
TOMORROW = TODAY + timedelta(days=1)


def test_waits_grow_to_an_hour_and_stay_there() -> None:
    waits = [next_attempt(NOW, attempts) - NOW for attempts in range(1, 12)]
    assert waits[:4] == [timedelta(minutes=m) for m in (1, 5, 15, 60)]
    assert all(earlier <= later for earlier, later in pairwise(waits))
    assert set(waits[4:]) == {timedelta(hours=1)}


@pytest.mark.parametrize(
    ("age", "attempts", "given_up"),
    [
        (GIVE_UP_AFTER, 5, True),
        (GIVE_UP_AFTER - timedelta(seconds=1), 80, False),
        # The product was off for a week: the message is tried before anybody gives it up.
        (timedelta(days=7), 1, False),
    ],
)
def test_a_message_is_given_up_after_three_days_and_several_attempts(
    age: timedelta, attempts: int, given_up: bool
) -> None:
    assert is_given_up(NOW - age, attempts, NOW) is given_up


def why_not(
    kind: MessageKind = MessageKind.TASK_DUE,
    *,
    active: bool | None = True,
    task: TaskNow | None = None,
    link: LinkNow | None = None,
) -> str:
    return not_sent_because(kind, recipient_active=active, task=task, link=link, today=TODAY)


@pytest.mark.parametrize(("is_open", "due", "is_theirs", "active"), list(product([True, False], repeat=4)))
def test_a_reminder_goes_out_only_while_everything_about_it_still_holds(
    is_open: bool, due: bool, is_theirs: bool, active: bool
) -> None:
    state = TaskState.OPEN if is_open else TaskState.DONE
    task = TaskNow(state, TODAY if due else TOMORROW, None, is_theirs)
    reason = why_not(active=active, task=task)
    assert (reason == "") is (is_open and due and is_theirs and active)


@pytest.mark.parametrize(("escalates_on", "sent"), [(TODAY, True), (TOMORROW, False), (None, False)])
def test_an_escalation_looks_at_its_own_day(escalates_on: date | None, sent: bool) -> None:
    task = TaskNow(TaskState.OPEN, TODAY, escalates_on, True)
    assert (why_not(MessageKind.TASK_ESCALATED, task=task) == "") is sent


@pytest.mark.parametrize(
    ("revoked", "expired", "unmarked"), list(product([True, False], [True, False], [0, 3]))
)
def test_a_supervisor_is_asked_only_with_a_link_that_works_and_something_to_mark(
    revoked: bool, expired: bool, unmarked: int
) -> None:
    link = LinkNow(revoked, expired, unmarked)
    asked = why_not(MessageKind.ATTENDANCE_REQUEST, active=None, link=link) == ""
    assert asked is (not revoked and not expired and unmarked > 0)
    # A link that a secretary sends by hand goes out whether or not anything is unmarked today.
    sent = why_not(MessageKind.EMPLOYER_LINK, active=None, link=link) == ""
    assert sent is (not revoked and not expired)
