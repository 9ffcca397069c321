"""After a large import the database knows its tables."""

from flask import Flask
from sqlalchemy import text

from activation.database import db, refresh_statistics
from tests import builders


def test_statistics_tell_of_what_came_in(app: Flask) -> None:
    unit = builders.unit()
    for _ in range(20):
        builders.case(unit)
    builders.settle()
    db.session.rollback()
    refresh_statistics()
    if db.engine.dialect.name == "postgresql":
        rows = db.session.scalar(text("SELECT reltuples FROM pg_class WHERE relname = 'cases'"))
    else:
        stat = db.session.scalar(text("SELECT stat FROM sqlite_stat1 WHERE tbl = 'cases' LIMIT 1"))
        rows = float(str(stat).split()[0])
    assert rows == 20
