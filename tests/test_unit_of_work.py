"""The end of a transaction: what others changed while this one was open counts."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import insert, select

from activation.clocks.calendar import local_date
from activation.database import db
from activation.followups.book import rulebook
from activation.followups.defaults import DEFAULT_RULES
from activation.followups.rule_file import definition_of
from activation.records.history import touch
from models import RuleVersion, Task
from models.enums import TaskState
from tests import builders
from tests.builders import NOW, settle

TODAY = local_date(NOW)


def test_a_rule_that_changed_while_a_case_was_being_changed_holds_for_it(app: Flask) -> None:
    if db.engine.dialect.name == "sqlite":
        pytest.skip("writing transactions take turns from their beginning")
    unit = builders.unit()
    case = builders.case(unit, builders.staff(unit), first_contact_on=TODAY - timedelta(days=20))
    builders.meeting(case, NOW - timedelta(days=14))
    settle()
    case_id = case.id
    assert rulebook().rules_for(case.unit_id, TODAY)
    rule = replace(DEFAULT_RULES["follow_up"], offset=30, interval=30)
    version = {"key": rule.key, "valid_from": TODAY, "definition": definition_of(rule)}
    with db.engine.begin() as another:
        another.execute(insert(RuleVersion).values(**version, made_at=NOW, made_by="Admin", reason=""))
    touch(case_id)
    settle()
    due = select(Task.due_on).where(Task.rule == rule.key, Task.state == TaskState.OPEN)
    assert db.session.scalar(due) == TODAY + timedelta(days=16)
