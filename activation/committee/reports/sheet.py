"""A report as an Excel file: figures, groups, how they went, and what must be known of them. From its content alone."""

from io import BytesIO

from flask_babel import gettext as _

from activation.committee.reports import words
from activation.committee.reports.words import Content
from activation.exchange.exports import Cell, write_sheets
from activation.throughput.exports import VALUE_UNITS
from activation.throughput.measures.base import Kind
from activation.web.language import in_language

WHEN = (("now", "span"), ("before", "before"), ("year_before", "year_before"))


def report_sheets(content: Content) -> bytes:
    """The file, in the report's own language."""
    target = BytesIO()
    with in_language(content["language"]):
        write_sheets(
            target,
            [
                (_("Figures"), _figures_header(content), [_figure(figure) for figure in content["figures"]]),
                (_("Groups"), _groups_header(), _groups(content)),
                (_("Over time"), _series_header(content), _series(content)),
                (_("About"), [_("Report"), content["name"]], _about(content)),
            ],
        )
    return target.getvalue()


def _figures_header(content: Content) -> list[Cell]:
    of_spans = [
        text
        for _when, span in WHEN
        for text in (
            content[span],
            _("%(period)s: numerator", period=content[span]),
            _("%(period)s: denominator", period=content[span]),
        )
    ]
    return [
        _("Area"), _("Figure"), _("Key"), _("Unit of the value"), *of_spans, _("Left out"), _("Who is left out"),
        _("What is counted"),
    ]  # fmt: skip


def _figure(figure: Content) -> list[Cell]:
    numbers = [figure[when][part] for when, _span in WHEN for part in ("value", "numerator", "denominator")]
    return [
        figure["area"],
        figure["label"],
        figure["key"],
        _(VALUE_UNITS[Kind(figure["kind"])]),
        *numbers,
        figure["left_out"],
        figure["left_out_meaning"],
        f"{figure['meaning']} {figure['read_as']}",
    ]


def _groups_header() -> list[Cell]:
    return [_("Figure"), _("Key"), _("Split by"), _("Group"), _("Value"), _("Numerator"), _("Denominator")]


def _groups(content: Content) -> list[list[Cell]]:
    return [
        [
            figure["label"], figure["key"], split["label"], text,
            *(numbers[part] for part in ("value", "numerator", "denominator")),
        ]
        for figure in content["figures"]
        for split in figure["splits"]
        for text, numbers in split["lines"]
    ]  # fmt: skip


def _series_header(content: Content) -> list[Cell]:
    spans = [span for span, _value in content["figures"][0]["series"]] if content["figures"] else []
    return [_("Figure"), _("Key"), *spans]


def _series(content: Content) -> list[list[Cell]]:
    return [
        [figure["label"], figure["key"], *(value for _span, value in figure["series"])]
        for figure in content["figures"]
    ]


def _about(content: Content) -> list[list[Cell]]:
    return [
        [_("Municipality"), content["municipality"]],
        [_("Unit"), words.whose(content)],
        [_("Period"), f"{content['span']} ({content['from']} – {content['to']})"],
        [_("Made on"), content["made_on"]],
        [_("Made by"), content["made_by"]],
        *([_("To know"), text] for text in words.explanations()),
        *([_("What happened"), f"{day}: {what}"] for day, what in content["happened"]),
    ]
