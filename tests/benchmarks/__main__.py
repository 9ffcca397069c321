"""Runs the benchmarks: `python -m tests.benchmarks [pages] [import] [reconcile] [start]`. Prints a table.

`python -m tests.benchmarks followups [--reminders N] …` are the promises of the follow-up engine: they take minutes.
`python -m tests.benchmarks supervisors [--supervisors N]`: many supervisors mark attendance at the same moment.
`python -m tests.benchmarks sweden [--part N]`: the unit lead's pages in a database of all of Sweden, or a part of it.
"""

import sys
import tempfile
from pathlib import Path

from tests.benchmarks import bulk, pages, supervisors, sweden
from tests.benchmarks.followups import __main__ as followups
from tests.databases import start_postgresql

PARTS = ("pages", "start", "import", "reconcile")


def main() -> int:
    if sys.argv[1:2] == ["followups"]:
        return followups.main(sys.argv[2:])
    if sys.argv[1:2] == ["supervisors"]:
        return supervisors.main(sys.argv[2:])
    if sys.argv[1:2] == ["sweden"]:
        return sweden.main(sys.argv[2:])
    wanted = [a for a in sys.argv[1:] if a in PARTS] or list(PARTS)
    postgresql = start_postgresql()
    with tempfile.TemporaryDirectory() as name:
        databases = {"SQLite": f"sqlite:///{name}/bench.db"}
        if postgresql:
            databases["PostgreSQL"] = postgresql
        else:
            print("PostgreSQL: not here; only SQLite is measured")
        for engine, url in databases.items():
            folder = Path(name) / engine
            folder.mkdir()
            print(f"\n{engine}", flush=True)
            if {"pages", "start"} & set(wanted):
                pages.measure(url, folder)
            if {"import", "reconcile"} & set(wanted):
                bulk.measure(url, folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
