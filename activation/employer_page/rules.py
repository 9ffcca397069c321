"""What an employer's answer means, and how often a link may be pressed. Pure."""

from datetime import date, timedelta
from decimal import Decimal

from models.enums import EmployerAnswer, EmployerReportKind, Mark
from models.errors import FieldError
from models.texts import N_

# A whole crew answered twice over fits well in it; somebody who tries everything does not.
PRESSES_AT_MOST = 120
PRESSES_WITHIN = timedelta(minutes=10)
# Wrong postcodes of one link before it rests.
TRIES_AT_MOST = 5
TRIES_WITHIN = timedelta(hours=1)
DEVICE_KNOWN_FOR = timedelta(days=90)
REPORTS_A_DAY = 30
MESSAGE_AT_MOST = 500
# How long ago a day may be that an answer is corrected for, and a placement may have ended that is told about.
CORRECTED_WITHIN = timedelta(days=14)
# Days before today that the page leads to, one by one.
LAST_DAYS = 7
# What a supervisor tells with a day.
WITH_A_DAY = (
    EmployerReportKind.STARTED,
    EmployerReportKind.NEVER_CAME,
    EmployerReportKind.ENDED_EARLY,
)


def mark_of_answer(answer: EmployerAnswer) -> Mark | None:
    """What an employer's answer makes of the mark: whoever came was present; not here leaves the judging to staff."""
    return None if answer is EmployerAnswer.NOT_HERE else Mark.PRESENT


def hours_of_answer(answer: EmployerAnswer, hours: Decimal | None, planned: Decimal | None) -> Decimal | None:
    """The hours that go with an answer. Raises FieldError where somebody went early after no hours, or all of them."""
    if answer is EmployerAnswer.NOT_HERE:
        return None
    if answer is EmployerAnswer.LEFT_EARLY:
        if not hours:
            raise FieldError("hours", N_("Write how many hours it was, then press again."))
        if planned is not None and hours >= planned:
            raise FieldError(
                "hours",
                N_("The whole day is %(hours)s hours: write how many it was, then press again."),
                hours=planned.normalize() if planned != planned.to_integral() else int(planned),
            )
    return hours


def is_correctable(on_date: date, today: date) -> bool:
    """Whether an answer for that day can still be changed, or asked to be."""
    return today - CORRECTED_WITHIN <= on_date <= today
