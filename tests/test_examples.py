"""The example sets that stand beside the repository, through the program itself, on both databases."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from activation.config import settings_from

EXAMPLES = Path(__file__).resolve().parents[2] / "shared" / "examples"
SETS = sorted(path.parent for path in EXAMPLES.glob("*/expected.json")) or [EXAMPLES / "none"]
PROGRAM = Path(sys.executable).parent / "activation"

pytestmark = pytest.mark.skipif(
    not (EXAMPLES / "check").is_file(), reason=f"the example sets are not here: {EXAMPLES}"
)


def check(folder: Path, *options: str) -> None:
    environ = {k: v for k, v in os.environ.items() if not k.startswith("ACTIVATION_")}
    done = subprocess.run(
        [sys.executable, EXAMPLES / "check", "--program", str(PROGRAM), *options, folder],
        env=environ,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("folder", SETS, ids=lambda path: path.name)
def test_an_example_set_holds_on_sqlite(folder: Path) -> None:
    check(folder)


@pytest.mark.parametrize("folder", SETS, ids=lambda path: path.name)
def test_an_example_set_holds_on_postgresql(folder: Path, postgresql_url: str | None) -> None:
    if postgresql_url is None:
        pytest.skip("no PostgreSQL here")
    head, _, query = settings_from({"DATABASE_URL": postgresql_url}).database_url.partition("?")
    server, _, of_tests = head.rpartition("/")
    name = f"{of_tests}_{folder.name}"
    admin = create_engine(postgresql_url, isolation_level="AUTOCOMMIT")
    try:
        with admin.connect() as connection:
            connection.execute(text(f'CREATE DATABASE "{name}"'))
        check(folder, "--database", f"{server}/{name}" + (f"?{query}" if query else ""))
    finally:
        with admin.connect() as connection:
            connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        admin.dispose()
