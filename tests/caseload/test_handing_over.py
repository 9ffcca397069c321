"""Handing over one case and a whole caseload: who may, who gets which, what goes with it, and what stays."""

import re
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from activation.caseload.handing_over import (
    Outcome,
    caseloads,
    hand_over,
    hand_over_several,
    open_cases_of,
)
from activation.clocks.calendar import local_date
from activation.database import db
from activation.records.actor import Actor
from activation.records.texts import details
from models import Case, CaseEvent, Meeting, NamedStaff, Staff, Unit
from models.enums import Flow, MeetingOutcome, Protection, Role
from models.errors import Conflict, FieldError, NotAllowed
from tests import builders
from tests.statements import statements

NOW = builders.NOW
TODAY = local_date(NOW)
SignIn = Callable[[Staff], FlaskClient]


@pytest.fixture
def unit(app: Flask) -> Unit:
    return builders.unit()


@pytest.fixture
def anna(unit: Unit) -> Staff:
    return builders.staff(unit, name="Anna Slutar")


@pytest.fixture
def lead(unit: Unit) -> Staff:
    return builders.staff(unit, Role.UNIT_LEAD, name="Lena Ledare")


def colleagues(unit: Unit, *names: str) -> list[Staff]:
    return [builders.staff(unit, name=name) for name in names]


def several(by: Staff, cases: list[Case], to: list[Staff], of: Staff | None) -> Outcome:
    return hand_over_several(
        actor=Actor.of(by),
        case_ids=[case.id for case in cases],
        seen_secretary_id=of.id if of else None,
        to=to,
        reason="Anna slutar",
        now=NOW,
    )


def test_booked_meetings_ahead_go_with_the_case_and_the_history_says_so(unit: Unit, anna: Staff) -> None:
    (bo,) = colleagues(unit, "Bo")
    case = builders.case(unit, anna)

    def booked(
        days: int, outcome: MeetingOutcome = MeetingOutcome.BOOKED, of: Staff | None = anna
    ) -> Meeting:
        return builders.meeting(case, NOW + timedelta(days=days), outcome, staff_id=of.id if of else None)

    ahead = booked(1), booked(30)
    stay = booked(-1), booked(2, MeetingOutcome.CANCELLED), booked(-5, MeetingOutcome.HELD)
    others = booked(3, of=colleagues(unit, "Cia")[0])
    nobodys = booked(4, of=None)
    number = hand_over(
        actor=Actor.of(anna), case=case, to=bo, seen_secretary_id=anna.id, reason="Slutar", now=NOW
    )
    db.session.flush()
    assert number == 2
    assert {m.staff_id for m in ahead} == {bo.id}
    assert {m.staff_id for m in stay} == {anna.id}
    assert others.staff_id not in (anna.id, bo.id)
    assert nobodys.staff_id is None
    event = db.session.scalars(select(CaseEvent).where(CaseEvent.verb == "case_handed_over")).one()
    assert event.changes["meetings"] == [None, "2"]
    assert any(line.endswith(": 2") for line in details(event.verb, event.changes, event.reason))


def test_a_caseload_is_shared_evenly_by_turns_in_the_order_of_names(
    unit: Unit, anna: Staff, lead: Staff
) -> None:
    bo, cia = colleagues(unit, "Bo", "Cia")
    cases = [builders.case(unit, anna, last_name=name) for name in ("Dal", "Ek", "Berg", "Alm", "Ceder")]
    outcome = several(lead, cases, [cia, bo], anna)
    assert [(row.name.split()[1], row.to) for row in outcome.rows] == [
        ("Alm", "Bo"),
        ("Berg", "Cia"),
        ("Ceder", "Bo"),
        ("Dal", "Cia"),
        ("Ek", "Bo"),
    ]
    assert (outcome.done, outcome.failed, outcome.missing) == (5, 0, 0)
    events = db.session.scalars(select(CaseEvent).where(CaseEvent.verb == "case_handed_over")).all()
    assert {event.reason for event in events} == {"Anna slutar"}
    assert len(events) == 5


def test_a_case_that_fails_takes_no_turn_and_hinders_nobody(unit: Unit, anna: Staff, lead: Staff) -> None:
    bo, cia = colleagues(unit, "Bo", "Cia")
    closed = builders.case(unit, anna, last_name="Alm", closed_on=TODAY)
    mine = builders.case(unit, anna, last_name="Berg")
    gone = builders.case(unit, cia, last_name="Ceder")
    other = builders.case(unit, anna, last_name="Dal")
    elsewhere = builders.case(builders.unit(), anna)
    protected = builders.case(unit, anna, protection=Protection.CONFIDENTIAL)
    outcome = several(lead, [closed, mine, gone, other, elsewhere, protected], [bo, cia], anna)
    assert [(row.case_id, row.to) for row in outcome.rows] == [
        (closed.id, None),
        (mine.id, "Bo"),
        (gone.id, None),
        (other.id, "Cia"),
    ]
    assert all(isinstance(row.error, Conflict) for row in outcome.rows if row.to is None)
    assert outcome.missing == 2
    assert (gone.secretary_id, protected.secretary_id, elsewhere.secretary_id) == (cia.id, anna.id, anna.id)


