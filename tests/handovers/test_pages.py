"""The pages of handovers: who is shown what, what a form with errors keeps, what stands in the log."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select

from activation.database import db
from activation.handovers import service
from activation.handovers.content import facts_of
from activation.handovers.document import document_of
from activation.handovers.queries import counts, handovers_of_month
from activation.records.actor import Actor
from models import AccessLogEntry, Handover, NamedStaff, Placement
from models.enums import HandoverState, HeardHow, Mark, Protection, Role, Viewed
from tests import builders
from tests.handovers.world import ACCOUNT, AWAY, EN, MONTH, NOW, OBJECTION, TODAY, SignIn, World
from tests.placements.test_two_at_once import at_once
from tests.statements import statements

STAGES = ("draft", "heard", "handed_over", "received", "answered", "withdrawn")


def looked() -> list[tuple[int, Viewed]]:
    rows = db.session.execute(select(AccessLogEntry.case_id, AccessLogEntry.viewed)).all()
    db.session.execute(delete(AccessLogEntry))
    builders.settle()
    return [(row[0], row[1]) for row in rows]


def test_the_whole_way_by_pressing(world: World) -> None:
    of_case = f"/cases/{world.case.id}/handovers"
    assert world.client.get(of_case).status_code == 200
    begun = world.client.post(of_case, data={"month": "2026-11-01"})
    assert begun.status_code == 303
    at = begun.headers["Location"]
    page = world.client.get(at).text
    assert "Draft" in page
    assert "Sick" in page
    assert "/hand-over" not in page
    heard = {
        "heard_how": "meeting",
        "heard_on": "2026-11-20",
        "account": ACCOUNT,
        "objection": OBJECTION,
        "version": "1",
    }
    assert world.client.post(f"{at}/hear", data=heard).status_code == 303
    page = world.client.get(f"{at}/hand-over").text
    assert "Bo Ek" in page
    assert "Sara Lind</option>" not in page
    assert (
        world.client.post(
            f"{at}/hand-over", data={"to_staff_id": str(world.aid.id), "version": "2"}
        ).status_code
        == 303
    )
    assert "U2026-0001" in world.aid_client.get("/handovers").text
    assert world.aid_client.post(f"{at}/receive").status_code == 303
    outcome = {"outcome": "no_decision", "outcome_on": "2026-11-20", "version": "4"}
    assert world.aid_client.post(f"{at}/outcome", data=outcome).status_code == 303
    page = world.aid_client.get(at).text
    assert ACCOUNT in page
    assert OBJECTION in page
    assert "Led to no decision" in page
    assert db.session.scalars(select(Handover.state)).one() is HandoverState.ANSWERED


@pytest.mark.spread
@pytest.mark.parametrize("stage", STAGES)
def test_an_aid_officer_sees_only_what_was_handed_over_to_them(world: World, stage: str) -> None:
    handover = getattr(world, stage)()
    other = world.sign_in(world.other_aid)
    was_sent = stage not in ("draft", "heard")
    at = f"/handovers/{handover.id}"
    for address in (at, f"{at}/handover.pdf"):
        assert other.get(address).status_code == 404
        answer = world.aid_client.get(address)
        sees = was_sent and not (stage == "withdrawn" and address.endswith("pdf"))
        assert answer.status_code == (200 if sees else 404), address
    assert "U2026" not in other.get(f"/handovers?state={handover.state.value}").text
    mine = world.aid_client.get(f"/handovers?state={handover.state.value}").text
    assert (handover.number in mine) == was_sent


def test_of_a_withdrawn_one_the_recipient_sees_the_reason_and_no_content(world: World) -> None:
    at = f"/handovers/{world.withdrawn().id}"
    page = world.aid_client.get(at).text
    assert "Fel månad" in page
    assert ACCOUNT not in page
    assert "Work training" not in page
    assert ACCOUNT in world.client.get(at).text


@pytest.mark.spread
@pytest.mark.parametrize("stage", STAGES)
def test_each_look_stands_in_the_access_log(world: World, stage: str) -> None:
    handover = getattr(world, stage)()
    looked()
    at = f"/handovers/{handover.id}"
    addresses = [at, f"{at}/hear", f"{at}/hand-over", f"{at}/withdraw", f"/cases/{world.case.id}/handovers"]
    if handover.content or stage in ("draft", "heard"):
        addresses.append(f"{at}/handover.pdf")
    for address in addresses:
        assert world.client.get(address).status_code == 200, address
        assert looked() == [(world.case.id, Viewed.HANDOVER)], address


@pytest.mark.spread
@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_paper_is_a_pdf_in_both_languages(world: World, stage: str, language: str) -> None:
    handover = getattr(world, stage)()
    answer = world.client.get(f"/handovers/{handover.id}/handover.pdf?lang={language}")
    assert answer.status_code == 200
    assert answer.data.startswith(b"%PDF")
    assert handover.number in answer.headers["Content-Disposition"]


def shown(client: FlaskClient, at: str) -> str:
    """The page's main part, without the token of its forms, which tells the second."""
    main = client.get(at).text.split("<main")[1]
    return re.sub(r'name="csrf_token" value="[^"]*"', "", main)


