"""Bulk work: an import of 10 000 clients against a bare parse-and-insert, and reconciling 10 000 cases."""

import csv
import resource
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from random import Random

from sqlalchemy import select

from activation.clocks.calendar import local_date
from activation.config import settings_from
from activation.core import create_core, utc_now
from activation.database import db
from activation.demo.people import personal_numbers
from activation.schema import upgrade
from activation.unit_of_work import derive
from models import Base, Case, Staff, Unit
from models.enums import Role
from tests.benchmarks import floor, municipality
from tests.benchmarks.pages import environment

COUNT = 10_000


def bare_rate(path: Path, url: str) -> float:
    """Rows a second of the bare minimum: csv to tuples to one executemany on the bare driver."""
    start = time.perf_counter()
    connection = floor.connect(url)
    cursor = connection.cursor()
    cursor.execute("DROP TABLE IF EXISTS bare")
    cursor.execute(
        "CREATE TABLE bare (a text, b text, c text, d text, e text, f text, g text, h text, i text, j text, k text)"
    )
    mark = "?" if isinstance(connection, sqlite3.Connection) else "%s"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, delimiter=";"))[1:]
    cursor.execute("BEGIN")
    cursor.executemany(f"INSERT INTO bare VALUES ({', '.join([mark] * 11)})", rows)
    cursor.execute("COMMIT")
    took = time.perf_counter() - start
    cursor.execute("DROP TABLE bare")
    connection.close()
    return len(rows) / took


def measure(url: str, folder: Path) -> None:
    now = utc_now()
    settings = settings_from(environment(url))
    app = create_core(settings)
    with app.app_context():
        Base.metadata.drop_all(db.engine)
        with db.engine.begin() as connection:
            connection.exec_driver_sql("DROP TABLE IF EXISTS alembic_version")
        upgrade(db.engine)
        unit = Unit(name=municipality.BIG)
        db.session.add_all(
            [
                unit,
                Staff(unit=unit, name="S", email="stor@kommun.example", role=Role.SECRETARY, created_at=now),
            ]
        )
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    path = municipality.clients_file(
        folder / "ten-thousand.csv",
        COUNT,
        municipality.BIG,
        "stor@kommun.example",
        local_date(now),
        "X",
        personal_numbers(Random(5), local_date(now)),
    )
    start = time.perf_counter()
    program = [sys.executable, "-m", "activation", "import", "clients", str(path), "--json"]
    done = subprocess.run(program, env=environment(url), capture_output=True, text=True, check=True)
    took = time.perf_counter() - start
    assert f'"created": {COUNT}' in done.stdout, done.stdout[:300]
    rate, bare = COUNT / took, bare_rate(path, settings.database_url)
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1000
    print(
        f"  import of {COUNT} clients: {rate:.0f} rows/s with start-up (at least 1500, or {bare / 6:.0f}: bare / 6)"
    )
    print(f"  largest memory of a child process {memory:.0f} MB")
    with app.app_context():
        ids = list(db.session.scalars(select(Case.id)))
        start = time.perf_counter()
        changed = derive(ids, now=now)
        took = time.perf_counter() - start
        print(
            f"  derive (sessions, clocks, tasks) of {len(ids)} cases: {len(ids) / took:.0f}/s, {changed} changes"
        )
        db.session.rollback()
        db.session.remove()
        db.engine.dispose()
