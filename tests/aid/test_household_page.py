"""A household's month on one page: the chain, hours, absences in the participant's words, who acts, and its cost."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from activation.aid.chain import How, Stage, chain
from activation.aid.month_sessions import Hours, SessionDay, days_of_cases
from activation.aid.rules import MonthDays, Recorded
from activation.attendance.hours_rules import Day, weeks_of
from activation.caseload.aid_strip import household_calendar
from activation.database import db
from activation.placements.rules import monday_of
from activation.records.actor import Actor
from activation.records.history import touch
from models import AidMonth, Case, CaseEvent, Handover, Session, Staff, Unit
from models.enums import (
    AidStatus,
    HandoverState,
    HeardHow,
    Mark,
    Protection,
    RefusalCause,
    Role,
)
from tests import builders as make
from tests.statements import statements

SignIn = Callable[[Staff], FlaskClient]
MONTH = date(2026, 11, 1)
NOVEMBER = MonthDays(MONTH, date(2026, 11, 15), date(2026, 11, 25))
TODAY = date(2026, 11, 20)


@pytest.fixture
def unit(app: Flask) -> Unit:
    return make.unit()


@pytest.fixture
def officer(unit: Unit) -> Staff:
    return make.staff(make.unit("Bistånd"), Role.AID_OFFICER, language="en")


@pytest.fixture
def secretary(unit: Unit) -> Staff:
    return make.staff(unit, language="en")


@pytest.fixture
def case(unit: Unit, secretary: Staff) -> Case:
    return make.case(unit, secretary, household="H-1", first_name="Britta", first_contact_on=date(2026, 9, 1))


def page_of(case: Case, month: str = "2026-11") -> str:
    return f"/aid/{month}/households/{case.household_id}"


def sessions_of(case: Case) -> dict[date, Session]:
    return {s.on_date: s for s in db.session.scalars(select(Session).where(Session.case_id == case.id))}


def mark(session: Session, mark: Mark, **values: object) -> None:
    session.mark, session.marked_at, session.marked_by = mark, make.NOW, "Test"
    for name, value in values.items():
        setattr(session, name, value)
    touch(session.case_id)


# -- the chain


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        (Recorded(AidStatus.NONE), "waits not_yet not_yet"),
        (Recorded(AidStatus.RECEIVED), "done waits not_yet"),
        (Recorded(AidStatus.UNDER_REVIEW), "done waits not_yet"),
        (Recorded(AidStatus.GRANTED), "done done waits"),
        (Recorded(AidStatus.PARTLY_GRANTED), "done done waits"),
        (Recorded(AidStatus.PARTLY_GRANTED, paid_on=TODAY), "done done done"),
        (Recorded(AidStatus.REFUSED), "done done not"),
        (Recorded(AidStatus.PAID), "done done done"),
    ],
)
def test_the_chain_says_how_far_a_month_has_come(said: Recorded, wanted: str) -> None:
    assert " ".join(link.how for link in chain(said, NOVEMBER)) == wanted


@given(st.sampled_from(AidStatus), st.none() | st.dates(), st.none() | st.dates())
def test_nothing_is_done_before_what_comes_before_it(
    status: AidStatus, decided_on: date | None, paid_on: date | None
) -> None:
    links = chain(Recorded(status, paid_on, decided_on), NOVEMBER)
    assert [link.stage for link in links] == list(Stage)
    order = [How.DONE, How.WAITS, How.NOT_YET, How.NOT]
    assert [order.index(link.how) for link in links] == sorted(order.index(link.how) for link in links)
    assert sum(link.how is How.WAITS for link in links) <= 1


def test_the_chain_has_its_days(case: Case, officer: Staff, sign_in: SignIn) -> None:
    make.aid_month(case, MONTH, AidStatus.GRANTED, decided_on=date(2026, 11, 9))
    make.settle()
    page = sign_in(officer).get(page_of(case)).text
    links = re.findall(
        r'chain-stage">([^<]+)</span><span class="chain-text">([^<]+)</span><span class="sub">([^<]+)<', page
    )
    assert links == [
        ("Application", "Done", "–"),
        ("Decision", "Granted", "2026-11-09"),
        ("Payment", "Awaited", "2026-11-25"),
    ]


# -- hours


def hours_of(days: Iterable[Day], today: date) -> Hours:
    """The hours of some days together, by the rules of weeks."""
    those = list(days)
    mondays = sorted({monday_of(day.on_date) for day in those})
    weeks = weeks_of(those, {}, (), mondays=mondays, today=today)
    marked = sum((week.marked for week in weeks), Decimal(0))
    if not marked:
        return Hours()
    return Hours(sum((week.attended for week in weeks), Decimal(0)), marked)


def hours_by_month(days: Iterable[SessionDay], today: date) -> dict[date, Hours]:
    of_month: dict[date, list[Day]] = defaultdict(list)
    for each in days:
        of_month[each.day.on_date.replace(day=1)].append(each.day)
    return {month: hours_of(those, today) for month, those in of_month.items()}


def test_hours_are_those_of_marked_days_and_never_nought_for_nothing() -> None:
    eight = Decimal(8)
    unmarked, ahead = Day(date(2026, 11, 2), eight), Day(date(2026, 11, 27), eight)
    present = Day(date(2026, 11, 3), eight, Decimal(6), Mark.PRESENT)
    away = Day(date(2026, 11, 4), eight, None, Mark.INVALID_ABSENCE)
    unknown = Day(date(2026, 11, 5), None, Decimal(4), Mark.PRESENT)
    assert hours_of([], TODAY) == hours_of([unmarked, ahead], TODAY) == hours_of([unknown], TODAY) == Hours()
    assert hours_of([present, unmarked, ahead, unknown], TODAY) == Hours(Decimal(6), eight)
    assert hours_of([away], TODAY) == Hours(Decimal(0), eight)


MARKS = st.none() | st.sampled_from(Mark)


def test_the_case_page_sums_the_same_hours(app: Flask, unit: Unit, secretary: Staff) -> None:
    cases = [make.case(unit, secretary, household="H-1", first_contact_on=date(2025, 12, 1)) for _ in "12"]
    for n, case in enumerate(cases):
        make.placement(case, starts_on=date(2025, 12, 15), ends_on=date(2026, 12, 4), weekdays=0b10101 + n)
    make.settle()
    some = [None, Mark.PRESENT, Mark.SICK, Mark.PRESENT, Mark.OTHER_ACTIVITY, Mark.VALID_ABSENCE]
    for n, session in enumerate(db.session.scalars(select(Session).order_by(Session.id))):
        if n % 7 == 0:
            session.planned_hours = None
            touch(session.case_id)
        what = some[n % 6]
        if what and session.on_date <= TODAY:
            mark(session, what, hours=Decimal("6.5") if what is Mark.PRESENT and n % 2 else None)
    make.settle()
    actor = Actor.of(secretary)
    sums = household_calendar(actor, cases[0].household_id, last=TODAY, today=TODAY).hours
    days = days_of_cases([c.id for c in cases], date(2025, 12, 1), date(2026, 11, 30))
    wanted = {m: h for m, h in hours_by_month(days, TODAY).items() if h.assigned is not None}
    assert sums == wanted
    assert len(sums) == 12


# -- absences and unmarked days


@pytest.fixture
def days(case: Case, officer: Staff) -> dict[date, Session]:
    make.plan(case, date(2026, 9, 2))
    make.placement(case, starts_on=date(2026, 11, 9), ends_on=date(2026, 12, 4))
    make.settle()
    found = sessions_of(case)
    mark(found[date(2026, 11, 9)], Mark.PRESENT)
    mark(found[date(2026, 11, 10)], Mark.INVALID_ABSENCE, note="Sekreterarens anteckning")
    mark(found[date(2026, 11, 11)], Mark.SICK)
    make.account(found[date(2026, 11, 10)], "Bussen gick inte, jag ringde.")
    make.settle()
    return sessions_of(case)


def test_an_absence_stands_beside_what_the_participant_says(
    case: Case, days: dict[date, Session], officer: Staff, sign_in: SignIn
) -> None:
    page = sign_in(officer).get(page_of(case)).text
    assert "Bussen gick inte, jag ringde." in page
    assert "What the participant says is not noted." in page
    assert "Invalid absence" in page
    # Staff's own note on a day is not the aid side's.
    assert "Sekreterarens anteckning" not in page
    assert "8 of 24 h" in page


def test_unmarked_days_are_a_list_of_their_own_and_no_absences(
    case: Case, days: dict[date, Session], officer: Staff, secretary: Staff, sign_in: SignIn
) -> None:
    page = sign_in(officer).get(page_of(case)).text
    unmarked = page.partition('id="unmarked"')[2].partition("</section>")[0]
    assert re.findall(r'item-title">([\d-]+)<', unmarked) == [
        f"2026-11-{day}" for day in (12, 13, 16, 17, 18, 19)
    ]
    assert 'data-color="unmarked"' in unmarked
    assert "/sessions/" not in unmarked
    absences = page.partition('id="absences"')[2].partition("</section>")[0]
    assert "2026-11-12" not in absences
    assert f"/sessions/{days[date(2026, 11, 12)].id}" in sign_in(secretary).get(page_of(case)).text


def test_another_months_days_are_not_shown(
    case: Case, days: dict[date, Session], officer: Staff, sign_in: SignIn
) -> None:
    page = sign_in(officer).get(page_of(case, "2026-10")).text
    assert "Bussen" not in page
    assert 'id="unmarked"' not in page


def test_a_protected_adults_days_are_shown_to_nobody_else(
    unit: Unit, case: Case, days: dict[date, Session], officer: Staff, sign_in: SignIn
) -> None:
    secret = make.case(
        unit,
        household="H-1",
        first_name="Hemlig",
        protection=Protection.CONFIDENTIAL,
        first_contact_on=date(2026, 9, 1),
    )
    make.placement(secret, starts_on=date(2026, 11, 2), ends_on=date(2026, 11, 30))
    make.settle()
    away = sessions_of(secret)[date(2026, 11, 3)]
    mark(away, Mark.SICK)
    make.account(away, "Hemliga ord")
    make.settle()
    client = sign_in(officer)
    for address in (page_of(case), "/aid/2026-11/to-do"):
        page = client.get(address).text
        assert "Hemlig" not in page
        assert secret.case_number not in page


# -- who acts


def test_each_warning_names_who_acts_and_leads_there(
    case: Case, officer: Staff, secretary: Staff, sign_in: SignIn
) -> None:
    make.aid_month(case, MONTH, AidStatus.PAID, paid_on=date(2026, 11, 19))
    make.settle()
    of_officer = (
        sign_in(officer).get(page_of(case)).text.partition('id="steps"')[2].partition("</section>")[0]
    )
    of_secretary = (
        sign_in(secretary).get(page_of(case)).text.partition('id="steps"')[2].partition("</section>")[0]
    )
    for steps in (of_officer, of_secretary):
        assert steps.count("Acts: Employment secretary") == 1
        assert steps.count("Acts: Aid officer") == 1
    assert f"/cases/{case.id}/plans/new" in of_secretary
    assert "/plans/" not in of_officer


# -- handovers


def handover(case: Case, to: Staff | None, number: str, month: date = MONTH) -> Handover:
    row = Handover(
        number=number,
        case_id=case.id,
        month=month,
        begun_at=make.NOW,
        begun_by="Sara",
        state=HandoverState.DRAFT,
    )
    if to is not None:
        row.heard_on, row.heard_how = TODAY, HeardHow.PHONE
        row.to_staff_id, row.handed_over_at, row.content = to.id, make.NOW, {}
        row.state = HandoverState.HANDED_OVER
    db.session.add(row)
    db.session.flush()
    return row


def test_an_aid_officer_sees_the_handovers_sent_to_them(
    unit: Unit, case: Case, officer: Staff, secretary: Staff, sign_in: SignIn
) -> None:
    other = make.case(unit, household="H-1", first_contact_on=date(2026, 9, 1))
    handover(case, officer, "U-1")
    handover(other, make.staff(unit, Role.AID_OFFICER), "U-2")
    make.settle()
    page = sign_in(officer).get(page_of(case)).text
    assert "U-1" in page
    assert "U-2" not in page
    assert "U-2" in sign_in(secretary).get(page_of(case)).text


# -- the cause of a refusal


def recorded(case: Case) -> AidMonth:
    db.session.expire_all()
    return db.session.scalars(select(AidMonth).where(AidMonth.household_id == case.household_id)).one()


def test_the_cause_is_recorded_with_a_refusal_and_goes_with_it(
    case: Case, officer: Staff, sign_in: SignIn
) -> None:
    make.settle()
    client, address = sign_in(officer), f"{page_of(case)}/record"
    typed = {"status": "refused", "refusal_cause": "not_taking_part"}
    assert client.post(address, data=typed).status_code == 303
    assert recorded(case).refusal_cause is RefusalCause.NOT_TAKING_PART
    page = client.get(page_of(case)).text
    assert "Did not take part in the assigned activity" in page
    typed = {"status": "granted", "refusal_cause": "not_taking_part", "version": str(recorded(case).version)}
    assert client.post(address, data=typed).status_code == 303
    assert recorded(case).refusal_cause is None
    event = db.session.scalars(select(CaseEvent).order_by(CaseEvent.id.desc()).limit(1)).one()
    assert event.changes["refusal_cause"] == ["not_taking_part", None]


def test_no_other_status_takes_a_cause(case: Case, officer: Staff, sign_in: SignIn) -> None:
    make.settle()
    typed = {"status": "granted", "refusal_cause": "no_plan"}
    answer = sign_in(officer).post(f"{page_of(case)}/record", data=typed)
    assert answer.status_code == 422
    assert "Only a month that is refused or partly granted has a cause." in answer.text
    assert db.session.scalars(select(AidMonth)).all() == []


def test_no_cause_is_ever_chosen_for_the_officer(case: Case, officer: Staff, sign_in: SignIn) -> None:
    make.aid_month(case, MONTH, AidStatus.REFUSED)
    make.settle()
    page = sign_in(officer).get(page_of(case)).text
    chosen = page.partition('name="refusal_cause"')[2].partition("</select>")[0]
    assert re.findall(r"<option selected[^>]*>([^<]+)<", chosen) == ["Not said"]


# -- its cost


def family(unit: Unit, secretary: Staff, months: int = 24) -> Iterator[Case]:
    """Two adults, three plans, so many months of aid, some 400 sessions of which most are marked."""
    adults = [
        make.case(unit, secretary, household="H-1", first_contact_on=date(2024, 12, 2)) for _ in range(2)
    ]
    for case in adults:
        make.placement(case, starts_on=TODAY - timedelta(days=290), ends_on=TODAY + timedelta(days=10))
    for n, agreed in enumerate((date(2024, 12, 10), date(2025, 12, 1), date(2026, 6, 1))):
        make.plan(adults[n % 2], agreed)
    first = MONTH
    for _ in range(months):
        make.aid_month(adults[0], first, AidStatus.PAID, paid_on=first.replace(day=25))
        first = (first - timedelta(days=1)).replace(day=1)
    make.settle()
    marks = (Mark.PRESENT, Mark.PRESENT, Mark.SICK, None, Mark.VALID_ABSENCE)
    for n, session in enumerate(db.session.scalars(select(Session).order_by(Session.id))):
        what = marks[n % 5]
        if what and session.on_date < TODAY:
            mark(session, what)
            if what is not Mark.PRESENT:
                make.account(session)
    make.settle()
    yield from adults


@pytest.mark.parametrize("role", [Role.AID_OFFICER, Role.SECRETARY])
def test_a_familys_page_takes_fifteen_queries_whatever_it_has(
    unit: Unit, secretary: Staff, officer: Staff, sign_in: SignIn, role: Role
) -> None:
    case = make.case(unit, secretary, household="H-0", first_contact_on=date(2026, 9, 1))
    make.placement(case, starts_on=date(2026, 11, 9))
    make.settle()
    away = sessions_of(case)[date(2026, 11, 10)]
    mark(away, Mark.SICK)
    make.account(away)
    adults = list(family(unit, secretary))
    assert len(list(db.session.scalars(select(Session)))) > 400
    client = sign_in(officer if role is Role.AID_OFFICER else secretary)

    def count_of(of: Case) -> int:
        with statements() as seen:
            assert client.get(page_of(of)).status_code == 200
        return len(seen)

    small, big = count_of(case), count_of(adults[0])
    assert small == big
    assert big <= 15
