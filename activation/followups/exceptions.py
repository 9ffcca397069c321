"""How a single case departs from the follow-up rules for a while: a pause, or an interval of its own. Both end by
themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from activation.caseload.checks import must_be_open, must_work_on
from activation.clocks.calendar import local_date
from activation.database import db
from activation.followups.book import rulebook, what_of
from activation.followups.rule import Rule
from activation.records.actor import Actor
from activation.records.history import Changes, record
from activation.records.turns import take_turn
from activation.web.filters import date_text
from models import Case, RuleException
from models.enums import DayKind, ExceptionKind
from models.errors import Conflict, FieldError
from models.texts import N_

ONE_DAY = timedelta(days=1)
LONGEST = timedelta(days=366)
MOST_DAYS = 366
SHOWN = 50


def pause_rules(
    *,
    actor: Actor,
    case: Case,
    rule: str | None,
    starts_on: date,
    ends_on: date,
    reason: str,
    now: datetime,
) -> RuleException:
    """Nothing of the rule (None: of all) falls due in these days; what would, is due on the first working day after.
    Attendance and aid months are never paused.

    The same pause sent twice is one. Raises FieldError, Conflict, NotAllowed.
    """
    values = {"kind": ExceptionKind.PAUSE, "rule": rule, "days": None, "day_kind": DayKind.CALENDAR}
    return _make(actor, case, {**values, "starts_on": starts_on, "ends_on": ends_on}, reason, now)


def set_own_interval(
    *,
    actor: Actor,
    case: Case,
    rule: str,
    days: int,
    day_kind: DayKind,
    ends_on: date,
    reason: str,
    now: datetime,
) -> RuleException:
    """From today through `ends_on` this rule comes again after `days` instead of its own interval.

    An own interval that holds already is replaced. Raises FieldError, Conflict, NotAllowed.
    """
    today = local_date(now)
    if not 1 <= days <= MOST_DAYS:
        raise FieldError("days", N_("Choose 1 to 366 days."))
    found = rulebook().held(rule, case.unit_id, today)
    if found is None or not found.repeats:
        raise FieldError("rule", N_("This follow-up does not come again and again: it has no interval."))
    take_turn(case.id)
    wanted = (days, day_kind, today, ends_on)
    for other in _standing(case.id, today):
        is_same = (other.days, other.day_kind, other.starts_on, other.ends_on) == wanted
        if other.kind is ExceptionKind.INTERVAL and other.rule == rule and not is_same:
            _end(other, today, now)
    values = {"kind": ExceptionKind.INTERVAL, "rule": rule, "days": days, "day_kind": day_kind}
    return _make(actor, case, {**values, "starts_on": today, "ends_on": ends_on}, reason, now)


def end_exception(*, actor: Actor, case: Case, exception: RuleException, now: datetime) -> None:
    """The rules hold again from today. One that has not begun never counts. Raises Conflict, NotAllowed."""
    must_work_on(actor, case)
    today = local_date(now)
    if exception.withdrawn_at is not None or exception.ends_on < today:
        raise Conflict(N_("That is over already. Nothing was changed."))
    changes: Changes = {"ends_on": (exception.ends_on, today)}
    if exception.rule is not None:
        changes["task"] = (None, exception.rule)
    is_pause = exception.kind is ExceptionKind.PAUSE
    record(
        case,
        actor=actor,
        now=now,
        verb="rules_resumed" if is_pause else "own_interval_ended",
        changes=changes,
    )
    _end(exception, today, now)
    db.session.flush()


def _end(exception: RuleException, today: date, now: datetime) -> None:
    if exception.starts_on >= today:
        exception.withdrawn_at = now
    else:
        exception.ends_on = today - ONE_DAY


def _make(actor: Actor, case: Case, values: dict[str, Any], reason: str, now: datetime) -> RuleException:
    must_work_on(actor, case)
    today = local_date(now)
    must_be_open(case, today)
    _check(case, values, reason, today)
    take_turn(case.id)
    same = db.session.scalar(
        select(RuleException)
        .where(
            RuleException.case_id == case.id,
            RuleException.withdrawn_at.is_(None),
            *(getattr(RuleException, name).is_not_distinct_from(value) for name, value in values.items()),
        )
        .order_by(RuleException.id)
        .limit(1)
    )
    if same is not None:
        return same
    exception = RuleException(
        case_id=case.id, reason=reason.strip(), made_at=now, made_by=actor.name, **values
    )
    db.session.add(exception)
    said: Changes = {
        field: (None, values[name])
        for field, name in (("task", "rule"), ("starts_on",) * 2, ("ends_on",) * 2, ("days",) * 2)
        if values[name] is not None
    }
    if values["days"] is not None:
        said["day_kind"] = (None, values["day_kind"])
    is_pause = exception.kind is ExceptionKind.PAUSE
    record(
        case,
        actor=actor,
        now=now,
        verb="rules_paused" if is_pause else "own_interval_set",
        changes=said,
        reason=reason.strip(),
    )
    db.session.flush()
    return exception


def _check(case: Case, values: dict[str, Any], reason: str, today: date) -> None:
    rule, starts_on, ends_on = values["rule"], values["starts_on"], values["ends_on"]
    held = rulebook().held(rule, case.unit_id, today) if rule is not None else None
    if rule is not None and held is None:
        raise FieldError("rule", N_("There is no such follow-up rule."))
    if held is not None and not held.can_be_paused:
        raise FieldError(
            "rule", N_("Attendance and aid months are never paused: a payment may depend on them.")
        )
    if ends_on < starts_on:
        raise FieldError("ends_on", N_("It would end before it begins."))
    if ends_on < today:
        raise FieldError("ends_on", N_("That day has passed. Choose today or a day ahead."))
    if starts_on < case.first_contact_on:
        raise FieldError("starts_on", N_("The case began on %(day)s."), day=case.first_contact_on)
    if ends_on - max(starts_on, today) > LONGEST:
        text = N_("At most a year ahead: it can be made longer when the time comes.")
        raise FieldError("ends_on", text)
    if not reason.strip():
        raise FieldError("reason", N_("Say why: whoever reads the case must be able to understand it."))


def _standing(case_id: int, today: date) -> Sequence[RuleException]:
    return db.session.scalars(
        select(RuleException)
        .where(
            RuleException.case_id == case_id,
            RuleException.withdrawn_at.is_(None),
            RuleException.ends_on >= today,
        )
        .order_by(RuleException.ends_on, RuleException.id)
        .limit(SHOWN)
    ).all()


@dataclass(frozen=True, slots=True)
class ExceptionRow:
    """An exception that holds or lies ahead, as the case page lists it. `rule_text` empty: all rules."""

    id: int
    kind: ExceptionKind
    rule_text: str
    days: int | None
    day_kind: DayKind
    starts_on: date
    ends_on: date
    reason: str
    made_by: str

    @property
    def tone(self) -> str:
        return self.kind.tone

    @property
    def title(self) -> str:
        """What holds, and until when, in the reader's language."""
        first, last = date_text(self.starts_on), date_text(self.ends_on)
        if self.kind is ExceptionKind.PAUSE:
            what = self.rule_text or _("All follow-up")
            return str(_("%(what)s paused %(first)s – %(last)s", what=what, first=first, last=last))
        days = ngettext("%(num)s day", "%(num)s days", self.days or 0)
        if self.day_kind is DayKind.WORKING:
            days = ngettext("%(num)s working day", "%(num)s working days", self.days or 0)
        return str(_("%(what)s: every %(days)s until %(last)s", what=self.rule_text, days=days, last=last))


def exceptions_of(case: Case, *, today: date) -> list[ExceptionRow]:
    """What holds or lies ahead, the one that ends first comes first. One query."""
    return [
        ExceptionRow(
            e.id,
            e.kind,
            what_of(e.rule, case.unit_id) if e.rule else "",
            e.days,
            e.day_kind,
            e.starts_on,
            e.ends_on,
            e.reason,
            e.made_by,
        )
        for e in _standing(case.id, today)
    ]


def rules_of(case: Case, *, today: date, repeating: bool = False) -> list[Rule]:
    """The rules that can be paused for a case, or (repeating) have an interval."""
    return [
        rule
        for rule in rulebook().rules_for(case.unit_id, today)
        if rule.can_be_paused
        and (rule.flow is None or rule.flow is case.flow)
        and (rule.repeats or not repeating)
    ]


def exception_of(exception_id: int) -> RuleException | None:
    """The exception as it is stored now."""
    return db.session.get(RuleException, exception_id, populate_existing=True)
