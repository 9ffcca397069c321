"""How the numbers of a report are written: on the page, on paper and in the file. They come from its content."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from activation.small_groups import HIDDEN
from activation.throughput.measures.base import Kind
from activation.web.filters import NONE, number_text, percent_text

Content = Mapping[str, Any]


def number(value: Any) -> str:
    """A number as people read it; what is not shown stays "..", what is not there "–"."""
    return value if isinstance(value, str) else number_text(value)


def value(figure: Content, numbers: Content) -> str:
    """The value of a figure: 17, 87,5 % or 12 days."""
    return value_of(figure, numbers["value"])


def value_of(figure: Content, found: Any) -> str:
    if found is None or isinstance(found, str):
        return found or NONE
    if figure["kind"] == Kind.SHARE.value:
        return percent_text(found, 1)
    if figure["kind"] == Kind.MEDIAN_DAYS.value:
        if found == int(found):
            return str(ngettext("%(num)s day", "%(num)s days", int(found)))
        return str(_("%(number)s days", number=number_text(found)))
    return number_text(found)


def counted(figure: Content, numbers: Content) -> str:
    """What the value was reckoned from: "14 of 16", "16 cases"; "" of a mere number, or of what is hidden."""
    if numbers["denominator"] == HIDDEN and numbers["numerator"] in (HIDDEN, None):
        return ""
    if numbers["numerator"] is not None:
        return str(
            _(
                "%(part)s of %(whole)s",
                part=number(numbers["numerator"]),
                whole=number(numbers["denominator"]),
            )
        )
    if numbers["denominator"] is not None:
        return f"{number(numbers['denominator'])} {figure['rows_are']}"
    return ""


def in_full(figure: Content, numbers: Content) -> str:
    """Both: "87,5 % (14 of 16)"."""
    found, of = value(figure, numbers), counted(figure, numbers) if numbers["value"] is not None else ""
    return f"{found} ({of})" if of else found


def left_out(figure: Content) -> str:
    """Who could not be judged, with their number; "" where nobody was left out."""
    if not figure["left_out"]:
        return ""
    return f"{number(figure['left_out'])} – {figure['left_out_meaning']}"


def whose(content: Content) -> str:
    return str(content["unit"] or _("All units"))


def line(content: Content) -> str:
    """Municipality, unit and period on one line."""
    parts = [
        content["municipality"],
        whose(content),
        f"{content['span']} ({content['from']} – {content['to']})",
    ]
    return " · ".join(part for part in parts if part)


def made(content: Content) -> str:
    return str(_("Made on %(day)s by %(who)s", day=content["made_on"], who=content["made_by"]))


def explanations() -> list[str]:
    """What whoever reads the numbers must know."""
    return [
        _("“%(sign)s”: not shown. Groups of one to four, and what they could be reckoned out from with this report or"
          " earlier ones.", sign=HIDDEN),
        _("“–”: nobody can be judged."),
        _("Counted from what was written down when the report was made. What is written down later changes later ones,"
          " never this one."),
    ]  # fmt: skip


def file_name(issue_id: int, content: Content) -> str:
    """Of its paper and file, without what differs: "report-12-2026-10"."""
    return f"{_('report')}-{issue_id}-{content['span']}"
