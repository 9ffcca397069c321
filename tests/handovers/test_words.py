"""A handover holds facts: no column, field or text for what should come of them; and only a press hands over."""

import ast
import re
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import inspect

from activation.handovers import forms
from activation.records.field_names import FIELDS
from activation.records.sentences import SENTENCES
from activation.web.forms import BaseForm
from models import Handover
from models.enums import HandoverOutcome

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = (ROOT / "activation" / "handovers", ROOT / "templates" / "handovers")
CATALOGUE = ROOT / "activation" / "translations" / "sv" / "LC_MESSAGES" / "messages.po"
# What would propose, word or foretell a decision, in both languages.
PROPOSING = re.compile(
    r"recommend|\bshould\b|propos|suggest|conclu|refus|reject|denie|deny|sanction|assessment of|opinion|credib|motivat"
    r"|rekommend|förslag|föreslå|slutsats|avsl[åa]|\bnek|\bbör\b|sanktion|bedöm|trovärdig|nedsätt|sätta ned"
    r"|score|poäng",
    re.IGNORECASE,
)
# The verbs behind a press, and who may call them. The demonstration plays people.
VERBS = {"hand_over", "receive", "record_outcome"}
SERVICE = "activation.handovers.service"
CALLERS = ("activation/handovers/views.py", "activation/demo/")
OUTCOMES = {outcome.label for outcome in HandoverOutcome}


def texts_in(folder: Path) -> set[str]:
    """What the folder's code and templates can say to people."""
    found: set[str] = set()
    for path in folder.rglob("*"):
        source = path.read_text(encoding="utf-8") if path.suffix in (".py", ".html") else ""
        found |= {a or b for a, b in re.findall(r"""_[lN]?\(\s*(?:"([^"]+)"|'([^']+)')""", source)}
        found |= {a or b for a, b in re.findall(r"""N_\(\s*(?:"([^"]+)"|'([^']+)')""", source)}
    return found


def translations() -> dict[str, str]:
    entries = re.findall(r'^msgid "(.+)"\nmsgstr "(.+)"$', CATALOGUE.read_text(encoding="utf-8"), re.M)
    return dict(entries)


def test_no_column_is_for_what_should_come_of_it() -> None:
    columns = [column.key for column in inspect(Handover).columns]
    assert not [c for c in columns if PROPOSING.search(c)]
    assert set(columns) == {
        "id", "number", "case_id", "month", "state", "begun_at", "begun_by", "heard_on", "heard_how", "not_heard_why",
        "account", "objection", "to_staff_id", "handed_over_at", "handed_over_by_id", "handed_over_by", "content",
        "received_at", "outcome", "outcome_on", "withdrawn_at", "withdrawn_by", "withdrawn_reason", "version",
    }  # fmt: skip


def test_no_field_is_for_what_should_come_of_it(app: Flask) -> None:
    with app.test_request_context():
        made = {
            name: form() for name, form in vars(forms).items()
            if isinstance(form, type) and issubclass(form, BaseForm) and form.__module__ == forms.__name__
        }  # fmt: skip
        fields = {
            f"{name}.{field.name}": str(field.label.text) for name, form in made.items() for field in form
        }
    assert not [text for pair in fields.items() for text in pair if PROPOSING.search(text)]
    free_text = {
        name for name in fields if name.endswith((".account", ".objection", ".not_heard_why", ".reason"))
    }
    assert len(made) == 5
    assert len(free_text) == 4


def test_no_text_proposes_or_foretells_a_decision() -> None:
    swedish = translations()
    said = set().union(*(texts_in(folder) for folder in FOLDERS))
    said |= {SENTENCES[verb] for verb in SENTENCES if verb.startswith("handover_")}
    said |= {FIELDS[name] for name in ("heard_on", "heard_how", "not_heard_why", "account", "objection")}
    assert len(said) > 100
    said -= OUTCOMES
    both = said | {swedish.get(text, "") for text in said}
    assert not sorted(text for text in both if PROPOSING.search(text))
    sources = [p for folder in FOLDERS for p in folder.rglob("*") if p.suffix in (".py", ".html")]
    assert not [
        p.name for p in sources if re.search("rekommend|recommend|förslag", p.read_text(encoding="utf-8"))
    ]


@pytest.mark.parametrize("planted", ["We recommend refusal", "Vi föreslår avslag", "Bidraget bör minskas"])
def test_a_planted_text_is_found(planted: str) -> None:
    assert PROPOSING.search(planted)


def hands_over(path: str, tree: ast.Module) -> list[str]:
    """Where somebody who may not takes the verbs of the service, makes a handover's row or moves it on."""
    if path.startswith((*CALLERS, "activation/handovers/service.py")):
        return []
    wrong = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            names = {alias.name for alias in node.names}
            if node.module == SERVICE or (node.module == "activation.handovers" and "service" in names):
                wrong.append(f"{path}:{node.lineno} takes the service")
        if isinstance(node, ast.Import) and any(alias.name == SERVICE for alias in node.names):
            wrong.append(f"{path}:{node.lineno} takes the service")
        if (
            isinstance(node, ast.Call)
            and getattr(node.func, "id", getattr(node.func, "attr", "")) == "Handover"
        ):
            wrong.append(f"{path}:{node.lineno} makes a handover")
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and node.attr in (
            "handed_over_at", "received_at", "to_staff_id", "outcome_on",
        ):  # fmt: skip
            wrong.append(f"{path}:{node.lineno} sets .{node.attr}")
        if (
            isinstance(node, ast.Call)
            and getattr(node.func, "id", getattr(node.func, "attr", ""))
            in ("insert", "update", "delete", "bulk_update")
            and any(isinstance(a, ast.Name) and a.id == "Handover" for a in node.args)
        ):
            wrong.append(f"{path}:{node.lineno} writes handovers")
    return wrong


def test_only_a_press_hands_over_receives_or_records_an_outcome() -> None:
    sources = [
        p for folder in ("activation", "models", "scheduler") for p in (ROOT / folder).rglob("*.py")
        if "migrations" not in p.parts
    ]  # fmt: skip
    assert len(sources) > 100
    wrong = [
        line
        for p in sources
        for line in hands_over(str(p.relative_to(ROOT)), ast.parse(p.read_text(encoding="utf-8")))
    ]
    assert wrong == []


@pytest.mark.parametrize(
    "planted",
    [
        "from activation.handovers import service",
        "from activation.handovers.service import hand_over",
        "import activation.handovers.service",
        "row.handed_over_at = now",
        "Handover(state='handed_over')",
        "db.session.execute(update(Handover).values(state='received'))",
    ],
)
def test_a_planted_press_by_a_job_is_found(planted: str) -> None:
    assert hands_over("scheduler/jobs.py", ast.parse(planted))
    assert not hands_over("activation/handovers/views.py", ast.parse(planted))


def test_the_views_call_each_verb_once_and_only_on_a_press() -> None:
    tree = ast.parse((FOLDERS[0] / "views.py").read_text(encoding="utf-8"))
    called = [
        node.func.attr for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name) and node.func.value.id == "service"
    ]  # fmt: skip
    assert sorted(name for name in called if name in VERBS) == sorted(VERBS)