def test_page_and_paper_of_what_was_handed_over_come_from_its_content(world: World) -> None:
    at = f"/handovers/{world.handed_over().id}"
    before = shown(world.aid_client, at)
    session = world.session(AWAY)
    session.mark = Mark.PRESENT
    builders.account(session, "Något som sades senare")
    builders.touch(world.case)
    builders.settle()
    assert shown(world.aid_client, at) == before


def test_unmarked_is_shown_as_unmarked_with_the_way_to_mark_it(world: World) -> None:
    handover = world.heard()
    session = world.session(AWAY)
    session.mark = None
    builders.touch(world.case)
    builders.settle()
    at = f"/handovers/{handover.id}"
    for address in (at, f"{at}/hand-over"):
        assert f'href="/sessions/{session.id}?back=handover-{handover.id}"' in world.client.get(address).text
    page = world.client.get(at).text
    assert 'data-color="unmarked">Not marked' in page
    assert "No day away is marked." in page
    answer = world.client.post(
        f"{at}/hand-over", data={"to_staff_id": str(world.aid.id), "version": str(handover.version)}
    )
    assert answer.status_code == 422
    assert "2026-11-18" in answer.text
    assert db.session.get_one(Handover, handover.id).state is HandoverState.HEARD


def test_whoever_marks_a_day_on_the_way_comes_back_to_the_handover(world: World) -> None:
    handover = world.draft()
    session = world.session(TODAY)
    marked = {"mark": "present", "notified": "not_known", "version": session.version}
    answer = world.client.post(f"/sessions/{session.id}?back=handover-{handover.id}", data=marked)
    assert answer.headers["Location"] == f"/handovers/{handover.id}"
    marked = {"mark": "sick", "notified": "yes", "version": world.session(TODAY).version}
    answer = world.client.post(f"/sessions/{session.id}?back=handover-//else.example", data=marked)
    assert answer.headers["Location"] == f"/cases/{world.case.id}/attendance"


def test_the_day_of_hearing_is_proposed_as_today_and_never_filled_in_for_somebody(world: World) -> None:
    at = f"/handovers/{world.draft().id}/hear"
    assert f'value="{TODAY.isoformat()}"' in world.client.get(at).text
    blank = {"heard_how": "phone", "heard_on": "", "account": ACCOUNT, "version": "1"}
    answer = world.client.post(at, data=blank)
    assert answer.status_code == 422
    assert f'value="{TODAY.isoformat()}"' not in answer.text


def test_a_form_with_errors_keeps_every_word(world: World) -> None:
    at = f"/handovers/{world.draft().id}/hear"
    typed = {
        "heard_how": "phone",
        "heard_on": "2026-12-24",
        "account": "Mina <ord>",
        "objection": "Nej",
        "version": "1",
    }
    answer = world.client.post(at, data=typed)
    assert answer.status_code == 422
    assert "Mina &lt;ord&gt;" in answer.text
    assert "That day has not come yet." in answer.text


def test_who_heard_at_the_same_time_is_told(world: World) -> None:
    handover = world.heard()
    form = {"heard_how": "phone", "heard_on": "2026-11-20", "account": "Annat", "version": "1"}
    answer = world.client.post(f"/handovers/{handover.id}/hear", data=form)
    assert answer.status_code == 422
    assert "Somebody else changed this" in answer.text
    assert "Annat" in answer.text
    assert ACCOUNT in answer.text


