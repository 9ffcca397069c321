"""The pages around a plan: one, all, two side by side, read together, objections, reviews, and the papers."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select, update
from sqlalchemy.orm import joinedload

from activation.database import db
from activation.plans import service
from activation.plans.plain import chapters
from activation.plans.queries import plan_with_steps, plans_by_id
from activation.plans.rules import Activity, Step
from activation.plans.talks import object_to, review
from activation.records.actor import Actor
from activation.web.language import in_language
from models import AccessLogEntry, Case, HouseholdChild, Plan, PlanObjection, PlanReview, Staff
from models.enums import ActivityType, AgreedHow, LowerHours, Obstacle, Protection, ReviewResult, Role, Viewed
from tests import builders
from tests.builders import NOW
from tests.pdf import text_of
from tests.statements import statements

SignIn = Callable[[Staff], FlaskClient]
TODAY = NOW.date()
HOME = "H-hemma"
GOAL, WISH, WORDS = "Jag vill jobba i kök.", "Helst nära hemmet.", "Det är för långt dit."
KITCHEN = Activity("Köket på skolan", ActivityType.WORKPLACE, Decimal(16))
SWEDISH = Activity("Sfi", ActivityType.LANGUAGE, Decimal("7.5"))


@pytest.fixture
def secretary(app: Flask) -> Staff:
    return builders.staff(builders.unit(), language="en", name="Sara Ström")


@pytest.fixture
def case(secretary: Staff) -> Case:
    row = builders.case(
        secretary.unit, secretary, personal_number="198810182397", last_name="Alm", household=HOME
    )
    builders.settle()
    return row


@pytest.fixture
def client(sign_in: SignIn, secretary: Staff, case: Case) -> FlaskClient:
    return sign_in(secretary)


def agreed(case: Case, secretary: Staff, day: date = TODAY, **values: Any) -> Plan:
    acts = values.pop("activities", [KITCHEN, SWEDISH])
    plan = service.agree(
        actor=Actor.of(secretary),
        case=case,
        values={
            "agreed_on": day,
            "agreed_how": AgreedHow.PAPER,
            "goals": GOAL,
            "wishes": WISH,
            "lower_hours": LowerHours.CHILD,
            "obstacle": Obstacle.LANGUAGE,
            "review_by": date(2027, 1, 4),
            "ends_on": date(2027, 2, 1),
            "own_search_hours": Decimal(4),
            **values,
        },
        steps=[Step("Uppdatera cv", "Anna", date(2026, 12, 1)), Step("Klar sak", "", None, day)],
        activities=acts,
        now=NOW,
    )
    object_to(actor=Actor.of(secretary), plan=plan, text=WORDS, said_on=day, now=NOW)
    builders.settle()
    return plan


@pytest.fixture
def plan(case: Case, secretary: Staff) -> Plan:
    return agreed(case, secretary)


def looks() -> list[Viewed]:
    found = list(db.session.scalars(select(AccessLogEntry.viewed).order_by(AccessLogEntry.id)))
    db.session.execute(delete(AccessLogEntry))
    builders.settle()
    return found


def addresses(case: Case, plan: Plan, other: Plan) -> list[str]:
    of = f"/plans/{plan.id}"
    compared = f"/cases/{case.id}/plans/compare?one={plan.id}&other={other.id}"
    forms = [f"/cases/{case.id}/plans/new", of, f"{of}/objections/new", f"{of}/reviews/new"]
    return [*forms, f"{of}/page", f"{of}/together", f"/cases/{case.id}/plans", compared, f"/cases/{case.id}"]


def test_the_objection_stands_beside_the_plan_wherever_it_is_shown(
    client: FlaskClient, case: Case, secretary: Staff, plan: Plan
) -> None:
    other = agreed(case, secretary, date(2026, 11, 17))
    for address in addresses(case, plan, other):
        if address == f"/cases/{case.id}/plans":  # how many, and the plans themselves are opened from it
            assert 'data-label="Objections" class="num">1<' in client.get(address).text
        else:
            assert WORDS in client.get(address).text, address


def test_the_page_says_what_is_agreed(client: FlaskClient, plan: Plan) -> None:
    page = client.get(f"/plans/{plan.id}/page").text
    for text in (GOAL, WISH, "23,5", "4 · At a workplace", "Köket på skolan", "Signed on paper",
                 "Young child at home", "Language obstacle", "Uppdatera cv", "not assessed yet"):  # fmt: skip
        assert text in page, text
    assert looks() == [Viewed.PLAN]


def test_all_looks_at_plans_are_logged(client: FlaskClient, case: Case, secretary: Staff, plan: Plan) -> None:
    other = agreed(case, secretary, date(2026, 11, 17))
    looks()
    for address in (*addresses(case, plan, other), f"/plans/{plan.id}/plan.pdf"):
        assert client.get(address).status_code == 200
        assert looks(), address


def test_the_participant_reads_the_plan_in_either_language_and_nothing_else(
    client: FlaskClient, case: Case, plan: Plan
) -> None:
    page = client.get(f"/plans/{plan.id}/together?lang=en").text
    assert '<html lang="en"' in page
    assert "You are at a workplace: Köket på skolan. That is 16 hours a week." in page
    assert '<html lang="sv"' in client.get(f"/plans/{plan.id}/together?lang=sv").text
    for noise in ("site-header", case.case_number, "881018", "Sign out"):
        assert noise not in page, noise
    assert "We agree on this plan" not in page  # it is signed
    assert client.get(f"/plans/{plan.id}/together?lang=xx").status_code == 200


def test_agreed_on_screen_leads_to_reading_and_one_press(
    client: FlaskClient, case: Case, secretary: Staff
) -> None:
    form = {"agreed_on": "2026-11-20", "agreed_how": "screen", "goals": GOAL}
    answer = client.post(f"/cases/{case.id}/plans/new", data=form)
    plan = db.session.scalars(select(Plan)).one()
    assert answer.location == f"/plans/{plan.id}/together"
    assert "You have agreed on this plan on screen." in client.get(answer.location).text
    by_phone = agreed(case, secretary, date(2026, 11, 18), agreed_how=AgreedHow.PHONE)
    assert "We agree on this plan" in client.get(f"/plans/{by_phone.id}/together?lang=en").text
    for _ in range(2):
        assert client.post(f"/plans/{by_phone.id}/together").status_code == 303
    db.session.expire_all()
    assert by_phone.agreed_how is AgreedHow.SCREEN


def test_two_plans_side_by_side_say_what_differs_in_words_and_signs(
    client: FlaskClient, case: Case, secretary: Staff, plan: Plan
) -> None:
    moved = Activity("Köket på skolan", ActivityType.WORKPLACE, Decimal(20))
    old = agreed(case, secretary, date(2026, 11, 17), activities=[moved], wishes="", goals=GOAL)
    for pair in ((plan, old), (old, plan)):
        page = client.get(f"/cases/{case.id}/plans/compare?one={pair[0].id}&other={pair[1].id}").text
        rows = [
            [
                " ".join(re.sub("<[^>]+>", " ", cell).split())
                for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.S)
            ]
            for row in re.findall(r"<tr.*?</tr>", page, re.S)[1:]
        ]
        assert ["Goals", GOAL, GOAL, "The same"] in rows
        assert ["The participant's wishes", "–", WISH, "+ Added"] in [
            [cell.replace("&#39;", "'") for cell in row] for row in rows
        ]
        assert [
            "Assigned activity",
            "Köket på skolan · At a workplace · 20 hours a week",
            "Köket på skolan · At a workplace · 16 hours a week",
            "≠ Changed",
        ] in rows
        assert ["Assigned activity", "–", "Sfi · Language · 7,5 hours a week", "+ Added"] in rows


def test_only_two_plans_of_the_same_case_are_compared(
    client: FlaskClient, case: Case, secretary: Staff, plan: Plan
) -> None:
    foreign = agreed(builders.case(secretary.unit, secretary), secretary)
    for query in (
        "",
        f"one={plan.id}&other={plan.id}",
        f"one={plan.id}&other={foreign.id}",
        "one=x&other=9999999",
    ):
        assert client.get(f"/cases/{case.id}/plans/compare?{query}").status_code == 422


def test_an_objection_is_written_down(client: FlaskClient, plan: Plan) -> None:
    form = {"text": "Jag vill börja senare.", "said_on": "2026-11-20"}
    for _ in range(2):
        answer = client.post(f"/plans/{plan.id}/objections/new", data=form)
        assert (answer.status_code, answer.location) == (303, f"/plans/{plan.id}/page")
    assert [o.text for o in db.session.scalars(select(PlanObjection).order_by(PlanObjection.id))] == [
        WORDS,
        "Jag vill börja senare.",
    ]
    wrong = client.post(
        f"/plans/{plan.id}/objections/new", data={"text": "Mina ord", "said_on": "2026-11-21"}
    )
    assert wrong.status_code == 422
    assert 'id="said_on-error"' in wrong.text
    assert "Mina ord" in wrong.text


def test_a_review_leads_where_it_says(client: FlaskClient, case: Case, plan: Plan) -> None:
    form = {
        "reviewed_on": "2026-11-20",
        "result": "goes_on",
        "review_by": "2026-12-18",
        "ends_on": "2027-02-01",
    }
    address = f"/plans/{plan.id}/reviews/new"
    assert client.post(address, data=form).status_code == 422  # without the version: nobody saw the form
    db.session.expire_all()
    for _ in range(2):
        answer = client.post(address, data={**form, "version": str(plan.version)})
        assert answer.location == f"/plans/{plan.id}/page"
    db.session.expire_all()
    assert plan.review_by == date(2026, 12, 18)
    assert len(db.session.scalars(select(PlanReview)).all()) == 1
    anew = {**form, "result": "new_plan", "version": str(plan.version)}
    assert client.post(address, data=anew).location == f"/cases/{case.id}/plans/new"
    wrong = client.post(address, data={**form, "review_by": "", "note": "Mina ord", "version": "99"})
    assert wrong.status_code == 422
    assert "Mina ord" in wrong.text
    assert 'id="review_by-error"' in wrong.text


def test_the_second_of_two_reviewers_is_told_and_loses_no_word(client: FlaskClient, plan: Plan) -> None:
    form = {
        "reviewed_on": "2026-11-20",
        "result": "goes_on",
        "review_by": "2026-12-18",
        "ends_on": "2027-02-01",
    }
    seen = str(plan.version)
    assert client.post(f"/plans/{plan.id}/reviews/new", data={**form, "version": seen}).status_code == 303
    mine = {**form, "review_by": "2026-12-11", "note": "Mina ord om planen", "version": seen}
    told = client.post(f"/plans/{plan.id}/reviews/new", data=mine)
    assert told.status_code == 422
    assert "Mina ord om planen" in told.text
    assert "Stored now: 2026-12-18" in told.text


def test_activities_are_typed_as_rows_and_added_up(client: FlaskClient, case: Case) -> None:
    form = {
        "agreed_on": "2026-11-20", "agreed_how": "phone", "lower_hours": "health",
        "activities-0-what": "Köket", "activities-0-activity_type": "4", "activities-0-hours": "16",
        "activities-2-what": "Sfi", "activities-2-activity_type": "2", "activities-2-hours": "7,5",
    }  # fmt: skip
    more = client.post(f"/cases/{case.id}/plans/new", data={**form, "more": "activities"})
    assert "activities-4-what" in more.text
    assert "The activities above come to 23,5 hours a week." in more.text
    for wrong, field in (
        ({"activities-0-what": ""}, "activities-0-what"),
        ({"activities-0-activity_type": ""}, "activities-0-activity_type"),
        ({"activities-0-hours": "81"}, "activities-0-hours"),
        ({"assigned_hours": "30"}, "assigned_hours"),
        ({"lower_hours": ""}, "hours_meant"),
        ({"agreed_how": ""}, "agreed_how"),
    ):
        page = client.post(f"/cases/{case.id}/plans/new", data={**form, **wrong})
        assert page.status_code == 422, wrong
        assert f'id="{field}-error"' in page.text, wrong
        assert 'value="Sfi"' in page.text
    meant = {**form, "lower_hours": "", "hours_meant": "y"}
    assert client.post(f"/cases/{case.id}/plans/new", data=meant).status_code == 303
    plan = db.session.scalars(select(Plan)).one()
    assert str(plan.assigned_hours) == "23.50"
    # Changed hours of one activity need no new sum.
    page = client.get(f"/plans/{plan.id}").text
    assert re.search(r'name="assigned_hours"[^>]*value=""', page)


def test_the_other_adults_of_the_household_are_told_of_to_those_who_may_know(
    client: FlaskClient, case: Case, secretary: Staff, plan: Plan
) -> None:
    with_plan = builders.case(secretary.unit, household=HOME, first_name="Maja")
    theirs = agreed(with_plan, secretary)
    without = builders.case(secretary.unit, household=HOME, first_name="Olof")
    builders.plan(without, date(2026, 10, 1), ends_on=date(2026, 10, 30))
    builders.case(secretary.unit, household=HOME, first_name="Hemlig", protection=Protection.CONFIDENTIAL)
    builders.case(secretary.unit, household=HOME, first_name="Stängd", closed_on=date(2026, 11, 18))
    builders.settle()
    for address in (f"/plans/{plan.id}/page", f"/cases/{case.id}/plans/new"):
        page = client.get(address).text
        assert f'href="/plans/{theirs.id}/page"' in page
        assert f'href="/cases/{without.id}"' in page
        assert "Olof" in page
        assert "Hemlig" not in page
        assert "Stängd" not in page


def test_children_are_told_by_year_where_hours_depend_on_them(
    client: FlaskClient, case: Case, plan: Plan
) -> None:
    for year in (2005, 2020):
        db.session.add(
            HouseholdChild(household_id=case.household_id, birth_year=year, noted_at=NOW, noted_by="x")
        )
    builders.settle()
    page = client.get(f"/plans/{plan.id}/page").text
    assert "Full time is 30 hours a week, because of a child under 8 in the household (born 2020)." in page


@pytest.mark.parametrize("address", ["page", "plan.pdf", "list", "compare"])
def test_the_aid_side_reads_and_others_do_not(
    client: FlaskClient, sign_in: SignIn, case: Case, secretary: Staff, plan: Plan, address: str
) -> None:
    other = agreed(case, secretary, date(2026, 11, 17))
    aid = builders.staff(secretary.unit, Role.AID_OFFICER)
    stranger = builders.staff(builders.unit())
    builders.settle()
    path = {
        "list": f"/cases/{case.id}/plans",
        "compare": f"/cases/{case.id}/plans/compare?one={plan.id}&other={other.id}",
    }.get(address, f"/plans/{plan.id}/{address}")
    answer = sign_in(aid).get(path)
    assert answer.status_code == 200
    assert b"/reviews/new" not in answer.data
    assert sign_in(stranger).get(path).status_code == 404
    for verb in ("together", "objections/new", "reviews/new"):
        assert sign_in(aid).get(f"/plans/{plan.id}/{verb}").status_code in (403, 404)


@pytest.mark.parametrize("address", ["page", "plan.pdf", "list", "compare", "case"])
def test_the_aid_side_reads_the_reason_of_fewer_hours_and_no_notes(
    client: FlaskClient, sign_in: SignIn, case: Case, secretary: Staff, plan: Plan, address: str
) -> None:
    noted, reviewed = "Orkar inte mer just nu", "Det som sades vid genomgången"
    other = agreed(case, secretary, date(2026, 11, 17), lower_hours_note=noted)
    db.session.execute(update(Plan).where(Plan.id == plan.id).values(lower_hours_note=noted))
    review(
        actor=Actor.of(secretary), plan=other, seen_version=other.version, reviewed_on=TODAY,
        result=ReviewResult.GOES_ON, note=reviewed, review_by=date(2027, 1, 4), ends_on=date(2027, 2, 1), now=NOW,
    )  # fmt: skip
    aid = builders.staff(secretary.unit, Role.AID_OFFICER)
    builders.settle()
    path = {
        "list": f"/cases/{case.id}/plans",
        "compare": f"/cases/{case.id}/plans/compare?one={plan.id}&other={other.id}",
        "case": f"/cases/{case.id}",
    }.get(address, f"/plans/{other.id}/{address}")

    def told(reader: FlaskClient) -> str:
        answer = reader.get(path)
        return text_of(answer.data) if address == "plan.pdf" else answer.text

    of_aid, of_secretary = told(sign_in(aid)), told(sign_in(secretary))
    assert noted not in of_aid
    assert reviewed not in of_aid
    assert address == "list" or noted in of_secretary
    assert address != "page" or reviewed in of_secretary


def test_an_odd_id_is_no_plan(client: FlaskClient) -> None:
    for path in ("page", "together", "plan.pdf", "objections/new", "reviews/new"):
        assert client.get(f"/plans/{2**31}/{path}").status_code == 404
        assert client.get(f"/plans/999999/{path}").status_code == 404


@pytest.mark.parametrize("plain", ["", "&plain=1"])
@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_papers_are_the_participants_own(
    client: FlaskClient, case: Case, plan: Plan, language: str, plain: str
) -> None:
    looks()
    answer = client.get(f"/plans/{plan.id}/plan.pdf?lang={language}{plain}")
    assert answer.content_type == "application/pdf"
    assert looks() == [Viewed.EXPORT]
    drawn = text_of(answer.data)
    for text in ("Anna Alm", "Sara Ström", GOAL, WISH, WORDS, "Uppdatera cv", "16", "7,5"):
        assert text in drawn, text
    for secret in ("881018", case.case_number, HOME):
        assert secret not in drawn


def test_a_paper_is_signed_only_where_the_plan_was_agreed_on_paper(
    client: FlaskClient, case: Case, secretary: Staff, plan: Plan
) -> None:
    by_phone = agreed(case, secretary, date(2026, 11, 17), agreed_how=AgreedHow.PHONE)
    assert "Name in capitals" in text_of(client.get(f"/plans/{plan.id}/plan.pdf?lang=en").data)
    assert "Name in capitals" not in text_of(client.get(f"/plans/{by_phone.id}/plan.pdf?lang=en").data)


def test_much_and_foreign_text_is_printed_over_more_sheets(
    client: FlaskClient, case: Case, secretary: Staff
) -> None:
    plan = agreed(case, secretary, goals="Långt mål. " * 400, wishes="أحمد")
    for plain in ("", "&plain=1"):
        pdf = client.get(f"/plans/{plan.id}/plan.pdf?lang=sv{plain}").data
        assert pdf.count(b"/Type /Page\n") > 1


def test_plain_words_say_one_thing_at_a_time(case: Case, secretary: Staff, plan: Plan) -> None:
    whose = db.session.scalars(
        select(Case).options(joinedload(Case.secretary)).execution_options(populate_existing=True)
    ).one()
    with in_language("en"):
        said = chapters(plans_by_id([plan.id])[plan.id], whose)
    sentences = [s for chapter in said for s in chapter.sentences]
    assert "You and Sara Ström made this plan together." in sentences
    assert "We go through the plan together by 4 January 2027." in sentences
    assert "Together it is 23,5 hours a week." in sentences
    assert "Uppdatera cv. You do it. It is to be done by 1 December 2026." in sentences, (
        "Anna is the participant"
    )
    for sentence in sentences:
        for part in re.split(r"(?<=[.:]) ", sentence):
            assert len(part.split()) <= 14, part


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_pages_speak_both_languages(
    sign_in: SignIn, case: Case, secretary: Staff, plan: Plan, language: str
) -> None:
    other = agreed(case, secretary, date(2026, 11, 17))
    secretary.language = language
    builders.settle()
    for address in addresses(case, plan, other):
        assert f'<html lang="{language}"' in sign_in(secretary).get(address).text


def test_more_plans_steps_activities_and_objections_take_no_more_queries(
    client: FlaskClient, case: Case, secretary: Staff, plan: Plan
) -> None:
    other = agreed(case, secretary, date(2026, 11, 17))

    def counted() -> dict[str, int]:
        found = {}
        for address in addresses(case, plan, other):
            client.get(address)
            with statements() as said:
                assert client.get(address).status_code == 200
            found[address] = len(said)
        return found

    before = counted()
    for n in range(3):
        agreed(case, secretary, date(2026, 10, 5 + n))
        neighbour = builders.case(secretary.unit, household=HOME)
        agreed(neighbour, secretary)
    found = plan_with_steps(plan.id)
    assert found is not None
    service.correct(
        actor=Actor.of(secretary),
        plan=found,
        seen_version=found.version,
        values={"assigned_hours": None},
        steps=[Step(f"Steg {n}") for n in range(9)],
        activities=[KITCHEN] + [Activity(f"A{n}", ActivityType.LANGUAGE, Decimal(1)) for n in range(6)],
        now=NOW,
    )
    object_to(actor=Actor.of(secretary), plan=plan, text="Mer", said_on=TODAY, now=NOW)
    builders.settle()
    assert counted() == before
