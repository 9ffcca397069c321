"""A report on paper, for the committee: made from its content alone, so that it is the same paper on any day."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _

from activation.committee.reports import words
from activation.committee.reports.trend import TREND_HEIGHT, TREND_WIDTH, draw_trend
from activation.committee.reports.words import Content
from activation.small_groups import HIDDEN
from activation.throughput.measures.base import Kind
from activation.web.language import in_language
from activation.web.pdf import FONT, MARGIN, Paper, printable

# Millimetres.
SHORT = (80.0, 30.0, 30.0, 30.0)
ABOUT = 100.0
GROUPS = (82.0, 40.0, 48.0)
SMALL = 8.5
GREY = (70, 70, 70)


def report_paper(content: Content) -> bytes:
    """The PDF, in the report's own language."""
    with in_language(content["language"]):
        return _drawn(content)


def _drawn(content: Content) -> bytes:
    foot = f"{content['name']}, {words.whose(content)}, {content['span']}"
    paper = Paper(content["name"], language=content["language"], foot=foot)
    paper.text(words.line(content))
    _small(paper, words.made(content))
    _in_short(paper, content)
    for text in (*words.explanations(), _("In the small charts a short dash is a number that is not shown.")):
        _small(paper, text)
    area = ""
    for figure in content["figures"]:
        if figure["area"] != area:
            area = figure["area"]
            _area(paper, area)
        _figure(paper, content, figure)
    if content["happened"]:
        paper.heading(_("What happened"))
        paper.items([f"{day}: {what}" for day, what in content["happened"]])
    return paper.content()


def _in_short(paper: Paper, content: Content) -> None:
    paper.heading(_("The figures in short"))
    heads = (_("Figure"), content["span"], content["before"], content["year_before"])
    rows = [
        (
            figure["label"],
            *(words.value(figure, figure[when]) for when in ("now", "before", "year_before")),
        )
        for figure in content["figures"]
    ]
    paper.table(SHORT, heads, rows)
    paper.pdf.ln(paper.line / 2)


def _area(paper: Paper, label: str) -> None:
    """The heading of an area: larger than those of its figures, with a rule below."""
    pdf = paper.pdf
    paper.keep(60)
    pdf.ln(paper.line)
    pdf.set_font(FONT, style="B", size=paper.size + 3)
    pdf.multi_cell(0, paper.line + 2, printable(label), align="L", new_x="LMARGIN", new_y="NEXT")
    pdf.set_draw_color(0, 0, 0)
    pdf.set_line_width(0.4)
    pdf.line(MARGIN, pdf.get_y(), MARGIN + pdf.epw, pdf.get_y())
    pdf.set_line_width(0.2)


def _figure(paper: Paper, content: Content, figure: Content) -> None:
    """Its value now, before and a year before, beside them how it went; its definition; its groups."""
    pdf = paper.pdf
    paper.heading(figure["label"], below=TREND_HEIGHT + paper.line * 3)
    top = pdf.get_y()
    _values(paper, content, figure)
    bottom = max(pdf.get_y(), top + TREND_HEIGHT if _is_drawn(figure) else top)
    if _is_drawn(figure):
        draw_trend(pdf, figure, MARGIN + pdf.epw - TREND_WIDTH, top)
    pdf.set_y(bottom + 1)
    _small(paper, _("Counted: %(meaning)s", meaning=figure["meaning"]))
    if figure["kind"] != Kind.COUNT.value:
        _small(paper, figure["read_as"])
    if left := words.left_out(figure):
        _small(paper, _("Left out: %(number)s", number=left))
    for split in figure["splits"]:
        _split(paper, figure, split)


def _values(paper: Paper, content: Content, figure: Content) -> None:
    for when, span in (("now", "span"), ("before", "before"), ("year_before", "year_before")):
        pdf = paper.pdf
        pdf.set_font(FONT, size=paper.size)
        pdf.cell(22, paper.line, content[span])
        pdf.set_font(FONT, style="B" if when == "now" else "", size=paper.size)
        pdf.cell(ABOUT - 22, paper.line, printable(words.in_full(figure, figure[when])))
        pdf.ln(paper.line)


def _is_drawn(figure: Content) -> bool:
    """Whether there is anything to see in how it went: three numbers at least, and not the same all the time."""
    found = [value for _span, value in figure["series"] if isinstance(value, int | float)]
    return len(found) > 2 and any(found)


def _split(paper: Paper, figure: Content, split: Any) -> None:
    """Groups without anybody are left out; where no number of a group is shown, one line says so."""
    lines = [(text, numbers) for text, numbers in split["lines"] if _is_there(numbers)]
    if not lines:
        return
    if all(numbers["value"] == HIDDEN for _text, numbers in lines):
        _small(paper, _("%(split)s: not shown, groups are too small.", split=split["label"]))
        return
    paper.pdf.ln(paper.line / 3)
    rows = [(text, words.value(figure, numbers), words.counted(figure, numbers)) for text, numbers in lines]
    counted = _("Counted") if any(row[-1] for row in rows) else ""
    _table(paper, (split["label"], _("Value"), counted), rows)


def _is_there(numbers: Content) -> bool:
    counted = numbers["denominator"] if numbers["denominator"] is not None else numbers["value"]
    return bool(counted)


def _table(paper: Paper, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    size, line = paper.size, paper.line
    paper.size, paper.line = size - 1, line - 0.5
    paper.table(GROUPS, heads, rows)
    paper.size, paper.line = size, line


def _small(paper: Paper, text: str) -> None:
    pdf = paper.pdf
    pdf.set_font(FONT, size=SMALL)
    pdf.set_text_color(*GREY)
    pdf.multi_cell(0, 4.2, printable(text), align="L", new_x="LMARGIN", new_y="NEXT")
    pdf.set_text_color(0, 0, 0)
