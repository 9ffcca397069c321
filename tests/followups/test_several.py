"""Several tasks at once, postponing, and the tasks of those one stands in for: on the page and in the history."""

import re
import threading
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from activation.caseload.cover import make_cover
from activation.clocks.calendar import local_date
from activation.database import db
from activation.followups.queries import Scope, Wanted, When, counts, listed
from activation.followups.several import MOST_AT_ONCE
from activation.records.actor import Actor
from models import CaseEvent, Cover, NamedStaff, Staff, Task
from models.enums import MeetingOutcome, Owner, Protection, Role, TaskState
from tests import builders
from tests.builders import NOW, settle
from tests.statements import statements

SignIn = Callable[[Staff], FlaskClient]
TODAY = local_date(NOW)

# The tasks here are made by hand, not by the rules.
pytestmark = pytest.mark.drifts
UNTIL = (TODAY + timedelta(days=12)).isoformat()


@pytest.fixture
def secretary(app: Flask) -> Staff:
    person = builders.staff(builders.unit(), name="Sven Sekreterare")
    db.session.commit()
    return person


def a_task(secretary: Staff | None, *, of: Any = None, days: int = 0, **values: Any) -> int:
    """The only task of a new case; its id."""
    case = builders.case(of or secretary.unit, secretary, **values.pop("case", {}))  # type: ignore[union-attr]
    settle()
    db.session.execute(Task.__table__.delete().where(Task.case_id == case.id))  # type: ignore[attr-defined]
    row = Task(
        **{
            "case_id": case.id,
            "rule": "follow_up",
            "key": "test",
            "owner": Owner.SECRETARY,
            "due_on": TODAY + timedelta(days=days),
            "made_at": NOW,
            **values,
        }
    )
    db.session.add(row)
    db.session.commit()
    return row.id


def own_task(secretary: Staff) -> int:
    """A task that the rules want: it stays open when its case is touched."""
    case = builders.case(secretary.unit, secretary)
    settle()
    found = db.session.scalars(select(Task.id).where(Task.case_id == case.id).order_by(Task.id)).first()
    db.session.rollback()
    assert found is not None
    return found


def states(ids: list[int]) -> list[TaskState]:
    db.session.expire_all()
    found = [db.session.get_one(Task, i).state for i in ids]
    db.session.rollback()
    return found


def verbs() -> list[str]:
    return list(
        db.session.scalars(
            select(CaseEvent.verb).where(CaseEvent.verb.startswith("task_")).order_by(CaseEvent.id)
        )
    )


def test_several_are_done_with_one_press_and_the_second_press_says_so(
    secretary: Staff, sign_in: SignIn
) -> None:
    ids = [a_task(secretary) for _ in range(3)]
    client = sign_in(secretary)
    first = client.post("/tasks/selected", data={"action": "done", "task": ids})
    assert first.status_code == 200
    assert first.text.count('data-color="success"') == 1 + 3
    assert states(ids) == [TaskState.DONE] * 3
    second = client.post("/tasks/selected", data={"action": "done", "task": ids})
    assert second.text.count("Sven Sekreterare") >= 3
    assert verbs() == ["task_done"] * 3


def test_all_that_the_page_shows_can_be_taken_at_once(secretary: Staff, sign_in: SignIn) -> None:
    ids = [a_task(secretary, days=days) for days in (-3, 0, 40)]
    client = sign_in(secretary)
    page = client.get("/tasks").text
    shown = [int(i) for i in re.findall(r'name="shown" value="([0-9]+)"', page)]
    assert shown == ids
    assert page.count('name="task"') == page.count('form="selected"') == 3
    data = {"action": "done", "which": "shown", "shown": shown, "task": ids[:1]}
    client.post("/tasks/selected", data=data)
    assert states(ids) == [TaskState.DONE] * 3


def test_enter_in_a_box_presses_a_button_that_asks_first(secretary: Staff, sign_in: SignIn) -> None:
    for _ in range(2):
        a_task(secretary)
    page = sign_in(secretary).get("/tasks").text
    form = page[page.index('<form id="selected"') :]
    # Enter presses the first button of the form that the box belongs to.
    assert re.findall(r'<button[^>]* value="([a-z_]+)"', form) == ["postpone", "not_relevant", "done"]
    assert 'href="#selected"' in page


