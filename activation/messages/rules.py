"""When a message is tried again, when it is given up, and when its cause has gone. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from models.enums import MessageKind
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


@dataclass(frozen=True)
class TaskNow:
    """A reminder's task at the moment of sending. `of_day`: the due day that it reminds of. `is_theirs`: the
    recipient may know of the case, and if it falls to its secretary, still is that or stands in."""

    is_open: bool
    due_on: date
    escalates_on: date | None
    is_theirs: bool
    of_day: date | None = None


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
) -> str:
    """Why a message must no longer go out, or "". Asked in the moment before it is sent.

    `recipient_active` is None for people without an account.
    """
    if recipient_active is False:
        return N_("The account of the recipient is closed")
    if task is not None:
        due = task.escalates_on if kind is MessageKind.TASK_ESCALATED else task.due_on
        if not task.is_open:
            return N_("The task was closed before")
        if due is None or (due != task.of_day if task.of_day else due > today):
            return N_("The task was moved to a later day")
        if not task.is_theirs:
            return N_("The case has passed to somebody else")
    if link is not None:
        if link.revoked:
            return N_("The link was revoked")
        if link.expired:
            return N_("The link had expired")
        if kind is MessageKind.ATTENDANCE_REQUEST and not link.unmarked:
            return N_("All attendance was already marked")
    return ""
