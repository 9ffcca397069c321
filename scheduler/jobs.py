"""The jobs: what is done when the timetable (activation/timetable.py) says so. Nothing else runs by itself.

Every job may run twice, or be killed in the middle and run again: the second time changes nothing. Each looks at what
is due, not at what became due since yesterday: after three weeks down one run does what twenty-one would have done.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, or_, select

from activation.clocks.calendar import local_date
from activation.committee.reports.mailing import mail_reports
from activation.database import chunks, db
from activation.employers.next_contact import recompute_next_contacts
from activation.followups.digests import digest_rows
from activation.followups.employer_reminders import remind_employers
from activation.followups.participant_reminders import request_contact
from activation.followups.reminders import remind_staff
from activation.messages.paper_service import withdraw_requests
from activation.placements.sessions import recompute_sessions
from activation.records.turns import take_turns
from activation.throughput.weeks import rebuild, rebuild_all, units_to_count
from activation.timetable import TIMETABLE, Timing
from activation.unit_of_work import derive
from models import Case, Employer, JobRun, LinkUse, Placement, SignInAttempt, Task
from models.enums import EMPLOYMENT_KINDS, TaskState

CASES_AT_ONCE = 500
# Cases closed since then are still looked at every night: a closing date may lie ahead when it is typed.
RECENTLY = timedelta(days=60)
KEEP_ATTEMPTS = timedelta(days=1)
KEEP_RUNS = timedelta(days=90)
KEEP_USES = timedelta(days=365)

Counts = dict[str, int]
# Does one part after another and yields what it did; the runner commits after each.
Work = Callable[[datetime, datetime], Iterator[Counts]]


@dataclass(frozen=True)
class Job:
    """`work(occurrence, now)`: the moment it was to run, and the moment it does."""

    timing: Timing
    work: Work

    @property
    def id(self) -> str:
        return self.timing.id

    def latest(self, now: datetime) -> datetime:
        """The latest moment, at or before `now`, at which this job was to run. In UTC."""
        return self.timing.latest(now)


def extend_sessions(occurrence: datetime, now: datetime) -> Iterator[Counts]:
    """Placements that go on past the horizon get their sessions a day further."""
    today = local_date(now)
    ids = db.session.scalars(
        select(Placement.case_id)
        .join(Case, Case.id == Placement.case_id)
        .where(
            Placement.kind.not_in(EMPLOYMENT_KINDS),
            or_(Placement.ends_on.is_(None), Placement.ends_on > today),
            or_(Case.closed_on.is_(None), Case.closed_on > today),
        )
        .distinct()
        .order_by(Placement.case_id)
    ).all()
    for part in chunks(list(ids), CASES_AT_ONCE):
        take_turns(part)
        yield {"cases": len(part), "changed": recompute_sessions(part, today=today)}


def reconcile_all(occurrence: datetime, now: datetime) -> Iterator[Counts]:
    """Derives sessions, clocks and tasks of all cases anew, and when employers are to be contacted. `changed` is what
    the passing of days made due; run again the same day it is 0, or something has drifted."""
    with_open_task = select(Task.case_id).where(Task.state == TaskState.OPEN)
    ids = db.session.scalars(
        select(Case.id)
        .where(
            or_(
                Case.closed_on.is_(None),
                Case.closed_on > local_date(now) - RECENTLY,
                Case.id.in_(with_open_task),
            )
        )
        .order_by(Case.id)
    ).all()
    for part in chunks(list(ids), CASES_AT_ONCE):
        # Who works on one of these cases meanwhile comes before or after, never in between.
        take_turns(part)
        yield {"cases": len(part), "changed": derive(part, now=now)}
    # The rule of the next contact may hold from today, or have another number of days.
    employers = db.session.scalars(select(Employer.id).order_by(Employer.id)).all()
    for part in chunks(list(employers), CASES_AT_ONCE):
        changed = recompute_next_contacts(part, today=local_date(now))
        yield {"employers": len(part), "changed": changed}


def count_weeks(occurrence: datetime, now: datetime) -> Iterator[Counts]:
    """The figures of past weeks, from the facts, unit by unit; then all units together."""
    through = local_date(now)
    for unit_id in units_to_count():
        yield {"units": 1, "changed": rebuild(unit_id, through=through, now=now)}
    yield {"changed": rebuild_all(through=through, now=now)}


def staff_reminders(occurrence: datetime, now: datetime) -> Iterator[Counts]:
    yield from remind_staff(now=now, beside=digest_rows)


def contact_requests(occurrence: datetime, now: datetime) -> Iterator[Counts]:
    yield from request_contact(now=now)
    withdrawn = withdraw_requests(now=now)
    if withdrawn:
        yield {"withdrawn": withdrawn}


def committee_reports(occurrence: datetime, now: datetime) -> Iterator[Counts]:
    yield from mail_reports(now=now)


def employer_reminders(occurrence: datetime, now: datetime) -> Iterator[Counts]:
    before = db.session.scalar(
        select(func.max(JobRun.occurrence)).where(
            JobRun.job == "employer_reminders",
            JobRun.occurrence < occurrence,
            JobRun.finished_at.is_not(None),
        )
    )
    since = local_date(before) if before is not None else None
    yield from remind_employers(day=local_date(occurrence), now=now, since=since)


def purge(occurrence: datetime, now: datetime) -> Iterator[Counts]:
    """What is kept for a while only: failed sign-ins (they name who tried), how employers' links were used (it tells
    from where), and the log of these jobs."""
    attempts = db.session.execute(
        delete(SignInAttempt).where(SignInAttempt.at < now - KEEP_ATTEMPTS).returning(SignInAttempt.id)
    )
    yield {"sign_in_attempts": len(attempts.all())}
    runs = db.session.execute(delete(JobRun).where(JobRun.occurrence < now - KEEP_RUNS).returning(JobRun.id))
    yield {"job_runs": len(runs.all())}
    uses = db.session.execute(delete(LinkUse).where(LinkUse.at < now - KEEP_USES).returning(LinkUse.id))
    yield {"link_uses": len(uses.all())}


WORK: dict[str, Work] = {
    "extend_sessions": extend_sessions,
    "reconcile_all": reconcile_all,
    "count_weeks": count_weeks,
    "purge": purge,
    "committee_reports": committee_reports,
    "staff_reminders": staff_reminders,
    "contact_requests": contact_requests,
    "employer_reminders": employer_reminders,
}

JOBS: tuple[Job, ...] = tuple(Job(timing, WORK[timing.id]) for timing in TIMETABLE)

# The outbox is emptied once a minute. Not in the table: each letter is claimed by itself (messages/worker.py), so that
# any number of processes may do it at once.
SEND_EVERY_SECONDS = 60
# And this often the scheduler looks for what failed, was missed, or was begun by a process that died.
CATCH_UP_EVERY_SECONDS = 300
