"""The promises of the follow-up engine, measured: `python -m tests.benchmarks followups [--reminders N] ...`.

Under fire: 20 000 due reminders, 4 scheduler processes on PostgreSQL (2 on SQLite), one killed with -9 at random every
second and started again: every reminder arrives once; those caught between being handed over and being written down
are shown as uncertain, at most one a kill. Rate: one worker, and as many as above, against a bare loop over one SMTP
connection: a figure of the machine and what else it does, printed and not judged. Nightly: all open cases brought in
line with their facts, at least 2 000 a second on SQLite. Ends with 1 where a promise is broken.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from activation.database import db
from tests.benchmarks.followups.fire import under_fire
from tests.benchmarks.followups.full_outbox import empty_database
from tests.benchmarks.followups.nightly import FLOOR as FLOOR_NIGHTLY
from tests.benchmarks.followups.nightly import nightly
from tests.benchmarks.followups.rate import can_be_apart, rates
from tests.databases import start_postgresql

PROCESSES = {"SQLite": 2, "PostgreSQL": 4}
WAYS: dict[str, dict[str, bool]] = {
    "server with PIPELINING": {},
    "server with PIPELINING on a processor of its own": {"apart": True},
    "server without PIPELINING": {"pipelining": False},
}
PARTS = ("rate", "fire", "nightly")


def arguments(given: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks followups", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="which parts; without: all")
    parser.add_argument("--reminders", type=int, default=20_000, help="due reminders under fire")
    parser.add_argument("--letters", type=int, default=2_000, help="letters of each round of the rate")
    parser.add_argument("--cases", type=int, default=20_000, help="cases of the nightly run")
    parser.add_argument("--every", type=float, default=1.0, help="seconds between two kills")
    parser.add_argument("--database", choices=["sqlite", "postgresql"], help="only this one")
    return parser.parse_args(given)


def load() -> str:
    """How busy the machine is."""
    return f"{os.getloadavg()[0]:.1f} on {os.cpu_count()} processors"


def measure(engine: str, url: str, folder: Path, options: argparse.Namespace) -> bool:
    """Prints the figures of one database. Says whether all promises were kept."""
    parts = options.parts or PARTS
    kept = True
    if "rate" in parts:
        for how, options_of in WAYS.items():
            if options_of.get("apart") and not can_be_apart():
                print(f"  rate, {how}: not here", flush=True)
                continue
            rate = rates(url, folder, letters=options.letters, processes=PROCESSES[engine], **options_of)
            print(f"  rate, {how}: {rate}; load {load()}", flush=True)
    if "fire" in parts:
        app = empty_database(url)
        with app.app_context():
            fire = under_fire(
                app, folder, reminders=options.reminders, processes=PROCESSES[engine], every=options.every
            )
            db.session.remove()
            db.engine.dispose()
        kept &= fire.kept
        print(f"  under fire, {PROCESSES[engine]} processes: {fire}; load {load()}", flush=True)
    if "nightly" in parts:
        found = nightly(url, cases=options.cases)
        kept &= found.alone >= FLOOR_NIGHTLY or engine != "SQLite"
        print(f"  nightly: {found}", flush=True)
    # Another promise of the engine gets its module beside fire.py, its word in PARTS and its lines here.
    return kept


def main(given: Sequence[str]) -> int:
    options = arguments(given)
    kept = True
    with tempfile.TemporaryDirectory() as name:
        databases = {"SQLite": f"sqlite:///{name}/bench.db", "PostgreSQL": start_postgresql()}
        for engine, url in databases.items():
            if options.database not in (None, engine.lower()):
                continue
            print(f"\n{engine}", flush=True)
            if url is None:
                print("  not here: not measured")
                continue
            folder = Path(name) / engine
            folder.mkdir()
            kept &= measure(engine, url, folder, options)
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
