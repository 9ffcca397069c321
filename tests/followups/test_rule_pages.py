"""The pages of the rules: who reads, tries out and saves; two buttons; history; units of their own."""

import threading
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from activation.database import db
from activation.followups import rule_views
from activation.followups.book import RuleBook, forget_rulebook, rulebook
from activation.followups.defaults import DEFAULT_RULES
from activation.followups.preview import preview
from activation.followups.rule import Rule
from activation.followups.rule_forms import Side, typed
from models import RuleVersion, Staff, Unit
from models.enums import Role
from tests import builders
from tests.builders import settle
from tests.followups.test_rule_service import met
from tests.statements import statements

SignIn = Callable[[Staff], FlaskClient]
TODAY = date(2026, 11, 20)


@pytest.fixture
def unit(app: Flask) -> Unit:
    return builders.unit("Enhet Syd")


@pytest.fixture
def administrator(unit: Unit, sign_in: SignIn) -> FlaskClient:
    staff = builders.staff(unit, Role.ADMINISTRATOR, language="en", name="Ada Admin")
    settle()
    return sign_in(staff)


@pytest.fixture
def lead(unit: Unit, sign_in: SignIn) -> FlaskClient:
    staff = builders.staff(unit, Role.UNIT_LEAD, language="en")
    settle()
    return sign_in(staff)


def form(rule: Rule, **values: Any) -> dict[str, Any]:
    """The form of a rule as a browser sends it."""
    sent: dict[str, Any] = {"valid_from": TODAY.isoformat(), "version": "0"}
    for name, value in typed(rule).items():
        if name == "reminders":
            for number, reminder in enumerate(value):
                for part, typed_value in reminder.items():
                    sent[f"reminders-{number}-{part}"] = typed_value
        elif value is not None:
            sent[name] = value
    return {**sent, **values}


FOLLOW_UP = form(DEFAULT_RULES["follow_up"])
WEEKLY = {**FOLLOW_UP, "offset": "7"}


def book() -> RuleBook:
    forget_rulebook()
    return rulebook()


def saved() -> int:
    return db.session.scalar(select(func.count(RuleVersion.id))) or 0


def test_the_list_says_every_rule_in_a_sentence(administrator: FlaskClient, lead: FlaskClient) -> None:
    for client in (administrator, lead):
        page = client.get("/rules").text
        assert all(rule.what["en"] in page.replace("&#39;", "'") for rule in DEFAULT_RULES.values())
        assert "Every 14th day after the last held contact" in page
    assert "Save" not in lead.get("/rules/follow_up").text


@pytest.mark.parametrize("role", [Role.SECRETARY, Role.AID_OFFICER])
def test_others_cannot_read_the_rules(unit: Unit, sign_in: SignIn, role: Role) -> None:
    staff = builders.staff(unit, role)
    settle()
    for address in ("/rules", "/rules/new", "/rules/follow_up", "/rules/follow_up/history"):
        assert sign_in(staff).get(address).status_code == 403


def test_the_preview_shows_what_would_be_and_saves_nothing(unit: Unit, administrator: FlaskClient) -> None:
    secretary = builders.staff(unit, name="Sven Sekreterare")
    met(secretary)
    page = administrator.post("/rules/follow_up", data={**WEEKLY, "preview": "1"})
    assert page.status_code == 200
    assert "2 tasks more in 30 days" in page.text
    assert "1 open case of 1 gets other tasks" in page.text
    assert "Sven Sekreterare" in page.text
    assert "<svg" in page.text
    assert saved() == 0


