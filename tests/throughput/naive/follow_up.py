"""Contacts and unmarked sessions; what became of tasks is in tests/throughput/test_follow_up_tasks.py."""

from itertools import pairwise

from tests.throughput.naive.base import Naive, Waits
from tests.throughput.world import Asked, contacts_of, marks_of, sessions_of


def _intervals(asked: Asked) -> Waits:
    found = []
    for c in asked.mine:
        days = contacts_of(c)
        found += [(b - a).days for a, b in pairwise(days) if asked.within(b)]
    return Waits(found)


def _since(asked: Asked) -> Waits:
    last = [max((d for d in contacts_of(c) if d <= asked.end), default=None) for c in asked.open_at_end()]
    return Waits([(asked.end - d).days for d in last if d], [d for d in last if d is None])


NAIVE: Naive = {
    "contact_interval_median": _intervals,
    "days_since_contact_median": _since,
    "sessions_unmarked_age": lambda asked: [
        day for c in asked.mine for day in sessions_of(c, asked.end) if day not in marks_of(c)
    ],
}
