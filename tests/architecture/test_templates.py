"""Templates stay dumb and safe: no inline code or style, nothing marked safe, every name known."""

import re
from pathlib import Path

import pytest

TEMPLATES = sorted((Path(__file__).resolve().parents[2] / "templates").rglob("*.html"))

FORBIDDEN = {
    "inline style": (re.compile(r"<style\b|\sstyle\s*=", re.I), '<p style="color:red">'),
    # The two that there are stand in files of their own (web/headers.py lets no other page run them).
    "script": (
        re.compile(
            r"<script\b(?! src=\"\{\{ url_for\('static', filename='(?:employer|assessment)\.js'\) \}\}\""
            r" defer></script>)"
            r"|\son[a-z]+\s*=\s*[\"']",
            re.I,
        ),
        '<button onclick="x()">',
    ),
    "unescaped output": (re.compile(r"\|\s*safe\b|autoescape\s+false"), "{{ text|safe }}"),
    "the signed-in user's rights": (
        re.compile(r"current_user|\.role\s*(==|in)\s"),
        "{% if actor.role == 'x' %}",
    ),
    "outside address": (
        re.compile(r"(src|href)\s*=\s*[\"']https?://", re.I),
        '<img src="https://x.example/a.png">',
    ),
}


@pytest.mark.parametrize("name", FORBIDDEN)
def test_no_template_has(name: str) -> None:
    pattern, _ = FORBIDDEN[name]
    wrong = [
        f"{path.name}:{number}: {line.strip()}"
        for path in TEMPLATES
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if pattern.search(line)
    ]
    assert wrong == []
    assert len(TEMPLATES) > 20


@pytest.mark.parametrize("name", FORBIDDEN)
def test_planted_violation_is_found(name: str) -> None:
    pattern, planted = FORBIDDEN[name]
    assert pattern.search(planted)
