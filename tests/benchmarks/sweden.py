"""All of Sweden in one database: what 290 municipalities would have, for the figures of the unit lead.

    python -m tests.benchmarks sweden [--part 100]

`--part 100` (the default) makes a hundredth: 3 units, 1 450 open and 6 000 closed cases, 300 000 sessions. `--part 1`
is the whole: 290 units, 145 000 open and 600 000 closed cases, 30 million sessions; on SQLite it took 25 minutes
beside other work and 5.6 GB of disk, and is run by hand. Every unit has as many cases in both (500 open), so that the
board of one unit can be compared.

The rows are made by the database itself from running numbers, alike on SQLite and PostgreSQL: a case i belongs to unit
i modulo their number; its days come from i by a linear congruence. Clocks and summaries say what the facts say;
sessions are forty days in a row after the first activity, all but the last of an open case marked. There are no
follow-up tasks and no messages: pages that count those are not measured here. Nothing of it is anybody's data.
"""

import argparse
import statistics
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from random import Random

from sqlalchemy import Connection, text

from activation.accounts.passwords import hash_password
from activation.clocks.calendar import local_date
from activation.config import settings_from
from activation.core import create_core, utc_now
from activation.database import db, refresh_statistics
from activation.demo.people import personal_numbers
from activation.schema import upgrade
from activation.throughput.weeks import rebuild, rebuild_all, units_to_count
from activation.unit_of_work import commit
from tests.benchmarks import floor
from tests.benchmarks.pages import FLOOR_SERVER, PASSWORD, PRODUCT, Client, environment, served
from tests.databases import start_postgresql

UNITS, OPEN, CLOSED = 290, 145_000, 600_000
SESSIONS_EACH = 40
ROUNDS = 40
AT_ONCE = 20_000
# What the issue of the figures asks of the board of all units, against the floor.
ALL_UNITS_AT_MOST = 20
# Of the test range not many more adults of working age can be made: some have many enrolments.
NUMBERS = 20_000

CLOSURES = (
    "work",
    "subsidised_work",
    "municipal_employment",
    "study_with_aid",
    "other_income",
    "moved",
    "other",
)
OBSTACLES = ("unemployed", "language", "sick_leave", "social_reasons")
PAGES = {
    "board, own unit": "/throughput/flow",
    "board, all units": "/throughput/flow?unit=all",
    "figures, own unit": "/throughput",
    "time, own unit": "/throughput/time",
    "results, own unit": "/throughput/results",
    "equality, own unit": "/throughput/equality",
}


