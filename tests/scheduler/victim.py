"""A process of its own that sweeps, for tests that kill it: tests/forked starts it, with the arguments HOW NOW.

HOW: `sweep` · `send` (only the outbox) · `die-queueing` (kills itself after the second recipient's reminders were
queued, before they are committed) · `die-claimed` (kills itself between the claim of a letter and handing it over).
"""

import os
import signal
from datetime import datetime

from activation.app import create_app
from activation.config import settings_from
from activation.followups import reminders
from activation.messages.channels.smtp import SmtpMail
from activation.messages.service import queue_all
from scheduler import runner


def die(*_args: object, **_kwargs: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def main(arguments: list[str]) -> int:
    how, now = arguments[0], datetime.fromisoformat(arguments[1])
    if how == "die-queueing":
        reminders.RECIPIENTS_AT_ONCE = 1
        calls: list[int] = []

        def queue_then_die(drafts: list[dict[str, object]]) -> int:
            calls.append(queue_all(drafts))
            if len(calls) == 2:
                die()
            return calls[-1]

        setattr(reminders, "queue_all", queue_then_die)  # noqa: B010 - a name it imported
    if how == "die-claimed":
        setattr(SmtpMail, "finish", die)  # noqa: B010
    app = create_app(settings_from(os.environ), clock=lambda: now)
    with app.app_context():
        if how == "send":
            runner.send_messages(lambda: now)
        else:
            runner.sweep(now)
    return 0
