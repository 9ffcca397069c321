"""What the source may say, and where. Each check reads text, and is tested on a planted violation."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PYTHON = sorted(
    p
    for folder in ("activation", "models", "scheduler")
    for p in (ROOT / folder).rglob("*.py")
    if "migrations" not in p.parts
)
Check = Callable[[str, ast.Module], Iterator[str]]

# The moment is an argument. These read the clock of the machine: they are the edges.
READS_THE_CLOCK = {
    "activation/core.py",  # the default clock of the web and the command line
    "scheduler/process.py",  # the running scheduler
}
COMMITS = {"activation/unit_of_work.py"}
WRITES_AID = {"activation/aid/service.py"}
OF_AID = {"status", "decided_on", "paid_on", "amount"}


def commits(path: str, tree: ast.Module) -> Iterator[str]:
    """One owner of the commit."""
    if path in COMMITS:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit":
            yield f"{path}:{node.lineno} commits"


# Writes that are transactions of their own: the sender's step from one letter to the next, and nothing else.
WRITES_ALONE = {"activation/database.py", "activation/messages/worker.py", "scheduler/outbox.py"}


def writes_alone(path: str, tree: ast.Module) -> Iterator[str]:
    """Nothing goes around the one commit but the sender's step (database.Alone)."""
    if path in WRITES_ALONE:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr == "autocommit":
            yield f"{path}:{node.lineno} commits by itself"
        if isinstance(node, ast.Constant) and node.value == "AUTOCOMMIT":
            yield f"{path}:{node.lineno} commits by itself"
        if isinstance(node, ast.Name) and node.id == "Alone":
            yield f"{path}:{node.lineno} writes beside the commit"


def reads_clock(path: str, tree: ast.Module) -> Iterator[str]:
    """No today() below the edge, so that any moment can be replayed."""
    if path in READS_THE_CLOCK or path.startswith(("activation/cli", "activation/commands")):
        return
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in ("today", "now", "utcnow")
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id in ("date", "datetime")
        ):
            yield f"{path}:{node.lineno} reads the clock"


def writes_aid(path: str, tree: ast.Module) -> Iterator[str]:
    """People decide: an aid month is written by one verb only, which says what the aid side said."""
    if path in WRITES_AID:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and node.attr in OF_AID:
            yield f"{path}:{node.lineno} sets .{node.attr}"
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "AidMonth"
        ):
            yield f"{path}:{node.lineno} makes an aid month"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            if node.func.id == "AidMonth":
                yield f"{path}:{node.lineno} makes an aid month"
            if node.func.id in ("insert", "update", "delete") and any(
                isinstance(a, ast.Name) and a.id == "AidMonth" for a in node.args
            ):
                yield f"{path}:{node.lineno} writes aid months"


def ambient_user(path: str, tree: ast.Module) -> Iterator[str]:
    """The actor is an argument: only the web's edge knows the signed-in user."""
    allowed = path.startswith("activation/web/") or Path(path).name.endswith("views.py")
    if allowed or path == "activation/accounts/sign_in.py":
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and any(a.name == "current_user" for a in node.names):
            yield f"{path}:{node.lineno} reads the signed-in user"


PROPOSING = (
    "recommend",
    "rekommend",
    "should be refused",
    "should be reduced",
    "bör avslås",
    "bör nekas",
    "bör sättas ned",
    "ska avslås",
    "score",
    "poäng",
    "ranking",
    "rangordn",
    "risknivå",
)

CHECKS: dict[str, tuple[Check, str]] = {
    "commit": (commits, "db.session.commit()"),
    "alone": (writes_alone, "with Alone() as alone: alone.execute(statement, {})"),
    "clock": (reads_clock, "from datetime import date\nx = date.today()"),
    "aid": (writes_aid, "row = AidMonth(status='refused')"),
    "user": (ambient_user, "from flask_login import current_user"),
}


@pytest.mark.parametrize("name", CHECKS)
def test_source_keeps_the_rule(name: str) -> None:
    check, _ = CHECKS[name]
    wrong = [
        line
        for path in PYTHON
        for line in check(str(path.relative_to(ROOT)), ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert wrong == []
    assert len(PYTHON) > 60


@pytest.mark.parametrize("name", CHECKS)
def test_planted_violation_is_found(name: str) -> None:
    check, planted = CHECKS[name]
    assert list(check("activation/plans/service.py", ast.parse(planted)))


@pytest.mark.parametrize(
    "planted", ["month.status = 'refused'", "row.paid_on = day", "models.AidMonth(status=x)"]
)
def test_no_other_way_to_write_an_aid_month_is_overlooked(planted: str) -> None:
    assert list(writes_aid("activation/plans/service.py", ast.parse(planted)))
    assert not list(writes_aid("activation/aid/service.py", ast.parse(planted)))


def test_no_text_proposes_what_people_decide() -> None:
    """Facts and dates are told. What follows from them for somebody's aid is for people to say."""
    swedish = (
        (ROOT / "activation/translations/sv/LC_MESSAGES/messages.po").read_text(encoding="utf-8").lower()
    )
    letters = [p.read_text(encoding="utf-8").lower() for p in (ROOT / "templates/messages").glob("*.txt")]
    assert letters
    for word in PROPOSING:
        assert all(word not in text for text in (swedish, *letters)), word


def test_nothing_skips_a_test_without_saying_what_is_missing() -> None:
    for path in (ROOT / "tests").rglob("test_*.py"):
        text = path.read_text(encoding="utf-8")
        assert "mark.xfail" not in text.replace('mark.xfail" not in', ""), path
