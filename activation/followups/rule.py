"""A follow-up rule: what, for whom, who, how often, in which way. Data; the engine is rules.py. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from models.enums import (
    Anchor,
    Channel,
    DayKind,
    DoneWhen,
    Flow,
    FollowUpWay,
    MeetingKind,
    OnClosedDay,
    Owner,
    Phase,
    PlacementKind,
    Recipient,
)

NEVER_PAUSED = frozenset(
    {
        Anchor.SESSION_DAY,
        Anchor.UNMARKED_SESSION,
        Anchor.EMPLOYER_REPORT,
        Anchor.SAFETY_INTRODUCTION,
        Anchor.AID_PLAN_MISSING,
        Anchor.AID_PLAN_ENDS,
        Anchor.AID_SESSIONS_UNMARKED,
        Anchor.AID_PAID_WITHOUT_PLAN,
        Anchor.AID_PAID_AFTER_WORK,
        Anchor.AID_REFUSED,
        Anchor.AID_REFUSED_WITH_PLAN,
        Anchor.AID_ACTIVITY_ENDED,
        Anchor.AID_STOPPED,
        Anchor.AID_WORK_BEGINS,
        Anchor.AID_REQUIREMENT,
        Anchor.AID_NOT_CARRIED_OUT,
        Anchor.HANDOVER_DRAFT,
        Anchor.HANDOVER_WAITS,
        Anchor.HANDOVER_OUTCOME,
    }
)
# Language → text.
Text = Mapping[str, str]


@dataclass(frozen=True)
class Reminder:
    """One reminder of a task. `days`: working days after the due day (negative: before it)."""

    days: int = 0
    to: Recipient = Recipient.OWNER
    channels: tuple[Channel, ...] = (Channel.IN_APP, Channel.EMAIL)


@dataclass(frozen=True, kw_only=True)
class Rule:
    """`offset` days after the anchor's date the task is due (negative: before), and every `interval` days again after
    it was done, at most `times` times. Escalates `escalate_after` working days after it was due. At most
    `postpone_limit` days after the due day a person may put it off. `valid_to`: the last day the rule holds."""

    key: str
    what: Text
    anchor: Anchor
    how: Text = field(default_factory=dict)
    owner: Owner = Owner.SECRETARY
    offset: int = 0
    interval: int | None = None
    times: int | None = None
    day_kind: DayKind = DayKind.CALENDAR
    on_closed_day: OnClosedDay = OnClosedDay.STAY
    way: FollowUpWay = FollowUpWay.ANY
    done_when: DoneWhen = DoneWhen.CAUSE_ENDS
    meeting_kind: MeetingKind | None = None
    flow: Flow | None = None
    phases: frozenset[Phase] = frozenset()
    placement_kinds: frozenset[PlacementKind] = frozenset()
    reminders: tuple[Reminder, ...] = (Reminder(),)
    escalate_after: int | None = None
    escalate_to: Owner = Owner.UNIT_LEAD
    postpone_limit: int = 30
    valid_to: date | None = None

    @property
    def repeats(self) -> bool:
        """Whether doing it makes the next one due."""
        return self.interval is not None or self.anchor is Anchor.LAST_HELD_CONTACT

    @property
    def can_be_paused(self) -> bool:
        """Marks and aid months never wait for a participant who is away: somebody's payment may depend on them."""
        return self.anchor not in NEVER_PAUSED
