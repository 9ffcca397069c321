"""Files for the import tests, and one call that takes one in."""

from datetime import datetime
from pathlib import Path
from typing import Any

from activation.exchange.imports import Result, import_file
from activation.exchange.kinds import KINDS
from activation.records.actor import Actor
from activation.unit_of_work import rollback
from tests.builders import NOW

IMPORT = Actor.system("import")


def write(folder: Path, text: str, name: str = "file.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


class Importer:
    """Takes in texts as files. The texts' lines may be indented."""

    def __init__(self, folder: Path, now: datetime = NOW) -> None:
        self.folder = folder
        self.now = now

    def __call__(self, kind: str, text: str, **options: Any) -> Result:
        lines = "\n".join(line.strip() for line in text.strip().splitlines())
        return self.file(kind, write(self.folder, lines), **options)

    def file(self, kind: str, path: Path, **options: Any) -> Result:
        rollback()
        return import_file(KINDS[kind], path, actor=IMPORT, now=self.now, **options)

    def clients(self, *numbers: str, first_contact_on: str = "2026-10-01") -> None:
        """Plain cases in Enhet Syd."""
        self("staff", "unit;name;email;role\nEnhet Syd;Sekr;sekr@kommun.example;secretary")
        rows = "\n".join(f"{n};Anna;Alm;{first_contact_on};Enhet Syd" for n in numbers)
        assert not self("clients", f"case_number;first_name;last_name;first_contact_on;unit\n{rows}").rejected


def faults(result: Result) -> list[tuple[int, str]]:
    return [(r.line, r.column) for r in result.rejected]


def counts(result: Result) -> tuple[int, int, int, int]:
    """Created, updated, unchanged, rejected."""
    return result.created, result.updated, result.unchanged, len(result.rejected)