def test_cases_of_nobody_can_be_shared_out_too(unit: Unit, lead: Staff) -> None:
    (bo,) = colleagues(unit, "Bo")
    case = builders.case(unit)
    assert several(lead, [case], [bo], None).done == 1
    assert case.secretary_id == bo.id


@pytest.mark.parametrize(
    ("who", "allowed"), [("herself", True), ("lead", True), ("colleague", False), ("other lead", False)]
)
def test_a_caseload_is_handed_over_by_its_secretary_or_their_lead(
    unit: Unit, anna: Staff, lead: Staff, who: str, allowed: bool
) -> None:
    (bo,) = colleagues(unit, "Bo")
    case = builders.case(unit, anna)
    by = {
        "herself": anna,
        "lead": lead,
        "colleague": bo,
        "other lead": builders.staff(builders.unit(), Role.UNIT_LEAD),
    }[who]
    if who == "colleague":
        with pytest.raises(NotAllowed):
            several(by, [case], [bo], anna)
    else:
        assert several(by, [case], [bo], anna).done == int(allowed)
    assert (case.secretary_id == bo.id) is allowed


def test_ones_own_protected_case_goes_to_the_new_secretary(unit: Unit, anna: Staff, lead: Staff) -> None:
    (bo,) = colleagues(unit, "Bo")
    hidden = builders.case(unit, anna, protection=Protection.CONFIDENTIAL)
    known = builders.case(unit, anna, protection=Protection.CONFIDENTIAL)
    db.session.add(NamedStaff(case_id=known.id, staff_id=lead.id, named_at=NOW))
    db.session.flush()
    cases, staying = open_cases_of(Actor.of(lead), anna.id, flow=None, today=TODAY)
    assert ([c.id for c in cases], staying) == ([known.id], 1)
    assert several(anna, [hidden], [bo], anna).done == 1
    cases, staying = open_cases_of(Actor.of(bo), bo.id, flow=None, today=TODAY)
    assert ([c.id for c in cases], staying) == ([hidden.id], 0)


@pytest.mark.parametrize(("to", "reason", "field"), [(False, "x", "to"), (True, " ", "reason")])
def test_to_whom_and_why_must_be_said(unit: Unit, anna: Staff, to: bool, reason: str, field: str) -> None:
    case = builders.case(unit, anna)
    with pytest.raises(FieldError) as refused:
        hand_over_several(
            actor=Actor.of(anna),
            case_ids=[case.id],
            seen_secretary_id=anna.id,
            to=colleagues(unit, "Bo") if to else [],
            reason=reason,
            now=NOW,
        )
    assert refused.value.field == field


def test_somebody_who_is_no_colleague_gets_nothing(unit: Unit, anna: Staff) -> None:
    case = builders.case(unit, anna)
    for other in (builders.staff(builders.unit()), builders.staff(unit, active=False)):
        assert several(anna, [case], [other], anna).failed == 1
    assert case.secretary_id == anna.id


def test_the_list_can_be_of_one_flow_and_holds_the_open_ones(unit: Unit, anna: Staff, lead: Staff) -> None:
    main, support = builders.case(unit, anna), builders.case(unit, anna, flow=Flow.SUPPORT)
    builders.case(unit, anna, closed_on=TODAY)
    builders.case(unit)
    actor = Actor.of(lead)
    both = [c.id for c in open_cases_of(actor, anna.id, flow=None, today=TODAY)[0]]
    assert sorted(both) == sorted([main.id, support.id])
    one = open_cases_of(actor, anna.id, flow=Flow.SUPPORT, today=TODAY)[0]
    assert [c.id for c in one] == [support.id]
    found = {(name, number) for _id, name, number in caseloads(actor, today=TODAY)}
    assert found == {("Anna Slutar", 2), (None, 1)}


