"""What people do with a case, for every state it can be in."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from activation.caseload import closing, service
from activation.caseload.handing_over import hand_over
from activation.database import db
from activation.records.actor import Actor
from models import Case, CaseEvent, FlowMove, NamedStaff, Staff, Unit
from models.enums import ClosureReason, Flow, FlowReason, Protection, Role
from models.errors import Conflict, DomainError, FieldError, NotAllowed
from tests import builders

NOW = builders.NOW
TODAY = date(2026, 11, 20)
NUMBER, OTHER_NUMBER = builders.TEST_PERSONAL_NUMBERS[:2]


@pytest.fixture
def unit(app: Flask) -> Unit:
    return builders.unit()


@pytest.fixture
def anna(unit: Unit) -> Staff:
    return builders.staff(unit, name="Anna Sekreterare")


@pytest.fixture
def bo(unit: Unit) -> Staff:
    return builders.staff(unit, name="Bo Sekreterare")


def in_state(unit: Unit, state: str, anna: Staff, bo: Staff) -> Case:
    match state:
        case "unassigned":
            return builders.case(unit)
        case "mine":
            return builders.case(unit, anna)
        case "a colleague's":
            return builders.case(unit, bo)
        case "closed":
            return builders.case(unit, anna, closed_on=TODAY)
        case "closes later":
            return builders.case(unit, anna, closed_on=TODAY + timedelta(days=5))
    raise AssertionError(state)


def verbs_of(case: Case) -> list[str]:
    db.session.flush()
    return list(
        db.session.scalars(select(CaseEvent.verb).where(CaseEvent.case_id == case.id).order_by(CaseEvent.id))
    )


STATES = ("unassigned", "mine", "a colleague's", "closed", "closes later")
ROLES = (Role.SECRETARY, Role.UNIT_LEAD, Role.AID_OFFICER, Role.ADMINISTRATOR)

# (verb, state) → what comes of it for a secretary; None is success.
OUTCOMES: dict[tuple[str, str], type[DomainError] | None] = {
    ("take", "unassigned"): None,
    ("take", "mine"): None,
    ("take", "a colleague's"): Conflict,
    ("take", "closed"): Conflict,
    ("take", "closes later"): None,
    ("hand_over", "unassigned"): None,
    ("hand_over", "mine"): None,
    ("hand_over", "a colleague's"): FieldError,  # Bo has it already
    ("hand_over", "closed"): Conflict,
    ("hand_over", "closes later"): None,
    ("close", "unassigned"): None,
    ("close", "mine"): None,
    ("close", "a colleague's"): None,
    ("close", "closed"): Conflict,
    ("close", "closes later"): Conflict,
    ("confirm", "unassigned"): Conflict,
    ("confirm", "mine"): Conflict,
    ("confirm", "a colleague's"): Conflict,
    ("confirm", "closed"): Conflict,  # it has no start of work
    ("confirm", "closes later"): Conflict,
}


def do(verb: str, actor: Actor, case: Case, to: Staff) -> None:
    match verb:
        case "take":
            service.take(actor=actor, case=case, now=NOW)
        case "hand_over":
            hand_over(actor=actor, case=case, to=to, seen_secretary_id=case.secretary_id, reason="", now=NOW)
        case "close":
            close(actor, case)
        case "confirm":
            closing.confirm_outcome(actor=actor, case=case, confirmed_on=TODAY, now=NOW)


def close(actor: Actor, case: Case, **changes: object) -> None:
    values: dict[str, object] = {
        "closed_on": TODAY,
        "reason": ClosureReason.MOVED,
        "outcome_starts_on": None,
        "note": "",
        **changes,
    }
    closing.close(actor=actor, case=case, now=NOW, **values)  # type: ignore[arg-type] # the form's values


def test_a_secretary_can_do_what_the_state_allows(unit: Unit, anna: Staff, bo: Staff) -> None:
    for (verb, state), error in OUTCOMES.items():
        case = in_state(unit, state, anna, bo)
        before = verbs_of(case)
        if error is None:
            do(verb, Actor.of(anna), case, bo)
            already_mine = verb == "take" and case.secretary_id == anna.id and state != "unassigned"
            assert len(verbs_of(case)) == len(before) + (0 if already_mine else 1), (verb, state)
        else:
            with pytest.raises(error):
                do(verb, Actor.of(anna), case, bo)
            assert verbs_of(case) == before, (verb, state)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("verb", ["take", "hand_over", "close", "confirm"])
def test_only_those_who_work_with_cases_can_change_them(
    unit: Unit, anna: Staff, bo: Staff, role: Role, verb: str
) -> None:
    case = (
        builders.case(unit, closed_on=TODAY, outcome_starts_on=TODAY)
        if verb == "confirm"
        else builders.case(unit)
    )
    actor = Actor.of(builders.staff(unit, role))
    if role in (Role.SECRETARY, Role.UNIT_LEAD):
        do(verb, actor, case, bo)
    else:
        with pytest.raises(NotAllowed):
            do(verb, actor, case, bo)


def test_the_second_to_hand_over_is_told(unit: Unit, anna: Staff, bo: Staff) -> None:
    case = builders.case(unit, anna)
    seen = case.secretary_id
    hand_over(actor=Actor.of(anna), case=case, to=bo, seen_secretary_id=seen, reason="", now=NOW)
    third = builders.staff(unit)
    with pytest.raises(Conflict):
        hand_over(actor=Actor.of(anna), case=case, to=third, seen_secretary_id=seen, reason="", now=NOW)
    assert case.secretary_id == bo.id


@pytest.mark.parametrize("why", ["other unit", "not active", "aid officer"])
def test_a_case_cannot_go_to_somebody_who_is_no_colleague(unit: Unit, anna: Staff, why: str) -> None:
    case = builders.case(unit, anna)
    to = {
        "other unit": lambda: builders.staff(builders.unit()),
        "not active": lambda: builders.staff(unit, active=False),
        "aid officer": lambda: builders.staff(unit, Role.AID_OFFICER),
    }[why]()
    with pytest.raises(FieldError) as error:
        hand_over(actor=Actor.of(anna), case=case, to=to, seen_secretary_id=anna.id, reason="", now=NOW)
    assert error.value.field == "to"


def test_history_stays_with_who_did_it_after_a_hand_over(unit: Unit, anna: Staff, bo: Staff) -> None:
    case = builders.case(unit)
    service.take(actor=Actor.of(anna), case=case, now=NOW)
    hand_over(actor=Actor.of(anna), case=case, to=bo, seen_secretary_id=anna.id, reason="x", now=NOW)
    db.session.flush()
    events = db.session.scalars(
        select(CaseEvent)
        .where(CaseEvent.case_id == case.id, CaseEvent.staff_id == anna.id)
        .order_by(CaseEvent.id)
    ).all()
    assert [e.verb for e in events] == ["case_taken", "case_handed_over"]
    assert {e.actor_name for e in events} == {"Anna Sekreterare"}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"closed_on": TODAY + timedelta(days=1)}, "closed_on"),
        ({"closed_on": date(2026, 11, 1)}, "closed_on"),
        ({"reason": ClosureReason.WORK}, "outcome_starts_on"),
        ({"reason": ClosureReason.SUBSIDISED_WORK}, "outcome_starts_on"),
        ({"reason": ClosureReason.MUNICIPAL_EMPLOYMENT}, "outcome_starts_on"),
    ],
)
def test_closing_says_which_field_is_wrong(
    unit: Unit, anna: Staff, changes: dict[str, object], field: str
) -> None:
    case = builders.case(unit, anna)
    with pytest.raises(FieldError) as error:
        close(Actor.of(anna), case, **changes)
    assert error.value.field == field
    assert case.closed_on is None


def test_an_outcome_can_be_confirmed_once_between_its_start_and_today(unit: Unit, anna: Staff) -> None:
    case = builders.case(unit, anna)
    close(Actor.of(anna), case, reason=ClosureReason.WORK, outcome_starts_on=TODAY - timedelta(days=2))
    for day in (TODAY - timedelta(days=3), TODAY + timedelta(days=1)):
        with pytest.raises(FieldError):
            closing.confirm_outcome(actor=Actor.of(anna), case=case, confirmed_on=day, now=NOW)
    closing.confirm_outcome(actor=Actor.of(anna), case=case, confirmed_on=TODAY, now=NOW)
    with pytest.raises(Conflict):
        closing.confirm_outcome(actor=Actor.of(anna), case=case, confirmed_on=TODAY, now=NOW)


def enrol(unit: Unit, actor: Staff, number: str = "N-1", **values: object) -> Case:
    return service.enrol_by_hand(
        actor=Actor.of(actor),
        unit=unit,
        household_number="",
        values={
            "case_number": number,
            "first_name": "Sara",
            "last_name": "Öberg",
            "first_contact_on": TODAY,
            "secretary_id": None,
            "personal_number": None,
            **values,
        },
        now=NOW,
    )


def test_an_enrolment_without_household_is_a_household_of_its_own(unit: Unit, anna: Staff) -> None:
    assert enrol(unit, anna).household.number == "N-1"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"first_contact_on": TODAY + timedelta(days=1)}, "first_contact_on"),
        ({"case_number": "TAKEN"}, "case_number"),
        ({"personal_number": NUMBER}, "personal_number"),
        ({"secretary_id": -1}, "secretary_id"),
    ],
)
def test_enrolling_says_which_field_is_wrong(
    unit: Unit, anna: Staff, values: dict[str, object], field: str
) -> None:
    builders.case(unit, case_number="TAKEN", personal_number=NUMBER)
    others = {name: value for name, value in values.items() if name != "case_number"}
    with pytest.raises(FieldError) as error:
        enrol(unit, anna, str(values.get("case_number", "N-2")), **others)
    assert error.value.field == field


def test_a_person_who_is_protected_stays_so_in_a_new_case(unit: Unit, anna: Staff) -> None:
    elsewhere = builders.unit()
    builders.case(
        elsewhere,
        personal_number=NUMBER,
        first_contact_on=date(2026, 1, 1),
        closed_on=date(2026, 2, 1),
        protection=Protection.CONFIDENTIAL,
    )
    case = enrol(unit, anna, personal_number=NUMBER)
    assert case.protection is Protection.CONFIDENTIAL
    assert list(db.session.scalars(select(NamedStaff.staff_id).where(NamedStaff.case_id == case.id))) == [
        anna.id
    ]


def edit(
    case: Case,
    actor: Staff,
    *,
    named: tuple[int, ...] = (),
    reason: str = "",
    flow_reason: FlowReason | None = FlowReason.HEALTH,
    **values: object,
) -> bool:
    return service.edit(
        actor=Actor.of(actor),
        case=case,
        seen_version=case.version,
        values=values,
        household_number="",
        named=named,
        reason=reason,
        flow_reason=flow_reason,
        now=NOW,
    )


@pytest.mark.parametrize("values", [{"flow": Flow.SUPPORT}, {"protection": Protection.CONFIDENTIAL}])
def test_a_change_of_flow_or_protection_needs_its_reason(
    unit: Unit, anna: Staff, values: dict[str, object]
) -> None:
    case = builders.case(unit, anna)
    with pytest.raises(FieldError) as error:
        edit(case, anna, **values)
    assert error.value.field == "reason"
    assert edit(case, anna, reason="Därför", **values)


def test_a_move_to_the_other_flow_is_written_down_with_its_kind_of_reason(unit: Unit, anna: Staff) -> None:
    case = builders.case(unit, anna)
    with pytest.raises(FieldError) as error:
        edit(case, anna, reason="Sjuk", flow_reason=None, flow=Flow.SUPPORT)
    assert error.value.field == "flow_reason"
    db.session.refresh(case)
    edit(case, anna, reason="Sjuk", flow=Flow.SUPPORT)
    builders.settle()
    move = db.session.scalars(select(FlowMove)).one()
    assert (move.moved_on, move.flow, move.reason, move.note) == (
        TODAY, Flow.SUPPORT, FlowReason.HEALTH, "Sjuk",
    )  # fmt: skip
    assert case.flow is Flow.SUPPORT
    edit(case, anna, reason="Fel", flow=Flow.MAIN)
    builders.settle()
    assert db.session.scalars(select(FlowMove)).all() == [], "back on the same day it never moved"


def test_a_file_says_which_flow_a_case_has_and_not_that_it_moved(unit: Unit) -> None:
    case = builders.case(unit)
    for day, values in enumerate([{"flow": Flow.SUPPORT}, {"phone": "+46701740605"}, {"flow": Flow.MAIN}]):
        service.update_case(
            actor=builders.SYSTEM, case=case, values=values, now=builders.NOW + timedelta(days=day)
        )
        db.session.flush()
    assert db.session.scalars(select(FlowMove)).all() == []


def test_saving_the_same_again_changes_nothing(unit: Unit, anna: Staff) -> None:
    case = builders.case(unit, anna, phone="+46701740605")
    before = verbs_of(case)
    assert not edit(case, anna, phone="+46701740605")
    assert verbs_of(case) == before


def test_an_edit_of_an_older_version_is_refused(unit: Unit, anna: Staff) -> None:
    case = builders.case(unit, anna)
    with pytest.raises(Conflict):
        service.edit(
            actor=Actor.of(anna),
            case=case,
            seen_version=case.version - 1,
            values={"first_name": "Eva"},
            household_number="",
            named=(),
            reason="",
            now=NOW,
        )
    assert case.first_name == "Anna"


def test_whoever_protects_a_case_can_still_open_it_and_names_others(
    unit: Unit, anna: Staff, bo: Staff
) -> None:
    case = builders.case(unit, anna)
    officer = builders.staff(unit, Role.AID_OFFICER)
    edit(case, bo, reason="Begärt", protection=Protection.CONFIDENTIAL, named=(officer.id,))
    named = set(db.session.scalars(select(NamedStaff.staff_id).where(NamedStaff.case_id == case.id)))
    assert named == {bo.id, officer.id}
    edit(case, anna, protection=Protection.CONFIDENTIAL, named=(bo.id,))
    named = set(db.session.scalars(select(NamedStaff.staff_id).where(NamedStaff.case_id == case.id)))
    assert named == {bo.id}
    assert verbs_of(case)[-1] == "staff_unnamed"


def test_the_history_does_not_tell_contact_details(unit: Unit, anna: Staff) -> None:
    case = builders.case(unit, anna)
    edit(case, anna, phone="+46701740605", email="sara@mejl.example", personal_number=OTHER_NUMBER)
    event = db.session.scalars(
        select(CaseEvent).where(CaseEvent.case_id == case.id, CaseEvent.verb == "case_changed")
    ).one()
    assert set(event.changes) == {"phone", "email", "personal_number"}
    assert all(pair == ["…", "…"] for pair in event.changes.values())


def test_a_move_to_another_household_is_told_by_its_number(unit: Unit, anna: Staff) -> None:
    case = builders.case(unit, anna, household="H-1")
    service.edit(
        actor=Actor.of(anna),
        case=case,
        seen_version=case.version,
        values={},
        household_number="H-2",
        named=(),
        reason="",
        now=NOW,
    )
    event = db.session.scalars(
        select(CaseEvent).where(CaseEvent.case_id == case.id, CaseEvent.verb == "case_changed")
    ).one()
    assert event.changes == {"household": ["H-1", "H-2"]}


def test_a_change_of_secretary_and_unit_is_told_by_name(app: Flask) -> None:
    old, new = builders.staff(builders.unit("Enhet Ett")), builders.staff(builders.unit("Enhet Två"))
    case = builders.case(db.session.get_one(Unit, old.unit_id), old)
    values = {"secretary_id": new.id, "unit_id": new.unit_id}
    assert service.update_case(actor=builders.SYSTEM, case=case, values=values, now=builders.NOW)
    db.session.flush()
    event = db.session.scalars(select(CaseEvent).where(CaseEvent.verb == "case_changed")).one()
    assert event.changes == {"secretary": [old.name, new.name], "unit": ["Enhet Ett", "Enhet Två"]}
