"""Charts: where their points lie (pure: values in, coordinates out). The macros of templates/components/charts/ draw
them on pages, `paper` in PDFs. Why no library: those that draw SVG on the server (pygal) write style or script into it,
which the pages' Content-Security-Policy forbids, and tell a screen reader nothing.

A chart says a finding, its unit and its name to screen readers, has a key with patterns (nothing is told by colour
alone), and carries the table behind it:

    from activation.web.charts.base import Series
    from activation.web.charts.line import Level, Mark, line_chart

    chart = line_chart(
        ["v. 45", "v. 46", "v. 47"],
        [Series(_("Median"), [12, None, 8], hrefs=[rows_1, None, rows_3])],
        text=number_text, x_head=_("Week"),
        levels=[Level("target", _("Target"), [14, 10, 10])],
        marks=[Mark(1.4, "2026-11-12: Drop-in")],
    )

    {% from "components/charts/line.html" import line_chart %}
    {{ line_chart(chart, finding=_('The median has fallen to 8 days'), unit=_('days'), id='weeks') }}

Each module begins with such an example. `finding` is a sentence that the figures bear out, `id` unique on the page.
"""