def test_one_that_fails_does_not_hinder_the_others(secretary: Staff, sign_in: SignIn) -> None:
    colleague = builders.staff(secretary.unit, name="Kollegan")
    db.session.commit()
    mine, closed = a_task(secretary), a_task(secretary)
    aid = a_task(secretary, owner=Owner.AID_OFFICER, rule="aid_paid_without_plan")
    hidden = a_task(secretary, case={"protection": Protection.CONFIDENTIAL, "last_name": "Hemlig"})
    elsewhere = a_task(builders.staff(builders.unit()))
    sign_in(secretary).post(f"/tasks/{closed}/close", data={"outcome": "done"})
    answer = sign_in(colleague).post(
        "/tasks/selected", data={"action": "done", "task": [mine, closed, aid, hidden, elsewhere, 999_999]}
    )
    assert answer.status_code == 200
    assert "Sven Sekreterare" in answer.text
    assert "Hemlig" not in answer.text
    assert answer.text.count('data-color="warning"') == 1 + 2
    assert states([mine, closed, aid, hidden, elsewhere]) == [
        TaskState.DONE,
        TaskState.DONE,
        TaskState.OPEN,
        TaskState.OPEN,
        TaskState.OPEN,
    ]


def test_not_relevant_and_postponing_ask_for_the_reason_first(secretary: Staff, sign_in: SignIn) -> None:
    ids = [own_task(secretary) for _ in range(2)]
    client = sign_in(secretary)
    for action in ("not_relevant", "postpone"):
        asked = client.post("/tasks/selected", data={"action": action, "task": ids})
        assert asked.status_code == 200
        assert [int(i) for i in re.findall(r'name="task" value="([0-9]+)"', asked.text)] == ids
        empty = client.post(
            "/tasks/selected", data={"action": action, "task": ids, "reason": "", "until": ""}
        )
        assert empty.status_code == 422
    assert states(ids) == [TaskState.OPEN] * 2
    until = {"action": "postpone", "task": ids, "until": UNTIL, "reason": "Semester"}
    answer = client.post("/tasks/selected", data=until)
    assert answer.text.count('data-color="success"') == 1 + 2
    assert [db.session.get_one(Task, i).postponed_to for i in ids] == [date.fromisoformat(UNTIL)] * 2
    sent = {"action": "not_relevant", "task": ids, "reason": "Flyttar"}
    client.post("/tasks/selected", data=sent)
    assert states(ids) == [TaskState.NOT_RELEVANT] * 2
    assert verbs() == ["task_postponed"] * 2 + ["task_not_relevant"] * 2


def test_over_the_rules_limit_is_said_for_each_row(secretary: Staff, sign_in: SignIn) -> None:
    ids = [a_task(secretary) for _ in range(2)]
    far = {"action": "postpone", "task": ids, "until": "2027-11-20", "reason": "Semester"}
    answer = sign_in(secretary).post("/tasks/selected", data=far)
    assert answer.status_code == 200
    assert answer.text.count('data-color="warning"') == 1 + 2
    assert verbs() == []


def test_those_that_were_not_changed_are_tried_again_with_what_was_written(
    secretary: Staff, sign_in: SignIn
) -> None:
    far, near = own_task(secretary), own_task(secretary)
    client = sign_in(secretary)
    sent = {"action": "postpone", "until": "2027-11-20", "reason": "Semester\ni två veckor"}
    refused = client.post("/tasks/selected", data={**sent, "task": [far, near]})
    hidden = dict(re.findall(r'name="(until|reason)" value="([^"]*)"', refused.text))
    assert hidden == {"until": sent["until"], "reason": sent["reason"]}
    assert 'name="again"' in refused.text
    asked = client.post("/tasks/selected", data={**sent, "task": [far, near], "again": "1"})
    assert asked.status_code == 200
    assert "Semester\ni två veckor</textarea>" in asked.text
    assert 'value="2027-11-20"' in asked.text
    assert verbs() == []
    answer = client.post("/tasks/selected", data={**sent, "task": [far, near], "until": UNTIL})
    assert 'name="again"' not in answer.text
    assert verbs() == ["task_postponed"] * 2


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"action": "done"},
        {"action": "nonsense", "task": ["1"]},
        {"action": "done", "task": ["x", "-1", "9" * 30]},
        {"action": "done", "task": [str(n) for n in range(1, MOST_AT_ONCE + 2)]},
    ],
)
def test_nothing_or_too_much_is_sent_back_to_the_list(
    secretary: Staff, sign_in: SignIn, data: dict[str, Any]
) -> None:
    task = a_task(secretary)
    answer = sign_in(secretary).post("/tasks/selected?scope=mine", data=data)
    assert (answer.status_code, answer.location) == (303, "/tasks?scope=mine")
    assert states([task]) == [TaskState.OPEN]


