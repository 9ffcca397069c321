"""Standard texts and cost standards: what administrators do with them."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from activation.database import db
from activation.messages.text_rules import check_text
from activation.records.actor import Actor, must_be_administrator
from activation.records.versions import must_be_current
from activation.standards.catalogue import as_text
from models import CostStandard, StandardText
from models.errors import FieldError
from models.texts import N_

ONLY_ADMINISTRATORS = N_("Only administrators change what the municipality words once.")


def save_text(
    *,
    actor: Actor,
    text: StandardText | None,
    values: dict[str, Any],
    now: datetime,
    seen_version: int | None = None,
) -> tuple[StandardText, bool]:
    """A new text, or a changed one; tells whether anything changed. `values`: kind, language, name, body, active.

    Raises FieldError, and Conflict where somebody else changed it in between.
    """
    must_be_administrator(actor, ONLY_ADMINISTRATORS)
    values = {**values, "name": values["name"].strip(), "body": values["body"].strip()}
    if text is not None:
        must_be_current(seen_version, text.version)
    check_text(as_text(values["kind"]), subject=values["name"], body=values["body"])
    same = db.session.scalar(
        select(StandardText).where(
            StandardText.kind == values["kind"],
            StandardText.language == values["language"],
            StandardText.name == values["name"],
        )
    )
    if same is not None and same is not text:
        if text is None and same.body == values["body"]:
            return same, False  # pressed twice
        raise FieldError("name", N_("There is already a text of that kind with this name."))
    if text is None:
        text = StandardText(**values, changed_at=now, changed_by=actor.name)
        db.session.add(text)
    elif all(getattr(text, name) == value for name, value in values.items()):
        return text, False
    for name, value in values.items():
        setattr(text, name, value)
    text.changed_at, text.changed_by = now, actor.name
    db.session.flush()
    return text, True


def save_cost(
    *,
    actor: Actor,
    cost: CostStandard | None,
    values: dict[str, Any],
    now: datetime,
    seen_version: int | None = None,
) -> tuple[CostStandard, bool]:
    """A new cost standard, or a changed one; tells whether anything changed. `values` are its columns by name.

    Raises FieldError, and Conflict where somebody else changed it in between.
    """
    must_be_administrator(actor, ONLY_ADMINISTRATORS)
    if cost is not None:
        must_be_current(seen_version, cost.version)
    _check_cost(cost, values["name"], values["valid_from"], values["valid_to"])
    if cost is None:
        same = db.session.scalar(
            select(CostStandard).where(
                CostStandard.name == values["name"], CostStandard.valid_from == values["valid_from"]
            )
        )
        if same is not None:
            return same, False  # pressed twice
        cost = CostStandard(**values, changed_at=now, changed_by=actor.name)
        db.session.add(cost)
    elif all(_same(getattr(cost, name), value) for name, value in values.items()):
        return cost, False
    for name, value in values.items():
        setattr(cost, name, value)
    cost.changed_at, cost.changed_by = now, actor.name
    db.session.flush()
    return cost, True


def _same(stored: object, typed: object) -> bool:
    if isinstance(stored, Decimal) and isinstance(typed, Decimal):
        return stored.compare(typed) == 0
    return (stored or None) == (typed or None)


def _check_cost(cost: CostStandard | None, name: str, valid_from: date, valid_to: date | None) -> None:
    """One amount a day for each name: an earlier one ends before the next begins."""
    if valid_to is not None and valid_to < valid_from:
        raise FieldError("valid_to", N_("The last day lies before the first."))
    others = db.session.scalars(select(CostStandard).where(CostStandard.name == name))
    for other in others:
        is_itself = other is cost or (cost is None and other.valid_from == valid_from)
        begins_later = valid_to is not None and other.valid_from > valid_to
        ended_before = other.valid_to is not None and other.valid_to < valid_from
        if not (is_itself or begins_later or ended_before):
            raise FieldError(
                "valid_from", N_("Another amount for it holds from %(day)s. Give that one a last day first."),
                day=other.valid_from,
            )  # fmt: skip
