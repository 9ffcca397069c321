"""What is done to staff accounts, and who may do it."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from activation.accounts import service
from activation.accounts.passwords import hash_password, matches
from activation.caseload.visibility import visible_cases
from activation.database import db
from activation.records.actor import Actor
from models import Case, CaseEvent, NamedStaff, Staff
from models.enums import Protection, Role
from models.errors import FieldError, NotAllowed
from tests import builders
from tests.builders import NOW, SYSTEM

PASSWORD = "fyra ord på rad"


@pytest.fixture
def administrator(app: Flask) -> Staff:
    return builders.staff(
        builders.unit("Enhet Syd"), Role.ADMINISTRATOR, password_hash=hash_password(PASSWORD)
    )


def add(actor: Actor = SYSTEM, **values: Any) -> service.NewAccount:
    return service.add_staff(
        actor=actor,
        **{
            "unit": service.get_or_make_unit("Enhet Syd"),
            "name": "Anna Alm",
            "email": "anna@kommun.example",
            "role": Role.SECRETARY,
            "now": NOW,
            **values,
        },
    )


def test_the_first_administrator_is_added_from_the_command_line(app: Flask) -> None:
    added = add(role=Role.ADMINISTRATOR)
    assert matches(added.staff.password_hash, added.password)
    assert added.staff.unit.name == "Enhet Syd"


def test_a_typed_password_is_taken_as_it_is(app: Flask) -> None:
    assert add(password=PASSWORD).password == PASSWORD


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"email": "not an address"}, "email"),
        ({"email": ""}, "email"),
        ({"name": "  "}, "name"),
        ({"password": "kort"}, "password"),
        ({"password": "anna@kommun.example"}, "password"),
    ],
)
def test_an_account_that_cannot_be_added(app: Flask, values: dict[str, str], field: str) -> None:
    with pytest.raises(FieldError) as error:
        add(**values)
    assert error.value.field == field


def test_one_account_for_each_address_however_it_is_written(app: Flask) -> None:
    add()
    with pytest.raises(FieldError) as error:
        add(email="ANNA@Kommun.example")
    assert error.value.field == "email"


@pytest.mark.parametrize("role", [r for r in Role if r is not Role.ADMINISTRATOR])
def test_only_an_administrator_manages_accounts(app: Flask, role: Role) -> None:
    unit = builders.unit()
    actor, other = Actor.of(builders.staff(unit, role)), builders.staff(unit)
    with pytest.raises(NotAllowed):
        add(actor)
    with pytest.raises(NotAllowed):
        service.update_staff(
            actor=actor, staff=other, name="X", role=Role.ADMINISTRATOR, unit=unit, active=True, now=NOW
        )
    with pytest.raises(NotAllowed):
        service.set_password(actor=actor, staff=other, now=NOW)
    with pytest.raises(NotAllowed):
        service.name_staff(actor=actor, case_number="X", email="x", now=NOW)
    with pytest.raises(NotAllowed):
        service.unname_staff(actor=actor, case_number="X", email="x", now=NOW)
    with pytest.raises(NotAllowed):
        service.set_language(actor=actor, staff=other, language="en", now=NOW)


def test_changing_role_and_unit_keeps_the_sessions_and_deactivating_ends_them(administrator: Staff) -> None:
    staff, north = builders.staff(administrator.unit), builders.unit("Enhet Nord")
    key = staff.session_key
    change = {"actor": Actor.of(administrator), "staff": staff, "name": staff.name, "now": NOW}
    assert service.update_staff(**change, role=Role.UNIT_LEAD, unit=north, active=True)  # type: ignore[arg-type]
    assert (staff.role, staff.unit_id, staff.session_key) == (Role.UNIT_LEAD, north.id, key)
    assert not service.update_staff(**change, role=Role.UNIT_LEAD, unit=north, active=True)  # type: ignore[arg-type]
    assert service.update_staff(**change, role=Role.UNIT_LEAD, unit=north, active=False)  # type: ignore[arg-type]
    assert staff.session_key != key


@pytest.mark.parametrize(
    ("role", "active", "field"), [(Role.SECRETARY, True, "role"), (Role.ADMINISTRATOR, False, "active")]
)
def test_an_administrator_cannot_lock_themselves_out(
    administrator: Staff, role: Role, active: bool, field: str
) -> None:
    with pytest.raises(FieldError) as error:
        service.update_staff(
            actor=Actor.of(administrator),
            staff=administrator,
            name="X",
            role=role,
            unit=administrator.unit,
            active=active,
            now=NOW,
        )
    assert error.value.field == field


def test_a_new_password_ends_all_sessions(administrator: Staff) -> None:
    staff = builders.staff(administrator.unit)
    key = staff.session_key
    password = service.set_password(actor=Actor.of(administrator), staff=staff, now=NOW)
    assert matches(staff.password_hash, password)
    assert staff.session_key != key


@pytest.mark.parametrize(
    ("current", "new", "again", "field"),
    [
        ("wrong", "ett helt nytt ord", "ett helt nytt ord", "current"),
        (PASSWORD, "kort", "kort", "new"),
        (PASSWORD, "ett helt nytt ord", "ett annat nytt ord", "again"),
        (PASSWORD, PASSWORD, PASSWORD, "new"),
        (PASSWORD, "ett helt nytt ord", "ett helt nytt ord", None),
    ],
)
def test_changing_ones_own_password(
    administrator: Staff, current: str, new: str, again: str, field: str | None
) -> None:
    def change() -> None:
        service.change_own_password(
            actor=Actor.of(administrator),
            staff=administrator,
            current=current,
            new=new,
            again=again,
            secret="x" * 32,
            address="",
            now=NOW,
        )

    if field is None:
        change()
        assert matches(administrator.password_hash, new)
        return
    with pytest.raises(FieldError) as error:
        change()
    assert error.value.field == field
    assert matches(administrator.password_hash, PASSWORD)


def test_an_import_makes_accounts_without_password_and_changes_only_what_differs(app: Flask) -> None:
    unit = builders.unit()
    values = {"actor": SYSTEM, "unit": unit, "email": "bo@kommun.example", "role": Role.SECRETARY, "now": NOW}
    staff, changed = service.upsert_staff(**values, name="Bo", existing=None)  # type: ignore[arg-type]
    db.session.flush()
    assert changed
    assert staff.password_hash is None
    assert staff.session_key
    assert service.upsert_staff(**values, name="Bo", existing=staff) == (staff, False)  # type: ignore[arg-type]
    assert service.upsert_staff(**values, name="Bo Ek", existing=staff) == (staff, True)  # type: ignore[arg-type]
    assert staff.name == "Bo Ek"


def test_a_unit_is_made_once(app: Flask) -> None:
    assert service.get_or_make_unit("Enhet Öst") is service.get_or_make_unit("Enhet Öst")


# Protected cases


@pytest.fixture
def protected(administrator: Staff) -> Case:
    return builders.case(administrator.unit, protection=Protection.CONFIDENTIAL, case_number="P-1")


def sees(staff: Staff, case: Case) -> bool:
    seen = select(Case.id).where(Case.id == case.id, visible_cases(Actor.of(staff)))
    return db.session.scalar(seen) is not None


def test_naming_lets_staff_see_a_protected_case_and_unnaming_takes_it_back(
    administrator: Staff, protected: Case
) -> None:
    secretary = builders.staff(administrator.unit)
    naming = {
        "actor": Actor.of(administrator),
        "case_number": " P-1 ",
        "email": secretary.email.upper(),
        "now": NOW,
    }
    assert not sees(secretary, protected)
    assert service.name_staff(**naming)  # type: ignore[arg-type]
    assert sees(secretary, protected)
    assert not service.name_staff(**naming)  # type: ignore[arg-type]
    assert service.unname_staff(**naming)  # type: ignore[arg-type]
    assert not sees(secretary, protected)
    assert not service.unname_staff(**naming)  # type: ignore[arg-type]
    events = db.session.execute(
        select(CaseEvent.verb, CaseEvent.actor_name, CaseEvent.changes)
        .where(CaseEvent.case_id == protected.id, CaseEvent.verb.like("staff%"))
        .order_by(CaseEvent.id)
    ).all()
    assert [tuple(event) for event in events] == [
        ("staff_named", administrator.name, {"named_staff": [None, secretary.name]}),
        ("staff_unnamed", administrator.name, {"named_staff": [secretary.name, None]}),
    ]


def test_a_case_without_protection_is_answered_like_none_at_all(administrator: Staff) -> None:
    builders.case(administrator.unit, case_number="OPEN-1")
    secretary = builders.staff(administrator.unit)
    texts = []
    for number in ("OPEN-1", "NONE-1", ""):
        with pytest.raises(FieldError) as error:
            service.name_staff(
                actor=Actor.of(administrator), case_number=number, email=secretary.email, now=NOW
            )
        texts.append((error.value.field, str(error.value)))
    assert len(set(texts)) == 1


@pytest.mark.parametrize("who", ["nobody", "off", "administrator"])
def test_only_active_staff_who_work_with_cases_can_be_named(
    administrator: Staff, protected: Case, who: str
) -> None:
    emails = {
        "nobody": "nobody@kommun.example",
        "off": builders.staff(administrator.unit, active=False).email,
        "administrator": administrator.email,
    }
    with pytest.raises(FieldError) as error:
        service.name_staff(actor=Actor.of(administrator), case_number="P-1", email=emails[who], now=NOW)
    assert error.value.field == "email"
    assert db.session.scalar(select(func.count()).select_from(NamedStaff)) == 0
