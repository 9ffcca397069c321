"""A follow-up rule in plain sentences, and what a version changed, in the reader's language."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from activation.followups.book import said
from activation.followups.rule import Reminder, Rule
from activation.followups.rule_file import FIELDS
from activation.web.filters import date_text, label_of, text_of
from activation.web.language import current_language
from models.enums import Anchor, Channel, DayKind, DoneWhen, Flow, FollowUpWay, OnClosedDay, Owner, Recipient
from models.texts import N_

# What a rule counts from, as it stands after "by", "after" or "before".
ANCHORS: dict[Anchor, str] = {
    Anchor.FIRST_CONTACT: N_("the first contact"),
    Anchor.FIRST_MEETING_CLOCK: N_("the deadline of the first meeting"),
    Anchor.PLAN_CLOCK: N_("the deadline of the plan"),
    Anchor.ACTIVATION_CLOCK: N_("the deadline of the activation"),
    Anchor.ACTIVATION_CLOCK_START: N_("the start of the activation clock"),
    Anchor.LAST_HELD_CONTACT: N_("the last held contact"),
    Anchor.PLAN_AGREED: N_("the day the plan was agreed"),
    Anchor.PLAN_REVIEW: N_("the review day of the plan"),
    Anchor.PLAN_END: N_("the end of the plan"),
    Anchor.PLACEMENT_START: N_("the start of a placement"),
    Anchor.PLACEMENT_END: N_("the end of a placement"),
    Anchor.SESSION_DAY: N_("the day of a session"),
    Anchor.UNMARKED_SESSION: N_("a session without a mark"),
    Anchor.ABSENCES_IN_A_ROW: N_("the third absence in a row"),
    Anchor.SAFETY_INTRODUCTION: N_("the start of a placement without a safety introduction"),
    Anchor.PROPOSAL: N_("the day a placement was proposed"),
    Anchor.EMPLOYER_REPORT: N_("the day an employer told something"),
    Anchor.EMPLOYER_CONTACT: N_("the last contact with an employer"),
    Anchor.TOP_UP_END: N_("the end of a skills top-up"),
    Anchor.TOP_UP_DONE: N_("the day a skills top-up was done"),
    Anchor.WORK_BEGUN: N_("the day one month after work began"),
    Anchor.OUTCOME: N_("the days 3, 6 and 12 months after work or study began"),
    Anchor.CLOSED: N_("the day 12 months after the closing"),
    Anchor.CLOSING: N_("the closing of the case"),
    Anchor.AID_CUT_OFF: N_("the cut-off day of the aid month"),
    Anchor.AID_PLAN_MISSING: N_("the last day to act where the aid month lacks a plan"),
    Anchor.AID_PLAN_ENDS: N_("the last day to act where the plan ends before the payment day"),
    Anchor.AID_SESSIONS_UNMARKED: N_("the last day to act where sessions of the aid month are unmarked"),
    Anchor.AID_PAID_WITHOUT_PLAN: N_("the last day to act where aid was paid without a plan"),
    Anchor.AID_PAID_AFTER_WORK: N_("the last day to act where aid was paid after work started"),
    Anchor.AID_REFUSED: N_("the last day to act where the facts of a month were not handed over"),
    Anchor.AID_REFUSED_WITH_PLAN: N_("the last day to act where aid was refused in spite of a plan"),
    Anchor.AID_ACTIVITY_ENDED: N_("the last day to act where an activity ended and the aid is not known"),
    Anchor.AID_STOPPED: N_("the day aid stopped during an activity"),
    Anchor.AID_WORK_BEGINS: N_("the day work begins that the aid side does not know of"),
    Anchor.AID_REQUIREMENT: N_("the last day to act where the activity requirement was not assessed"),
    Anchor.AID_NOT_CARRIED_OUT: N_("the last day to act where a decision was not carried out"),
    Anchor.SUPPORT_NEED: N_("the day a need of support was found"),
    Anchor.HANDOVER_DRAFT: N_("the day a handover was begun"),
    Anchor.HANDOVER_WAITS: N_("the day a handover was handed over"),
    Anchor.HANDOVER_OUTCOME: N_("the day a handover was received"),
}
ROLES: dict[Owner | Recipient, str] = {
    Owner.SECRETARY: N_("the employment secretary"),
    Owner.UNIT_LEAD: N_("the unit lead"),
    Owner.AID_OFFICER: N_("the aid officer"),
    Owner.SUPERVISOR: N_("the supervisor at the workplace"),
    Recipient.PARTICIPANT: N_("the participant"),
}
WAYS: dict[FollowUpWay, str] = {
    FollowUpWay.IN_PERSON: N_("in person"),
    FollowUpWay.PHONE: N_("by phone"),
    FollowUpWay.HOME_VISIT: N_("as a home visit"),
    FollowUpWay.THREE_PARTY: N_("as a three-party meeting"),
}
FLOWS = {Flow.MAIN: N_("in the main flow"), Flow.SUPPORT: N_("in the support flow")}
CHANNELS = {
    Channel.IN_APP: N_("in the product"),
    Channel.EMAIL: N_("by e-mail"),
    Channel.SMS: N_("by SMS"),
    Channel.LETTER: N_("by letter"),
}
ON_CLOSED = {
    OnClosedDay.BEFORE: N_("on a closed day: the last working day before"),
    OnClosedDay.AFTER: N_("on a closed day: the first working day after"),
}
FIELD_TEXTS: dict[str, str] = {
    "key": N_("Key"),
    "what": N_("What is to be done"),
    "how": N_("How, in words"),
    "anchor": N_("Counted from"),
    "owner": N_("Falls to"),
    "day_kind": N_("Which days count"),
    "on_closed_day": N_("If that is a closed day"),
    "way": N_("In which way"),
    "done_when": N_("Done when"),
    "meeting_kind": N_("Kind of meeting"),
    "flow": N_("Flow"),
    "escalate_to": N_("Raised to"),
    "phases": N_("Phases"),
    "placement_kinds": N_("Kinds of placement"),
    "offset": N_("Days from there"),
    "interval": N_("Again after, days"),
    "times": N_("At most so many times"),
    "escalate_after": N_("Raised after, working days"),
    "postpone_limit": N_("May be put off, days"),
    "reminders": N_("Reminders"),
    "valid_to": N_("Last day"),
}


def sentence(rule: Rule) -> str:
    """The whole rule but its name: when, in which way, by whom, for whom; who is reminded; whom it is raised to."""
    first = ", ".join([_when(rule), *_how_often(rule), *_in_which_way(rule), _role(rule.owner), *_whom(rule)])
    parts = [first, *_done(rule), *_reminders(rule), *_raised(rule)]
    if rule.valid_to is not None:
        parts.append(_("until %(day)s", day=date_text(rule.valid_to)))
    return upper_first("; ".join(parts)) + "."


def upper_first(text: str) -> str:
    """The text as it begins a sentence."""
    return text[:1].upper() + text[1:]


def lower_first(text: str) -> str:
    """The text as it stands within one; what is written in capitals stays (SFI)."""
    return text if text[:2].isupper() else text[:1].lower() + text[1:]


def ordinal(number: int) -> str:
    """14th; in Swedish 14:e."""
    last, teen = number % 10, number % 100 in (11, 12, 13)
    if current_language() == "sv":
        return f"{number}:{'a' if last in (1, 2) and not teen else 'e'}"
    return f"{number}{'th' if teen else {1: 'st', 2: 'nd', 3: 'rd'}.get(last, 'th')}"


def _when(rule: Rule) -> str:
    anchor, days, working = _(ANCHORS[rule.anchor]), abs(rule.offset), rule.day_kind is DayKind.WORKING
    if rule.anchor is Anchor.LAST_HELD_CONTACT:
        return str(_("%(often)s after %(anchor)s", often=_every(rule.offset, rule.day_kind), anchor=anchor))
    if rule.offset == 0:
        return str(_("by %(anchor)s", anchor=anchor))
    if rule.offset > 0 and working:
        text = ngettext(
            "%(num)s working day after %(anchor)s",
            "%(num)s working days after %(anchor)s",
            days,
            anchor=anchor,
        )
    elif rule.offset > 0:
        text = ngettext("%(num)s day after %(anchor)s", "%(num)s days after %(anchor)s", days, anchor=anchor)
    elif working:
        text = ngettext(
            "%(num)s working day before %(anchor)s",
            "%(num)s working days before %(anchor)s",
            days,
            anchor=anchor,
        )
    else:
        text = ngettext(
            "%(num)s day before %(anchor)s", "%(num)s days before %(anchor)s", days, anchor=anchor
        )
    return str(text)


def _every(days: int, kind: DayKind) -> str:
    if kind is DayKind.WORKING:
        text = _("every working day") if days == 1 else _("every %(nth)s working day", nth=ordinal(days))
    else:
        text = _("every day") if days == 1 else _("every %(nth)s day", nth=ordinal(days))
    return str(text)


def _how_often(rule: Rule) -> Iterator[str]:
    if rule.interval is not None and rule.anchor is not Anchor.LAST_HELD_CONTACT:
        yield _("then %(often)s", often=_every(rule.interval, rule.day_kind))
    if rule.times is not None:
        yield ngettext("at most %(num)s time", "at most %(num)s times", rule.times)
    if rule.on_closed_day in ON_CLOSED:
        yield _(ON_CLOSED[rule.on_closed_day])


def _in_which_way(rule: Rule) -> Iterator[str]:
    if rule.way in WAYS:
        yield _(WAYS[rule.way])


def _whom(rule: Rule) -> Iterator[str]:
    if rule.flow is not None:
        yield _(FLOWS[rule.flow])
    if rule.phases:
        yield _("only in the phase: %(phases)s", phases=_listed(rule.phases))
    if rule.placement_kinds:
        yield _("only with: %(kinds)s", kinds=_listed(rule.placement_kinds))


def _done(rule: Rule) -> Iterator[str]:
    if rule.done_when is DoneWhen.MEETING_HELD and rule.meeting_kind is not None:
        kind = lower_first(label_of(rule.meeting_kind))
        yield _("done when this has been held: %(kind)s", kind=kind)
    elif rule.done_when is DoneWhen.BY_HAND:
        yield _("ticked off by hand")


def _listed(codes: Any) -> str:
    return ", ".join(lower_first(label_of(code)) for code in sorted(codes))


def _reminders(rule: Rule) -> Iterator[str]:
    if not rule.reminders:
        yield _("no reminder")
    for reminder in sorted(rule.reminders, key=lambda r: (r.days, r.to)):
        yield reminder_text(reminder)


def reminder_text(reminder: Reminder) -> str:
    """When, whom and by which channel, where that is not the usual one."""
    days = abs(reminder.days)
    if reminder.days == 0:
        text = _("reminder the same day")
    elif reminder.days > 0:
        text = ngettext(
            "reminder after %(num)s working day", "reminder after %(num)s working days", reminder.days
        )
    else:
        text = ngettext("reminder %(num)s working day before", "reminder %(num)s working days before", days)
    if reminder.to is not Recipient.OWNER:
        text = _("%(reminder)s to %(whom)s", reminder=text, whom=_role(reminder.to))
    if reminder.channels and set(reminder.channels) != set(Reminder().channels):
        channels = f" {_('and')} ".join(_(CHANNELS[channel]) for channel in reminder.channels)
        text = f"{text} {channels}"
    return str(text)


def _role(role: Owner | Recipient) -> str:
    # An owner and a recipient of the same name are the same word.
    return str(_(ROLES[role]))


def _raised(rule: Rule) -> Iterator[str]:
    if rule.escalate_after is None:
        return
    whom = _role(rule.escalate_to)
    if rule.escalate_after == 0:
        yield _("raised to %(whom)s the same day", whom=whom)
    else:
        yield ngettext(
            "raised to %(whom)s after %(num)s working day",
            "raised to %(whom)s after %(num)s working days",
            rule.escalate_after,
            whom=whom,
        )


def differences(before: Rule | None, after: Rule) -> list[tuple[str, str, str]]:
    """(field, before, after) of what a version changed, for people."""
    if before is None:
        return []
    return [
        (_(FIELD_TEXTS[name]), value_text(getattr(before, name)), value_text(getattr(after, name)))
        for name in FIELDS
        if getattr(before, name) != getattr(after, name)
    ]


def value_text(value: Any) -> str:
    """A field's value for people; "–" where it is empty."""
    if isinstance(value, frozenset):
        return _listed(value) or "–"
    if isinstance(value, tuple):
        return "; ".join(reminder_text(reminder) for reminder in value) or _("no reminder")
    if isinstance(value, dict):
        return said(value) or "–"
    return date_text(value) if isinstance(value, date) else text_of(value)
