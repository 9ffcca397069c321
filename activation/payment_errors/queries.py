"""Reads of incorrect payments: a page of them, one, and the figures year by year."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, case, exists, extract, func, select, true
from sqlalchemy.orm import joinedload

from activation.caseload.visibility import in_scope, visible_cases
from activation.database import db
from activation.records.actor import Actor
from models import Case, Household, PaymentError, Repayment
from models.enums import AidWarning, PaymentErrorCause, PaymentErrorKind

YEARS_SHOWN = 10
# Amounts are the aid side's own: others are told a sum of no fewer households, so that it is nobody's.
SMALLEST_SUM = 5


def _known_to(actor: Actor) -> ColumnElement[bool]:
    """Of a household with a case that the actor may see; households of the files without one are the aid side's."""
    return exists().where(Case.household_id == PaymentError.household_id, visible_cases(actor))


@dataclass(frozen=True)
class Listed:
    """One line of the list. Amounts in kronor."""

    error: PaymentError
    household: str
    repaid: Decimal


@dataclass(frozen=True)
class ErrorPage:
    rows: Sequence[Listed]
    shown: int
    hidden: int


def _repaid() -> Any:
    return (
        select(func.coalesce(func.sum(Repayment.amount), 0))
        .where(Repayment.payment_error_id == PaymentError.id, Repayment.withdrawn_at.is_(None))
        .correlate(PaymentError)
        .scalar_subquery()
    )


def error_page(
    actor: Actor, *, year: int | None, kind: PaymentErrorKind | None, offset: int, limit: int
) -> ErrorPage:
    """Those that stand, newest first. Two statements."""
    where: list[ColumnElement[bool]] = [PaymentError.withdrawn_at.is_(None)]
    if year is not None:
        where.append(extract("year", PaymentError.found_on) == year)
    if kind is not None:
        where.append(PaymentError.kind == kind)
    total, shown = db.session.execute(
        select(func.count(), func.count().filter(_known_to(actor))).select_from(PaymentError).where(*where)
    ).one()
    rows = db.session.execute(
        select(PaymentError, Household.number, _repaid())
        .join(Household, Household.id == PaymentError.household_id)
        .where(_known_to(actor), *where)
        .order_by(PaymentError.found_on.desc(), PaymentError.id.desc())
        .offset(offset)
        .limit(limit)
    )
    listed = [Listed(error, number, Decimal(repaid)) for error, number, repaid in rows]
    return ErrorPage(listed, shown, total - shown)


def find_error(error_id: int, actor: Actor) -> PaymentError | None:
    """One, with its household, where the actor may know of a case in it."""
    return db.session.scalar(
        select(PaymentError)
        .where(PaymentError.id == error_id, _known_to(actor))
        .options(joinedload(PaymentError.household))
    )


def repayments_of(error_id: int) -> Sequence[Repayment]:
    """All that were written down, those taken back too; newest first."""
    return db.session.scalars(
        select(Repayment)
        .where(Repayment.payment_error_id == error_id)
        .order_by(Repayment.paid_on.desc(), Repayment.id.desc())
    ).all()


def cases_of(household_id: int, actor: Actor) -> list[int]:
    """Whose page this is, for the access log."""
    return list(
        db.session.scalars(select(Case.id).where(Case.household_id == household_id, visible_cases(actor)))
    )


@dataclass(frozen=True)
class Year:
    """What was found in a year, what was put right before payment, and what of the year's reclaims came back.

    Numbers of findings, amounts in kronor. `decided` and `repaid` by the year of the decision and of the payment, both
    of so many findings. `…_households`: of how many households they are; several may be of one.
    """

    year: int
    paid: int = 0
    paid_amount: Decimal = Decimal(0)
    paid_households: int = 0
    prevented: int = 0
    prevented_amount: Decimal = Decimal(0)
    prevented_households: int = 0
    decided: int = 0
    decided_amount: Decimal = Decimal(0)
    decided_households: int = 0
    repaid: int = 0
    repaid_amount: Decimal = Decimal(0)
    repaid_households: int = 0


