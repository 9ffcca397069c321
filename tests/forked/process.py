"""A server that forks, for as long as a test needs it; and its processes, as `subprocess` would show them."""

import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.forked.client import PID, call

TOP = Path(__file__).parents[2]


@contextmanager
def forking(main: str) -> Iterator[str]:
    """Runs a server for `module:main`; gives its address."""
    # Not tmp_path: the address of a socket must be short.
    with tempfile.TemporaryDirectory(prefix="activation-") as folder:
        address = str(Path(folder) / "socket")
        server = subprocess.Popen(
            [sys.executable, "-m", "tests.forked.server", main, address],
            cwd=TOP,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        with server:  # closes its input: that ends it
            assert server.stdout is not None
            assert server.stdout.readline() == "ready\n"
            yield address
    assert server.returncode == 0


class Process:
    """A process that the server at `address` forked. Several threads may wait for it. Killed where it is left."""

    def __init__(self, address: str, arguments: Sequence[str], environ: Mapping[str, str]) -> None:
        entries = {os.fsencode(name): os.fsencode(value) for name, value in environ.items()}
        self._server = call(address, arguments, os.fsencode(TOP), entries)
        self._lock = threading.Lock()
        self.pid = int(self._server.recv(len(PID % 0), socket.MSG_WAITALL))
        self.returncode: int | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        if self.poll() is None:
            self.kill()
        self._server.close()

    def poll(self, timeout: float = 0) -> int | None:
        """Its code, or None while it runs."""
        if self.returncode is None and select.select([self._server], [], [], timeout)[0]:
            with self._lock:  # who comes second reads nothing
                if self.returncode is None:
                    self.returncode = int(self._server.recv(16))
        return self.returncode

    def wait(self, timeout: float) -> int:
        code = self.poll(timeout)
        if code is None:
            raise subprocess.TimeoutExpired(f"process {self.pid}", timeout)
        return code

    def kill(self) -> None:
        """Nothing where it has ended by itself."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
