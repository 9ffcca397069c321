"""Payments that were found incorrect, or put right before they were paid; reclaims and what was paid back.

Aid officers type what the aid side found and decided. Nothing here computes aid, an error or a reclaim.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from activation.caseload.visibility import can_record_aid
from activation.clocks.calendar import local_date
from activation.database import db
from activation.records.actor import Actor
from activation.records.history import Changes, record
from activation.records.versions import must_be_current
from models import Case, Household, PaymentError, Repayment
from models.enums import PaymentErrorKind
from models.errors import Conflict, FieldError, NotAllowed
from models.texts import N_

COLUMNS = (
    "kind",
    "period_from",
    "period_to",
    "amount",
    "cause",
    "found_on",
    "found_by",
    "note",
    "reclaim_decided_on",
    "reclaim_amount",
)


def _check(values: dict[str, Any], today: date) -> None:
    if values["period_to"] < values["period_from"]:
        raise FieldError("period_to", N_("The last month lies before the first."))
    for field in ("found_on", "reclaim_decided_on"):
        if values[field] is not None and values[field] > today:
            raise FieldError(field, N_("This day lies ahead. Write it down once it is done."))
    decided, amount = values["reclaim_decided_on"], values["reclaim_amount"]
    if (decided is None) != (amount is None):
        field = "reclaim_amount" if amount is None else "reclaim_decided_on"
        raise FieldError(field, N_("A reclaim has a day of decision and an amount. Give both, or neither."))
    if amount is not None and values["kind"] is not PaymentErrorKind.PAID:
        text = N_(
            "What was put right before it was paid is not reclaimed. Empty this, or change what it was."
        )
        raise FieldError("reclaim_amount", text)


def _months(error: PaymentError) -> Changes:
    """What the history of a case says: the months. Amounts and causes are the aid side's own and stay here."""
    return {
        "period_from": (None, f"{error.period_from:%Y-%m}"),
        "period_to": (None, f"{error.period_to:%Y-%m}"),
    }


def _case_ids(household_id: int) -> list[int]:
    return list(db.session.scalars(select(Case.id).where(Case.household_id == household_id)))


def note_error(
    *, actor: Actor, household: Household, values: dict[str, Any], now: datetime
) -> tuple[PaymentError, bool]:
    """Writes one down; tells whether it is new. The same sent twice is one. `values`: COLUMNS. Raises FieldError."""
    _must_be_of_the_aid_side(actor)
    _take_turn(household.id)
    _check(values, local_date(now))
    there = db.session.scalars(
        select(PaymentError).where(
            PaymentError.household_id == household.id,
            PaymentError.withdrawn_at.is_(None),
            *(getattr(PaymentError, name) == values[name] for name in COLUMNS if values[name] is not None),
        )
    ).first()
    if there is not None:
        return there, False
    error = PaymentError(household_id=household.id, **values, made_at=now, made_by=actor.name)
    db.session.add(error)
    db.session.flush()
    for case_id in _case_ids(household.id):
        record(case_id, actor=actor, now=now, verb="payment_error_noted", changes=_months(error))
    return error, True


def change_error(
    *, actor: Actor, error: PaymentError, values: dict[str, Any], seen_version: int | None, now: datetime
) -> bool:
    """Changes one, or writes down the reclaim; tells whether anything changed. Raises FieldError, Conflict."""
    _must_be_of_the_aid_side(actor)
    _take_turn(error.household_id)
    db.session.refresh(error)
    must_be_current(seen_version, error.version)
    _must_stand(error)
    _check(values, local_date(now))
    if (values["reclaim_amount"] or 0) < paid_back(error.id):
        raise FieldError("reclaim_amount", N_("More than this was paid back already: take that back first."))
    if all(getattr(error, name) == values[name] for name in COLUMNS):
        return False
    for name in COLUMNS:
        setattr(error, name, values[name])
    db.session.flush()
    for case_id in _case_ids(error.household_id):
        record(case_id, actor=actor, now=now, verb="payment_error_changed", changes=_months(error))
    return True


def withdraw_error(*, actor: Actor, error: PaymentError, now: datetime) -> None:
    """Noted by mistake: it stays, and counts nowhere. Raises Conflict."""
    _must_be_of_the_aid_side(actor)
    _take_turn(error.household_id)
    db.session.refresh(error)
    _must_stand(error)
    error.withdrawn_at = now
    db.session.flush()
    for case_id in _case_ids(error.household_id):
        record(case_id, actor=actor, now=now, verb="payment_error_taken_back", changes=_months(error))


def add_repayment(
    *, actor: Actor, error: PaymentError, paid_on: date, amount: Decimal, seen: int, now: datetime
) -> Repayment:
    """A part that was paid back. `seen`: how many the form showed, so that a press twice counts once.

    Raises FieldError, Conflict.
    """
    _must_be_of_the_aid_side(actor)
    _take_turn(error.household_id)
    db.session.refresh(error)
    _must_stand(error)
    if error.reclaim_amount is None or error.reclaim_decided_on is None:
        raise Conflict(N_("Nothing is reclaimed here: write down the decision first."))
    if _noted_for(error.id) != seen:
        raise Conflict(N_("Another repayment was just written down. Look at the list before you add one."))
    if not error.reclaim_decided_on <= paid_on <= local_date(now):
        raise FieldError("paid_on", N_("The day lies between the decision and today."))
    if amount <= 0:
        raise FieldError("amount", N_("Give an amount above zero."))
    if amount > left_of(error):
        raise FieldError("amount", N_("That is more than what is left of the reclaim."))
    row = Repayment(
        payment_error_id=error.id, paid_on=paid_on, amount=amount, noted_at=now, noted_by=actor.name
    )
    db.session.add(row)
    db.session.flush()
    return row


def withdraw_repayment(*, actor: Actor, error: PaymentError, repayment: Repayment, now: datetime) -> None:
    """Noted by mistake. Raises Conflict."""
    _must_be_of_the_aid_side(actor)
    _take_turn(error.household_id)
    db.session.refresh(repayment)
    if repayment.withdrawn_at is not None:
        raise Conflict(N_("It was taken back already. Nothing was changed."))
    repayment.withdrawn_at = now
    db.session.flush()


def _noted_for(error_id: int) -> int:
    """How many repayments were written down, those taken back too."""
    number = db.session.scalar(
        select(func.count()).select_from(Repayment).where(Repayment.payment_error_id == error_id)
    )
    return number or 0


def paid_back(error_id: int) -> Decimal:
    """Kronor paid back so far."""
    total = db.session.scalar(
        select(func.sum(Repayment.amount)).where(
            Repayment.payment_error_id == error_id, Repayment.withdrawn_at.is_(None)
        )
    )
    return Decimal(total or 0).quantize(Decimal("0.01"))


def left_of(error: PaymentError) -> Decimal:
    """Kronor of the reclaim that are not paid back."""
    return Decimal(error.reclaim_amount or 0).quantize(Decimal("0.01")) - paid_back(error.id)


def _take_turn(household_id: int) -> None:
    """Of two that write about the same household the second sees what the first wrote."""
    db.session.execute(
        select(Household.id).where(Household.id == household_id).with_for_update(key_share=True)
    )


def _must_stand(error: PaymentError) -> None:
    if error.withdrawn_at is not None:
        raise Conflict(N_("It was taken back already. Nothing was changed."))


def _must_be_of_the_aid_side(actor: Actor) -> None:
    if not can_record_aid(actor):
        raise NotAllowed(N_("Payments are dealt with by the aid side."))
