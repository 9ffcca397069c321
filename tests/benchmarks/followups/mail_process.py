"""A real SMTP server in a process of its own.

`python -m tests.benchmarks.followups.mail_process FILE [pipelining] [apart]`
Writes the Message-ID of each letter that it takes to FILE, a line each, before it says so; its port to the output.
"""

import asyncio
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP

TOP = Path(__file__).parents[3]
# The processor that the mail server has to itself where it is apart.
LAST = (os.cpu_count() or 1) - 1


@dataclass
class Letters:
    """The server's side."""

    file: int
    pipelining: bool

    async def handle_EHLO(
        self, _server: Any, session: Any, _envelope: Any, hostname: str, answers: list[str]
    ) -> list[str]:
        session.host_name = hostname
        return [answers[0], *(["250-PIPELINING"] if self.pipelining else []), *answers[1:]]

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        found = re.search(rb"(?mi)^Message-ID: *<([^>]+)>", envelope.content)
        os.write(self.file, (found[1] if found else b"none") + b"\n")
        return "250 taken"


async def serve(path: Path, pipelining: bool) -> None:
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(Letters(file, pipelining)), "127.0.0.1", 0
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


@contextmanager
def mail_process(path: Path, *, pipelining: bool = True, apart: bool = False) -> Iterator[int]:
    """Runs one, `apart` on the last processor; gives its port."""
    command = [sys.executable, "-m", "tests.benchmarks.followups.mail_process", str(path)]
    words = ["pipelining"] * pipelining + ["apart"] * apart
    with subprocess.Popen(command + words, cwd=TOP, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield int(process.stdout.readline())
        finally:
            process.kill()


def taken(path: Path) -> Counter[str]:
    """How often each Message-ID arrived."""
    return Counter(path.read_text().split()) if path.exists() else Counter()


if __name__ == "__main__":
    if "apart" in sys.argv[2:]:
        os.sched_setaffinity(0, {LAST})
    asyncio.run(serve(Path(sys.argv[1]), "pipelining" in sys.argv[2:]))