@pytest.mark.parametrize("address", ["", "/hear", "/hand-over", "/outcome", "/withdraw", "/handover.pdf"])
def test_odd_numbers_are_no_handovers(world: World, address: str) -> None:
    for odd in (0, 999_999, 2**31, 2**70):
        assert world.client.get(f"/handovers/{odd}{address}").status_code in (403, 404)


def test_a_month_that_cannot_be_chosen_is_refused(world: World) -> None:
    for month in ("2026-12-01", "2020-01-01", "x", ""):
        answer = world.client.post(f"/cases/{world.case.id}/handovers", data={"month": month})
        assert answer.status_code == 422


def colleague_of(world: World) -> FlaskClient:
    colleague = builders.staff(world.unit, **EN)
    builders.settle()
    return world.sign_in(colleague)


def test_a_double_press_begins_one(world: World) -> None:
    address, data = f"/cases/{world.case.id}/handovers", {"month": "2026-11-01"}
    colleague = colleague_of(world)
    assert at_once((world.client, address, data), (colleague, address, data)) == [303, 303]
    assert db.session.scalar(select(func.count()).select_from(Handover)) == 1


def test_two_who_begin_at_once_never_share_a_number(world: World) -> None:
    other = builders.case(world.unit, world.sara)
    builders.settle()
    data = {"month": "2026-11-01"}
    colleague = colleague_of(world)
    presses = [
        (c, f"/cases/{case}/handovers", data)
        for c, case in ((world.client, world.case.id), (colleague, other.id))
    ]
    assert at_once(*presses) == [303, 303]
    assert set(db.session.scalars(select(Handover.number))) == {"U2026-0001", "U2026-0002"}


def test_of_two_who_hand_over_at_once_one_is_told(world: World) -> None:
    handover = world.heard()
    colleague = colleague_of(world)
    address, seen = f"/handovers/{handover.id}/hand-over", str(handover.version)
    presses = [
        (c, address, {"to_staff_id": str(to), "version": seen})
        for c, to in ((world.client, world.aid.id), (colleague, world.other_aid.id))
    ]
    assert at_once(*presses) == [303, 422]


def test_of_withdrawing_and_receiving_at_once_either_comes_first(world: World) -> None:
    handover = world.handed_over()
    at = f"/handovers/{handover.id}"
    codes = at_once(
        (world.client, f"{at}/withdraw", {"reason": "Fel", "version": str(handover.version)}),
        (world.aid_client, f"{at}/receive", {}),
    )
    state = db.session.scalars(select(Handover.state)).one()
    # Received first: whoever withdraws is told that something happened meanwhile.
    expected = [303, 303] if state is HandoverState.WITHDRAWN else [303, 422]
    assert codes == expected


def test_a_double_press_receives_once(world: World) -> None:
    at = f"/handovers/{world.handed_over().id}/receive"
    assert at_once((world.aid_client, at, {}), (world.aid_client, at, {})) == [303, 303]
    assert db.session.scalars(select(Handover.state)).one() is HandoverState.RECEIVED


def test_a_protected_case_is_handed_over_only_to_who_is_named(app: Any, sign_in: SignIn) -> None:
    world = World(sign_in, protection=Protection.CONFIDENTIAL, first_name="Hemligina")
    db.session.add(NamedStaff(case_id=world.case.id, staff_id=world.aid.id, named_at=NOW))
    builders.settle()
    h = world.heard()
    page = world.client.get(f"/handovers/{h.id}/hand-over").text
    assert "Bo Ek" in page
    assert "Bodil Ask" not in page
    h = world.again(h.id)
    service.hand_over(
        actor=world.worker,
        case=h.case,
        handover=h,
        to_staff_id=world.aid.id,
        seen_version=h.version,
        now=NOW,
    )
    builders.settle()
    colleague = builders.staff(world.unit, **EN)
    lead = builders.staff(world.unit, Role.UNIT_LEAD, **EN)
    builders.settle()
    for person in (colleague, lead, world.other_aid):
        client = sign_in(person)
        for address in ("", "/handover.pdf", "/withdraw", "/outcome"):
            assert client.get(f"/handovers/{h.id}{address}").status_code in (403, 404)
        assert "Hemligina" not in client.get("/handovers?state=handed_over").text
    assert "1 more is counted" in sign_in(colleague).get("/handovers?state=handed_over").text
    # Whoever is no longer named no longer sees it either.
    assert world.aid_client.get(f"/handovers/{h.id}").status_code == 200
    db.session.execute(delete(NamedStaff))
    builders.settle()
    assert world.aid_client.get(f"/handovers/{h.id}").status_code == 404


