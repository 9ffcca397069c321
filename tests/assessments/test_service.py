"""Going through the questions: begin, write, choose, complete, begin again; and support that is opened and ended."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import func, select

from activation.assessments import feeds, queries, service, support
from activation.assessments.answers import Content, Page, answer_among, content_of
from activation.database import db
from activation.matching.person import profile_of
from activation.records.actor import Actor
from models import Case, CaseEvent, SupportNeed
from models.enums import LanguageLevel, SupportOutcome
from models.errors import Conflict, DomainError, FieldError
from tests import builders
from tests.assessments import world
from tests.assessments.world import QUESTIONS
from tests.builders import NOW, SYSTEM


@pytest.fixture
def case(app: Flask) -> Case:
    return builders.case(builders.unit())


def answer(of: int, key: str) -> Content:
    return content_of(answer_among(queries.wordings(of, [key])))


def test_one_assessment_is_open_at_a_time(case: Case) -> None:
    first, again = (
        service.begin(actor=SYSTEM, case=case, version=version, now=NOW)
        for version in [world.published()] * 2
    )
    assert (first[1], again[1]) == (True, False)
    assert first[0].id == again[0].id


def test_a_closed_case_begins_and_writes_nothing(case: Case) -> None:
    of = world.begun(case)
    case.closed_on = NOW.date()
    with pytest.raises(Conflict):
        world.write(of, case, "jobs", "Lager")
    with pytest.raises(Conflict):
        service.begin(actor=SYSTEM, case=case, version=of.set_version, now=NOW)


def test_two_tabs_keep_both_texts_until_somebody_chooses(case: Case) -> None:
    of = world.begun(case)
    world.write(of, case, "jobs", "Lager", page=Page("p", 1))
    assert not world.write(of, case, "jobs", "Kök", page=Page("q", 1)).is_answer
    assert world.texts(of, "jobs") == [(1, "Lager", False), (2, "Kök", True)]
    with pytest.raises(DomainError):
        service.complete(actor=SYSTEM, case=case, assessment_id=of.id, completed_on=NOW.date(), now=NOW)

    def choose(seen: int) -> bool:
        return service.choose(
            actor=SYSTEM, case=case, assessment_id=of.id, question=QUESTIONS["jobs"],
            content=Content("Lager, kök"), seen=seen, now=NOW,
        )  # fmt: skip

    with pytest.raises(Conflict):
        choose(1)
    assert choose(2)
    assert not choose(2), "pressed twice"
    assert world.texts(of, "jobs") == [(1, "Lager", False), (2, "Kök", False), (3, "Lager, kök", False)]
    # A page that still shows the first text has not seen what was chosen.
    assert not world.write(of, case, "jobs", "Lager igen", seen=1, page=Page("p", 2)).is_answer


def test_what_the_same_page_writes_on_is_one_wording_and_others_see_that_it_moved(case: Case) -> None:
    of = world.begun(case)
    world.write(of, case, "jobs", "Jag", page=Page("p", 1))
    world.write(of, case, "jobs", "Jag har", seen=1, page=Page("p", 2), now=NOW + timedelta(minutes=1))
    assert world.texts(of, "jobs") == [(2, "Jag har", False)]
    assert not world.write(of, case, "jobs", "Nej", seen=1, page=Page("q", 1)).is_answer


def test_the_history_says_once_a_day_that_somebody_wrote(case: Case) -> None:
    of = world.begun(case)
    for text, day in (("a", 0), ("b", 0), ("c", 1)):
        world.write(of, case, "jobs", text, seen=9, now=NOW + timedelta(days=day))
    found = db.session.scalar(
        select(func.count()).select_from(CaseEvent).where(CaseEvent.verb == "assessment_written")
    )
    assert found == 2


def test_nothing_is_written_in_a_completed_assessment_and_a_new_one_begins_beside_it(case: Case) -> None:
    of = world.begun(case)
    world.write(of, case, "jobs", "Lager")
    world.write(of, case, "childcare", skip="vill inte")

    def complete(day: date) -> bool:
        return service.complete(actor=SYSTEM, case=case, assessment_id=of.id, completed_on=day, now=NOW)

    for day in (date(2026, 11, 19), date(2026, 11, 21)):
        with pytest.raises(FieldError):
            complete(day)
    assert complete(NOW.date())
    assert not complete(NOW.date())
    with pytest.raises(Conflict):
        world.write(of, case, "jobs", "Kök", seen=1)

    new = world.begun(case, version=of.set_version)
    assert new.id != of.id
    assert answer(new.id, "jobs") == Content()
    for _press in range(2):
        service.still_true(actor=SYSTEM, case=case, assessment_id=new.id, question=QUESTIONS["jobs"], now=NOW)
    assert world.texts(new, "jobs") == [(1, "Lager", False)]
    # Why something was skipped last time is no answer.
    service.still_true(
        actor=SYSTEM, case=case, assessment_id=new.id, question=QUESTIONS["childcare"], now=NOW
    )
    assert world.texts(new, "childcare") == []


def test_a_support_task_is_opened_by_a_press_once_and_ended_in_words(case: Case) -> None:
    of = world.begun(case)
    question = QUESTIONS["childcare"]
    made = [
        support.open_need(actor=SYSTEM, case=case, assessment=of, question=question, now=NOW) for _ in "12"
    ]
    assert [new for _row, new in made] == [True, False]
    need = db.session.scalars(select(SupportNeed)).one()
    assert (need.what, need.question) == ("Hjälp att ordna barnomsorg", "childcare")
    with pytest.raises(FieldError):
        support.open_need(actor=SYSTEM, case=case, assessment=of, question=QUESTIONS["jobs"], now=NOW)

    def end(version: int, outcome: SupportOutcome) -> bool:
        return support.end_need(
            actor=SYSTEM, case=case, need=need, seen_version=version, outcome=outcome, note="", now=NOW
        )

    assert end(1, SupportOutcome.ARRANGED)
    assert not end(1, SupportOutcome.ARRANGED)
    with pytest.raises(Conflict):
        end(1, SupportOutcome.GONE)
    assert support.open_need(actor=SYSTEM, case=case, assessment=of, question=question, now=NOW)[1]


@pytest.mark.parametrize(
    ("key", "typed", "column", "value"),
    [
        ("wishes", ["Kök"], "wishes", "Kök"),
        ("level", ["good"], "language_level", LanguageLevel.GOOD),
        ("licences", ["c", "b"], "licences", ["b", "c"]),
        ("licences", ["none"], "licences", []),
        ("hours", ["20"], "hours_per_week", Decimal(20)),
        ("start", ["2026-12-01"], "can_start_on", date(2026, 12, 1)),
    ],
)
def test_an_answer_reaches_the_work_profile_by_a_press_only(
    case: Case, key: str, typed: list[str], column: str, value: object
) -> None:
    of = world.begun(case)
    world.write(of, case, key, *typed)
    assert profile_of(case.id) is None
    content = answer(of.id, key)
    offer = feeds.offer_of(QUESTIONS[key], content, None)
    assert offer is not None
    feeds.take_over(
        actor=SYSTEM, case=case, question=QUESTIONS[key], content=content, seen_version=offer.version, now=NOW
    )
    profile = profile_of(case.id)
    assert profile is not None
    assert getattr(profile, column) == value
    assert feeds.offer_of(QUESTIONS[key], content, profile) is None


def test_a_work_profile_that_somebody_changed_meanwhile_is_not_written_over(case: Case) -> None:
    of = world.begun(case)
    world.write(of, case, "hours", "20")
    with pytest.raises(Conflict):
        feeds.take_over(
            actor=SYSTEM,
            case=case,
            question=QUESTIONS["hours"],
            content=answer(of.id, "hours"),
            seen_version=9,
            now=NOW,
        )


@pytest.mark.parametrize("key", ["competences", "violence", "jobs"])
def test_nothing_else_is_offered_to_the_work_profile(case: Case, key: str) -> None:
    assert feeds.offer_of(QUESTIONS[key], Content("yes"), None) is None


def test_answers_carry_who_wrote_them_and_when(case: Case) -> None:
    staff = builders.staff(builders.unit(), name="Sara")
    of = world.begun(case)
    world.write(of, case, "violence", "yes", by=staff)
    row = queries.wordings(of.id, ["violence"])[0]
    assert (row.author, row.staff_id, row.at, row.value) == ("Sara", staff.id, NOW, "yes")
    assert Actor.of(staff).staff_id == row.staff_id
