"""Reads of the outbox: what a worker needs to send, and what the inbox and the outbox page show."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select, true
from sqlalchemy.orm import aliased, joinedload

from activation.caseload.cover import stands_in
from activation.database import db
from activation.messages.rules import ATTENDANCE_WINDOW, LONG_WAIT
from activation.records.actor import Actor
from models import (
    Case,
    CommitteeReport,
    EmployerLink,
    Message,
    NamedStaff,
    Placement,
    ReportIssue,
    RuleException,
    Session,
    Staff,
    Task,
    Workplace,
)
from models.enums import SENT_BY_MACHINE, Channel, ExceptionKind, MessageKind, MessageState, Owner, Role

INBOX_DAYS = 60
OUTBOX_ROWS = 100
# What was settled longer ago stands in the ledger of its day.
OUTBOX_DAYS = 14
# States that somebody should look at.
TROUBLE = (MessageState.FAILED, MessageState.UNCERTAIN)


def unmarked_sessions(through: date) -> tuple[ColumnElement[bool], ...]:
    """Conditions on Session (joined with Case): days up to `through` that a supervisor has not answered for.

    Protected cases are never on an employer's page and in no message to one.
    """
    return (
        Session.scheduled == true(),
        Session.mark.is_(None),
        Session.answer.is_(None),
        Session.on_date.between(through - ATTENDANCE_WINDOW, through),
        Case.protection.is_(None),
    )


def unmarked_at(workplace_ids: Collection[int], through: date) -> dict[int, int]:
    """How many sessions the supervisors of these workplaces can still confirm; a workplace with none is not in it."""
    if not workplace_ids:
        return {}
    rows = db.session.execute(
        select(Placement.workplace_id, func.count())
        .select_from(Session)
        .join(Placement, Placement.id == Session.placement_id)
        .join(Case, Case.id == Session.case_id)
        .where(Placement.workplace_id.in_(workplace_ids), *unmarked_sessions(through))
        .group_by(Placement.workplace_id)
    )
    return {workplace_id: number for workplace_id, number in rows}  # noqa: C416 - rows are not pairs to the type checker


def links_by_id(link_ids: Collection[int]) -> dict[int, EmployerLink]:
    """Links with their workplaces."""
    if not link_ids:
        return {}
    found = db.session.scalars(
        select(EmployerLink)
        .where(EmployerLink.id.in_(link_ids))
        .options(joinedload(EmployerLink.workplace))
        .execution_options(populate_existing=True)
    )
    return {link.id: link for link in found}


def messages_to_send(which: ColumnElement[bool], *, today: date) -> Sequence[Any]:
    """Messages with what their causes look like now, in a fixed order."""
    # A protected case may be known to its secretary and the staff named on it only, whatever was true at queueing.
    may_know = or_(
        Case.protection.is_(None),
        Case.secretary_id == Message.staff_id,
        exists().where(NamedStaff.case_id == Case.id, NamedStaff.staff_id == Message.staff_id),
    )
    # A due task of the secretary's is reminded of to that person or whoever stands in, to others only while nobody has
    # the case. What a rule says to tell others is theirs whoever has it.
    secretary = aliased(Staff)
    to_others = and_(Message.key.not_like("%:due:%"), Message.key.not_like("%:owner%"))
    # A unit's lead has nothing to do with a case that went to another unit.
    of_the_unit = or_(
        Message.staff_id.is_(None),
        Staff.role != Role.UNIT_LEAD,
        Staff.unit_id == Case.unit_id,
        Case.protection.is_not(None),
    )
    still_falls_to = or_(
        and_(or_(Message.kind == MessageKind.TASK_ESCALATED, to_others), of_the_unit),
        stands_in(Case.secretary_id, Message.staff_id, today),
        Task.owner != Owner.SECRETARY,
        Case.secretary_id == Message.staff_id,
        ~exists().where(secretary.id == Case.secretary_id, secretary.active),
    )
    is_paused = exists().where(
        RuleException.case_id == Task.case_id,
        RuleException.kind == ExceptionKind.PAUSE,
        or_(RuleException.rule.is_(None), RuleException.rule == Task.rule),
        RuleException.starts_on <= today,
        RuleException.ends_on >= today,
        RuleException.withdrawn_at.is_(None),
    )
    return db.session.execute(
        select(
            Message.id,
            Message.key,
            Message.bundle,
            Message.kind,
            Message.channel,
            Message.staff_id,
            Message.to_address,
            Message.language,
            Message.params,
            Message.created_at,
            Message.attempts,
            Message.link_id,
            Message.task_id,
            Staff.active,
            Staff.email,
            Staff.wants_email,
            Staff.wants_digest,
            Task.state,
            Task.due_on,
            Task.escalates_on,
            Task.closed_by,
            Task.postponed_to,
            may_know.label("may_know"),
            still_falls_to.label("is_theirs"),
            is_paused.label("is_paused"),
        )
        .outerjoin(Staff, Staff.id == Message.staff_id)
        .outerjoin(Task, Task.id == Message.task_id)
        .outerjoin(Case, Case.id == Task.case_id)
        .where(which)
        .order_by(Message.id)
    ).all()


def unread(staff_id: int) -> int:
    """How many messages in the product somebody has not read: the figure in the navigation."""
    count = db.session.scalar(
        select(func.count(Message.bundle.distinct())).where(
            Message.staff_id == staff_id, Message.channel == Channel.IN_APP, Message.read_at.is_(None)
        )
    )
    return count or 0


@dataclass(frozen=True)
class InboxRow:
    """One kind of task within one morning's message."""

    bundle: str
    kind: Any
    at: datetime
    rule: str
    what: str  # a message id
    number: int
    still_open: int
    unread: int
    newest_id: int


