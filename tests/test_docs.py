"""The documentation is tested: settings by name and default, links that lead somewhere, places that exist."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from activation.config import Settings, environment_name

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def test_every_setting_is_documented_with_its_default() -> None:
    text = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \| (.*?) \|", text, re.M))
    settings = Settings()
    assert set(rows) == {environment_name(f.name) for f in fields(Settings)}
    for field in fields(Settings):
        value = getattr(settings, field.name)
        shown = ",".join(value) if isinstance(value, tuple) else str(value)
        assert rows[environment_name(field.name)] == (f"`{shown}`" if shown else "–")


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_links_and_places_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#:]+)\)|src=\"([^\"]+)\"", text):
        path = page.parent / (target[0] or target[1])
        assert path.exists(), f"{page.name} links to {path}"
    for place in re.findall(r"`((?:activation|models|scheduler|templates|tests|docs)/[\w./]+)`", text):
        assert (ROOT / place).exists(), f"{page.name} names {place}"
