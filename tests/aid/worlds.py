"""Random households around October 2026 as plain data, and the rows they are."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from activation.aid.rules import MonthDays
from activation.database import db
from activation.records.actor import Actor
from activation.unit_of_work import derive
from models import (
    AidMonth,
    AidNotice,
    Case,
    Handover,
    Household,
    Placement,
    Plan,
    RequirementAssessment,
    Session,
)
from models.enums import (
    AidStatus,
    ClosureReason,
    EndedBy,
    EndReason,
    HandoverOutcome,
    HandoverState,
    HeardHow,
    Mark,
    MarkedThrough,
    PlacementKind,
    Protection,
    RefusalCause,
    RequirementOutcome,
    Role,
)
from tests import builders as make

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
MONTHS = (date(2026, 10, 1), date(2026, 9, 1), date(2026, 8, 1))
MONTH = MONTHS[0]
OCTOBER = MonthDays(MONTH, date(2026, 10, 15), date(2026, 10, 25))
EVERYBODY = Actor.system("report")
REFUSED = (AidStatus.REFUSED, AidStatus.PARTLY_GRANTED)
EMPLOYED = (PlacementKind.EMPLOYMENT, PlacementKind.MUNICIPAL_EMPLOYMENT)

days = st.dates(date(2026, 9, 25), date(2026, 10, 30)) | st.sampled_from(
    [
        date(2026, 9, 30),
        date(2026, 10, 1),
        date(2026, 10, 14),
        date(2026, 10, 15),
        date(2026, 10, 16),
        date(2026, 10, 25),
        date(2026, 10, 31),
    ]
)
# A month may also be looked at long after.
as_ofs = days | st.sampled_from([date(2026, 11, 20), date(2027, 1, 14), date(2027, 1, 16), date(2027, 2, 1)])
decided = days | st.sampled_from([date(2026, 10, 31), date(2026, 11, 30)])


@st.composite
def cases(draw: st.DrawFn) -> dict[str, Any]:
    closed = draw(st.none() | st.none() | days)
    return {
        "household": draw(st.integers(0, 3)),
        "unit": draw(st.integers(0, 1)),
        "protected": draw(st.sampled_from([False, False, True])),
        "first": draw(st.just(date(2026, 8, 1)) | days.filter(lambda d: closed is None or d <= closed)),
        "closed": closed,
        "reason": draw(st.none() | st.sampled_from(ClosureReason)) if closed else None,
        "began": draw(st.none() | days),
        "plans": [
            {"agreed_on": agreed, "ends_on": agreed + timedelta(length) if length is not None else None}
            for agreed, length in draw(
                st.lists(
                    st.tuples(days, st.none() | st.integers(0, 25)), max_size=3, unique_by=lambda p: p[0]
                )
            )
        ],
        "placements": draw(st.lists(placements(), max_size=3, unique_by=lambda p: p["starts_on"])),
        "marked": draw(st.booleans()),
        "handover": draw(
            st.none() | st.tuples(st.sampled_from(HandoverState), st.sampled_from([MONTH, MONTH, MONTHS[1]]))
        ),
        "told": draw(st.lists(days, max_size=2, unique=True)),
        "assessed": draw(st.lists(st.tuples(days, st.booleans()), max_size=2)),
    }


@st.composite
def placements(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from([PlacementKind.WORK_TRAINING, PlacementKind.WORK_TRAINING, *EMPLOYED]))
    starts_on, length = draw(days), draw(st.none() | st.integers(0, 20))
    called_off = length == 0 and draw(st.booleans())
    return {
        "kind": kind,
        "starts_on": starts_on,
        "ends_on": None if length is None else starts_on + timedelta(length),
        "ended_by": EndedBy.EMPLOYER if called_off else None,
        "end_reason": EndReason.WORK if called_off else None,
    }


@st.composite
def said(draw: st.DrawFn) -> dict[str, Any]:
    """What the aid side said of a month."""
    status = draw(st.sampled_from([*AidStatus, *REFUSED, AidStatus.GRANTED]))
    return {
        "status": status,
        "paid_on": draw(st.none() | days),
        "decided_on": draw(st.none() | decided),
        "refusal_cause": draw(st.none() | st.sampled_from(RefusalCause)) if status in REFUSED else None,
    }


# By household and month.
aid_months = st.dictionaries(st.tuples(st.integers(0, 3), st.sampled_from(MONTHS)), said(), max_size=8)
Aid = dict[tuple[int, date], dict[str, Any]]


def store(world: list[dict[str, Any]], aid: Aid) -> list[Actor]:
    """The households as rows, and the readers: the aid side, a secretary of each unit. No commit."""
    units = [make.unit(), make.unit()]
    officer = make.staff(units[0], Role.AID_OFFICER)
    secretaries = [make.staff(unit) for unit in units]
    households = [Household(number=f"H-{n}") for n in range(4)]
    db.session.add_all(households)
    db.session.flush()
    place, ids = make.workplace(), []
    for n, c in enumerate(world):
        case = Case(
            case_number=f"c-{n:02d}",
            unit_id=units[c["unit"]].id,
            household_id=households[c["household"]].id,
            first_name="A",
            last_name=f"B{n}",
            sort_name=f"b{n} a",
            first_contact_on=c["first"],
            protection=Protection.CONFIDENTIAL if c["protected"] else None,
            secretary_id=secretaries[c["unit"]].id if c["protected"] and n % 2 else None,
            closed_on=c["closed"],
            closure_reason=c["reason"],
            outcome_starts_on=c["began"],
            created_at=NOW,
        )
        db.session.add(case)
        db.session.flush()
        ids.append(case.id)
        db.session.add_all(Plan(case_id=case.id, **p) for p in c["plans"])
        db.session.add_all(Placement(case_id=case.id, workplace_id=place.id, **p) for p in c["placements"])
        _about_the_aid(case.id, n, c, officer.id)
    for (n, month), values in aid.items():
        db.session.add(AidMonth(household_id=households[n].id, month=month, **values))
    db.session.flush()
    derive(ids, now=NOW)
    for case_id, c in zip(ids, world, strict=True):
        for session in db.session.query(Session).filter_by(case_id=case_id) if c["marked"] else ():
            session.mark, session.marked_at, session.marked_by = Mark.PRESENT, NOW, "Test"
            session.marked_through = MarkedThrough.STAFF
    db.session.flush()
    return [EVERYBODY, Actor.of(officer), *map(Actor.of, secretaries)]


def _about_the_aid(case_id: int, n: int, c: dict[str, Any], officer_id: int) -> None:
    """Handovers, notices to the aid side, assessments of the requirement."""
    by = {"made_at": NOW, "made_by": "Test"}
    if c["handover"]:
        state, month = c["handover"]
        db.session.add(a_handover(case_id, f"U-{n}", month, state, officer_id))
    for day in c["told"]:
        db.session.add(
            AidNotice(case_id=case_id, about_on=day, told_on=day, told_to="A", told_by="T", made_at=NOW)
        )
    for day, withdrawn in c["assessed"]:
        db.session.add(
            RequirementAssessment(
                case_id=case_id,
                assessed_on=day,
                outcome=RequirementOutcome.COVERED,
                withdrawn_at=NOW if withdrawn else None,
                **by,
            )
        )


def a_handover(case_id: int, number: str, month: date, state: HandoverState, officer_id: int) -> Handover:
    """A handover as it stands in a state."""
    return Handover(
        case_id=case_id,
        number=number,
        month=month,
        state=state,
        begun_at=NOW,
        begun_by="Test",
        heard_on=month,
        heard_how=HeardHow.PHONE,
        to_staff_id=officer_id,
        handed_over_at=NOW,
        received_at=NOW,
        content={},
        outcome=HandoverOutcome.OTHER if state is HandoverState.ANSWERED else None,
        withdrawn_reason="Fel" if state is HandoverState.WITHDRAWN else "",
    )
