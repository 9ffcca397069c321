"""Reports that leave by themselves: which month or quarter is due to which mailbox, and its message in the outbox.

Nothing is mailed twice: of one report, period and mailbox there is one issue (its occasion is unique), and of one issue
one message (its key is).
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import select

from activation.clocks.calendar import local_date
from activation.committee.reports.service import issue, take_turn_of_reports
from activation.committee.reports.spans import Span, parse, to_leave
from activation.database import db
from activation.records.actor import Actor
from models import CommitteeReport, Message, ReportIssue
from models.enums import Channel, MessageKind, MessageState

# Whose work it is, in the list of what was issued.
PRODUCT = Actor.system("Aktivering")


def mail_reports(*, now: datetime) -> Iterator[dict[str, int]]:
    """Makes and queues what is due: one report after another, in a transaction each (the caller commits)."""
    asked = select(CommitteeReport.id).where(
        CommitteeReport.mail_to != "", CommitteeReport.retired_at.is_(None)
    )
    for report_id in db.session.scalars(asked.order_by(CommitteeReport.id)).all():
        yield {"reports": _mail(report_id, now)}


def _mail(report_id: int, now: datetime) -> int:
    # Whoever changes the report meanwhile comes before or after.
    take_turn_of_reports()
    report = db.session.get_one(CommitteeReport, report_id, populate_existing=True)
    if report.retired_at is not None or not report.mail_to:
        return 0
    due = to_leave(
        report.period,
        today=local_date(now),
        after_days=report.mail_after_days,
        mailed=_mailed(report),
    )
    for span in due:
        _queue(report, span, now)
    return len(due)


def occasion(report: CommitteeReport, span: Span) -> str:
    return f"{report.id}:{span.text}:for:{report.mail_to}"


def _mailed(report: CommitteeReport) -> Sequence[Span]:
    """What was made for this mailbox before."""
    rows = db.session.scalars(
        select(ReportIssue.occasion).where(
            ReportIssue.report_id == report.id, ReportIssue.occasion.is_not(None)
        )
    )
    taken_apart = [text.split(":", 3) for text in rows if text]
    found = [parse(span) for _id, span, _for, mailbox in taken_apart if mailbox == report.mail_to]
    return [span for span in found if span is not None]


def _queue(report: CommitteeReport, span: Span, now: datetime) -> None:
    made = issue(actor=PRODUCT, report=report, span=span, now=now, occasion=occasion(report, span))
    key = f"committee_report:{made.id}"
    db.session.add(
        Message(
            key=key,
            bundle=key,
            kind=MessageKind.COMMITTEE_REPORT,
            channel=Channel.EMAIL,
            to_address=report.mail_to,
            language=report.language,
            params={"span": span.text},
            report_issue_id=made.id,
            state=MessageState.QUEUED,
            created_at=now,
            next_attempt_at=now,
        )
    )
    db.session.flush()
