"""Every text that the product sends, to whom and by which way, and what may stand in its places.

The shipped texts are files in templates/messages/, one for each line here and language; their first line is the
subject where there is one. A municipality writes its own on the page Texts. To send a new text, add its line and files.
"""

from activation.messages.text_rules import Audience, Placeholder, Text, by_name
from models.enums import Channel
from models.texts import N_

SENDER = Placeholder(
    "sender", N_("The municipality's name (setting MUNICIPALITY)"), N_("Example Municipality")
)
CONTACT = Placeholder(
    "contact", N_("Whom to ask (setting CONTACT); left out with its line where none is set"), "010-123 45 67"
)
WORKPLACE = Placeholder("workplace", N_("The workplace's name"), N_("The Storehouse"))
LINK = Placeholder(
    "address", N_("The link to the employer's page"), "https://example.se/e/abc123", required=True
)
EXPIRES_ON = Placeholder("expires_on", N_("The last day on which the link works"), "2026-12-04")
NAME = Placeholder("name", N_("The participant's name"), "Kim Exempelsson", sensitive=True)

TASKS_LINK = Placeholder("address", N_("The link to the tasks"), "https://example.se/tasks", required=True)
OVERVIEW = Placeholder(
    "overview",
    N_("The digest, a line each number; nothing for those who want none"),
    N_("- 3 tasks overdue"),
    block=True,
)
TASKS = (
    Placeholder("total", N_("How many tasks, in words"), N_("3 follow-up tasks")),
    Placeholder(
        "due",
        N_("The tasks that are due, a line each kind"),
        N_("- Agree a plan: 2"),
        block=True,
        required=True,
    ),
    Placeholder(
        "escalated",
        N_("The tasks raised to the unit lead, a line each kind"),
        N_("- Hold the first meeting: 1"),
        block=True,
        required=True,
    ),
    TASKS_LINK,
    OVERVIEW,
    SENDER,
)
SESSIONS = Placeholder("sessions", N_("How many sessions, in words"), N_("3 sessions"))
EMPLOYER = (WORKPLACE, LINK, EXPIRES_ON, CONTACT, SENDER)
MEETING = (
    Placeholder("day", N_("The meeting's day"), N_("Thursday 26 November"), required=True),
    Placeholder("time", N_("The meeting's time"), "10:00", required=True),
    Placeholder(
        "how", N_("A sentence where the meeting is by phone or video, else nothing"), N_("We will phone you.")
    ),
    CONTACT,
    SENDER,
    NAME,
    Placeholder("place", N_("The meeting's place"), N_("Example Street 1, room 2"), sensitive=True),
)
INVITATION = (
    Placeholder(
        "what", N_("The kind of meeting and the participant's initials"), N_("A.B. follow-up"), required=True
    ),
    Placeholder("day", N_("The meeting's day"), N_("Thursday 26 November"), required=True),
    Placeholder("time", N_("The meeting's time"), "10:00", required=True),
    Placeholder("address", N_("The link to the case"), "https://example.se/cases/12"),
    SENDER,
)
GET_IN_TOUCH = (CONTACT, SENDER, NAME)
REPORT = (
    Placeholder("report", N_("The name of the report"), N_("Report for the committee"), required=True),
    Placeholder("period", N_("The month or quarter"), "2026-10", required=True),
    Placeholder("unit", N_("The unit, or all"), N_("All units")),
    SENDER,
)


TEXTS: tuple[Text, ...] = (
    Text(
        "staff_tasks",
        N_("Follow-up tasks that are due"),
        N_("In the morning of working days, to those who have any."),
        Audience.STAFF,
        Channel.EMAIL,
        TASKS,
    ),
    Text(
        "digest",
        N_("Digest"),
        N_("In the morning to secretaries, on Mondays to unit leads, where no task has just fallen due."),
        Audience.STAFF,
        Channel.EMAIL,
        (OVERVIEW, TASKS_LINK, SENDER),
    ),
    Text(
        "meeting_invitation",
        N_("Meeting for the calendar"),
        N_("When a meeting is booked, moved or called off, to the staff member who wants that."),
        Audience.STAFF,
        Channel.EMAIL,
        INVITATION,
    ),
    Text(
        "employer_link",
        N_("Link to the employer's page"),
        N_("When staff send a supervisor a link."),
        Audience.EMPLOYER,
        Channel.EMAIL,
        EMPLOYER,
    ),
    Text(
        "employer_link.sms",
        N_("Link to the employer's page"),
        N_("The same by SMS, when staff choose that."),
        Audience.EMPLOYER,
        Channel.SMS,
        EMPLOYER,
    ),
    Text(
        "employer_attendance",
        N_("Attendance to confirm"),
        N_("In the afternoon of days with sessions that are not confirmed."),
        Audience.EMPLOYER,
        Channel.EMAIL,
        (SESSIONS, *EMPLOYER),
    ),
    Text(
        "employer_attendance.sms",
        N_("Attendance to confirm"),
        N_("The same by SMS, where a follow-up rule says so."),
        Audience.EMPLOYER,
        Channel.SMS,
        (SESSIONS, *EMPLOYER),
    ),
    Text(
        "committee_report",
        N_("Report for the committee"),
        N_("So many days after a month or quarter, to the mailbox that the unit lead has given."),
        Audience.COMMITTEE,
        Channel.EMAIL,
        REPORT,
    ),
    *(
        Text(
            f"meeting_reminder.{channel.value}",
            N_("Reminder of a meeting"),
            N_("Before each meeting, to participants who are reached in this way."),
            Audience.PARTICIPANT,
            channel,
            MEETING,
        )
        for channel in (Channel.SMS, Channel.EMAIL, Channel.LETTER)
    ),
    *(
        Text(
            f"contact_request.{channel.value}",
            N_("Request to get in touch"),
            N_("When a follow-up rule reminds the participant."),
            Audience.PARTICIPANT,
            channel,
            GET_IN_TOUCH,
        )
        for channel in (Channel.SMS, Channel.EMAIL, Channel.LETTER)
    ),
    *(
        Text(
            f"absence_question.{channel.value}",
            N_("Request to call the secretary"),
            N_("When staff press the button that asks the participant to get in touch."),
            Audience.PARTICIPANT,
            channel,
            GET_IN_TOUCH,
        )
        for channel in (Channel.SMS, Channel.EMAIL, Channel.LETTER)
    ),
)
TEXTS_BY_NAME = by_name(TEXTS)
