"""Who is reminded of what, when, and how often."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from activation.context import settings
from activation.database import db
from activation.employer_page.links import revoke_link
from activation.followups import employer_reminders
from activation.followups.defaults import DEFAULT_RULES
from activation.followups.employer_reminders import AtWorkplace, remind_employers
from activation.followups.recipients import Directory, DueTask, Person, may_close
from activation.followups.reminders import remind_staff
from activation.followups.rule import Reminder
from activation.followups.rule_file import definition_of
from activation.messages.letters import read
from activation.messages.rules import MOMENT_PASSED, PASSED_ON, PAUSED, WANTS_NO_EMAIL
from activation.records.actor import Actor
from models import (
    Case,
    ClosedDay,
    EmployerLink,
    Message,
    NamedStaff,
    RuleVersion,
    Session,
    Staff,
    Supervisor,
    Task,
)
from models.enums import Channel, Mark, MessageKind, MessageState, Owner, Protection, Recipient, Role
from tests import builders
from tests.builders import NOW, settle

MONDAY = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)  # 07:00 in Stockholm
# The tasks here are made by hand, to be of any kind and day.
pytestmark = pytest.mark.drifts


def remind(now: datetime = MONDAY) -> int:
    queued = sum(counts.get("queued", 0) for counts in remind_staff(now=now))
    db.session.commit()
    return queued


def remind_supervisors(day: date, now: datetime | None = None) -> dict[str, int]:
    total: dict[str, int] = {}
    for counts in remind_employers(
        day=day, now=now or datetime(day.year, day.month, day.day, 14, tzinfo=UTC)
    ):
        for name, number in counts.items():
            total[name] = total.get(name, 0) + number
    db.session.commit()
    return total


def reminded(kind: MessageKind = MessageKind.TASK_DUE, channel: Channel = Channel.EMAIL) -> list[int | None]:
    return list(
        db.session.scalars(
            select(Message.staff_id)
            .where(Message.kind == kind, Message.channel == channel)
            .order_by(Message.staff_id)
        )
    )


def a_task(secretary: Staff | None = None, *, of: Any = None, **values: Any) -> Task:
    unit = of or (secretary.unit if secretary else builders.unit())
    case = builders.case(unit, secretary, **values.pop("case", {}))
    settle()
    db.session.execute(Task.__table__.delete().where(Task.case_id == case.id))  # type: ignore[attr-defined]
    row = Task(
        **{
            "case_id": case.id,
            "rule": "follow_up",
            "key": "test",
            "owner": Owner.SECRETARY,
            "due_on": MONDAY.date(),
            "made_at": NOW,
            **values,
        }
    )
    db.session.add(row)
    db.session.commit()
    return row


def test_a_secretary_is_reminded_once_by_e_mail_and_once_in_the_product(app: Flask) -> None:
    secretary = builders.staff(builders.unit())
    a_task(secretary)
    assert remind() == 2
    rows = db.session.execute(select(Message.channel, Message.state).order_by(Message.channel)).all()
    assert [tuple(r) for r in rows] == [
        (Channel.EMAIL, MessageState.QUEUED),
        (Channel.IN_APP, MessageState.SENT),
    ]
    assert remind() == 0
    assert remind(MONDAY + timedelta(days=1)) == 0


def test_a_morning_is_one_letter_however_many_tasks(app: Flask) -> None:
    secretary = builders.staff(builders.unit())
    for _ in range(3):
        a_task(secretary)
    remind()
    bundles = db.session.scalars(select(Message.bundle).where(Message.channel == Channel.EMAIL)).all()
    assert len(bundles) == 3
    assert len(set(bundles)) == 1


@pytest.mark.parametrize(("days", "reminded_of"), [(-30, True), (0, True), (1, False)])
def test_only_tasks_whose_day_has_come(app: Flask, days: int, reminded_of: bool) -> None:
    a_task(builders.staff(builders.unit()), due_on=MONDAY.date() + timedelta(days=days))
    assert bool(remind()) is reminded_of


def test_a_task_that_was_moved_after_its_reminder_is_reminded_of_again(app: Flask) -> None:
    task = a_task(builders.staff(builders.unit()))
    remind()
    task.due_on += timedelta(days=7)
    db.session.commit()
    assert remind(MONDAY + timedelta(days=1)) == 0
    assert remind(MONDAY + timedelta(days=7)) == 2


@pytest.mark.parametrize(
    ("reason", "again"), [(PAUSED, 1), (PASSED_ON, 1), (WANTS_NO_EMAIL, 1), (MOMENT_PASSED, 0)]
)
def test_what_was_not_sent_is_queued_again_where_its_cause_stands_again(
    app: Flask, reason: str, again: int
) -> None:
    a_task(builders.staff(builders.unit()))
    remind()
    message = db.session.scalars(select(Message).where(Message.channel == Channel.EMAIL)).one()
    message.state, message.reason = MessageState.NOT_SENT, reason
    db.session.commit()
    assert remind(MONDAY + timedelta(days=1)) == again
    assert remind(MONDAY + timedelta(days=1)) == 0
    db.session.expire_all()
    assert (message.state is MessageState.QUEUED) is bool(again)


def test_what_a_person_had_sent_again_is_not_sent_a_third_time(app: Flask) -> None:
    a_task(builders.staff(builders.unit()))
    remind()
    message = db.session.scalars(select(Message).where(Message.channel == Channel.EMAIL)).one()
    message.state, message.reason = MessageState.NOT_SENT, PAUSED
    values = {c.name: getattr(message, c.name) for c in Message.__table__.columns if c.name != "id"}
    db.session.add(Message(**{**values, "key": "again", "repeats_id": message.id}))
    db.session.commit()
    assert remind(MONDAY + timedelta(days=1)) == 0


def test_a_rule_that_does_not_remind_is_silent(app: Flask) -> None:
    a_task(builders.staff(builders.unit()), rule="return_check")
    assert remind() == 0


@pytest.mark.parametrize(
    "day", [date(2026, 11, 21), date(2026, 12, 24), date(2026, 12, 25), date(2026, 12, 3)]
)
def test_nobody_is_reminded_on_a_closed_day_and_everybody_on_the_next(app: Flask, day: date) -> None:
    unit = builders.unit()
    db.session.add(ClosedDay(unit_id=unit.id, day=date(2026, 12, 3)))
    secretary = builders.staff(unit)
    a_task(secretary, due_on=day)
    morning = datetime(day.year, day.month, day.day, 6, tzinfo=UTC)
    assert remind(morning) == 0
    assert remind(morning + timedelta(days=4)) == 2


def test_after_a_hand_over_the_new_secretary_is_reminded(app: Flask) -> None:
    first = builders.staff(builders.unit())
    task = a_task(first)
    remind()
    second = builders.staff(first.unit)
    case = db.session.get_one(Case, task.case_id)
    case.secretary_id = second.id
    db.session.commit()
    remind(MONDAY + timedelta(days=1))
    assert reminded() == sorted([first.id, second.id])


def test_what_is_not_done_in_time_is_raised_to_the_unit_lead_once(app: Flask) -> None:
    secretary = builders.staff(builders.unit())
    lead = builders.staff(secretary.unit, Role.UNIT_LEAD)
    builders.staff(builders.unit(), Role.UNIT_LEAD)  # another unit's
    a_task(secretary, escalates_on=MONDAY.date())
    remind()
    remind(MONDAY + timedelta(days=1))
    assert reminded(MessageKind.TASK_ESCALATED) == [lead.id]
    assert reminded() == [secretary.id]


@pytest.mark.parametrize("named_lead", [True, False])
def test_of_a_protected_case_only_those_named_on_it_are_reminded(app: Flask, named_lead: bool) -> None:
    secretary = builders.staff(builders.unit())
    lead = builders.staff(secretary.unit, Role.UNIT_LEAD)
    task = a_task(
        secretary, escalates_on=MONDAY.date(), case={"protection": Protection.PROTECTED_REGISTRATION}
    )
    if named_lead:
        db.session.add(NamedStaff(case_id=task.case_id, staff_id=lead.id, named_at=NOW))
        db.session.commit()
    remind()
    assert reminded() == [secretary.id]
    assert reminded(MessageKind.TASK_ESCALATED) == ([lead.id] if named_lead else [])


def test_a_task_that_nobody_can_be_reminded_of_is_counted(app: Flask) -> None:
    a_task(of=builders.unit())
    assert [c["without_recipient"] for c in remind_staff(now=MONDAY) if "without_recipient" in c] == [1]


PEOPLE = [
    Person(1, 1, Role.SECRETARY, "sv"),
    Person(2, 1, Role.SECRETARY, "sv"),
    Person(3, 1, Role.UNIT_LEAD, "sv"),
    Person(4, 2, Role.UNIT_LEAD, "sv"),
    Person(5, 2, Role.AID_OFFICER, "sv"),
    Person(6, 3, Role.AID_OFFICER, "sv"),
    Person(7, 1, Role.ADMINISTRATOR, "sv"),
]
GONE = 99  # a secretary whose account is closed


@pytest.mark.parametrize(
    ("owner", "unit", "secretary", "protected", "named", "who"),
    [
        (Owner.SECRETARY, 1, 1, False, (), [1]),
        (Owner.SECRETARY, 1, None, False, (), [3]),
        (Owner.SECRETARY, 1, GONE, False, (), [3]),
        (Owner.SECRETARY, 3, None, False, (), []),
        (Owner.UNIT_LEAD, 1, 1, False, (), [3]),
        (Owner.AID_OFFICER, 2, 1, False, (), [5]),
        (Owner.AID_OFFICER, 1, 1, False, (), [5, 6]),
        (Owner.SECRETARY, 1, 1, True, (), [1]),
        (Owner.SECRETARY, 1, 1, True, (2, 3), [1]),
        (Owner.SECRETARY, 1, None, True, (2, 3), [2]),
        (Owner.SECRETARY, 1, None, True, (3,), [3]),
        (Owner.SECRETARY, 1, None, True, (), []),
        (Owner.SECRETARY, 1, GONE, True, (GONE,), []),
        (Owner.UNIT_LEAD, 1, 1, True, (), [1]),
        (Owner.UNIT_LEAD, 1, 1, True, (3,), [3]),
        (Owner.AID_OFFICER, 1, 1, True, (), [1]),
        (Owner.AID_OFFICER, 1, 1, True, (5,), [5]),
    ],
)
def test_who_is_reminded(
    owner: Owner, unit: int, secretary: int | None, protected: bool, named: tuple[int, ...], who: list[int]
) -> None:
    directory = Directory.of(PEOPLE, [(10, staff_id) for staff_id in named])
    task = DueTask(1, "r", owner, MONDAY.date(), None, None, 10, unit, secretary, protected)
    assert directory.who_is_reminded(task) == who


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("owner", Owner)
def test_who_may_close(role: Role, owner: Owner) -> None:
    aid_side = {Role.AID_OFFICER}
    work_side = {Role.SECRETARY, Role.UNIT_LEAD}
    assert may_close(role, owner) is (role in (aid_side if owner is Owner.AID_OFFICER else work_side))


# Supervisors ---------------------------------------------------------------------------------------------------------

FRIDAY = date(2026, 11, 20)


@pytest.fixture
def at_work(app: Flask) -> Any:
    """A workplace with one person from Tuesday 17 November on, nothing marked."""
    case = builders.case(builders.unit())
    workplace = builders.workplace(contact_email="hanna@lager.example")
    builders.placement(case, workplace, ends_on=date(2026, 11, 20))
    settle()
    return workplace


def asked() -> list[tuple[str | None, str]]:
    return [
        (address, str(params["day"]))
        for address, params in db.session.execute(
            select(Message.to_address, Message.params).order_by(Message.id)
        )
    ]


def test_a_supervisor_gets_one_letter_a_session_day(at_work: Any) -> None:
    assert remind_supervisors(FRIDAY) == {"queued": 1, "link_revoked": 0}
    assert remind_supervisors(FRIDAY)["queued"] == 0
    assert asked() == [("hanna@lager.example", "2026-11-20")]


def test_a_supervisor_with_everything_marked_gets_none(at_work: Any) -> None:
    db.session.execute(
        Session.__table__.update().values(mark=Mark.PRESENT, marked_at=NOW)  # type: ignore[attr-defined]
    )
    db.session.commit()
    assert remind_supervisors(FRIDAY) == {}


def test_a_day_that_nobody_answered_is_asked_about_once_more_and_then_left_to_the_phone(at_work: Any) -> None:
    assert remind_supervisors(FRIDAY)["queued"] == 1
    assert remind_supervisors(date(2026, 11, 23))["queued"] == 1
    assert remind_supervisors(date(2026, 11, 24)) == {}


def test_the_link_is_used_again_as_long_as_it_works(at_work: Any) -> None:
    remind_supervisors(date(2026, 11, 19))
    remind_supervisors(FRIDAY)
    assert len(db.session.scalars(select(EmployerLink.id)).all()) == 1
    assert len(asked()) == 2


def test_a_revoked_link_is_not_replaced_by_the_machine(at_work: Any) -> None:
    remind_supervisors(date(2026, 11, 19))
    link = db.session.scalars(select(EmployerLink)).one()
    revoke_link(actor=Actor.system("t"), link=link, now=NOW)
    db.session.commit()
    assert remind_supervisors(FRIDAY) == {"queued": 0, "link_revoked": 1}


def test_a_protected_person_is_no_reason_to_write_to_an_employer(app: Flask) -> None:
    case = builders.case(builders.unit(), protection=Protection.CONFIDENTIAL)
    builders.placement(case, builders.workplace(contact_email="hanna@lager.example"))
    settle()
    assert remind_supervisors(FRIDAY) == {}


def test_a_workplace_without_address_is_left_to_the_secretary(app: Flask) -> None:
    builders.placement(builders.case(builders.unit()), builders.workplace(contact_email=None))
    settle()
    remind_supervisors(FRIDAY)
    assert db.session.scalars(select(Message)).all() == []


def a_working_day(day: date) -> bool:
    return day.weekday() < 5


@pytest.mark.parametrize(
    ("last", "unmarked", "day", "asked_for"),
    [
        (FRIDAY, 1, FRIDAY, True),
        (FRIDAY, 0, FRIDAY, False),
        (FRIDAY, 3, date(2026, 11, 23), True),  # once more
        (FRIDAY, 0, date(2026, 11, 23), False),
        (FRIDAY, 3, date(2026, 11, 24), False),  # then somebody phones
        (date(2026, 11, 21), 1, date(2026, 11, 21), False),  # a Saturday's session …
        (date(2026, 11, 21), 1, date(2026, 11, 23), True),  # … on Monday
        (date(2026, 11, 21), 1, date(2026, 11, 24), True),  # once more on Tuesday
        (date(2026, 11, 21), 1, date(2026, 11, 25), False),
    ],
)
def test_which_day_a_supervisor_is_asked_on(last: date, unmarked: int, day: date, asked_for: bool) -> None:
    at = AtWorkplace({last: unmarked}, (DEFAULT_RULES["confirm_attendance"],), a_working_day)
    assert at.channels_on(day) == ({Channel.EMAIL} if asked_for else set())


def test_a_supervisor_is_asked_by_sms_where_the_rule_says_so(at_work: Any) -> None:
    rule = replace(
        DEFAULT_RULES["confirm_attendance"],
        reminders=(Reminder(0, Recipient.SUPERVISOR, (Channel.EMAIL, Channel.SMS)),),
    )
    db.session.add(
        RuleVersion(
            key=rule.key,
            valid_from=date(2026, 1, 1),
            definition=definition_of(rule),
            made_at=NOW,
            made_by="A",
        )
    )
    db.session.scalars(select(Supervisor)).one().phone = "+46701740605"
    settle()
    remind_supervisors(FRIDAY)
    sent = {m.channel: m for m in db.session.scalars(select(Message))}
    assert {channel: m.to_address for channel, m in sent.items()} == {
        Channel.EMAIL: "hanna@lager.example",
        Channel.SMS: "+46701740605",
    }
    (bundle,) = read(Message.id == sent[Channel.SMS].id, now=NOW).values()
    sms = bundle.compose(bundle.rows)
    assert "/e/" in sms.text
    assert "{" not in sms.text


@pytest.mark.parametrize(
    ("rule_says", "email", "phone", "provider", "asked_by"),
    [
        (Channel.EMAIL, None, "+46701740605", "46elks", {Channel.SMS: "+46701740605"}),
        (Channel.EMAIL, None, "+46701740605", "", {}),
        (Channel.SMS, "hanna@lager.example", None, "46elks", {Channel.EMAIL: "hanna@lager.example"}),
        (
            Channel.EMAIL,
            "hanna@lager.example",
            "+46701740605",
            "46elks",
            {Channel.EMAIL: "hanna@lager.example"},
        ),
        (Channel.SMS, "hanna@lager.example", "+46701740605", "46elks", {Channel.SMS: "+46701740605"}),
        (Channel.EMAIL, None, None, "46elks", {}),
    ],
)
def test_a_supervisor_is_asked_by_what_they_have_whatever_the_rule_says(
    at_work: Any,
    monkeypatch: pytest.MonkeyPatch,
    rule_says: Channel,
    email: str | None,
    phone: str | None,
    provider: str,
    asked_by: dict[Channel, str],
) -> None:
    rule = replace(
        DEFAULT_RULES["confirm_attendance"], reminders=(Reminder(0, Recipient.SUPERVISOR, (rule_says,)),)
    )
    db.session.add(
        RuleVersion(
            key=rule.key,
            valid_from=date(2026, 1, 1),
            definition=definition_of(rule),
            made_at=NOW,
            made_by="A",
        )
    )
    supervisor = db.session.scalars(select(Supervisor)).one()
    supervisor.email, supervisor.phone = email, phone
    settle()
    configured = replace(settings(), sms_provider=provider)
    monkeypatch.setattr(employer_reminders, "settings", lambda: configured)
    remind_supervisors(FRIDAY)
    assert {m.channel: m.to_address for m in db.session.scalars(select(Message))} == asked_by
