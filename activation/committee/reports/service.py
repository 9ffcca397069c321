"""Choosing what a report shows, and making it. What was issued never changes."""

from datetime import datetime
from hashlib import blake2b
from typing import Any

from sqlalchemy import select

from activation.clocks.calendar import local_date
from activation.clocks.rules import add_months
from activation.committee.reports import queries
from activation.committee.reports.content import SPLITS, Asked, Chosen, Writer, content
from activation.committee.reports.counted import ALL, PERSONAL, WHOLE, Cell, Numbers, parts_of
from activation.committee.reports.spans import Span, offered
from activation.committee.reports.sums import IN_RETURN
from activation.committee.reports.withheld import hangs_together, spans_of, withheld_in_turn
from activation.committee.rules import holds_personal_number
from activation.context import settings
from activation.database import db
from activation.records.actor import Actor
from activation.records.versions import must_be_current
from activation.small_groups import is_small
from activation.throughput.measures import BY_KEY
from activation.throughput.queries import unit_names
from activation.throughput.scope import Units
from activation.web.language import in_language
from models import CommitteeReport, ReportIssue
from models.enums import Role
from models.errors import Conflict, DomainError, FieldError, NotAllowed
from models.texts import N_

# What is withheld is reckoned out over all that hang together: a report of very many would make everybody wait.
MOST_FIGURES = 20

# A figure as it is kept: its key, and by what it is told apart.
Kept = dict[str, Any]


def chosen(report: CommitteeReport) -> list[Chosen]:
    """The figures of a report in their order. One that there is no more is left out."""
    return [
        Chosen(BY_KEY[kept["key"]], tuple(SPLITS[key] for key in kept["by"] if key in SPLITS))
        for kept in report.figures
        if kept["key"] in BY_KEY
    ]


def save_report(
    *,
    actor: Actor,
    report: CommitteeReport | None,
    values: dict[str, Any],
    now: datetime,
    seen_version: int | None = None,
) -> tuple[CommitteeReport, bool]:
    """A new report of the actor's unit, or a changed one; tells whether anything changed.

    `values`: name, all_units, period, figures, language, mail_to, mail_format, mail_after_days. Raises FieldError,
    DomainError, and Conflict where somebody else changed it in between.
    """
    unit_id = _own(actor, report)
    if report is not None:
        must_be_current(seen_version, report.version)
        if report.all_units != values["all_units"] and queries.was_issued(report.id):
            raise FieldError(
                "whose", N_("It was issued already: whose figures it shows stays. Make another report.")
            )
    if holds_personal_number(values["name"], local_date(now)):
        raise FieldError("name", N_("A name of a report never holds a personal number."))
    if not values["figures"]:
        raise DomainError(N_("Choose at least one figure."))
    if len(values["figures"]) > MOST_FIGURES:
        raise DomainError(
            N_("Choose at most %(most)s figures: make another report of the others."), most=MOST_FIGURES
        )
    same = db.session.scalar(
        select(CommitteeReport).where(
            CommitteeReport.owner_unit_id == unit_id, CommitteeReport.name == values["name"]
        )
    )
    if same is not None and same is not report:
        if report is None and _is(same, values):
            return same, False  # pressed twice
        raise FieldError("name", N_("The unit has a report of that name already."))
    if report is None:
        report = CommitteeReport(owner_unit_id=unit_id, made_at=now, made_by=actor.name, **values)
        db.session.add(report)
    elif _is(report, values):
        return report, False
    for name, value in values.items():
        setattr(report, name, value)
    db.session.flush()
    return report, True


def _is(report: CommitteeReport, values: dict[str, Any]) -> bool:
    return all(getattr(report, name) == value for name, value in values.items())


def set_in_use(*, actor: Actor, report: CommitteeReport, in_use: bool, now: datetime) -> None:
    """Retires a report, or takes it into use again. What was issued stays; a retired one is mailed no more."""
    _own(actor, report)
    if in_use:
        report.retired_at = None
    elif report.retired_at is None:
        report.retired_at = now
    db.session.flush()