@dataclass(frozen=True)
class Group:
    """Findings of all shown years under one cause or one warning. `code` empty: found otherwise."""

    code: str
    paid: int
    paid_amount: Decimal
    prevented: int
    prevented_amount: Decimal


def _sums() -> list[Any]:
    found: list[Any] = []
    for kind in (PaymentErrorKind.PAID, PaymentErrorKind.PREVENTED):
        of_kind = PaymentError.kind == kind
        found += [func.count().filter(of_kind), func.sum(case((of_kind, PaymentError.amount), else_=0))]
    return found


def years(actor: Actor, *, all_units: bool = False) -> list[Year]:
    """The latest years that have something, newest first: of the actor's scope, or of all units. Protected households
    count. Three statements."""
    scope = true() if all_units else _in_scope(actor)
    stands = (PaymentError.withdrawn_at.is_(None), scope)
    found: dict[int, dict[str, Any]] = {}
    of_found = extract("year", PaymentError.found_on)
    one = PaymentError.household_id.distinct()
    households = [
        func.count(one).filter(PaymentError.kind == kind)
        for kind in (PaymentErrorKind.PAID, PaymentErrorKind.PREVENTED)
    ]
    for year, paid, paid_amount, prevented, prevented_amount, of_paid, of_prevented in db.session.execute(
        select(of_found, *_sums(), *households).where(*stands).group_by(of_found)
    ):
        found.setdefault(int(year), {}).update(
            paid=paid, paid_amount=Decimal(paid_amount), paid_households=of_paid,
            prevented=prevented, prevented_amount=Decimal(prevented_amount), prevented_households=of_prevented,
        )  # fmt: skip
    of_decided = extract("year", PaymentError.reclaim_decided_on)
    for year, number, amount, of_them in db.session.execute(
        select(of_decided, func.count(), func.sum(PaymentError.reclaim_amount), func.count(one))
        .where(*stands, PaymentError.reclaim_amount.is_not(None))
        .group_by(of_decided)
    ):
        found.setdefault(int(year), {}).update(
            decided=number, decided_amount=Decimal(amount or 0), decided_households=of_them
        )
    of_repaid = extract("year", Repayment.paid_on)
    for year, number, amount, of_them in db.session.execute(
        select(of_repaid, func.count(PaymentError.id.distinct()), func.sum(Repayment.amount), func.count(one))
        .join(PaymentError, PaymentError.id == Repayment.payment_error_id)
        .where(*stands, Repayment.withdrawn_at.is_(None))
        .group_by(of_repaid)
    ):
        found.setdefault(int(year), {}).update(
            repaid=number, repaid_amount=Decimal(amount), repaid_households=of_them
        )
    return [Year(year, **found[year]) for year in sorted(found, reverse=True)][:YEARS_SHOWN]


def _in_scope(actor: Actor) -> ColumnElement[bool]:
    return exists().where(Case.household_id == PaymentError.household_id, in_scope(actor))


def _groups(actor: Actor, column: Any, codes: Sequence[str]) -> list[Group]:
    rows = {
        str(code): Group(str(code), paid, Decimal(paid_amount), prevented, Decimal(prevented_amount))
        for code, paid, paid_amount, prevented, prevented_amount in db.session.execute(
            select(column, *_sums())
            .where(PaymentError.withdrawn_at.is_(None), _in_scope(actor))
            .group_by(column)
        )
    }
    return [rows[code] for code in codes if code in rows]


def by_cause(actor: Actor) -> list[Group]:
    """In the order of the code list. One statement."""
    return _groups(actor, PaymentError.cause, [cause.value for cause in PaymentErrorCause])


def by_warning(actor: Actor) -> list[Group]:
    """By the warning that it was found by; otherwise found last. One statement."""
    return _groups(actor, PaymentError.found_by, [*(warning.value for warning in AidWarning), ""])
