"""What every chart on a page has: a name, the finding and its unit, a key, the table behind, and no inline code."""

import re
from collections import Counter

from flask import Flask, render_template_string

from activation.web.charts.base import Series
from activation.web.charts.line import line_chart
from tests.web.charts.test_paper import days, groups, hours, survival, weeks

KINDS = {
    "line_chart": ("line", weeks),
    "bar_chart": ("bars", hours),
    "histogram": ("histogram", days),
    "step_chart": ("steps", survival),
    "interval_chart": ("intervals", groups),
}
ALL = "".join(
    f"{{% from 'components/charts/{file}.html' import {name} %}}" for name, (file, _) in KINDS.items()
)
DRAWN = "".join(f"{{{{ {name}(charts.{name}, 'A finding', 'days', id='{name}') }}}}" for name in KINDS)


def test_every_chart_is_named_has_its_table_and_no_inline_code(app: Flask) -> None:
    with app.test_request_context("/"):
        page = render_template_string(
            ALL + DRAWN, charts={name: chart() for name, (_, chart) in KINDS.items()}
        )
    figures = re.findall(r"<figure.*?</figure>", page, re.S)
    assert len(figures) == len(KINDS)
    ids = Counter(re.findall(r'\bid="([^"]+)"', page))
    assert [key for key, number in ids.items() if number > 1] == []
    for figure, name in zip(figures, KINDS, strict=True):
        assert re.search(r"<figcaption>A finding <span[^>]*>days</span>", figure)
        named = re.search(r'<svg viewBox="[\d. -]+" role="img" aria-labelledby="([^"]+)"', figure)
        assert named, name
        assert set(named[1].split()) <= set(ids)
        assert figure.count("<details") == figure.count("<table") == 1
        assert '<th scope="row"' in figure
        assert not re.search(r'style=|<script|\bon\w+="|<image', figure)
        wanted = set(re.findall(r"url\(#([^)]+)\)", figure))
        assert wanted <= set(ids), "patterns that are drawn with are there"


def test_a_chart_that_leads_to_rows_is_a_group_and_its_table_has_the_same_links(app: Flask) -> None:
    chart = line_chart(["1", "2"], [Series("Median", [5, None], hrefs=["/rows/1", None])])
    with app.test_request_context("/"):
        page = render_template_string(
            ALL
            + "{{ line_chart(chart, 'A finding', 'days') }}|{{ line_chart(chart, 'A finding', 'days', table=false) }}",
            chart=chart,
        )
    with_table, without = page.split("|")
    assert 'role="group"' in with_table
    assert with_table.count('href="/rows/1"') == 2
    assert re.search(r'<a href="/rows/1" tabindex="-1">', with_table), "the keyboard takes those of the table"
    assert "<table" not in without