class Maker:
    """Fills an empty database of the product's schema. `today`: the day up to which all happened."""

    def __init__(self, connection: Connection, part: int, today: date) -> None:
        self.connection, self.today = connection, today
        self.postgresql = connection.dialect.name == "postgresql"
        self.units = max(2, round(UNITS / part))
        self.open, self.cases = OPEN // part, (OPEN + CLOSED) // part

    def run(self, sql: str, **values: object) -> None:
        self.connection.execute(text(sql), values)

    def numbers(self, first: int, last: int) -> str:
        """A table n(i) of the numbers from first through last."""
        if self.postgresql:
            return f"(SELECT generate_series AS i FROM generate_series({first}, {last})) AS n"
        return (
            f"(WITH RECURSIVE s(i) AS (SELECT {first} UNION ALL SELECT i + 1 FROM s WHERE i < {last}) SELECT i FROM s)"
            " AS n"
        )

    def day(self, base: str, days: str) -> str:
        """A day so many days after another."""
        if self.postgresql:
            return f"(CAST({base} AS date) + CAST({days} AS integer))"
        return f"date({base}, ({days}) || ' days')"

    def chance(self, salt: int, below: int) -> str:
        """A number from 0, always the same for i."""
        return f"((CAST(n.i AS bigint) * 48271 + {salt} * 7919) % 2147483647 % {below})"

    def one_of(self, values: tuple[str, ...], salt: int) -> str:
        whens = " ".join(f"WHEN {at} THEN '{value}'" for at, value in enumerate(values))
        return f"CASE {self.chance(salt, len(values))} {whens} END"

    def make(self) -> None:
        self._staff()
        for first in range(1, self.cases + 1, AT_ONCE):
            last = min(first + AT_ONCE - 1, self.cases)
            self._lives(first, last)
            self._cases(first, last)
            self._facts(first, last)
            self.run("DELETE FROM lives")
            self.connection.commit()
        self.run("DROP TABLE lives")
        self.run("DROP TABLE people")
        if self.postgresql:
            for table in ("units", "staff", "households", "cases", "placements"):
                self.run(
                    f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"
                )

    def _staff(self) -> None:
        made = (
            "CAST('2026-01-01 00:00:00+00' AS timestamptz)"
            if self.postgresql
            else "'2026-01-01 00:00:00.000000'"
        )
        self.made = made
        self.run(f"INSERT INTO units (id, name) SELECT i, 'Enhet ' || i FROM {self.numbers(1, self.units)}")
        each = "id, unit_id, name, email, role, language, active, session_key, created_at"
        self.run(
            f"INSERT INTO staff ({each}) SELECT i, i, 'Chef ' || i, 'chef' || i || '@kommun.example', 'unit_lead',"
            f" 'sv', true, 'lead' || i, {made} FROM {self.numbers(1, self.units)}"
        )
        self.run(
            f"INSERT INTO staff ({each}) SELECT i + 1000, 1 + i % {self.units}, 'Sekreterare ' || i,"
            f" 's' || i || '@kommun.example', 'secretary', 'sv', true, 'secretary' || i, {made}"
            f" FROM {self.numbers(0, self.units * 9 - 1)}"
        )
        self.run("UPDATE staff SET password_hash = :hash WHERE id <= 3", hash=hash_password(PASSWORD))
        self.run("INSERT INTO employers (id, org_number, name) VALUES (1, '5560360793', 'Företag AB')")
        self.run(
            "INSERT INTO workplaces (id, employer_id, name) SELECT i, 1, 'Plats ' || i FROM "
            + self.numbers(1, self.units * 10)
        )
        self.run("CREATE TABLE people (i integer PRIMARY KEY, number varchar(12))")
        found = personal_numbers(Random(5), self.today)
        numbers = [{"i": i, "number": next(found)} for i in range(min(NUMBERS, self.cases))]
        self.connection.execute(text("INSERT INTO people VALUES (:i, :number)"), numbers)
        self.people = len(numbers)
        self.run(
            "CREATE TABLE lives (i integer PRIMARY KEY, first_on date, met_on date, plan_on date, active_on date,"
            " closed_on date, main boolean, work boolean)"
        )

    def _lives(self, first: int, last: int) -> None:
        """What happened to each: open ones began in the last 400 days, closed ones in the last five years."""
        is_open = f"n.i <= {self.open}"
        began = f"CASE WHEN {is_open} THEN {self.chance(1, 400)} ELSE 40 + {self.chance(2, 1800)} END"
        self.run(
            f"INSERT INTO lives SELECT i, {self.day(':today', '-began')},"
            f" {self.day(':today', '-began + met')}, {self.day(':today', '-began + planned')},"
            f" {self.day(':today', '-began + acted')},"
            f" CASE WHEN opened THEN NULL ELSE {self.day(':today', '-began + 20 + (began - 40) % 380 * 9 / 10')} END,"
            f" main, NOT opened AND chance < 4 FROM (SELECT n.i AS i, {began} AS began, {is_open} AS opened,"
            f" {self.chance(3, 5)} AS met, 5 + {self.chance(4, 9)} AS planned, 6 + {self.chance(5, 12)} AS acted,"
            f" {self.chance(6, 100)} < 85 AS main, {self.chance(7, 10)} AS chance"
            f" FROM {self.numbers(first, last)}) AS l",
            today=self.today,
        )

    def _cases(self, first: int, last: int) -> None:
        numbers = "lives AS n"
        self.run(f"INSERT INTO households (id, number) SELECT i, 'H-' || i FROM {numbers}")
        closed = "n.closed_on IS NOT NULL"
        self.run(
            "INSERT INTO cases (id, case_number, unit_id, secretary_id, household_id, first_name, last_name, sort_name,"
            " personal_number, first_contact_on, flow, obstacle, language, closed_on, closure_reason,"
            " outcome_starts_on, outcome_confirmed_on, created_at)"
            f" SELECT n.i, 'SE-' || n.i, 1 + n.i % {self.units},"
            f" 1000 + n.i % {self.units} + {self.units} * {self.chance(8, 9)}, n.i, 'Kim', 'Exempel' || n.i,"
            f" 'exempel' || n.i || ' kim', p.number, n.first_on, CASE WHEN n.main THEN 'main' ELSE 'support' END,"
            f" {self.one_of(OBSTACLES, 9)}, CASE WHEN {self.chance(10, 4)} = 0 THEN 'arabiska' END, n.closed_on,"
            f" CASE WHEN {closed} THEN CASE WHEN n.work THEN 'work' ELSE {self.one_of(CLOSURES, 11)} END END,"
            f" CASE WHEN n.work THEN n.closed_on END, CASE WHEN n.work THEN {self.day('n.closed_on', '35')} END,"
            f" {self.made} FROM {numbers} JOIN people AS p ON p.i = n.i % {self.people}"
        )
        due = {"first_meeting": 2, "plan": 10, "activation": 10}
        stops = {"first_meeting": "met_on", "plan": "plan_on", "activation": "active_on"}
        for kind, days in due.items():
            deadline = self.day("n.first_on", str(days))
            where = " WHERE n.main" if kind == "activation" else ""
            self.run(
                "INSERT INTO clocks (case_id, kind, started_on, target_on, due_on, stopped_on)"
                f" SELECT n.i, '{kind}', n.first_on, {deadline}, {deadline},"
                f" CASE WHEN n.{stops[kind]} <= :today THEN n.{stops[kind]} END FROM {numbers}{where}",
                today=self.today,
            )
        reached = ", ".join(
            f"{self.day('n.first_on', str(due[k]))}, CASE WHEN n.{stops[k]} <= :today THEN n.{stops[k]} END"
            for k in ("first_meeting", "plan")
        )
        self.run(
            "INSERT INTO case_summaries (unit_id, case_id, secretary_id, first_contact_on, closed_on,"
            " first_meeting_due_on, first_meeting_stopped_on, plan_due_on, plan_stopped_on, activation_due_on,"
            f" activation_stopped_on) SELECT c.unit_id, c.id, c.secretary_id, c.first_contact_on, c.closed_on,"
            f" {reached}, CASE WHEN n.main THEN {self.day('n.first_on', '10')} END,"
            f" CASE WHEN n.main AND n.active_on <= :today THEN n.active_on END"
            f" FROM {numbers} JOIN cases AS c ON c.id = n.i",
            today=self.today,
        )

    def _facts(self, first: int, last: int) -> None:
        numbers = "lives AS n"
        at = "CAST(n.met_on AS timestamptz)" if self.postgresql else "n.met_on || ' 09:00:00.000000'"
        self.run(
            "INSERT INTO meetings (case_id, at, kind, outcome, place)"
            f" SELECT n.i, {at}, 'first', 'held', '' FROM {numbers} WHERE n.met_on <= :today",
            today=self.today,
        )
        self.run(
            "INSERT INTO plans (case_id, agreed_on, goals)"
            f" SELECT n.i, n.plan_on, '' FROM {numbers} WHERE n.plan_on <= :today",
            today=self.today,
        )
        ends = self.day("n.active_on", str(SESSIONS_EACH - 1))
        self.run(
            "INSERT INTO placements (id, case_id, workplace_id, kind, starts_on, ends_on)"
            f" SELECT n.i, n.i, 1 + n.i % {self.units * 10}, 'work_training', n.active_on, {ends}"
            f" FROM {numbers} WHERE n.active_on <= :today",
            today=self.today,
        )
        on_date = self.day("n.active_on", "d.i")
        days = self.numbers(0, SESSIONS_EACH - 1).removesuffix("AS n") + "AS d"
        marked = f"({on_date} < {self.day(':today', '-3')} OR n.closed_on IS NOT NULL)"
        mark = "CASE WHEN (n.i + d.i) % 10 = 9 THEN 'sick' ELSE 'present' END"
        self.run(
            "INSERT INTO sessions (case_id, placement_id, on_date, scheduled, mark, note, marked_at)"
            f" SELECT n.i, n.i, {on_date}, true, CASE WHEN {marked} THEN {mark} END, '',"
            f" CASE WHEN {marked} THEN {self.made} END FROM {numbers} CROSS JOIN {days}"
            f" WHERE n.active_on <= :today AND {on_date} <= {self.day(':today', '56')}",
            today=self.today,
        )


