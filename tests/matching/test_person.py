"""What a participant can and looks for: noted, taken back, and told in the history."""

from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from activation.database import db
from activation.matching import person
from activation.records.texts import details, sentence
from models import Case, CaseCompetence, CaseEvent
from models.enums import LanguageLevel
from models.errors import Conflict, FieldError
from tests import builders
from tests.matching import world

NOW = world.NOW


@pytest.fixture
def case(app: Flask) -> Case:
    return builders.case(builders.unit())


def history(app: Flask, case_id: int) -> list[tuple[str, list[str]]]:
    """The last events in words, without the enrolment."""
    builders.settle()
    events = db.session.scalars(
        select(CaseEvent)
        .where(CaseEvent.case_id == case_id, CaseEvent.verb != "case_enrolled")
        .order_by(CaseEvent.id)
    ).all()
    with app.test_request_context(headers={"Accept-Language": "en"}):
        return [(sentence(e.verb, e.changes), details(e.verb, e.changes, e.reason)) for e in events]


def rows(case: Case) -> list[CaseCompetence]:
    return list(
        db.session.scalars(
            select(CaseCompetence).where(CaseCompetence.case_id == case.id).order_by(CaseCompetence.id)
        )
    )


def test_what_is_noted_stands_once_with_who_and_when(app: Flask, case: Case) -> None:
    assert [t.name for t in world.can(case, "Kock", "HLR", note="två år")] == ["Kock", "HLR"]
    assert world.can(case, "kock") == []
    assert [(r.note, r.noted_on, r.noted_by, r.removed_at) for r in rows(case)] == [
        ("två år", NOW.date(), "test", None)
    ] * 2
    assert history(app, case.id) == [("Noted what the participant can: Kock, HLR.", ["Note: två år"])]


def test_what_is_taken_back_stays_as_a_row_and_may_be_noted_anew(app: Flask, case: Case) -> None:
    world.can(case, "Kock")
    noted = person.noted_competence(rows(case)[0].id)
    assert noted is not None
    args: dict[str, Any] = {"actor": builders.SYSTEM, "case": case, "noted": noted, "now": NOW}
    assert person.remove_competence(**args)
    assert not person.remove_competence(**args)
    world.can(case, "Kock")
    assert [r.removed_at is None for r in rows(case)] == [False, True]
    assert history(app, case.id)[1] == ("Took back what was noted of the participant: Kock.", [])


def test_nothing_typed_is_told_beside_the_field(case: Case) -> None:
    with pytest.raises(FieldError):
        world.can(case)


def test_a_closed_case_is_left_alone(app: Flask) -> None:
    closed = builders.case(builders.unit(), closed_on=NOW.date())
    with pytest.raises(Conflict):
        world.can(closed, "Kock")
    with pytest.raises(Conflict):
        world.profile(closed, language_level=LanguageLevel.GOOD)
    with pytest.raises(Conflict):
        world.top_up(closed)


def test_a_work_profile_is_saved_and_each_change_is_told(app: Flask, case: Case) -> None:
    world.profile(case, language_level=LanguageLevel.BASIC, licences=["c", "b"], hours_per_week=Decimal(20))
    stored = world.profile(case, language_level=LanguageLevel.GOOD, licences=[], wishes="Kök")
    assert (stored.licences, stored.hours_per_week, stored.version) == ([], None, 2)
    assert history(app, case.id) == [
        (
            "Changed what matters for finding a place.",
            [
                "Swedish: Simple everyday Swedish (A1–A2)",
                "Driving licence: B (car), C (lorry)",
                "Hours a week: 20",
            ],
        ),
        (
            "Changed what matters for finding a place.",
            [
                "Swedish: Simple everyday Swedish (A1–A2) → Good (B2)",
                "Driving licence: B (car), C (lorry) → Has none",
                "Hours a week: 20 → –",
                "Wishes: Kök",
            ],
        ),
    ]


def test_a_blank_profile_makes_no_row(case: Case) -> None:
    values = world.PROFILE
    assert not person.save_profile(actor=builders.SYSTEM, case=case, seen_version=0, values=values, now=NOW)
    assert person.profile_of(case.id) is None


@pytest.mark.parametrize("seen", [0, 1, 3, None])
def test_a_profile_that_somebody_saved_meanwhile_is_not_overwritten(case: Case, seen: int | None) -> None:
    world.profile(case, wishes="A")
    world.profile(case, wishes="B")
    with pytest.raises(Conflict):
        person.save_profile(
            actor=builders.SYSTEM, case=case, seen_version=seen, values=world.PROFILE, now=NOW
        )


def test_has_no_licence_is_kept_apart_from_not_asked(case: Case) -> None:
    assert world.profile(case, wishes="x").licences is None
    assert world.profile(case, licences=[]).licences == []
