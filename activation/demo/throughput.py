"""What stands beside figures in the demonstration: what happened, what the council aims at, what the market did; people
at work, moves between the flows, a report for the committee."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

from sqlalchemy import select

from activation.aid.rules import previous_month
from activation.caseload.service import update_case
from activation.clocks.calendar import local_date
from activation.committee.annotations import annotate
from activation.committee.context import make_series, set_number
from activation.committee.council import set_target
from activation.committee.reports.service import save_report
from activation.database import db
from activation.demo.lives import DROP_IN_DAYS, at, working_day
from activation.demo.municipality import MAKER, Municipality
from activation.placements.rules import weekday_bits
from activation.placements.service import upsert_placement
from activation.records.actor import Actor
from activation.throughput.flows.hours import note_hours
from activation.throughput.flows.targets import Planned, add_target
from models import Case, Staff
from models.enums import Flow, FlowReason, PlacementKind, ReportFormat, ReportPeriod

MONTHS = 24
COMMITTEE_FIGURES = (
    ("enrolled", ()),
    ("open_at_end", ()),
    ("activated_in_time", ("sex",)),
    ("days_to_activation_median", ()),
    ("attendance_rate", ()),
    ("work_or_study", ("sex",)),
    ("returned", ()),
)
AT_WORK = 14
MOVES = (
    (Flow.SUPPORT, FlowReason.SOCIAL_SUPPORT, "Behöver boendestöd först, som deltagaren själv säger."),
    (Flow.SUPPORT, FlowReason.HEALTH, "Utredning på vårdcentralen pågår."),
    (Flow.MAIN, FlowReason.READY, "Boendet är ordnat. Vill börja arbetsträna."),
)
REGULAR = (PlacementKind.EMPLOYMENT, PlacementKind.NEW_START_JOB, PlacementKind.INTRODUCTION_JOB)


def make_throughput(random: Random, municipality: Municipality, *, now: datetime) -> None:
    today = local_date(now)
    _work(random, municipality, today=today, now=now)
    _moves(random, today=today)
    _happened(municipality, today=today, now=now)
    _outside(random, municipality, today=today, now=now)
    _planned(random, municipality, today=today, now=now)
    _reports(municipality, now=now)


def _open_cases(flow: Flow, before: date) -> Sequence[Case]:
    return db.session.scalars(
        select(Case)
        .where(
            Case.closed_on.is_(None),
            Case.flow == flow,
            Case.secretary_id.is_not(None),
            Case.protection.is_(None),
            Case.first_contact_on < before,
        )
        .order_by(Case.id)
    ).all()


def _actor(case: Case) -> Actor:
    return Actor.of(db.session.get_one(Staff, case.secretary_id))


def _work(random: Random, municipality: Municipality, *, today: date, now: datetime) -> None:
    """Some have begun to work; their case is open until it is known to last."""
    for case in random.sample(list(_open_cases(Flow.MAIN, today - timedelta(days=70))), AT_WORK):
        starts = working_day(today - timedelta(days=random.randint(3, 28)))
        upsert_placement(
            actor=_actor(case),
            case=case,
            workplace=random.choice(municipality.workplaces),
            starts_on=starts,
            existing=None,
            values={
                "kind": random.choice(REGULAR),
                "ends_on": None,
                "weekdays": weekday_bits((1, 2, 3, 4, 5)),
                "hours_per_day": Decimal(8),
                "af_decision_on": starts - timedelta(days=5),
            },
            now=at(min(starts, today), 8),
        )


def _moves(random: Random, *, today: date) -> None:
    # The oldest first: a case that moved twice is where its last move says.
    for number, (flow, reason, note) in reversed(list(enumerate(MOVES * 4))):
        other = Flow.SUPPORT if flow is Flow.MAIN else Flow.MAIN
        cases = _open_cases(other, today - timedelta(days=60))
        case = cases[random.randrange(len(cases))]
        moved = at(working_day(today - timedelta(days=3 + number * 4)), 11)
        update_case(
            actor=_actor(case), case=case, values={"flow": flow}, now=moved, reason=note, flow_reason=reason
        )


def _happened(municipality: Municipality, *, today: date, now: datetime) -> None:
    for lead in municipality.leads:
        began = today - timedelta(days=DROP_IN_DAYS)
        drop_in = began - timedelta(days=began.weekday())
        annotate(
            actor=Actor.of(lead), on_date=drop_in, what="Drop-in på måndagar började", for_all=False, now=now
        )
    first = Actor.of(municipality.leads[0])
    annotate(
        actor=first, on_date=date(2026, 7, 1), what="Aktivitetskravet trädde i kraft", for_all=True, now=now
    )
    closed = today - timedelta(days=130)
    annotate(actor=first, on_date=closed, what="Hamnterminalen varslade 80 personer", for_all=True, now=now)


def _outside(random: Random, municipality: Municipality, *, today: date, now: datetime) -> None:
    actor = Actor.of(municipality.administrator)
    months = [previous_month(today.replace(day=1))]
    while len(months) < MONTHS:
        months.append(previous_month(months[-1]))
    set_target(
        actor=actor, valid_from=months[-1], households_percent=Decimal("1.5"), source="KF § 112", now=now
    )
    households = make_series(
        actor=actor,
        key="households",
        name="Hushåll i kommunen",
        values={"counted_in": "hushåll", "source": "SCB"},
    )
    unemployment = make_series(
        actor=actor,
        key="unemployment",
        name="Arbetslöshet",
        values={"counted_in": "procent", "source": "Arbetsförmedlingen"},
    )
    for number, month in enumerate(reversed(months)):
        set_number(
            actor=actor, series=households, month=month, value=Decimal(20_400 + 12 * number), existing=None
        )
        rate = Decimal(str(round(7.4 + 0.05 * number + random.uniform(-0.2, 0.2), 1)))
        set_number(actor=actor, series=unemployment, month=month, value=rate, existing=None)


def _planned(random: Random, municipality: Municipality, *, today: date, now: datetime) -> None:
    add_target(actor=MAKER, row=Planned(None, date(2025, 1, 1), 85), now=now)
    month = today.replace(day=1)
    for _number in range(6):
        month = previous_month(month)
        for unit in municipality.units:
            note_hours(
                actor=MAKER,
                unit_id=unit.id,
                month=month,
                main_hours=Decimal(random.randint(480, 560)),
                support_hours=Decimal(random.randint(110, 170)),
                seen_version=None,
                now=now,
            )


def _reports(municipality: Municipality, *, now: datetime) -> None:
    """Each unit lead has the report for the committee that was made last month."""
    for lead in municipality.leads:
        actor = Actor.of(lead)
        values = {
            "name": "Nämndens månadsrapport",
            "all_units": False,
            "period": ReportPeriod.MONTH,
            "figures": [{"key": key, "by": list(by)} for key, by in COMMITTEE_FIGURES],
            "language": "sv",
            "mail_to": "",
            "mail_format": ReportFormat.PDF,
            "mail_after_days": 10,
        }
        save_report(actor=actor, report=None, values=values, now=now)
