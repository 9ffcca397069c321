"""A process that empties the outbox each time it reads a line: `python -m tests.benchmarks.followups.sender_process`.

Says `0` once it is ready, then after each round how many letters it sent.
"""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager

from activation.config import settings_from
from activation.core import create_core, utc_now
from scheduler.runner import send_messages
from tests.benchmarks.followups.mail_process import TOP


class Senders:
    """Several of them, ready."""

    def __init__(self, processes: list[subprocess.Popen[str]]) -> None:
        self.processes = processes

    def empty_outbox(self) -> int:
        """All at once. Returns how many letters they sent together."""
        for process in self.processes:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        return sum(_said(process) for process in self.processes)


@contextmanager
def senders(number: int, variables: Mapping[str, str]) -> Iterator[Senders]:
    command = [sys.executable, "-m", "tests.benchmarks.followups.sender_process"]
    with ExitStack() as stack:
        processes = [
            stack.enter_context(
                subprocess.Popen(
                    command,
                    cwd=TOP,
                    env=dict(variables),
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                )
            )
            for _ in range(number)
        ]
        try:
            for process in processes:
                _said(process)
            yield Senders(processes)
        finally:
            for process in processes:
                process.kill()


def _said(process: subprocess.Popen[str]) -> int:
    assert process.stdout is not None
    return int(process.stdout.readline())


def main() -> None:
    app = create_core(settings_from(os.environ))
    print(0, flush=True)
    with app.app_context():
        for _line in sys.stdin:
            print(send_messages(utc_now).counts.get("sent", 0), flush=True)


if __name__ == "__main__":
    main()
