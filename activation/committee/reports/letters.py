"""Reports in the moment before they are sent: whether they still go out, and the paper that goes with them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select

from activation.committee.reports import words
from activation.committee.reports.paper import report_paper
from activation.committee.reports.sheet import report_sheets
from activation.database import db
from activation.messages.channels.letter import Attachment, Letter
from activation.web.language import in_language
from models import CommitteeReport, Message, ReportIssue
from models.enums import MessageKind, ReportFormat
from models.texts import N_

# Why a report was not sent.
RETIRED = N_("The report was retired")
NO_MAILBOX = N_("The report goes to no mailbox any longer")
OTHER_MAILBOX = N_("The report goes to another mailbox now")

TYPES = {
    ReportFormat.PDF: "application/pdf",
    ReportFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True)
class ReportLetter:
    """A message and its report as that is now. What it says was kept when it was made."""

    issue_id: int
    content: Mapping[str, Any]
    to: str
    mail_to: str
    mail_format: ReportFormat
    is_retired: bool

    def reason_not_to_send(self) -> str:
        """Why it must no longer go out, or ""."""
        if self.is_retired:
            return RETIRED
        if not self.mail_to:
            return NO_MAILBOX
        return "" if self.mail_to == self.to else OTHER_MAILBOX

    def values(self) -> dict[str, str]:
        """What fills the letter: which report it is, and no number of it."""
        with in_language(self.content["language"]):
            unit = words.whose(self.content)
        return {"report": self.content["name"], "period": self.content["span"], "unit": unit}

    def enclosed_in(self, letter: Letter) -> Letter:
        """The letter with the paper or the file, made from what was kept."""
        kind = self.mail_format
        make = report_paper if kind is ReportFormat.PDF else report_sheets
        with in_language(self.content["language"]):
            name = words.file_name(self.issue_id, self.content)
        enclosed = Attachment(f"{name}.{kind.value}", TYPES[kind], make(self.content))
        return replace(letter, attachments=(enclosed,))


def reports_by_message(message_ids: Collection[int]) -> dict[int, ReportLetter]:
    """What these messages are about, by message id. One query."""
    if not message_ids:
        return {}
    rows = db.session.execute(
        select(
            Message.id,
            ReportIssue.id,
            ReportIssue.content,
            Message.to_address,
            CommitteeReport.mail_to,
            CommitteeReport.mail_format,
            CommitteeReport.retired_at.is_not(None),
        )
        .join(ReportIssue, ReportIssue.id == Message.report_issue_id)
        .join(CommitteeReport, CommitteeReport.id == ReportIssue.report_id)
        .where(Message.id.in_(message_ids), Message.kind == MessageKind.COMMITTEE_REPORT)
    )
    return {message_id: ReportLetter(*letter) for message_id, *letter in rows}
