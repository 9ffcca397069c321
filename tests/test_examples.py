"""The example sets that stand beside the repository, through the program itself, on both databases.

One set runs on SQLite by the installed program, a process from scratch for every step. Whatever else there is asks
`tests.forked` for its processes: the same calls with the same `main`, but the modules are loaded already.
"""

import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from activation.config import settings_from
from tests.forked.process import forking

EXAMPLES = Path(__file__).resolve().parents[2] / "shared" / "examples"
SETS = sorted(path.parent for path in EXAMPLES.glob("*/expected.json")) or [EXAMPLES / "none"]
# Every kind of file and every report.
FROM_SCRATCH = [folder for folder in SETS if folder.name == "small"] or SETS[:1]
PROGRAM = Path(sys.executable).parent / "activation"
CLIENT = Path(__file__).parent / "forked" / "client.py"

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(
        not (EXAMPLES / "check").is_file(), reason=f"the example sets are not here: {EXAMPLES}"
    ),
]


@pytest.fixture(scope="module")
def program() -> Iterator[list[str]]:
    """What to call as `activation`: what forks, or the installed program where nothing can."""
    if not hasattr(os, "fork"):
        yield [str(PROGRAM)]
        return
    with forking("activation.cli:main") as address:
        yield [sys.executable, "-I", "-S", str(CLIENT), address]


def check(program: list[str], folder: Path, *options: str) -> None:
    environ = {k: v for k, v in os.environ.items() if not k.startswith("ACTIVATION_")}
    done = subprocess.run(
        [sys.executable, EXAMPLES / "check", "--program", shlex.join(program), *options, folder],
        env=environ,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("folder", FROM_SCRATCH, ids=lambda path: path.name)
def test_an_example_set_holds_by_the_installed_program(folder: Path) -> None:
    check([str(PROGRAM)], folder)


@pytest.mark.parametrize("folder", [s for s in SETS if s not in FROM_SCRATCH], ids=lambda path: path.name)
def test_an_example_set_holds_on_sqlite(folder: Path, program: list[str]) -> None:
    check(program, folder)


@pytest.mark.parametrize("folder", SETS, ids=lambda path: path.name)
def test_an_example_set_holds_on_postgresql(
    folder: Path, program: list[str], postgresql_url: str | None
) -> None:
    if postgresql_url is None:
        pytest.skip("no PostgreSQL here")
    head, _, query = settings_from({"DATABASE_URL": postgresql_url}).database_url.partition("?")
    server, _, of_tests = head.rpartition("/")
    name = f"{of_tests}_{folder.name}"
    admin = create_engine(postgresql_url, isolation_level="AUTOCOMMIT")
    try:
        with admin.connect() as connection:
            connection.execute(text(f'CREATE DATABASE "{name}"'))
        check(program, folder, "--database", f"{server}/{name}" + (f"?{query}" if query else ""))
    finally:
        with admin.connect() as connection:
            connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        admin.dispose()
