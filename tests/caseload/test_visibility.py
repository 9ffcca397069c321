"""Who may know of which case: the condition in SQL and the rule for one case say the same, for every combination."""

from itertools import product

import pytest
from flask import Flask
from sqlalchemy import select

from activation.caseload.prepared import any_actor, who
from activation.caseload.visibility import can_view, in_scope, visible_cases
from activation.database import db
from activation.records.actor import Actor
from models import Case, NamedStaff, Staff
from models.enums import Protection, Role
from tests import builders

PROTECTIONS = (None, *Protection)


@pytest.fixture
def municipality(app: Flask) -> tuple[list[Staff], list[Case], dict[int, set[int]]]:
    """Two units, a person of each role in each, and a case for every unit × protection × secretary × named."""
    units = [builders.unit(), builders.unit()]
    people = [builders.staff(unit, role) for unit in units for role in Role]
    cases, named = [], {}
    for unit, protection, secretary, name in product(units, PROTECTIONS, (None, *people), (None, *people)):
        case = builders.case(unit, secretary, protection=protection)
        named[case.id] = {name.id} if name else set()
        if name:
            db.session.add(NamedStaff(case_id=case.id, staff_id=name.id, named_at=builders.NOW))
        cases.append(case)
    db.session.flush()
    db.session.info.clear()
    return people, cases, named


def test_the_list_agrees_with_the_rule_for_one_case(
    municipality: tuple[list[Staff], list[Case], dict[int, set[int]]],
) -> None:
    people, cases, named = municipality
    actors = [*(Actor.of(p) for p in people), Actor.system("test"), Actor.supervisor("Handledare", 1)]
    for actor in actors:
        listed = set(db.session.scalars(select(Case.id).where(visible_cases(actor))))
        allowed = {case.id for case in cases if can_view(actor, case, named[case.id])}
        assert listed == allowed, actor
        if actor.staff_id is not None:
            prepared = select(Case.id).where(visible_cases(any_actor(actor.role)))
            assert set(db.session.scalars(prepared, who(actor))) == allowed, actor


def test_a_protected_case_is_seen_by_its_secretary_and_those_named_only(
    municipality: tuple[list[Staff], list[Case], dict[int, set[int]]],
) -> None:
    people, cases, named = municipality
    for person in people:
        for case in cases:
            if case.protection and can_view(Actor.of(person), case, named[case.id]):
                assert person.id == case.secretary_id or person.id in named[case.id]
                assert person.role is not Role.ADMINISTRATOR


def test_what_one_sees_without_protection_is_in_scope(
    municipality: tuple[list[Staff], list[Case], dict[int, set[int]]],
) -> None:
    people, _cases, _named = municipality
    for person in people:
        actor = Actor.of(person)
        unprotected = select(Case.id).where(visible_cases(actor), Case.protection.is_(None))
        whole = set(db.session.scalars(select(Case.id).where(in_scope(actor))))
        assert set(db.session.scalars(unprotected)) <= whole
