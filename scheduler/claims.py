"""Who has a run: when an unfinished one may be taken over, and when it is better left alone.

Left alone: a run whose process lives. Taken over: one that failed, after a wait that grows with its failures (a sweep:
at once); one whose process died (a sweep on the same machine sees that at once; all others after ten minutes without
a sign of life); and one claimed so far ahead that a sweep must have been run as of a moment to come.
"""

import os
import socket
from datetime import datetime, timedelta
from uuid import uuid4

from activation.timetable import STANDS_STILL_AFTER, Claimed

# After the first failure, the second, and all others.
WAITS = (timedelta(minutes=5), timedelta(minutes=15), timedelta(minutes=60))

MACHINE = socket.gethostname()[:30].replace(":", "-")
# A container that is started again may have the machine's name and the process's number of the one before.
LIFE = uuid4().hex[:6]


def worker_name() -> str:
    """Names one round of work among all that share the database."""
    return f"{MACHINE}:{os.getpid()}:{LIFE}:{uuid4().hex[:8]}"


def may_take_over(run: Claimed, *, now: datetime, patient: bool) -> bool:
    """Whether an unfinished run is free for another. The clocks of two machines may differ by minutes."""
    if run.finished:
        return False
    if run.claimed_at >= now + STANDS_STILL_AFTER:
        return True
    wait = WAITS[min(run.failures, len(WAITS)) - 1] if run.failures else timedelta(0)
    if run.failed:
        return not patient or run.claimed_at <= now - wait
    if not patient and (run.claimed_at <= now - STANDS_STILL_AFTER or has_died(run.claimed_by)):
        return True
    return run.claimed_at <= now - max(wait, STANDS_STILL_AFTER)


def has_died(claimed_by: str) -> bool:
    """Whether this process sees that the one which claimed is no more. False also where it cannot be seen."""
    machine, _, rest = claimed_by.partition(":")
    number, _, rest = rest.partition(":")
    life = rest.partition(":")[0]
    if machine != MACHINE or not number.isdigit() or os.name != "posix":
        return False
    if int(number) == os.getpid():
        return life != LIFE
    try:
        os.kill(int(number), 0)  # asks only
    except ProcessLookupError:
        return True
    except OSError:  # it lives, and belongs to another user
        return False
    return False
