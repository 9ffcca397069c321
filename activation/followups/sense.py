"""Whether a follow-up rule makes sense: what can never fall due, never be done or never reach anybody is refused, with
the reason. Pure."""

from collections.abc import Callable, Iterator

from activation.followups.rule import Rule
from activation.followups.rule_file import MAX_REMINDERS
from models.enums import Anchor, Channel, DayKind, DoneWhen, FollowUpWay, MeetingKind, Owner, Phase, Recipient
from models.errors import FieldError
from models.texts import N_

A_YEAR = 366
CLOCKS = frozenset(
    {
        Anchor.FIRST_MEETING_CLOCK,
        Anchor.PLAN_CLOCK,
        Anchor.ACTIVATION_CLOCK,
        Anchor.ACTIVATION_CLOCK_START,
    }
)
OF_AID = frozenset(a for a in Anchor if a.value.startswith("aid_") and a is not Anchor.AID_CUT_OFF)
OF_THE_CLOSED = frozenset({Anchor.WORK_BEGUN, Anchor.OUTCOME, Anchor.CLOSED, Anchor.CLOSING})
OF_A_DAY = frozenset({Anchor.SESSION_DAY, Anchor.UNMARKED_SESSION, Anchor.ABSENCES_IN_A_ROW})
# What happened at an employer's, or with a top-up.
OF_PLACES = frozenset(
    {
        Anchor.SAFETY_INTRODUCTION,
        Anchor.PROPOSAL,
        Anchor.EMPLOYER_REPORT,
        Anchor.TOP_UP_END,
        Anchor.TOP_UP_DONE,
    }
)
# What waits for its next step.
OF_STEPS = frozenset(
    {Anchor.SUPPORT_NEED, Anchor.HANDOVER_DRAFT, Anchor.HANDOVER_WAITS, Anchor.HANDOVER_OUTCOME}
)
# Known before its day comes.
FORESEEN = frozenset({Anchor.SAFETY_INTRODUCTION, Anchor.TOP_UP_END})
# What can only be put right by its own fact: nobody can do it by having a meeting.
ONLY_ITSELF = CLOCKS | OF_AID
BY_CONTACT = frozenset({DoneWhen.MEETING_HELD, DoneWhen.CONTACT_HELD})
BY_DATE = frozenset(
    {
        Anchor.FIRST_CONTACT,
        Anchor.PLAN_AGREED,
        Anchor.PLAN_REVIEW,
        Anchor.PLAN_END,
        Anchor.PLACEMENT_START,
        Anchor.PLACEMENT_END,
        Anchor.AID_CUT_OFF,
    }
)

# Anchor → what may count as doing it.
MAY_BE_DONE: dict[Anchor, frozenset[DoneWhen]] = {
    **dict.fromkeys(ONLY_ITSELF, frozenset({DoneWhen.CAUSE_ENDS, DoneWhen.BY_HAND})),
    Anchor.LAST_HELD_CONTACT: frozenset({DoneWhen.CONTACT_HELD, DoneWhen.CAUSE_ENDS}),
    **dict.fromkeys(BY_DATE, BY_CONTACT | {DoneWhen.PLAN_AGREED, DoneWhen.BY_HAND}),
    Anchor.SESSION_DAY: frozenset({DoneWhen.SESSIONS_MARKED}),
    Anchor.UNMARKED_SESSION: frozenset({DoneWhen.SESSIONS_MARKED, DoneWhen.CAUSE_ENDS}),
    Anchor.ABSENCES_IN_A_ROW: frozenset({DoneWhen.CONTACT_HELD, DoneWhen.BY_HAND}),
    **dict.fromkeys(OF_PLACES | OF_STEPS, frozenset({DoneWhen.CAUSE_ENDS, DoneWhen.BY_HAND})),
    Anchor.EMPLOYER_CONTACT: frozenset({DoneWhen.CAUSE_ENDS}),
    Anchor.WORK_BEGUN: frozenset({DoneWhen.JOB_CONFIRMED, DoneWhen.BY_HAND}),
    Anchor.OUTCOME: frozenset({DoneWhen.CAUSE_ENDS, DoneWhen.BY_HAND}),
    Anchor.CLOSED: frozenset({DoneWhen.BY_HAND}),
    Anchor.CLOSING: frozenset({DoneWhen.BY_HAND}),
}
for _anchor in (Anchor.PLAN_REVIEW, Anchor.PLAN_END):
    MAY_BE_DONE[_anchor] |= {DoneWhen.CAUSE_ENDS}
