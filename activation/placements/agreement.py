"""The agreement of a placement on paper, for the participant and the employer to sign.

It goes to the employer, so it holds who, where, when, the tasks and whom to call: never a personal number, nothing of
aid, plan, notes or why. The name is the full one: the participant signs it too. In the language of `in_language`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from importlib import import_module
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from activation.context import settings
from activation.database import db
from activation.employers.service import main_supervisor
from activation.messages.paper import ENCODING, FONT, is_printable, printable
from activation.placements.rules import DAYS_OF_WEEK
from activation.web.filters import NONE, WEEKDAY_NAMES, date_text, number_text, phone_text
from models import Case, Placement, PlacementSchedule, Supervisor, Workplace

# Millimetres.
MARGIN = 20.0
LINE = 5.5
LABEL_WIDTH = 52.0
DAY_WIDTHS = (34.0, 46.0, 30.0, 40.0)
SIGNATURE_HEIGHT = 16.0
PEN = "_" * 28
# Weeks that hold from different days: more than these nobody has agreed beforehand.
WEEKS_SHOWN = 4

Line = tuple[str, str]
Row = tuple[str, str, str, str]


@dataclass(frozen=True)
class WeekTable:
    """One week, Monday first; the days on which nobody is there are left out."""

    title: str
    rows: list[Row]


@dataclass(frozen=True)
class Agreement:
    """What stands on the paper: headings with lines of label and text, weeks, sentences, who signs."""

    title: str
    about: list[Line]
    weeks: list[WeekTable]
    sentences: list[str]
    call: list[Line]
    signatures: list[str]


def agreement_of(placement: Placement, case: Case, workplace: Workplace, *, today: date) -> Agreement:
    """The agreement of a placement (its crew loaded; the workplace with employer and supervisors). One query."""
    employer = f"{workplace.employer.name}, {workplace.employer.org_number}"
    supervisor = _supervisor(placement, workplace)
    ends = date_text(placement.ends_on) if placement.ends_on else _("until further notice")
    about = [
        (_("Participant"), on_paper(case.name)),
        (_("Employer"), employer),
        (_("Workplace"), ", ".join(filter(None, (workplace.name, _address(workplace))))),
        (_("Supervisor"), _reach(supervisor)),
        (_("Municipality"), settings().municipality or NONE),
        (_("Kind"), _(placement.kind.label)),
        (_("Work tasks"), placement.tasks or PEN),
        (_("Time"), f"{date_text(placement.starts_on)} – {ends}"),
    ]
    is_employment = placement.kind.is_employment
    if not is_employment:
        about.append((_("Safety introduction"), _safety_intro(placement)))
    return Agreement(
        title=_("Agreement about a placement"),
        about=about,
        weeks=[] if is_employment else _weeks(placement, today),
        sentences=_sentences(is_employment),
        call=_call(case, supervisor),
        signatures=[_("The participant"), _("The employer"), _("The municipality")],
    )


def on_paper(name: str) -> str:
    """A name in the letters that the font has. Where some are missing there is a line to write it on."""
    return name if is_printable(name) else f"{printable(name).strip()} {PEN}".strip()


def _supervisor(placement: Placement, workplace: Workplace) -> Supervisor | None:
    """As in employers/supervision.py: the placement's own, else that of its crew, else the main one."""
    wanted = placement.supervisor_id or (placement.crew.supervisor_id if placement.crew else None)
    named = next((s for s in workplace.supervisors if s.id == wanted), None)
    return named or main_supervisor(workplace)


def _reach(supervisor: Supervisor | None) -> str:
    if supervisor is None:
        return PEN
    phone = phone_text(supervisor.phone) if supervisor.phone else ""
    return ", ".join(filter(None, (supervisor.name, phone, supervisor.email or ""))) or PEN


def _address(workplace: Workplace) -> str:
    town = f"{workplace.postcode[:3]} {workplace.postcode[3:]} {workplace.town}".strip()
    return ", ".join(filter(None, (workplace.street, town)))


def _safety_intro(placement: Placement) -> str:
    if placement.safety_intro_on is None:
        return str(_("Day and by whom: %(line)s", line=PEN))
    day, who = date_text(placement.safety_intro_on), placement.safety_intro_by or PEN
    return str(_("%(day)s, by %(who)s", day=day, who=who))


def _sentences(is_employment: bool) -> list[str]:
    if is_employment:
        return [
            _(
                "This is an employment: the contract between employer and employee holds, and this paper does not"
                " replace it."
            )
        ]
    return [
        _(
            "The participant is not employed by the employer. The rules of the work environment apply at the workplace,"
            " and work-injury insurance applies during the activity (Social Services Act, chapter 12 section 6)."
        ),
        _(
            "The employer confirms on which days the participant was there. Reasons of absence are not asked for."
        ),
        _("What the employer learns of the participant's personal circumstances is not passed on."),
    ]


def _call(case: Case, supervisor: Supervisor | None) -> list[Line]:
    secretary = f"{case.secretary.name}, {case.secretary.email}" if case.secretary else ""
    municipality = "\n".join(filter(None, (secretary, settings().contact))) or PEN
    return [(_("At the workplace"), _reach(supervisor)), (_("At the municipality"), municipality)]