def test_one_task_is_postponed_with_its_reason(secretary: Staff, sign_in: SignIn) -> None:
    task = own_task(secretary)
    client = sign_in(secretary)
    assert client.get(f"/tasks/{task}/postpone?back=case").status_code == 200
    for wrong in ({"until": "", "reason": "x"}, {"until": UNTIL, "reason": ""}, {"until": "2026-11-19"}):
        assert client.post(f"/tasks/{task}/postpone", data=wrong).status_code == 422
    answer = client.post(f"/tasks/{task}/postpone", data={"until": UNTIL, "reason": "Semester"})
    assert (answer.status_code, answer.location) == (303, "/tasks")
    row = db.session.get_one(Task, task)
    assert (row.due_on.isoformat(), row.state) == (UNTIL, TaskState.OPEN)


def test_several_take_as_many_queries_as_few_but_for_each_ones_own(secretary: Staff, sign_in: SignIn) -> None:
    client, counted = sign_in(secretary), []
    for many in (2, 12):
        ids = [a_task(secretary) for _ in range(many)]
        with statements() as seen:
            assert client.post("/tasks/selected", data={"action": "done", "task": ids}).status_code == 200
        counted.append(
            len([s for s in seen if not s.startswith(("INSERT INTO case_events", "UPDATE tasks"))])
        )
    assert counted[0] == counted[1]


def test_two_who_close_the_same_tasks_at_once_close_each_once(secretary: Staff, sign_in: SignIn) -> None:
    colleague = builders.staff(secretary.unit)
    db.session.commit()
    ids = [own_task(secretary) for _ in range(6)]
    sent = [(sign_in(secretary), ids), (sign_in(colleague), ids[::-1])]
    db.session.rollback()
    db.session.remove()
    barrier, answers = threading.Barrier(2), []

    def press(client: FlaskClient, task_ids: list[int]) -> None:
        barrier.wait(timeout=30)
        answers.append(client.post("/tasks/selected", data={"action": "done", "task": task_ids}))

    threads = [threading.Thread(target=press, args=one) for one in sent]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status_code for answer in answers] == [200, 200]
    assert verbs() == ["task_done"] * len(ids)
    # One did all of it, the other was told for each row.
    assert sorted(answer.text.count('data-color="warning"') for answer in answers) == [0, 1 + len(ids)]


def covers(away: Staff, in_place: Staff, days: int = 7) -> Cover:
    made = make_cover(
        actor=Actor.of(away),
        staff=away,
        in_place=in_place,
        starts_on=TODAY,
        ends_on=TODAY + timedelta(days=days),
        now=NOW,
    )
    db.session.commit()
    return made


def test_whoever_stands_in_has_the_others_tasks_too_but_for_protected_ones(
    secretary: Staff, sign_in: SignIn
) -> None:
    cover = builders.staff(secretary.unit, name="Ersättaren")
    theirs, mine = a_task(secretary, days=-1), a_task(cover)
    hidden = a_task(secretary, case={"protection": Protection.CONFIDENTIAL})
    named = a_task(secretary, case={"protection": Protection.CONFIDENTIAL})
    case_id = db.session.get_one(Task, named).case_id
    db.session.add(NamedStaff(case_id=case_id, staff_id=cover.id, named_at=NOW))
    covers(secretary, cover)
    wanted = Wanted(Actor.of(cover), TODAY, Scope.MINE)
    assert [row.id for row in listed(wanted)] == [theirs, mine, named]
    assert counts(wanted) == {When.OVERDUE: 1, When.TODAY: 2, When.WEEK: 0, When.LATER: 0}
    later = Wanted(Actor.of(cover), TODAY + timedelta(days=8), Scope.MINE)
    assert [row.id for row in listed(later)] == [mine]
    assert hidden in [row.id for row in listed(Wanted(Actor.of(secretary), TODAY, Scope.MINE))]
    page = sign_in(cover).get("/tasks").text
    assert page.count("Sven Sekreterare") >= 3  # two tags and the filter
    filtered = sign_in(cover).get(f"/tasks?secretary={secretary.id}").text
    assert filtered.count("<tr") - filtered.count("<thead") == 2