def test_others_may_write_while_a_preview_is_reckoned(
    administrator: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    writes: list[bool] = []

    def look(*args: Any, **values: Any) -> Any:
        writes.append(bool(db.session.connection().get_execution_options().get("writes")))
        return preview(*args, **values)

    monkeypatch.setattr(rule_views, "preview", look)
    assert administrator.post("/rules/follow_up", data={**WEEKLY, "preview": "1"}).status_code == 200
    assert writes == [False]


def test_a_lead_tries_out_but_cannot_save(unit: Unit, lead: FlaskClient) -> None:
    met(builders.staff(unit))
    assert "tasks more" in lead.post("/rules/follow_up", data={**WEEKLY, "preview": "1"}).text
    assert lead.post("/rules/follow_up", data=WEEKLY).status_code == 403
    for address in ("/rules/follow_up/off", "/rules/follow_up/common"):
        assert lead.get(address).status_code == 403
    assert saved() == 0


def test_saved_the_rule_holds_and_the_history_says_who_what_and_why(administrator: FlaskClient) -> None:
    answer = administrator.post("/rules/follow_up", data={**WEEKLY, "reason": "Tätare kontakt"})
    assert (answer.status_code, answer.location) == (303, "/rules")
    held = book().rule("follow_up")
    assert held is not None
    assert (held.offset, held.interval) == (7, 7)
    page = administrator.get("/rules/follow_up/history").text
    for text in (
        "Ada Admin",
        "Days from there: 14 → 7",
        "Tätare kontakt",
        "From 2026-11-20:",
        "As delivered",
    ):
        assert text in page
    assert "Every 7th day" in administrator.get("/rules").text


def test_nothing_changed_is_not_saved(administrator: FlaskClient) -> None:
    answer = administrator.post("/rules/follow_up", data=FOLLOW_UP)
    assert answer.status_code == 422
    assert "Nothing differs from what holds on that day." in answer.text


@pytest.mark.parametrize("key", list(DEFAULT_RULES))
def test_every_rule_opened_and_sent_back_is_the_same_rule(administrator: FlaskClient, key: str) -> None:
    answer = administrator.post(f"/rules/{key}", data=form(DEFAULT_RULES[key]))
    assert "Nothing differs from what holds on that day." in answer.text


def test_all_reasons_stand_beside_their_fields(administrator: FlaskClient) -> None:
    wrong = {**FOLLOW_UP, "offset": "0", "owner": "supervisor", "preview": "1"}
    answer = administrator.post("/rules/follow_up", data=wrong)
    assert answer.status_code == 422
    for text in (
        'id="offset-error" data-field="validation">The next follow-up must lie',
        'id="owner-error" data-field="validation">A supervisor is asked about',
        'id="reminders-error">Only questions about',
    ):
        assert text in answer.text


def test_the_second_of_two_keeps_what_they_typed_and_sees_what_is_stored(administrator: FlaskClient) -> None:
    administrator.post("/rules/follow_up", data=WEEKLY)
    mine = {**FOLLOW_UP, "offset": "10"}
    answer = administrator.post("/rules/follow_up", data=mine)
    assert answer.status_code == 422
    assert "Somebody else changed this rule" in answer.text
    assert "Stored now: 7" in answer.text
    version = db.session.scalar(select(func.max(RuleVersion.id)))
    assert administrator.post("/rules/follow_up", data={**mine, "version": str(version)}).status_code == 303


def test_of_two_who_save_at_the_same_moment_one_is_told(unit: Unit, sign_in: SignIn) -> None:
    people = [builders.staff(unit, Role.ADMINISTRATOR, language="en") for _ in range(2)]
    settle()
    clients = [sign_in(person) for person in people]
    db.session.rollback()
    db.session.remove()
    barrier = threading.Barrier(2)
    codes: list[int] = []

    def press(client: FlaskClient, offset: str) -> None:
        barrier.wait(timeout=30)
        codes.append(client.post("/rules/follow_up", data={**FOLLOW_UP, "offset": offset}).status_code)

    threads = [threading.Thread(target=press, args=pair) for pair in zip(clients, ("7", "10"), strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == [303, 422]
    assert saved() == 1


def test_a_unit_gets_its_own_rule_and_returns(unit: Unit, administrator: FlaskClient) -> None:
    unit_id = unit.id
    address = f"/rules/follow_up?unit={unit_id}"
    assert administrator.post(address, data=WEEKLY).location == f"/rules?unit={unit_id}"
    assert book().own("follow_up", unit_id, TODAY)
    assert "Enhet Syd</a>" in administrator.get("/rules").text
    assert "Back to the common rule" in administrator.get(address).text
    version = str(db.session.scalar(select(func.max(RuleVersion.id))))
    end = {"valid_from": "2026-11-20", "version": version}
    looked = administrator.post(f"/rules/follow_up/common?unit={unit_id}", data={**end, "preview": "1"})
    assert "Preview: nothing is saved yet" in looked.text
    assert administrator.post(f"/rules/follow_up/common?unit={unit_id}", data=end).status_code == 303
    assert not book().own("follow_up", unit_id, TODAY)
    assert administrator.get(f"/rules/follow_up/common?unit={unit_id}").status_code == 404


def test_switched_off_it_stands_below_and_can_be_switched_on(administrator: FlaskClient) -> None:
    end = {"valid_from": "2026-11-20", "version": "0", "reason": "Görs inte"}
    assert "Preview" in administrator.post("/rules/follow_up/off", data={**end, "preview": "1"}).text
    assert administrator.post("/rules/follow_up/off", data=end).status_code == 303
    page = administrator.get("/rules").text
    assert page.index('id="off"') < page.index("Follow up with the participant")
    version = str(db.session.scalar(select(func.max(RuleVersion.id))))
    assert administrator.post("/rules/follow_up", data={**FOLLOW_UP, "version": version}).status_code == 303
    assert book().held("follow_up", None, TODAY) == DEFAULT_RULES["follow_up"]


def test_a_rule_of_ones_own(administrator: FlaskClient) -> None:
    empty = administrator.post("/rules/new", data={})
    assert empty.status_code == 422
    own = {
        **FOLLOW_UP,
        "what_sv": "Samtala inför slutet",
        "what_en": "Talk before the end",
        "anchor": "placement_end",
        "offset": "10",
        "side": Side.BEFORE.value,
        "valid_from": "2026-12-01",
    }
    assert administrator.post("/rules/new", data=own).status_code == 303
    rule = book().rule("talk_before_the_end")
    assert rule is not None
    assert (rule.offset, rule.what["sv"]) == (-10, "Samtala inför slutet")
    page = administrator.get("/rules").text
    assert "From 2026-12-01:" in page
    assert administrator.get("/rules/talk_before_the_end").status_code == 200


def test_one_flow_gets_its_own_in_one_step(administrator: FlaskClient) -> None:
    split = {**WEEKLY, "flow": "support", "keep_other": "y"}
    assert "Preview" in administrator.post("/rules/follow_up", data={**split, "preview": "1"}).text
    administrator.post("/rules/follow_up", data=split)
    rules = {rule.key: rule for rule in book().rules_for(None, TODAY)}
    assert (rules["follow_up"].flow, rules["follow_up"].offset) == ("main", 14)
    assert (rules["follow_up_support"].flow, rules["follow_up_support"].offset) == ("support", 7)


@pytest.mark.parametrize(
    "address",
    ["/rules/no_such_rule", "/rules/no_such_rule/history", "/rules/no_such_rule/off", "/rules/%C3%85"],
)
def test_a_rule_that_is_none_is_not_found(administrator: FlaskClient, address: str) -> None:
    assert administrator.get(address).status_code == 404


@pytest.mark.parametrize("unit_id", ["-1", "99999999999999999999", "x"])
def test_a_unit_that_is_none_is_left_out(administrator: FlaskClient, unit_id: str) -> None:
    assert administrator.get(f"/rules?unit={unit_id}").status_code == 200
    assert administrator.get(f"/rules/follow_up?unit={unit_id}").status_code == 200


def test_more_versions_ask_the_database_no_more(administrator: FlaskClient) -> None:
    numbers = []
    for offset in (7, 8, 9, 10):
        version = str(db.session.scalar(select(func.max(RuleVersion.id))) or 0)
        answer = administrator.post("/rules/follow_up", data={**WEEKLY, "offset": offset, "version": version})
        assert answer.status_code == 303
        with statements() as asked:
            administrator.get("/rules")
            administrator.get("/rules/follow_up/history")
        numbers.append(len(asked))
    assert len(set(numbers)) == 1
