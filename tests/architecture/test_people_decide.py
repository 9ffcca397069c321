"""Software alone decides nothing: no aid status, no judgement of an absence, no finding on the activity requirement, no
handing over, no outcome. Whoever may call the verbs stands here; and all jobs together, run for months, move nothing
of it.
"""

import ast
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from activation.database import db
from models import Base
from scheduler.runner import sweep
from tests import builders
from tests.web import everything

ROOT = Path(__file__).resolve().parents[2]
# Verb → where it is called: a person's press, what another system's people decided, or the demonstration's people.
CALLERS: dict[str, set[str]] = {
    "record_aid_month": {
        "activation/aid/views.py",
        "activation/aid/api.py",  # the aid system says what was decided there
        "activation/exchange/kind_aid_months.py",
        "activation/demo/aid_side.py",
    },
    "mark": {
        "activation/attendance/views.py",
        "activation/attendance/sheet.py",
        "activation/exchange/kind_attendance.py",
        "activation/demo/earlier.py",
        "activation/demo/lives.py",
    },
    "receive": {"activation/handovers/views.py", "activation/demo/plan_and_aid.py"},
    "record_outcome": {
        "activation/handovers/views.py",
        "activation/meetings/views.py",
        "activation/demo/plan_and_aid.py",
    },
    "assess": {"activation/requirement/views.py", "activation/demo/plan_and_aid.py"},
    "note_error": {"activation/payment_errors/views.py", "activation/demo/plan_and_aid.py"},
    "change_error": {"activation/payment_errors/views.py"},
    "reopen": {"activation/caseload/closing_views.py", "activation/clocks/calendar_views.py"},
    "end_need": {"activation/assessments/views.py"},
}


def calls_of(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Name):
                yield node.func.id
            elif isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name):
                yield node.func.attr


def callers() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {verb: set() for verb in CALLERS}
    for folder in ("activation", "scheduler"):
        for path in (ROOT / folder).rglob("*.py"):
            for name in calls_of(ast.parse(path.read_text(encoding="utf-8"))):
                if name in found:
                    found[name].add(str(path.relative_to(ROOT)))
    return found


def test_only_people_and_what_other_systems_report_reach_the_verbs_that_decide() -> None:
    assert callers() == CALLERS


def test_a_job_that_decides_would_be_found() -> None:
    tree = ast.parse("def nightly():\n    service.record_outcome(outcome='refused')\n    assess(case=case)")
    assert set(calls_of(tree)) == {"record_outcome", "assess"}


# Columns that hold a decision, a judgement or a step of a person.
DECIDED = {
    "aid_months": None,
    "handovers": None,
    "requirement_assessments": None,
    "payment_errors": None,
    "repayments": None,
    "assessment_answers": None,
    "support_needs": None,
    "plan_objections": None,
    "plan_reviews": None,
    "notes": None,
    "sessions": ("id", "mark", "answer", "note", "notified", "certificate_on", "marked_by"),
    "plans": None,
    "cases": ("id", "closed_on", "closure_reason", "flow", "obstacle", "outcome_confirmed_on"),
}


def decided() -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for name, only in DECIDED.items():
        table = Base.metadata.tables[name]
        columns = [table.c[column] for column in only] if only else list(table.c)
        key = list(table.primary_key.columns)
        found[name] = [tuple(row) for row in db.session.execute(select(*columns).order_by(*key))]
    # Days that the schedule adds are new rows without a mark: no judgement.
    found["sessions"] = [row for row in found["sessions"] if any(value is not None for value in row[1:3])]
    return found


@pytest.mark.only("sqlite")
def test_all_jobs_of_months_decide_nothing(app: Flask) -> None:
    everything.make(None)
    builders.settle()
    before = decided()
    assert all(
        before[name] for name in ("aid_months", "handovers", "requirement_assessments", "notes", "plans")
    )
    for days in (0, 1, 3, 10, 26, 40, 95):
        results = sweep(builders.NOW + timedelta(days=days))
        assert {result.status for result in results} <= {"done", "nothing"}, results
    assert decided() == before
