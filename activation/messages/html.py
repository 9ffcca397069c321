"""The HTML side of a plain text letter: paragraphs, lists and links, nothing else."""

import re
from collections.abc import Iterable
from html import escape
from itertools import groupby

ADDRESS = re.compile(r"https?://[^\s<>\"]+")
PAGE = """<!doctype html>
<html lang="{language}"><head><meta charset="utf-8"></head>
<body>
{body}
</body></html>
"""


def html_of(text: str, language: str) -> str:
    """Blank lines part paragraphs, lines that begin with "- " are a list, addresses become links."""
    body = "\n".join(_block(block) for block in re.split(r"\n\s*\n", text.strip()) if block.strip())
    return PAGE.format(language=escape(language, quote=True), body=body)


def _block(block: str) -> str:
    lines = [line.strip() for line in block.strip().splitlines()]
    parts = groupby(lines, key=lambda line: line.startswith("- "))
    return "\n".join(_list(part) if is_list else _paragraph(part) for is_list, part in parts)


def _list(lines: Iterable[str]) -> str:
    return "<ul>" + "".join(f"<li>{_inline(line[2:])}</li>" for line in lines) + "</ul>"


def _paragraph(lines: Iterable[str]) -> str:
    return "<p>" + "<br>\n".join(_inline(line) for line in lines) + "</p>"


def _inline(line: str) -> str:
    parts, at = [], 0
    for match in ADDRESS.finditer(line):
        address = escape(match[0], quote=True)
        parts += [escape(line[at : match.start()]), f'<a href="{address}">{address}</a>']
        at = match.end()
    return "".join([*parts, escape(line[at:])])
