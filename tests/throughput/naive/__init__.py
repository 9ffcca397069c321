"""Every figure once more, in plain Python over the plain data of a world. A file for each area, as in
activation/throughput/measures/; a new figure has its line there."""

from tests.throughput.naive import ahead, board, flows, follow_up, report, results, time
from tests.throughput.naive.base import Naive

NAIVE: Naive = {
    **report.NAIVE,
    **board.NAIVE,
    **flows.NAIVE,
    **follow_up.NAIVE,
    **ahead.NAIVE,
    **time.NAIVE,
    **results.NAIVE,
}

# Figures that need facts which no world has; each is compared by itself in the test named.
ELSEWHERE = {
    **dict.fromkeys(
        (
            "tasks_in_time",
            "tasks_done_late",
            "tasks_missing",
            "tasks_not_relevant",
            "tasks_withdrawn",
            "tasks_ahead",
            "tasks_put_off",
        ),
        "tests/throughput/test_follow_up_tasks.py",
    ),
    "long_term_aid": "tests/throughput/test_results.py",
    "long_term_aid_new": "tests/throughput/test_results.py",
    "overdue_tasks": "tests/throughput/test_measures.py",
    "rules_paused": "tests/throughput/test_measures.py",
    "own_intervals": "tests/throughput/test_measures.py",
    "clocks_paused": "tests/throughput/test_measures.py",
    "load_tasks": "tests/throughput/test_ahead.py",
    "aid_adults": "tests/committee/test_returns.py",
    "aid_households": "tests/throughput/test_aid_against_definition.py",
}
