"""When a message is tried again, when it is given up, and when its cause has gone. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from models.enums import MessageKind, TaskState
from models.texts import N_

# After the n-th attempt; from then on every hour.
BACK_OFF = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1))
GIVE_UP_AFTER = timedelta(days=3)
# A worker that holds a message longer than this has died between handing it over and writing that down.
HELD_TOO_LONG = timedelta(minutes=10)
# From then on staff are told that messages wait.
LONG_WAIT = timedelta(days=1)
# Sessions that a supervisor is still asked about.
ATTENDANCE_WINDOW = timedelta(days=14)

MOMENT_PASSED = N_("Its moment had passed: a later reminder went out instead")

# Parts the texts of a reason. Each is translated where it is shown; what a server said stays as it is.
BAR = " | "
QUIET_NOW = N_("Quiet hours or a closed day: it waits until they are over")
GIVEN_UP = N_("Given up after three days")
DIED_WHILE_SENDING = N_(
    "The sender stopped in the middle: it may have arrived. It is not sent again by itself."
)


def next_attempt(now: datetime, attempts: int) -> datetime:
    """When a message that has been tried `attempts` times (1 or more) is tried again."""
    return now + BACK_OFF[min(attempts, len(BACK_OFF)) - 1]


def is_given_up(created_at: datetime, attempts: int, now: datetime) -> bool:
    """After three days, but never before it was tried a few times: the product itself may have been off meanwhile."""
    return now - created_at >= GIVE_UP_AFTER and attempts > len(BACK_OFF)


# Why a message was not sent; messages/reasons.py lists these and those of other kinds of messages.
NO_ACCOUNT = N_("The account of the recipient is closed")
WANTS_NO_EMAIL = N_("The recipient does not want this by e-mail any longer")
PROTECTED_NOW = N_("The case is protected: the recipient may not know of it")
CLOSED_BEFORE = N_("The task was closed before")
NOT_RELEVANT = N_("The task was closed as not relevant")
DONE_BY_FACTS = N_("What the task asks for was done before")
CAUSE_GONE = N_("The cause of the task is gone")
PAUSED = N_("Follow-up is paused on the case")
PUT_OFF = N_("Somebody put the task off")
MOVED_ON = N_("The task was moved to a later day")
PASSED_ON = N_("The case has passed to somebody else")
LINK_REVOKED = N_("The link was revoked")
LINK_EXPIRED = N_("The link had expired")
ALL_MARKED = N_("All attendance was already marked")


@dataclass(frozen=True)
class TaskNow:
    """A reminder's task at the moment of sending. `of_day`: the due day that it reminds of. `is_theirs`: the task falls
    to the recipient, who has the case or stands in. `by_facts`: nobody closed it, what was done did. `is_paused`: its
    rule is, on this case."""

    state: TaskState
    due_on: date
    escalates_on: date | None
    is_theirs: bool
    of_day: date | None = None
    may_know: bool = True
    by_facts: bool = False
    is_paused: bool = False
    is_put_off: bool = False


@dataclass(frozen=True)
class LinkNow:
    """The link of an employer's message at the moment of sending. `unmarked`: sessions still to be confirmed."""

    revoked: bool
    expired: bool
    unmarked: int


def not_sent_because(
    kind: MessageKind,
    *,
    recipient_active: bool | None,
    task: TaskNow | None,
    link: LinkNow | None,
    today: date,
    is_wanted: bool = True,
) -> str:
    """Why a message must no longer go out, or "". Asked in the moment before it is sent.

    `recipient_active` is None for people without an account. `is_wanted`: staff have not switched such e-mails off.
    """
    if recipient_active is False:
        return NO_ACCOUNT
    if not is_wanted:
        return WANTS_NO_EMAIL
    if task is not None:
        return _task_needs_none(kind, task, today)
    if link is not None:
        if link.revoked:
            return LINK_REVOKED
        if link.expired:
            return LINK_EXPIRED
        if kind is MessageKind.ATTENDANCE_REQUEST and not link.unmarked:
            return ALL_MARKED
    return ""


def _task_needs_none(kind: MessageKind, task: TaskNow, today: date) -> str:
    if not task.may_know:
        return PROTECTED_NOW
    if task.state is not TaskState.OPEN:
        return _closed(task)
    due = task.escalates_on if kind is MessageKind.TASK_ESCALATED else task.due_on
    if due is None or (due != task.of_day if task.of_day else due > today):
        if task.is_paused:
            return PAUSED
        return PUT_OFF if task.is_put_off else MOVED_ON
    return "" if task.is_theirs else PASSED_ON


def _closed(task: TaskNow) -> str:
    if task.state is TaskState.WITHDRAWN:
        return CAUSE_GONE
    if task.state is TaskState.NOT_RELEVANT:
        return NOT_RELEVANT
    return DONE_BY_FACTS if task.by_facts else CLOSED_BEFORE
