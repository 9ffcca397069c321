"""Reports that leave by themselves: once for each period and mailbox, as they were kept, where somebody wants them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from activation.clocks.calendar import start_of_day
from activation.committee.reports.letters import NO_MAILBOX, OTHER_MAILBOX, RETIRED
from activation.committee.reports.mailing import mail_reports
from activation.committee.reports.service import save_report, set_in_use
from activation.committee.reports.spans import Span, leaves_on, parse, span_of, to_leave
from activation.database import db
from activation.records.actor import Actor
from models import CommitteeReport, Message, ReportIssue, Staff
from models.enums import MessageKind, MessageState, ReportFormat, ReportPeriod, Role
from scheduler import outbox
from tests import builders as make
from tests import pdf

NOW = datetime(2026, 11, 12, 6, 0, tzinfo=UTC)
SignIn = Callable[[Staff], FlaskClient]
TO = "namnd@kommun.example"


@pytest.fixture
def lead(app: Flask) -> Staff:
    found = make.staff(make.unit("Enhet Centrum"), Role.UNIT_LEAD, language="en")
    for n in range(11):
        make.case(found.unit, first_contact_on=date(2026, 10, 1 + n))
    make.settle()
    return found


def report(lead: Staff, **values: object) -> CommitteeReport:
    figures = [{"key": "enrolled", "by": []}, {"key": "attendance_rate", "by": ["sex"]}]
    given = {
        "name": "Nämnden", "all_units": False, "period": ReportPeriod.MONTH, "figures": figures, "language": "sv",
        "mail_to": TO, "mail_format": ReportFormat.PDF, "mail_after_days": 10, **values,
    }  # fmt: skip
    made, _new = save_report(actor=Actor.of(lead), report=None, values=given, now=NOW)
    make.settle()
    return made


def run(now: datetime) -> int:
    number = 0
    for counts in mail_reports(now=now):
        number += counts["reports"]
        db.session.commit()
    return number


def issued() -> list[tuple[str, str | None]]:
    rows = db.session.execute(select(ReportIssue.content, ReportIssue.occasion).order_by(ReportIssue.id))
    return [(content["span"], occasion) for content, occasion in rows]


def messages() -> list[Message]:
    return list(db.session.scalars(select(Message).order_by(Message.id)))


def test_a_period_is_mailed_once_however_often_and_late_the_job_runs(lead: Staff) -> None:
    report(lead)
    assert run(start_of_day(date(2026, 11, 9))) == 1  # October's day has not come: September is the last
    assert [span for span, _occasion in issued()] == ["2026-09"]
    assert run(NOW) == 1
    assert run(NOW) == 0
    assert run(NOW + timedelta(days=20)) == 0
    # Nothing ran for three months: what is missing since is made up for, each month by itself.
    assert run(start_of_day(date(2027, 3, 11))) == 4
    spans = [span for span, _occasion in issued()]
    assert spans == ["2026-09", "2026-10", "2026-11", "2026-12", "2027-01", "2027-02"]
    assert len({occasion for _span, occasion in issued()}) == 6
    assert [m.to_address for m in messages()] == [TO] * 6


@pytest.mark.only("sqlite")
def test_the_mail_brings_the_paper_that_was_kept_and_no_number_in_its_words(
    app: Flask, lead: Staff, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(
        app.extensions, "settings", replace(app.extensions["settings"], mail_folder=str(tmp_path))
    )
    report(lead, mail_format=ReportFormat.PDF)
    report(lead, name="Som fil", mail_format=ReportFormat.XLSX, language="en")
    run(NOW)
    # Facts that came after it was made change nothing.
    make.case(lead.unit, first_contact_on=date(2026, 10, 30))
    make.settle()
    outbox.empty_outbox(worker="w", clock=lambda: NOW, stopping=lambda: False)
    assert [m.state for m in messages()] == [MessageState.SENT] * 2
    mails = [
        message_from_bytes(path.read_bytes(), policy=policy.default)
        for path in sorted(tmp_path.glob("*.eml"))
    ]
    by_subject = {str(mail["Subject"]): mail for mail in mails}
    assert by_subject.keys() == {"Nämnden, 2026-10", "Som fil, 2026-10"}
    paper = by_subject["Nämnden, 2026-10"]
    assert isinstance(paper, EmailMessage)
    assert paper["To"] == TO
    body = paper.get_body(("plain",))
    assert body is not None
    words = body.get_content()
    assert "Enhet Centrum" in words
    assert "11" not in words.replace("2026-10", "")
    assert paper.get_body(("html",)) is not None
    (attached,) = paper.iter_attachments()
    assert attached.get_content_type() == "application/pdf"
    assert str(attached.get_filename()).endswith(".pdf")
    text = pdf.text_of(attached.get_content())
    assert "Enhet Centrum" in text
    assert " 11 " in text
    (file,) = by_subject["Som fil, 2026-10"].iter_attachments()  # type: ignore[attr-defined] # an EmailMessage
    assert file.get_content().startswith(b"PK")
    assert len(db.session.scalars(select(ReportIssue.id)).all()) == 2


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"mail_to": ""}, NO_MAILBOX),
        ({"mail_to": "annan@kommun.example"}, OTHER_MAILBOX),
        ({"retired_at": NOW}, RETIRED),
    ],
)
@pytest.mark.only("sqlite")
def test_what_nobody_wants_any_longer_is_not_sent_and_says_why(
    app: Flask,
    lead: Staff,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    change: dict[str, object],
    reason: str,
) -> None:
    monkeypatch.setitem(
        app.extensions, "settings", replace(app.extensions["settings"], mail_folder=str(tmp_path))
    )
    report(lead)
    run(NOW)
    db.session.execute(update(CommitteeReport).values(**change))
    db.session.commit()
    outbox.empty_outbox(worker="w", clock=lambda: NOW, stopping=lambda: False)
    (message,) = messages()
    assert (message.state, message.reason) == (MessageState.NOT_SENT, reason)
    assert list(tmp_path.glob("*.eml")) == []
    # Another mailbox gets the last period; none, or a retired report, nothing more.
    assert run(NOW + timedelta(days=1)) == (1 if reason == OTHER_MAILBOX else 0)


@pytest.mark.only("sqlite")
def test_the_lead_sees_what_became_of_the_mail_and_secretaries_do_not(
    app: Flask, lead: Staff, sign_in: SignIn
) -> None:
    made = report(lead)
    secretary = make.staff(lead.unit)
    other = make.staff(make.unit(), Role.UNIT_LEAD)
    make.settle()
    run(NOW)
    (message,) = messages()
    message.state, message.reason = MessageState.FAILED, "Given up after three days"
    message.created_at = NOW
    make.settle()
    page = sign_in(lead).get(f"/throughput/reports/{made.id}").text
    assert "Failed" in page
    assert TO in page
    day = "/reminders?day=2026-11-12"
    text = "Report for the committee"
    assert text in sign_in(lead).get(day).text
    for nobody in (secretary, other):
        nobody.language = "en"
        make.settle()
        assert f'<th scope="row">{text}' not in sign_in(nobody).get(day).text


@pytest.mark.only("sqlite")
def test_a_retired_report_makes_and_mails_nothing(lead: Staff) -> None:
    made = report(lead)
    set_in_use(actor=Actor.of(lead), report=made, in_use=False, now=NOW)
    make.settle()
    assert run(NOW) == 0
    assert issued() == []
    assert db.session.scalar(select(Message.id).where(Message.kind == MessageKind.COMMITTEE_REPORT)) is None


def test_spans_begin_and_end_where_the_calendar_does() -> None:
    october, quarter = parse("2026-10"), parse("2026-Q4")
    assert october is not None
    assert quarter is not None
    assert (october.end, quarter.start, quarter.end) == (
        date(2026, 10, 31), date(2026, 10, 1), date(2026, 12, 31),
    )  # fmt: skip
    assert (october.before.text, october.year_before.text) == ("2026-09", "2025-10")
    assert (quarter.before.text, quarter.year_before.text) == ("2026-Q3", "2025-Q4")
    assert [month.text for month in quarter.months] == ["2026-10", "2026-11", "2026-12"]
    assert span_of(ReportPeriod.QUARTER, date(2027, 1, 1)).before == quarter
    assert [parse(text) for text in ("2026-13", "2026-Q5", "26-10", "", "2026-Q4 ")] == [None] * 5
    assert leaves_on(october, 10) == date(2026, 11, 10)
    first = Span(date(2026, 1, 1), ReportPeriod.MONTH)
    late = to_leave(ReportPeriod.MONTH, today=date(2029, 1, 1), after_days=10, mailed=[first])
    assert (len(late), late[-1].text) == (12, "2028-11")