def test_today_tells_whoever_stands_in_what_waits_and_each_number_is_its_list(
    secretary: Staff, sign_in: SignIn
) -> None:
    cover = builders.staff(secretary.unit, name="Ersättaren")
    for days in (-1, 0, 9):
        a_task(secretary, days=days)
    case = builders.case(secretary.unit, secretary, first_contact_on=TODAY - timedelta(days=20))
    builders.placement(case, starts_on=TODAY - timedelta(days=3))
    builders.meeting(case, NOW + timedelta(hours=2), MeetingOutcome.BOOKED, staff_id=secretary.id)
    settle()
    covers(secretary, cover)
    client = sign_in(cover)
    today = client.get("/today").text
    assert "Sven Sekreterare" in today
    day = client.get(f"/cover/{secretary.id}").text
    counted = [int(n) for n in re.findall(r'<h2 id="[a-z]+">[^<]*<span class="count">([0-9]+)', day)]
    lists = [len(re.findall('<li class="item"', part)) for part in day.split("<section")[1:]]
    assert counted == lists
    assert all(counted)
    due = client.get(f"/tasks?scope=mine&secretary={secretary.id}&when=due").text
    assert due.count('name="task"') == counted[1]
    said = re.search(r"notice.*?</div>", today, re.DOTALL)
    assert said
    numbers = [int(n) for n in re.findall(r'">([0-9]+) ', said[0])]
    assert numbers == [counted[1], counted[2], counted[0]]


def test_somebody_elses_day_is_shown_only_to_whoever_stands_in(secretary: Staff, sign_in: SignIn) -> None:
    colleague = builders.staff(secretary.unit)
    db.session.commit()
    assert sign_in(colleague).get(f"/cover/{secretary.id}").status_code == 404
    made = covers(secretary, colleague)
    assert sign_in(colleague).get(f"/cover/{secretary.id}").status_code == 200
    assert sign_in(secretary).post(f"/cover/{made.id}/end").status_code == 303
    assert sign_in(colleague).get(f"/cover/{secretary.id}").status_code == 404


def test_a_lead_who_stands_in_gets_a_list_of_their_own_and_a_secretary_the_leads(
    secretary: Staff, sign_in: SignIn
) -> None:
    lead = builders.staff(secretary.unit, Role.UNIT_LEAD)
    task = a_task(secretary, days=-1)
    raised = a_task(builders.staff(secretary.unit), days=-9, escalates_on=TODAY, escalates_to=Owner.UNIT_LEAD)
    assert 'scope=mine"' not in sign_in(lead).get("/tasks").text
    assert 'scope=escalated"' not in sign_in(secretary).get("/tasks").text
    covers(secretary, lead)
    covers(lead, secretary)
    assert f'value="{task}"' in sign_in(lead).get("/tasks?scope=mine").text
    assert f'value="{raised}"' in sign_in(secretary).get("/tasks?scope=escalated").text


def test_cover_is_arranged_and_ended_on_its_page(secretary: Staff, sign_in: SignIn) -> None:
    colleague, third = builders.staff(secretary.unit), builders.staff(secretary.unit)
    lead = builders.staff(secretary.unit, Role.UNIT_LEAD)
    db.session.commit()
    client = sign_in(secretary)
    form = {"cover_id": colleague.id, "starts_on": "2026-11-23", "ends_on": "2026-11-27"}
    assert client.post("/cover", data={**form, "ends_on": "2026-11-22"}).status_code == 422
    # Whose it is, only a lead chooses.
    assert client.post("/cover", data={**form, "staff_id": third.id}).status_code == 303
    made = db.session.scalars(select(Cover)).one()
    assert (made.staff_id, made.cover_id) == (secretary.id, colleague.id)
    assert sign_in(third).post(f"/cover/{made.id}/end").status_code == 404
    assert sign_in(colleague).post(f"/cover/{made.id}/end").status_code == 404
    ofthird = sign_in(lead).post("/cover", data={**form, "staff_id": colleague.id, "cover_id": third.id})
    assert ofthird.status_code == 303
    assert third.name in sign_in(lead).get("/cover").text
    assert third.name not in re.sub(r"<option.*?</option>", "", client.get("/cover").text)
    for _ in range(2):
        assert client.post(f"/cover/{made.id}/end").status_code == 303
    assert db.session.get_one(Cover, made.id).withdrawn_at is not None


def test_the_page_of_covers_takes_as_many_queries_for_many(secretary: Staff, sign_in: SignIn) -> None:
    lead, counted = builders.staff(secretary.unit, Role.UNIT_LEAD), []
    db.session.commit()
    client = sign_in(lead)
    for many in (1, 5):
        for _ in range(many):
            covers(builders.staff(secretary.unit), lead)
        for address in ("/cover", "/tasks", "/today"):
            client.get(address)
            with statements() as seen:
                assert client.get(address).status_code == 200
            counted.append(len(seen))
    assert counted[:3] == counted[3:]