def prepare(url: str, part: int) -> None:
    """Schema, rows and the night's counts."""
    now = utc_now()
    app = create_core(settings_from(environment(url)))
    with app.app_context():
        upgrade(db.engine)
        start = time.monotonic()
        with db.engine.connect() as connection:
            maker = Maker(connection, part, local_date(now))
            maker.make()
            connection.commit()
        refresh_statistics()
        print(f"  made in {time.monotonic() - start:.0f} s", flush=True)
        start = time.monotonic()
        for unit_id in units_to_count():
            rebuild(unit_id, through=local_date(now), now=now)
            commit(now=now)
        rebuild_all(through=local_date(now), now=now)
        commit(now=now)
        print(f"  weeks of {maker.units} units counted in {time.monotonic() - start:.1f} s", flush=True)
        with db.engine.connect() as connection:
            counts = {
                table: connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
                for table in ("units", "cases", "sessions", "figure_weeks")
            }
        print("  " + ", ".join(f"{number:,} {table}" for table, number in counts.items()), flush=True)
        db.session.remove()
        db.engine.dispose()


def measure(url: str) -> dict[str, float]:
    """p50 of each page in milliseconds, and of the floor."""
    database = settings_from(environment(url)).database_url
    floor.fill(database)
    with (
        served(FLOOR_SERVER, database, "/floor") as (floor_port, _, _),
        served(PRODUCT, database, "/health") as (port, _, _),
    ):
        bare, lead = Client(floor_port), Client(port)
        lead.sign_in("chef1@kommun.example")
        times: dict[str, list[float]] = {"floor": [], **{name: [] for name in PAGES}}
        # Not by turns: a connection that waits for slow pages is closed by its server.
        for name, path in [("floor", "/floor"), *PAGES.items(), ("floor", "/floor")]:
            client = bare if name == "floor" else lead
            for number in range(ROUNDS + 3):
                took, status, _body = client.get(path)
                assert status == 200, (name, status)
                if number >= 3:
                    times[name].append(took * 1000)
            if name == "floor":
                bare = Client(floor_port)
    return {name: statistics.median(found) for name, found in times.items() if found}


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks sweden")
    parser.add_argument("--part", type=int, default=100, help="1: all of Sweden; 100 (default): a hundredth")
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    asked = parser.parse_args(arguments)
    postgresql = start_postgresql() if asked.only != "sqlite" else None
    with tempfile.TemporaryDirectory() as name:
        databases = {}
        if asked.only != "postgresql":
            databases["SQLite"] = f"sqlite:///{Path(name)}/sweden.db"
        if postgresql:
            databases["PostgreSQL"] = postgresql
        for engine, url in databases.items():
            print(f"\n{engine}, 1/{asked.part} of Sweden", flush=True)
            prepare(url, asked.part)
            found = measure(url)
            base = found.pop("floor")
            print(f"  {'floor':20} {base:8.2f} ms")
            for page, p50 in found.items():
                at_most = f"  (at most {ALL_UNITS_AT_MOST} x)" if page == "board, all units" else ""
                print(f"  {page:20} {p50:8.2f} ms  {p50 / base:6.1f} x floor{at_most}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
