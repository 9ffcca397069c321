"""What `make test` runs, in the order of how soon it tells: style, types, arrows, then the tests. `-m tests quick`
leaves the browser out."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent

STEPS = [
    ("style", [BIN / "ruff", "check", "--output-format", "concise", "."]),
    ("format", [BIN / "ruff", "format", "--check", "--quiet", "."]),
    ("types", [BIN / "mypy"]),
    ("arrows", [BIN / "lint-imports", "--no-cache"]),
]


def run(name: str, command: list[object]) -> bool:
    """Runs one step and prints one line about it, and its output where it failed."""
    start = time.monotonic()
    done = subprocess.run([str(c) for c in command], cwd=ROOT, capture_output=True, text=True, check=False)
    print(
        f"{name:8} {'ok' if done.returncode == 0 else 'FAILED'}  {time.monotonic() - start:5.1f} s",
        flush=True,
    )
    if done.returncode:
        print(done.stdout[-8000:], done.stderr[-4000:])
    return done.returncode == 0


def main() -> int:
    quick = "quick" in sys.argv[1:]
    results = [run(name, command) for name, command in STEPS]
    workers = os.environ.get("TEST_WORKERS", str(min(os.cpu_count() or 2, 4)))
    command = [
        str(BIN / "python"),
        "-m",
        "pytest",
        "-n",
        workers,
        "--dist",
        "loadscope",
        "--no-loadscope-reorder",  # tests/conftest.py knows which files take long
        "-p",
        "no:cacheprovider",
    ]
    if quick:
        command += ["-m", "not browser"]
    if shutil.which("make") is None:
        print("make is missing: the README's two commands need it")
    # Workers and the processes that tests start load the same modules: whoever compiled one keeps it for the others.
    environ = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return max(
        subprocess.run(command, cwd=ROOT, env=environ, check=False).returncode, 0 if all(results) else 1
    )


if __name__ == "__main__":
    sys.exit(main())