def _only() -> int:
    return db.session.scalars(select(Handover.id)).one()


def test_counts_are_whole_and_of_an_aid_officer_their_own(world: World) -> None:
    world.handed_over()
    found = counts(world.worker)[HandoverState.HANDED_OVER]
    assert (found.total, found.shown) == (1, 1)
    assert counts(world.officer)[HandoverState.HANDED_OVER].total == 1
    assert counts(Actor.of(world.other_aid))[HandoverState.HANDED_OVER].total == 0
    elsewhere = builders.staff(builders.unit())
    builders.settle()
    assert counts(Actor.of(elsewhere))[HandoverState.HANDED_OVER].total == 0
    assert [row.number for row in handovers_of_month([world.case.id], MONTH, world.officer)] == ["U2026-0001"]
    assert handovers_of_month([world.case.id], MONTH, Actor.of(world.other_aid)) == []


def number_of_statements(world: World, address: str) -> int:
    world.client.get(address)
    with statements() as found:
        assert world.client.get(address).status_code == 200
    return len(found)


def test_the_lists_take_no_more_queries_for_more_rows(world: World) -> None:
    world.handed_over()
    before = number_of_statements(world, "/handovers?state=handed_over")
    for _ in range(4):
        case = builders.case(world.unit, world.sara)
        builders.settle()
        made, _new = service.begin(actor=world.worker, case=case, month=MONTH, now=NOW)
        handover, to = world.again(made.id), world.aid.id
        with db.session.no_autoflush:
            handover.state, handover.heard_on = HandoverState.HANDED_OVER, TODAY
            handover.heard_how = HeardHow.PHONE
            handover.to_staff_id, handover.handed_over_at, handover.content = to, NOW, {}
        builders.settle()
    assert world.client.get("/handovers?state=handed_over").text.count("U2026-") == 5
    assert number_of_statements(world, "/handovers?state=handed_over") == before


@pytest.mark.parametrize("address", ["", "/hear", "/hand-over"])
def test_a_page_takes_no_more_queries_for_more_facts(world: World, address: str) -> None:
    at = f"/handovers/{world.draft().id}{address}"
    builders.account(world.session(AWAY))
    builders.settle()
    before = number_of_statements(world, at)
    placement = db.session.get_one(Placement, world.placement.id)
    placement.starts_on = date(2026, 11, 2)
    builders.touch(world.case)
    builders.settle()
    world.mark_until(TODAY)
    for session in world.sessions()[:8]:
        session.mark = Mark.SICK
        builders.account(session)
        builders.meeting(world.case, NOW - timedelta(days=session.on_date.day))
    builders.plan(world.case, agreed_on=date(2026, 11, 18))
    builders.settle()
    assert len(document_of_draft(world)) >= 14
    assert number_of_statements(world, at) == before


def document_of_draft(world: World) -> list[Any]:
    """The days that the draft tells of."""
    handover = world.again(_only())
    content = facts_of(handover, handover.case, last=date(2026, 11, 19)).content
    db.session.rollback()
    days: list[Any] = content["sessions"]
    return days


def test_a_document_of_every_content_says_something_for_each_part(world: World, app: Any) -> None:
    content = world.handed_over().content
    assert content is not None
    with app.test_request_context():
        document = document_of(content)
        assert [part.title for part in document.parts if part.is_empty and not part.empty] == []
        bare = {
            **content,
            "sessions": [],
            "plans": [],
            "placements": [],
            "meetings": [],
            "notices": [],
            "hearing": None,
        }
        assert all(part.empty or part.lines for part in document_of(bare).parts)


def test_the_month_proposed_for_a_handover_is_the_last_whole_one(world: World) -> None:
    """In the middle of a month there is an earlier one to choose, and that is the one that is asked about."""
    case = builders.case(world.unit, world.sara, first_contact_on=date(2026, 9, 1))
    builders.settle()
    page = world.client.get(f"/cases/{case.id}/handovers").text
    assert '<option selected value="2026-10-01">' in page
