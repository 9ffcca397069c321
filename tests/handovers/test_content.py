"""What stands in a handover and what does not: facts with who wrote them, in no language."""

import json
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from activation.database import db
from activation.handovers.content import facts_of
from activation.handovers.document import document_of
from activation.handovers.paper import as_pdf
from activation.web.language import in_language
from models import Message, Plan, PlanActivity, PlanObjection
from models.enums import (
    ActivityType,
    AgreedHow,
    Channel,
    Delivery,
    EmployerAnswer,
    LowerHours,
    Mark,
    MessageKind,
    MessageState,
)
from tests import builders
from tests.handovers.world import ACCOUNT, AWAY, NOW, OBJECTION, TODAY, World

LAST = date(2026, 11, 19)


def content_of(world: World) -> dict[str, Any]:
    """The content as it would be handed over now."""
    handover = world.again(world.heard().id)
    return facts_of(handover, handover.case, last=LAST).content


def message(world: World, kind: MessageKind, n: int, **values: Any) -> None:
    db.session.add(
        Message(
            **{
                "key": f"{kind.value}:{n}",
                "kind": kind,
                "channel": Channel.SMS,
                "bundle": "b",
                "case_id": world.case.id,
                "params": {},
                "state": MessageState.SENT,
                "sent_at": NOW - timedelta(days=2),
                "created_at": NOW,
                "next_attempt_at": NOW,
                **values,
            }
        )
    )
    db.session.commit()


def test_days_have_marks_hours_answers_and_who_said_so_but_no_note_of_staff(world: World) -> None:
    session = world.session(AWAY)
    session.mark, session.note = Mark.INVALID_ABSENCE, "Personalens anteckning"
    session.answer, session.answered_by, session.answered_at = EmployerAnswer.NOT_HERE, "Karin Berg", NOW
    builders.account(session, "Jag försov mig.")
    builders.touch(world.case)
    builders.settle()
    content = content_of(world)
    day = content["sessions"][2]
    assert (day["on_date"], day["mark"], day["answer"], day["answered_by"]) == (
        "2026-11-18", "invalid_absence", "not_here", "Karin Berg",
    )  # fmt: skip
    assert (day["planned_hours"], day["marked_by"]) == ("8", "Sara Lind")
    assert [(a["text"], a["way"], a["made_by"]) for a in day["accounts"]] == [
        ("Jag försov mig.", "phone", "Sara")
    ]
    assert "Personalens anteckning" not in json.dumps(content, ensure_ascii=False)


def test_a_day_out_of_the_schedule_counts_nowhere_here_either(world: World) -> None:
    handover_id = world.heard().id
    world.session(AWAY).scheduled = False
    db.session.flush()
    handover = world.again(handover_id)
    days = [s["on_date"] for s in facts_of(handover, handover.case, last=LAST).content["sessions"]]
    db.session.rollback()
    assert days == ["2026-11-16", "2026-11-17", "2026-11-19"]


def test_the_plan_in_force_with_activities_objections_and_who_wrote_it(world: World) -> None:
    plan = db.session.scalars(select(Plan)).one()
    plan.agreed_how, plan.lower_hours, plan.lower_hours_note = AgreedHow.PAPER, LowerHours.HEALTH, "Ryggvärk"
    db.session.add_all(
        [
            PlanActivity(
                plan_id=plan.id,
                position=1,
                what="SFI",
                activity_type=ActivityType.LANGUAGE,
                hours=Decimal(10),
            ),
            PlanObjection(
                plan_id=plan.id, text="För många timmar", said_on=TODAY, noted_at=NOW, noted_by="Sara"
            ),
        ]
    )
    db.session.commit()
    content = content_of(world)
    (found,) = content["plans"]
    assert (found["agreed_on"], found["goals"], found["assigned_hours"]) == (
        "2026-11-17",
        "Arbete i kök",
        "40",
    )
    assert found["activities"] == [{"what": "SFI", "activity_type": "2", "hours": "10"}]
    assert [o["text"] for o in found["objections"]] == ["För många timmar"]
    assert found["noted"]["by"] == "test"
    assert "Ryggvärk" not in json.dumps(content, ensure_ascii=False)


def test_only_what_was_really_sent_to_the_participant_is_a_notice(world: World) -> None:
    day = world.session(AWAY).id
    asked = {"params": {"session": day}}
    message(world, MessageKind.ABSENCE_QUESTION, 1, **asked, delivery=Delivery.UNDELIVERED)
    message(world, MessageKind.ABSENCE_QUESTION, 2, **asked, state=MessageState.NOT_SENT, sent_at=None)
    message(world, MessageKind.ABSENCE_QUESTION, 3, **asked, state=MessageState.UNCERTAIN, sent_at=None)
    message(
        world, MessageKind.ABSENCE_QUESTION, 4, **asked, sent_at=NOW
    )  # after the last day, about one of them
    message(world, MessageKind.CONTACT_REQUEST, 5, sent_at=NOW)  # after the last day, about none
    message(world, MessageKind.CONTACT_REQUEST, 6)
    message(world, MessageKind.CONTACT_REQUEST, 7, sent_at=NOW - timedelta(days=30))
    message(world, MessageKind.TASK_DUE, 8)
    message(world, MessageKind.CONTACT_REQUEST, 9, staff_id=world.sara.id)
    notices = [(n["kind"], n["about"], n["delivery"]) for n in content_of(world)["notices"]]
    assert notices == [
        ("absence_question", "2026-11-18", "undelivered"),
        ("contact_request", None, None),
        ("absence_question", "2026-11-18", None),
    ]


def test_the_hearing_goes_along_with_who_noted_it(world: World) -> None:
    hearing = content_of(world)["hearing"]
    assert (hearing["account"], hearing["objection"]) == (ACCOUNT, OBJECTION)
    assert hearing["noted"]["by"] == "Sara Lind"


def test_the_content_is_in_no_language(app: Flask, world: World) -> None:
    made = []
    handover_id = world.heard().id
    for language in ("sv", "en"):
        with app.test_request_context(), in_language(language):
            handover = world.again(handover_id)
            made.append(facts_of(handover, handover.case, last=LAST).content)
    assert made[0] == made[1]
    assert json.loads(json.dumps(made[0])) == made[0]


def test_days_marked_after_the_hearing_are_named(world: World) -> None:
    handover = world.again(world.heard(heard_on=date(2026, 11, 18)).id)
    facts = facts_of(handover, handover.case, last=LAST)
    assert facts.marked_later == [date(2026, 11, day) for day in (16, 17, 18, 19)]
    assert "Marked after the participant was heard" in world.client.get(f"/handovers/{handover.id}").text


@pytest.mark.only("sqlite")
def test_a_long_month_with_long_words_and_other_alphabets_has_its_number_on_each_sheet(
    app: Flask, world: World
) -> None:
    content = content_of(world)
    words = "كنت مريضا " * 40 + "ord " * 900
    said = {"told_on": "2026-11-18", "way": "phone", "text": words, "made_at": None, "made_by": "x"}
    day = {**content["sessions"][2], "accounts": [said], "workplace": "V" * 90}
    content = {**content, "sessions": [{**day, "on_date": f"2026-11-{n:02}"} for n in range(1, 31)]}
    with app.test_request_context():
        pdf = as_pdf(document_of(content), language="sv")
    assert pdf.count(b"/Type /Page\n") > 5
