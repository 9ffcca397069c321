"""The agreement of a placement on paper, for the participant and the employer to sign.

It goes to the employer, so it holds who, where, when, the tasks and whom to call: never a personal number, nothing of
aid, plan, notes or why. The name is the full one: the participant signs it too. In the language of `in_language`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from activation.context import settings
from activation.database import db
from activation.employers.service import main_supervisor
from activation.placements.rules import DAYS_OF_WEEK
from activation.web.filters import NONE, WEEKDAY_NAMES, date_text, number_text, phone_text
from activation.web.pdf import LINE, PEN, Line, Paper, on_paper
from models import Case, Placement, PlacementSchedule, Supervisor, Workplace

# Millimetres.
DAY_WIDTHS = (34.0, 46.0, 30.0, 40.0)
# Weeks that hold from different days: more than these nobody has agreed beforehand.
WEEKS_SHOWN = 4

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
    paper = Paper(agreement.title, language=language)
    paper.lines(agreement.about)
    for week in agreement.weeks:
        paper.heading(week.title, below=LINE * len(week.rows))
        paper.table(DAY_WIDTHS, (_("Day"), _("Times"), _("Hours"), _("Break")), week.rows)
    paper.pdf.ln(LINE / 2)
    for sentence in agreement.sentences:
        paper.text(sentence)
    paper.heading(_("Whom to call"))
    paper.lines(agreement.call)
    paper.heading(_("Signatures"))
    for who in agreement.signatures:
        paper.signature(who)
    return paper.content()
