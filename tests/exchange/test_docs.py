"""What the documentation says of files and commands is what the program does."""

from pathlib import Path

import pytest

from activation.cli import COMMANDS
from activation.exchange.kinds import KINDS, Kind

DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_every_column_stands_in_the_documentation_in_the_order_of_faults(kind: Kind) -> None:
    section = (
        (DOCS / "files.md").read_text(encoding="utf-8").partition(f"### `{kind.name}`")[2].partition("###")[0]
    )
    documented = [line.split("|")[1:4] for line in section.splitlines() if line.startswith("| `")]
    assert [tuple(cell.strip() for cell in line) for line in documented] == [
        (f"`{c.name}`", c.swedish, "key" if c.is_key else "required" if c.required else "")
        for c in kind.columns
    ]


def test_every_command_stands_in_the_documentation() -> None:
    documented = (DOCS / "commands.md").read_text(encoding="utf-8")
    assert [name for name in COMMANDS if f"`activation {name}" not in documented] == []