def issue(
    *, actor: Actor, report: CommitteeReport, span: Span, now: datetime, occasion: str | None = None
) -> ReportIssue:
    """The report of a whole month or quarter, with the facts as they are. Pressed again the same day it is one: nothing
    is made twice for one choice and day, nor for one `occasion`.

    Raises Conflict where the report is retired, DomainError for a period that cannot be asked for.
    """
    _own(actor, report)
    if report.retired_at is not None:
        raise Conflict(N_("The report is retired: take it into use first."))
    if span not in offered(report.period, local_date(now)):
        raise DomainError(N_("Only whole months and quarters that are over can be asked for."))
    take_turn_of_reports()
    if (there := _made_already(report, span, now, occasion)) is not None:
        return there
    with in_language(report.language):
        said = _content(actor, report, span, now)
    found = ReportIssue(
        report_id=report.id,
        starts_on=span.start,
        ends_on=span.end,
        content=said,
        occasion=occasion,
        made_at=now,
        made_by=actor.name,
    )
    db.session.add(found)
    db.session.flush()
    return found


def take_turn_of_reports() -> None:
    """Whoever makes a report knows what all others have told: one after the other. (SQLite: writers take turns.)"""
    rows = select(CommitteeReport.id).order_by(CommitteeReport.id).with_for_update(key_share=True)
    db.session.execute(rows)


def _made_already(
    report: CommitteeReport, span: Span, now: datetime, occasion: str | None
) -> ReportIssue | None:
    if occasion is not None:
        return db.session.scalar(select(ReportIssue).where(ReportIssue.occasion == occasion))
    latest = queries.latest_issue(report.id, span)
    if latest is None or local_date(latest.made_at) != local_date(now):
        return None
    return latest if latest.content["version"] == report.version else None


def _content(actor: Actor, report: CommitteeReport, span: Span, now: datetime) -> dict[str, Any]:
    names = unit_names()
    asked = Asked(chosen(report), span, ALL if report.all_units else report.owner_unit_id, names)
    writer = write(asked)
    return {
        "version": report.version,
        **content(
            writer,
            name=report.name,
            unit=names.get(asked.scope),
            municipality=settings().municipality,
            language=report.language,
            made_on=local_date(now),
            made_by=actor.name,
        ),
    }


def write(asked: Asked) -> Writer:
    """Counts what a report shows, and decides what of it is withheld, knowing what all reports have told."""
    measures = hangs_together(chosen.measure for chosen in asked.figures)
    parts = {part for measure in measures for part in parts_of(measure)}
    in_return = {
        Cell(part, ALL, month.text)
        for part in parts & IN_RETURN
        for span in asked.spans
        for month in span.months
    }
    scope = ALL if in_return else asked.scope
    told = queries.told(scope, parts, asked.spans[0].start, add_months(asked.span.end, 3))
    cells = {*asked.cells(), *told, *in_return}
    is_all = any(cell.scope == ALL for cell in cells)
    numbers = Numbers(Units.maybe(None if is_all else asked.scope))
    # A month is told apart where its quarter is, and the other way round.
    split = spans_of(cell for cell in cells if cell.group != WHOLE)
    for span in spans_of(cells):
        is_split = any(other.start <= span.end and span.start <= other.end for other in split)
        numbers.read(measures, [(span, PERSONAL if is_split else ())])
    for cell in in_return:
        # What a report hid and what is small the return hides too.
        if None not in told.get(cell, ()) and not is_small(numbers.of(cell)):
            told.setdefault(cell, set()).add(numbers.of(cell))
    return Writer(asked, numbers, withheld_in_turn(asked.turns(), told, numbers, salt=salt()))


def salt() -> bytes:
    """The installation's secret by which it is chosen what is hidden for another number's sake."""
    key = settings().secret_key.encode()[:64]
    return blake2b(b"what reports hide", key=key, digest_size=32).digest()


def _own(actor: Actor, report: CommitteeReport | None) -> int:
    """The unit whose report it is. Raises NotAllowed."""
    if actor.is_system and report is not None:
        return report.owner_unit_id
    is_theirs = report is None or report.owner_unit_id == actor.unit_id
    if actor.role is Role.UNIT_LEAD and actor.unit_id is not None and is_theirs:
        return actor.unit_id
    raise NotAllowed(N_("These figures are the unit lead's."))
