"""Shows on a terminal how far a long import has come. Where stderr is no terminal it says nothing."""

import sys
import time
from typing import TextIO

INTERVAL = 0.2
WIDTH = 30


class ProgressLine:
    """One line on the terminal, written over itself: a bar, the rows done, and how many a second."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._visible = self._stream.isatty()
        self._started = time.monotonic()
        self._shown = 0.0

    def __call__(self, done: int, total: int) -> None:
        now = time.monotonic()
        if not self._visible or (now - self._shown < INTERVAL and done < total):
            return
        self._shown = now
        filled = WIDTH * done // total if total else WIDTH
        rate = done / max(now - self._started, 0.001)
        self._write(f"[{'#' * filled}{'.' * (WIDTH - filled)}] {done}/{total}  {rate:.0f}/s")

    def close(self) -> None:
        """Clears the line, so that the result stands alone."""
        if self._visible and self._shown:
            self._write("")

    def _write(self, text: str) -> None:
        self._stream.write(f"\r\x1b[K{text}")
        self._stream.flush()