def test_two_hundred_cases_take_as_many_queries_as_two_but_for_the_rows_written(
    unit: Unit, anna: Staff, lead: Staff
) -> None:
    to = colleagues(unit, "Bo", "Cia")
    counted = []
    for many in (2, 200):
        ids = [builders.case(unit, anna).id for _ in range(many)]
        builders.settle()
        actor, of = Actor.of(lead), anna.id
        with statements() as seen:
            outcome = hand_over_several(
                actor=actor, case_ids=ids, seen_secretary_id=of, to=to, reason="Slutar", now=NOW
            )
            builders.settle()
        assert outcome.done == many
        counted.append(
            len([s for s in seen if not s.startswith(("UPDATE cases", "INSERT INTO case_events"))])
        )
    assert counted[1] <= counted[0] + 5, counted


def form(cases: list[int], *to: int, which: str = "ticked") -> dict[str, object]:
    return {"case": cases, "shown": cases, "which": which, "to": list(to), "reason": "Slutar"}


def test_a_lead_hands_over_all_that_the_page_shows(
    unit: Unit, anna: Staff, lead: Staff, sign_in: SignIn
) -> None:
    bo, cia = colleagues(unit, "Bo", "Cia")
    cases = [builders.case(unit, anna).id for _ in range(3)]
    builders.case(unit, anna, protection=Protection.CONFIDENTIAL, last_name="Hemlig")
    builders.settle()
    client, address = sign_in(lead), f"/caseload/hand-over?whose={anna.id}"
    page = client.get(address).text
    shown = [int(i) for i in re.findall(r'name="shown" value="([0-9]+)"', page)]
    assert shown == cases
    assert "Hemlig" not in page
    sent = {"which": "shown", "shown": shown, "to": [bo.id, cia.id], "reason": "Slutar"}
    answer = client.post(address, data=sent)
    assert answer.status_code == 200
    assert answer.text.count("<td data-label") == 6
    assert "Hemlig" not in answer.text
    rows = db.session.execute(select(Case.secretary_id, func.count()).group_by(Case.secretary_id))
    assert dict(tuple(row) for row in rows) == {anna.id: 1, bo.id: 2, cia.id: 1}
    again = client.post(address, data=sent)
    assert again.status_code == 200
    assert again.text.count('data-color="warning"') == 4


def test_a_secretary_hands_over_their_own_only(unit: Unit, anna: Staff, sign_in: SignIn) -> None:
    (bo,) = colleagues(unit, "Bo")
    case = builders.case(unit, anna)
    builders.settle()
    answer = sign_in(bo).post(f"/caseload/hand-over?whose={anna.id}", data=form([case.id], anna.id))
    assert answer.status_code == 200
    assert db.session.get_one(Case, case.id).secretary_id == anna.id
    assert sign_in(anna).post("/caseload/hand-over", data=form([case.id], bo.id)).status_code == 200
    assert db.session.get_one(Case, case.id).secretary_id == bo.id


def test_what_was_ticked_and_written_is_kept_where_something_is_missing(
    unit: Unit, anna: Staff, sign_in: SignIn
) -> None:
    colleagues(unit, "Bo")
    case = builders.case(unit, anna)
    builders.settle()
    answer = sign_in(anna).post("/caseload/hand-over", data={**form([case.id]), "reason": "Jag slutar"})
    assert answer.status_code == 422
    assert re.search(rf'value="{case.id}" checked', answer.text)
    assert "Jag slutar" in answer.text
    nothing = sign_in(anna).post("/caseload/hand-over", data={**form([]), "reason": "Jag slutar"})
    assert nothing.status_code == 422


def test_two_who_hand_over_the_same_caseload_at_once_lose_nothing(
    unit: Unit, anna: Staff, lead: Staff, sign_in: SignIn
) -> None:
    bo, cia = colleagues(unit, "Bo", "Cia")
    cases = [builders.case(unit, anna).id for _ in range(8)]
    builders.settle()
    both = {bo.id, cia.id}
    sent = [
        (sign_in(lead), f"/caseload/hand-over?whose={anna.id}", form(cases, bo.id)),
        (sign_in(anna), "/caseload/hand-over", form(cases[::-1], cia.id)),
    ]
    db.session.rollback()
    db.session.remove()
    barrier, answers = threading.Barrier(2), []

    def press(client: FlaskClient, address: str, data: dict[str, object]) -> None:
        barrier.wait(timeout=30)
        answers.append(client.post(address, data=data))

    threads = [threading.Thread(target=press, args=one) for one in sent]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status_code for answer in answers] == [200, 200]
    owners = set(db.session.scalars(select(Case.secretary_id)))
    assert len(owners) == 1
    assert owners < both
    events = select(func.count()).where(CaseEvent.verb == "case_handed_over")
    assert db.session.scalar(events) == len(cases)
    # One did all of it, the other was told for each row.
    assert sorted(answer.text.count('data-color="warning"') for answer in answers) == [0, len(cases) + 1]
