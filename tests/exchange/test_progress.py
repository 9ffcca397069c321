"""The line that shows how far an import has come: on a terminal, and nowhere else."""

import io

import pytest

from activation.exchange import progress
from activation.exchange.progress import ProgressLine


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_sees_the_rows_done_and_a_clean_line_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "INTERVAL", 0)
    terminal = Terminal()
    line = ProgressLine(terminal)
    line(500, 1000)
    assert "500/1000" in terminal.getvalue()
    assert "\n" not in terminal.getvalue()
    line(1000, 1000)
    line.close()
    assert terminal.getvalue().endswith("\r\x1b[K")


def test_a_terminal_is_not_flooded() -> None:
    terminal = Terminal()
    line = ProgressLine(terminal)
    for done in range(1, 1000):
        line(done, 1_000_000)
    assert terminal.getvalue().count("\r") == 1


def test_a_file_or_a_pipe_sees_nothing() -> None:
    stream = io.StringIO()
    line = ProgressLine(stream)
    line(500, 1000)
    line.close()
    assert stream.getvalue() == ""


def test_an_empty_file_is_done_at_once() -> None:
    terminal = Terminal()
    ProgressLine(terminal)(0, 0)
    assert "0/0" in terminal.getvalue()
