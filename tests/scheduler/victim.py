"""A process of its own that sweeps, for tests that kill it: `python -m tests.scheduler.victim HOW NOW`.

HOW: `sweep` · `send` (only the outbox) · `die-queueing` (kills itself after the second recipient's reminders were
queued, before they are committed) · `die-claimed` (kills itself between the claim of a letter and handing it over).
"""

import os
import signal
import sys
from datetime import datetime

from activation.app import create_app
from activation.config import settings_from
from activation.followups import reminders
from scheduler import outbox, runner


def die(*_args: object, **_kwargs: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def main(how: str, now: datetime) -> None:
    if how == "die-queueing":
        reminders.RECIPIENTS_AT_ONCE = 1
        queue_all, calls = reminders.queue_all, []

        def queue_then_die(drafts: list[dict[str, object]]) -> int:
            calls.append(queue_all(drafts))
            if len(calls) == 2:
                die()
            return calls[-1]

        reminders.queue_all = queue_then_die  # type: ignore[assignment]
    if how == "die-claimed":
        outbox.send = die  # type: ignore[assignment]
    app = create_app(settings_from(os.environ), clock=lambda: now)
    with app.app_context():
        if how == "send":
            runner.send_messages(lambda: now)
        else:
            runner.sweep(now)


if __name__ == "__main__":
    main(sys.argv[1], datetime.fromisoformat(sys.argv[2]))
