"""Messages and what became of them."""

from models.enums.base import Labelled
from models.texts import N_


class Channel(Labelled):
    EMAIL = "email", N_("E-mail")
    IN_APP = "in_app", N_("In the product")
    SMS = "sms", N_("SMS")
    LETTER = "letter", N_("Letter")


# Channels whose messages the sender hands to somebody else's machine. A letter waits until a person has posted it.
SENT_BY_MACHINE = (Channel.EMAIL, Channel.SMS)


class MessageState(Labelled):
    QUEUED = "queued", N_("Waiting to be sent"), "info"
    SENDING = "sending", N_("Being sent"), "info"
    SENT = "sent", N_("Sent"), "success"
    FAILED = "failed", N_("Failed"), "danger"
    NOT_SENT = "not_sent", N_("Not sent"), "neutral"
    UNCERTAIN = "uncertain", N_("Uncertain whether it was sent"), "warning"


class MessageKind(Labelled):
    TASK_DUE = "task_due", N_("Follow-up tasks due")
    TASK_ESCALATED = "task_escalated", N_("Follow-up tasks escalated")
    ATTENDANCE_REQUEST = "attendance_request", N_("Attendance to confirm")
    EMPLOYER_LINK = "employer_link", N_("Link to the employer's page")
    MEETING_REMINDER = "meeting_reminder", N_("Reminder of a meeting")
    CONTACT_REQUEST = "contact_request", N_("Request to get in touch")
    DIGEST = "digest", N_("Morning digest")
    LEAD_DIGEST = "lead_digest", N_("Monday digest")
    MEETING_INVITATION = "meeting_invitation", N_("Meeting for the calendar")
    ABSENCE_QUESTION = "absence_question", N_("Question about a day away")
    COMMITTEE_REPORT = "committee_report", N_("Report for the committee")


class Delivery(Labelled):
    """What the operator says became of an SMS after it was handed over."""

    DELIVERED = "delivered", N_("Delivered"), "success"
    UNDELIVERED = "undelivered", N_("Could not be delivered"), "danger"