# Whoever may be without money is spoken with; that is not put right by a date in a file alone.
MAY_BE_DONE[Anchor.AID_STOPPED] |= BY_CONTACT

Reason = tuple[str, str]


def check(rule: Rule) -> None:
    """Raises FieldError with the first reason why the rule makes no sense."""
    for of_field, reason in reasons(rule):
        raise FieldError(of_field, reason)


def reasons(rule: Rule) -> Iterator[Reason]:
    """Every reason why the rule makes no sense, with the field that should change."""
    for look in _LOOKS:
        yield from look(rule)


def _what(rule: Rule) -> Iterator[Reason]:
    if not any(rule.what.values()):
        yield "what", N_("Say what is to be done.")


def _done(rule: Rule) -> Iterator[Reason]:
    if rule.done_when not in MAY_BE_DONE[rule.anchor]:
        yield (
            "done_when",
            N_("With this anchor that would never do the task. Choose another way of being done."),
        )
    if rule.done_when is DoneWhen.MEETING_HELD and rule.meeting_kind is None:
        yield "meeting_kind", N_("Say which kind of meeting does the task.")
    if rule.meeting_kind is not None and rule.done_when is not DoneWhen.MEETING_HELD:
        yield "meeting_kind", N_("A kind of meeting only counts where a meeting of that kind does the task.")
    if rule.way is FollowUpWay.THREE_PARTY and rule.meeting_kind not in (None, MeetingKind.THREE_PARTY):
        yield "way", N_("A three-party meeting can only be done by a meeting of that kind.")
    if rule.way is FollowUpWay.HOME_VISIT and rule.meeting_kind not in (None, MeetingKind.HOME_VISIT):
        yield "way", N_("A home visit can only be done by a meeting of that kind.")


def _often(rule: Rule) -> Iterator[Reason]:
    if not -A_YEAR <= rule.offset <= A_YEAR:
        yield "offset", N_("At most 366 days before or after.")
    if rule.anchor is Anchor.LAST_HELD_CONTACT and rule.offset < 1:
        yield "offset", N_("The next follow-up must lie at least one day after the last contact.")
    if rule.anchor is Anchor.EMPLOYER_CONTACT and rule.offset < 1:
        yield "offset", N_("The next contact must lie at least one day after the last one.")
    if rule.anchor in (OF_A_DAY | OF_THE_CLOSED | OF_PLACES | OF_STEPS) - FORESEEN and rule.offset < 0:
        yield "offset", N_("Before that day nobody can know of it. Choose 0 or more.")
    if rule.interval is not None:
        if not 1 <= rule.interval <= A_YEAR:
            yield "interval", N_("Again after 1 to 366 days.")
        if rule.anchor in ONLY_ITSELF | OF_A_DAY | OF_PLACES | OF_STEPS | {
            Anchor.WORK_BEGUN,
            Anchor.OUTCOME,
            Anchor.EMPLOYER_CONTACT,
        }:
            yield "interval", N_("What happens once cannot be repeated: leave the interval empty.")
    if rule.times is not None:
        if not 1 <= rule.times <= 99:
            yield "times", N_("1 to 99 times.")
        if rule.interval is None:
            yield "times", N_("How many times only counts with an interval.")
        elif rule.anchor is Anchor.LAST_HELD_CONTACT:
            yield "times", N_("Each contact begins the count anew: leave the number of times empty.")
    if rule.anchor is Anchor.LAST_HELD_CONTACT and rule.interval not in (None, rule.offset):
        yield (
            "interval",
            N_(
                "Counted from the last contact, the next follow-up always comes after the same number of days:"
                " write that number in both fields, or leave this one empty."
            ),
        )


