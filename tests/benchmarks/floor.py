"""The floor: the same Flask and server, one indexed query of 50 rows on a bare driver, a plain table of 50 rows.

Run as a web application by the same server as the product: `tests.benchmarks.floor:make(URL)`.
"""

import os
import sqlite3
from typing import Any

import psycopg
from flask import Flask, render_template
from jinja2 import DictLoader

ROWS = 20_000
TABLE = """<!doctype html><html lang="sv"><title>floor</title><table>{% for r in rows %}<tr><td>{{ r[0] }}</td>
<td>{{ r[1] }}</td><td>{{ r[2] }}</td><td>{{ r[3] }}</td><td>{{ r[4] }}</td></tr>{% endfor %}</table></html>"""
QUERY = "SELECT id, name, unit_id, number, due FROM floor WHERE unit_id = {} ORDER BY name, id LIMIT 50"


def connect(url: str) -> Any:
    if url.startswith("sqlite"):
        return sqlite3.connect(url.removeprefix("sqlite:///"), check_same_thread=False, isolation_level=None)
    return psycopg.connect(url.replace("postgresql+psycopg", "postgresql"), autocommit=True)


def fill(url: str) -> None:
    """20 000 rows in ten units, with the index that the query wants."""
    connection = connect(url)
    mark = "?" if url.startswith("sqlite") else "%s"
    cursor = connection.cursor()
    cursor.execute("DROP TABLE IF EXISTS floor")
    cursor.execute(
        "CREATE TABLE floor (id integer PRIMARY KEY, name text, unit_id integer, number text, due text)"
    )
    cursor.execute("BEGIN")
    cursor.executemany(
        f"INSERT INTO floor VALUES ({mark}, {mark}, {mark}, {mark}, {mark})",
        [(i, f"Namn {i * 7919 % ROWS:05d}", i % 10, f"EB-{i}", "2026-11-20") for i in range(ROWS)],
    )
    cursor.execute("COMMIT")
    cursor.execute("CREATE INDEX ix_floor ON floor (unit_id, name, id)")
    cursor.execute("ANALYZE floor")
    connection.close()


def make() -> Flask:
    url = os.environ["DATABASE_URL"]
    app = Flask("floor")
    app.jinja_env.loader = DictLoader({"floor.html": TABLE})  # compiled once, as the product's own
    connection = connect(url)
    query = QUERY.format("?" if url.startswith("sqlite") else "%s")

    @app.get("/floor")
    def floor() -> str:
        return render_template("floor.html", rows=connection.execute(query, (3,)).fetchall())

    return app
