"""What a unit lead chooses once for a report, and of which month or quarter it is made."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, ValidationError

from activation.committee.reports.content import SPLITS
from activation.committee.reports.spans import Span
from activation.throughput.measures import AREAS
from activation.throughput.measures.base import Measure
from activation.throughput.measures.report import NOT_ACTIVATED
from activation.web.forms import (
    BaseForm,
    BooleanField,
    ChoiceSelect,
    EmailField,
    EnumRadios,
    EnumSelect,
    IntegerField,
    Required,
    TextField,
    VersionField,
)
from activation.web.language import LANGUAGE_NAMES
from models import CommitteeReport
from models.enums import ReportFormat, ReportPeriod
from models.texts import N_

OWN, ALL = "own", "all"
NUMBER, GROUPS = "number", "groups"
SHOW = {"": N_("Not"), NUMBER: N_("The number"), GROUPS: N_("The number and its groups")}
LAST_PLACE = 999
LONGEST_WAIT = 60


@dataclass(frozen=True)
class AreaOfFigures:
    """Figures to choose from. `chosen`: how many of them the form has chosen now."""

    label: str
    figures: Sequence[tuple[Measure, Field, Field]]
    chosen: int
    has_errors: bool


def offered() -> list[tuple[str, list[Measure]]]:
    """The figures that can stand in a report, by area; each once. Those that only a tile tells apart are none."""
    told = {measure.key for measure in NOT_ACTIVATED}
    found = []
    for area in AREAS:
        figures = [measure for measure in area.measures if not measure.internal and measure.key not in told]
        told.update(measure.key for measure in figures)
        if figures:
            found.append((area.label, figures))
    return found


class _ReportForm(BaseForm):
    name = TextField(_l("Name of the report"), [Required()], max_length=80)
    whose = ChoiceSelect(_l("Whose figures"), [Required()], coerce=str)
    period = EnumRadios(ReportPeriod, _l("Period"), [Required()])
    language = ChoiceSelect(_l("Language"), [Required()], coerce=str)
    by_sex = BooleanField(_l("Sex"))
    by_age = BooleanField(_l("Age in the year"))
    by_language = BooleanField(_l("Need of another language"))
    by_unit = BooleanField(_l("Unit (only in a report of all units)"))
    mail_to = EmailField(_l("Mailbox"))
    mail_format = EnumSelect(ReportFormat, _l("As"))
    mail_after_days = IntegerField(_l("Days after the period"), minimum=1, maximum=LONGEST_WAIT)
    version = VersionField()

    def __init__(self, *, unit_name: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.whose.offer([(OWN, unit_name), (ALL, _("All units"))])
        self.language.offer(LANGUAGE_NAMES.items())
        for _area, figures in offered():
            for measure in figures:
                self[f"show_{measure.key}"].offer([(key, _(text)) for key, text in SHOW.items() if key])

    def validate_mail_after_days(self, field: Field) -> None:
        if self.mail_to.data and field.data is None:
            raise ValidationError(_("Say how many days after the period it leaves."))

    def areas(self) -> list[AreaOfFigures]:
        """The figures with their fields."""
        found = []
        for label, measures in offered():
            fields = [(m, self[f"show_{m.key}"], self[f"place_{m.key}"]) for m in measures]
            found.append(
                AreaOfFigures(
                    _(label),
                    fields,
                    sum(bool(show.data) for _measure, show, _place in fields),
                    any(show.errors or place.errors for _measure, show, place in fields),
                )
            )
        return found

    def chosen(self) -> dict[str, Any]:
        """What the verb saves."""
        by = [key for key in SPLITS if self[f"by_{key}"].data]
        figures = []
        for _area, measures in offered():
            for measure in measures:
                show, place = self[f"show_{measure.key}"].data, self[f"place_{measure.key}"].data
                if show:
                    figures.append((place or LAST_PLACE + 1, measure.key, by if show == GROUPS else []))
        figures.sort(key=lambda figure: figure[0])  # those without a place stay in the order of the areas
        return {
            "all_units": self.whose.data == ALL,
            "figures": [{"key": key, "by": split} for _place, key, split in figures],
            "mail_to": self.mail_to.data or "",
            "mail_after_days": self.mail_after_days.data or 10,
            "mail_format": self.mail_format.data or ReportFormat.PDF,
            **self.values("name", "period", "language"),
        }


@lru_cache(maxsize=1)
def _with_figures() -> type[_ReportForm]:
    fields: dict[str, Any] = {}
    for _area, measures in offered():
        for measure in measures:
            fields[f"show_{measure.key}"] = ChoiceSelect(_l("In the report"), coerce=str, blank=_l("Not"))
            fields[f"place_{measure.key}"] = IntegerField(_l("Order"), minimum=1, maximum=LAST_PLACE)
    return type("ReportForm", (_ReportForm,), fields)


def report_form(report: CommitteeReport | None, *, unit_name: str, language: str) -> _ReportForm:
    """The form of a report, or of a new one in this language."""
    begun = _begun(report) if report is not None else {"whose": OWN, "period": ReportPeriod.MONTH}
    usual = {"language": language, "mail_after_days": 10, "mail_format": ReportFormat.PDF}
    return _with_figures()(unit_name=unit_name, data={**usual, **begun})


def _begun(report: CommitteeReport) -> dict[str, Any]:
    found: dict[str, Any] = {
        "whose": ALL if report.all_units else OWN,
        **{
            name: getattr(report, name)
            for name in ("name", "period", "language", "mail_to", "mail_format", "mail_after_days", "version")
        },
    }
    for place, figure in enumerate(report.figures, 1):
        found[f"show_{figure['key']}"] = GROUPS if figure["by"] else NUMBER
        found[f"place_{figure['key']}"] = place
        found.update({f"by_{key}": True for key in figure["by"]})
    return found


class IssueForm(BaseForm):
    """Which month or quarter, for the button that makes the report."""

    span = ChoiceSelect(_l("Period"), [Required()], coerce=str)

    def __init__(self, *, spans: Sequence[Span], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.span.offer([(span.text, span.text) for span in spans])