def _whom(rule: Rule) -> Iterator[Reason]:
    closed_only = rule.phases == {Phase.CLOSED}
    if rule.anchor in OF_THE_CLOSED and rule.phases and Phase.CLOSED not in rule.phases:
        yield (
            "phases",
            N_("The anchor is about closed cases, the phase leaves them out: nobody would be met."),
        )
    if closed_only and rule.anchor not in OF_THE_CLOSED | OF_AID | OF_A_DAY | OF_STEPS - {
        Anchor.SUPPORT_NEED
    } | {Anchor.EMPLOYER_REPORT}:
        yield "phases", N_("Closed cases have no such follow-up: nobody would be met.")


def _who(rule: Rule) -> Iterator[Reason]:
    if (rule.owner is Owner.SUPERVISOR) != (rule.anchor is Anchor.SESSION_DAY):
        yield (
            "owner",
            N_(
                "A supervisor is asked about the day of a session, and nobody else is. Choose both or neither."
            ),
        )
    if rule.escalate_after is not None and not 0 <= rule.escalate_after <= A_YEAR:
        yield "escalate_after", N_("0 to 366 working days.")
    if rule.escalate_to not in (Owner.UNIT_LEAD, Owner.AID_OFFICER):
        yield "escalate_to", N_("A task is raised to the unit lead or to the aid officer.")
    if rule.escalate_after is not None and rule.owner is rule.escalate_to:
        yield "escalate_to", N_("The task falls to the same role already.")
    if rule.escalate_after is not None and rule.owner is Owner.SUPERVISOR:
        yield (
            "escalate_after",
            N_("What a supervisor leaves unmarked becomes a task of its own: use that rule."),
        )
    if not 0 <= rule.postpone_limit <= A_YEAR:
        yield "postpone_limit", N_("0 to 366 days.")


def _reminded(rule: Rule) -> Iterator[Reason]:
    seen = set()
    if rule.anchor is Anchor.EMPLOYER_CONTACT and (rule.reminders or rule.escalate_after is not None):
        yield (
            "reminders",
            N_(
                "Employers to contact stand on the page Today of whoever owns the relation: leave this empty."
            ),
        )
    if len(rule.reminders) > MAX_REMINDERS:
        yield "reminders", N_("At most four reminders.")
    for reminder in rule.reminders:
        if not -60 <= reminder.days <= 60:
            yield "reminders", N_("At most 60 working days before or after the due day.")
        if (reminder.days, reminder.to) in seen:
            yield "reminders", N_("The same person would be reminded twice on one day.")
        seen.add((reminder.days, reminder.to))
        if reminder.to.value == rule.owner.value and rule.owner is not Owner.SUPERVISOR:
            yield "reminders", N_("The task falls to them: choose whoever the task falls to.")
        if (reminder.to is Recipient.SUPERVISOR) != (rule.owner is Owner.SUPERVISOR):
            yield "reminders", N_("Only questions about the day of a session go to a supervisor.")
        to_participant = reminder.to is Recipient.PARTICIPANT
        if to_participant and reminder.channels:
            yield "reminders", N_("A participant is reached as they have chosen: leave the channel out.")
        if not to_participant and not reminder.channels:
            yield "reminders", N_("Say by which channel.")
        if to_participant and rule.owner is not Owner.SECRETARY:
            yield (
                "reminders",
                N_("Only what falls to the secretary is a reason to ask a participant to get in touch."),
            )
        if to_participant and rule.anchor in OF_AID | OF_THE_CLOSED | OF_A_DAY | OF_PLACES | OF_STEPS:
            yield "reminders", N_("A participant is not written to about this.")
        of_staff = not to_participant and reminder.to is not Recipient.SUPERVISOR
        if of_staff and set(reminder.channels) - {Channel.IN_APP, Channel.EMAIL}:
            yield "reminders", N_("Staff are reminded in the product and by e-mail.")
        if reminder.to is Recipient.SUPERVISOR and set(reminder.channels) - {Channel.EMAIL, Channel.SMS}:
            yield "reminders", N_("A supervisor is reminded by e-mail or SMS.")


def _calendar(rule: Rule) -> Iterator[Reason]:
    if rule.owner is Owner.SUPERVISOR and (rule.offset > 5 or rule.day_kind is not DayKind.WORKING):
        yield "offset", N_("A supervisor is asked 0 to 5 working days after the session.")


_LOOKS: tuple[Callable[[Rule], Iterator[Reason]], ...] = (
    _what,
    _done,
    _often,
    _whom,
    _who,
    _reminded,
    _calendar,
)