def _weeks(placement: Placement, today: date) -> list[WeekTable]:
    """The weeks that hold from the first day or today on, as the schedule has them."""
    rows = db.session.execute(
        select(PlacementSchedule.valid_from, PlacementSchedule.weeks)
        .where(PlacementSchedule.placement_id == placement.id, PlacementSchedule.withdrawn_at.is_(None))
        .order_by(PlacementSchedule.valid_from, PlacementSchedule.id)
    )
    of_day: dict[date, Sequence[Any]] = {placement.starts_on: [_week_of_file(placement)]}
    of_day.update({max(row.valid_from, placement.starts_on): row.weeks for row in rows})
    since = max(d for d in of_day if d <= max(today, placement.starts_on))
    days = [d for d in sorted(of_day) if d >= since][:WEEKS_SHOWN]
    return [
        _table(valid_from, week, number, len(of_day[valid_from]))
        for valid_from in days
        for number, week in enumerate(of_day[valid_from])
    ]


def _week_of_file(placement: Placement) -> list[dict[str, Any] | None]:
    day = {"hours": placement.hours_per_day}
    return [day if placement.weekdays >> n & 1 else None for n in range(DAYS_OF_WEEK)]


def _table(valid_from: date, week: Sequence[Any], number: int, of: int) -> WeekTable:
    title = _("From %(day)s", day=date_text(valid_from))
    if of > 1:
        title += ", " + (
            _("first week, then every other") if number == 0 else _("second week, then every other")
        )
    return WeekTable(
        title, [_row(_(name), day) for name, day in zip(WEEKDAY_NAMES, week, strict=True) if day]
    )


def _row(name: str, day: dict[str, Any]) -> Row:
    times = f"{day['from']}–{day['to']}" if day.get("from") and day.get("to") else NONE
    hours = number_text(_decimal(day.get("hours")))
    pause = _("%(num)s minutes", num=day["break"]) if day.get("break") else NONE
    return name, times, hours, pause


def _decimal(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def as_pdf(agreement: Agreement, *, language: str) -> bytes:
    """One or two sheets of A4."""
    # Loaded here: it costs 30 MB, and most processes never print.
    pdf: Any = import_module("fpdf").FPDF(format="A4")
    pdf.core_fonts_encoding = ENCODING
    pdf.set_title(printable(agreement.title))
    pdf.set_lang(language)
    pdf.set_margins(MARGIN, MARGIN)
    pdf.set_auto_page_break(True, MARGIN)
    pdf.c_margin = 0
    pdf.add_page()
    pdf.set_font(FONT, style="B", size=16)
    pdf.multi_cell(0, LINE + 3, printable(agreement.title), align="L", new_x="LMARGIN", new_y="NEXT")
    pdf.ln(LINE / 2)
    _lines(pdf, agreement.about)
    for week in agreement.weeks:
        _week(pdf, week)
    pdf.ln(LINE / 2)
    for sentence in agreement.sentences:
        _text(pdf, sentence)
    _heading(pdf, _("Whom to call"))
    _lines(pdf, agreement.call)
    _heading(pdf, _("Signatures"))
    for who in agreement.signatures:
        _signature(pdf, who)
    return bytes(pdf.output())


def _heading(pdf: Any, text: str) -> None:
    pdf.ln(LINE / 2)
    pdf.set_font(FONT, style="B", size=11)
    pdf.multi_cell(0, LINE + 1, printable(text), align="L", new_x="LMARGIN", new_y="NEXT")


def _text(pdf: Any, text: str) -> None:
    pdf.set_font(FONT, size=10)
    pdf.multi_cell(0, LINE, printable(text), align="L", new_x="LMARGIN", new_y="NEXT")
    pdf.ln(LINE / 4)


def _lines(pdf: Any, lines: Sequence[Line]) -> None:
    for label, text in lines:
        if pdf.will_page_break(LINE):
            pdf.add_page()
        pdf.set_font(FONT, style="B", size=10)
        pdf.cell(LABEL_WIDTH, LINE, printable(label))
        pdf.set_font(FONT, size=10)
        pdf.multi_cell(0, LINE, printable(text), align="L", new_x="LMARGIN", new_y="NEXT")


def _week(pdf: Any, week: WeekTable) -> None:
    height = LINE * (len(week.rows) + 2)
    if pdf.will_page_break(height):
        pdf.add_page()
    _heading(pdf, week.title)
    heads = (_("Day"), _("Times"), _("Hours"), _("Break"))
    for row, style in ((heads, "B"), *((row, "") for row in week.rows)):
        pdf.set_font(FONT, style=style, size=10)
        for width, text in zip(DAY_WIDTHS, row, strict=True):
            pdf.cell(width, LINE, printable(text), border="B")
        pdf.ln(LINE)


def _signature(pdf: Any, who: str) -> None:
    if pdf.will_page_break(SIGNATURE_HEIGHT):
        pdf.add_page()
    y = pdf.get_y() + SIGNATURE_HEIGHT - LINE
    for x, width in ((MARGIN, 40.0), (MARGIN + 45, 62.0), (MARGIN + 112, 58.0)):
        pdf.line(x, y, x + width, y)
    pdf.set_font(FONT, size=8)
    pdf.text(MARGIN, y + 4, printable(_("Day")))
    pdf.text(MARGIN + 45, y + 4, printable(_("Signature: %(who)s", who=who)))
    pdf.text(MARGIN + 112, y + 4, printable(_("Name in capitals")))
    pdf.set_y(y + LINE)