def inbox(actor: Actor, *, since: datetime, limit: int) -> list[InboxRow]:
    """The actor's messages, newest first, counted per kind of task: one line each, however many tasks."""
    open_now = func.sum(case((Task.closed_at.is_(None), 1), else_=0))
    is_new = func.sum(case((Message.read_at.is_(None), 1), else_=0))
    newest = func.max(Message.id)
    lines = db.session.execute(
        select(
            Message.bundle,
            Message.kind,
            func.max(Message.created_at),
            Task.rule,
            func.count(),
            open_now,
            is_new,
            newest,
        )
        .join(Task, Task.id == Message.task_id)
        .where(
            Message.staff_id == actor.staff_id, Message.channel == Channel.IN_APP, Message.created_at >= since
        )
        .group_by(Message.bundle, Message.kind, Task.rule)
        .order_by(
            func.max(Message.created_at).desc(), Message.bundle, Message.kind, func.count().desc(), Task.rule
        )
        .limit(limit)
    ).all()
    what = {
        message_id: str(params.get("task", ""))
        for message_id, params in db.session.execute(
            select(Message.id, Message.params).where(Message.id.in_([line[-1] for line in lines]))
        )
    }
    return [
        InboxRow(bundle, kind, at, rule, what[newest_id], number, still_open, new, newest_id)
        for bundle, kind, at, rule, number, still_open, new, newest_id in lines
    ]


def of_unit(unit_id: int | None) -> ColumnElement[bool]:
    """Messages that a unit lead may see in the outbox: to the unit's staff, to supervisors where the unit has somebody
    placed, to its participants, and its reports to a mailbox. (Of Message joined with Staff, EmployerLink and Case.)"""
    at_workplace = (
        select(Placement.workplace_id).join(Case, Case.id == Placement.case_id).where(Case.unit_id == unit_id)
    )
    to_participant = and_(Message.staff_id.is_(None), Message.link_id.is_(None), Case.unit_id == unit_id)
    reports = (
        select(ReportIssue.id)
        .join(CommitteeReport, CommitteeReport.id == ReportIssue.report_id)
        .where(CommitteeReport.owner_unit_id == unit_id)
    )
    return or_(
        Staff.unit_id == unit_id,
        EmployerLink.workplace_id.in_(at_workplace),
        to_participant,
        Message.report_issue_id.in_(reports),
    )


def has_left_hands() -> ColumnElement[bool]:
    """What the outbox is about: all but what stands in the product, where nothing can go wrong."""
    return Message.channel != Channel.IN_APP


def was_repeated() -> ColumnElement[bool]:
    """Messages that a person had sent again: that one counts from then on."""
    again = aliased(Message)
    return exists().where(again.repeats_id == Message.id)


def is_planned(now: datetime) -> ColumnElement[bool]:
    """Queued, but its time has not come and nobody has tried it: it waits for nothing but the clock."""
    return and_(Message.state == MessageState.QUEUED, Message.attempts == 0, Message.next_attempt_at > now)


def _is_open(since: datetime, now: datetime) -> ColumnElement[bool]:
    """Made since a moment, or of any age and not settled. Not what is only planned, nor what failed and a person had
    sent again."""
    unsettled = Message.state.in_((MessageState.QUEUED, MessageState.SENDING, *TROUBLE))
    seen_to = and_(Message.state.in_(TROUBLE), was_repeated())
    return and_(or_(Message.created_at >= since, unsettled), ~is_planned(now), ~seen_to)


def counts_by_state(unit_id: int | None, *, since: datetime, now: datetime) -> dict[MessageState, int]:
    """Letters of the unit since a moment (those not settled yet: of any age), counted by state."""
    rows = db.session.execute(
        select(Message.state, func.count(Message.bundle.distinct()))
        .outerjoin(Staff, Staff.id == Message.staff_id)
        .outerjoin(EmployerLink, EmployerLink.id == Message.link_id)
        .outerjoin(Case, Case.id == Message.case_id)
        .where(has_left_hands(), _is_open(since, now), of_unit(unit_id))
        .group_by(Message.state)
    )
    return {state: number for state, number in rows}  # noqa: C416 - rows are not pairs to the type checker


def unsent_by_reason(
    unit_id: int | None, *, since: datetime, now: datetime
) -> list[tuple[MessageState, str, int]]:
    """The same letters that did not go out or may not have: failed, uncertain, and not sent by reason. Why one failed
    is what a server said, so that those are one number ("" for the reason)."""
    reason = case((Message.state == MessageState.NOT_SENT, Message.reason), else_="")
    rows = db.session.execute(
        select(Message.state, reason, func.count(Message.bundle.distinct()))
        .outerjoin(Staff, Staff.id == Message.staff_id)
        .outerjoin(EmployerLink, EmployerLink.id == Message.link_id)
        .outerjoin(Case, Case.id == Message.case_id)
        .where(
            has_left_hands(),
            Message.state.in_((*TROUBLE, MessageState.NOT_SENT)),
            _is_open(since, now),
            of_unit(unit_id),
        )
        .group_by(Message.state, reason)
        .order_by(Message.state, func.count(Message.bundle.distinct()).desc(), reason)
    )
    return [(state, text, number) for state, text, number in rows]


def waits_too_long(now: datetime) -> ColumnElement[bool]:
    """E-mail and SMS queued for over a day: staff are told. One planned ahead waits from the moment it was to leave."""
    was_to_leave = or_(Message.attempts > 0, Message.next_attempt_at <= now - LONG_WAIT)
    return and_(
        Message.channel.in_(SENT_BY_MACHINE),
        Message.state == MessageState.QUEUED,
        Message.created_at <= now - LONG_WAIT,
        was_to_leave,
    )


@dataclass(frozen=True)
class Waiting:
    """Letters of a unit that have waited for over a day, and since when the first of them."""

    number: int
    since: datetime | None


def waiting(unit_id: int | None, *, now: datetime) -> Waiting:
    row = db.session.execute(
        select(
            func.count(Message.bundle.distinct()),
            func.min(case((Message.attempts == 0, Message.next_attempt_at), else_=Message.created_at)),
        )
        .select_from(Message)
        .outerjoin(Staff, Staff.id == Message.staff_id)
        .outerjoin(EmployerLink, EmployerLink.id == Message.link_id)
        .outerjoin(Case, Case.id == Message.case_id)
        .where(waits_too_long(now), of_unit(unit_id))
    ).one()
    return Waiting(row[0], row[1])


def outbox(
    unit_id: int | None,
    *,
    states: Sequence[MessageState],
    since: datetime,
    now: datetime,
    limit: int,
    reason: str = "",
) -> Sequence[Any]:
    """Letters of the unit in some states, newest first: to whom (staff member, workplace, or neither: a participant),
    never about whom. `id`: one of the letter's messages, which leads to it in the ledger. `reason`: only those with it.

    One row a letter; messages of one letter that ended differently are rows of their own, with their `number`.
    """
    newest = func.max(Message.created_at)
    return db.session.execute(
        select(
            func.min(Message.id).label("id"),
            func.min(Message.kind).label("kind"),
            Message.channel,
            Message.state,
            Message.reason,
            newest.label("created_at"),
            func.min(Message.next_attempt_at).label("next_attempt_at"),
            func.max(Message.sent_at).label("sent_at"),
            func.count().label("number"),
            Staff.name.label("staff_name"),
            Workplace.name.label("workplace_name"),
        )
        .outerjoin(Staff, Staff.id == Message.staff_id)
        .outerjoin(EmployerLink, EmployerLink.id == Message.link_id)
        .outerjoin(Workplace, Workplace.id == EmployerLink.workplace_id)
        .outerjoin(Case, Case.id == Message.case_id)
        .where(
            has_left_hands(),
            Message.state.in_(states),
            _is_open(since, now),
            of_unit(unit_id),
            Message.reason == reason if reason else true(),
        )
        .group_by(Message.bundle, Message.channel, Message.state, Message.reason, Staff.name, Workplace.name)
        .order_by(newest.desc(), Message.bundle.desc(), Message.state, Message.reason)
        .limit(limit)
    ).all()
