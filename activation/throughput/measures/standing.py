"""Measures of what stands still today: pauses of follow-up and of clocks, and intervals of their own. For the unit
lead's page; not in the report."""

from sqlalchemy import and_, func

from activation.followups.book import what_of
from activation.throughput.measures.base import CLOCK_PAUSES, EXCEPTIONS, Column, Condition, In, Measure
from activation.throughput.measures.report import SECRETARY, open_at_end
from activation.throughput.rules import Period
from models import ClockPause, RuleException
from models.enums import ExceptionKind
from models.texts import N_


def _rule_text(key: str) -> str:
    return what_of(key) if key else N_("All follow-up")


def _exception_holds(kind: ExceptionKind) -> In:
    def counted(p: Period) -> Condition:
        return and_(
            open_at_end(p),
            RuleException.kind == kind,
            RuleException.withdrawn_at.is_(None),
            RuleException.starts_on <= p.end,
            RuleException.ends_on >= p.end,
        )

    return counted


def _clock_pause_holds(p: Period) -> Condition:
    return and_(
        open_at_end(p),
        ClockPause.withdrawn_at.is_(None),
        ClockPause.starts_on <= p.end,
        ClockPause.ends_on >= p.end,
    )


EXCEPTION_RULE = Column(N_("Follow-up"), func.coalesce(RuleException.rule, ""), text=_rule_text)
EXCEPTION_ENDS = Column(N_("Until"), RuleException.ends_on.expression)
EXCEPTION_REASON = Column(N_("Reason"), RuleException.reason.expression)
CLOCK_PAUSE_REASON = Column(N_("Reason"), ClockPause.reason.expression)
CLOCK_PAUSE_ENDS = Column(N_("Until"), ClockPause.ends_on.expression)

RULES_PAUSED = Measure(
    key="rules_paused",
    label=N_("Follow-up paused"),
    meaning=N_("Pauses of follow-up that hold now. Each ends by itself."),
    source=EXCEPTIONS,
    counted=_exception_holds(ExceptionKind.PAUSE),
    columns=(EXCEPTION_RULE, EXCEPTION_ENDS, EXCEPTION_REASON, SECRETARY),
)

OWN_INTERVALS = Measure(
    key="own_intervals",
    label=N_("Own interval"),
    meaning=N_(
        "Follow-up that comes at another interval than the rule's for one participant. Each ends by itself."
    ),
    source=EXCEPTIONS,
    counted=_exception_holds(ExceptionKind.INTERVAL),
    columns=(EXCEPTION_RULE, EXCEPTION_ENDS, EXCEPTION_REASON, SECRETARY),
)

CLOCKS_PAUSED = Measure(
    key="clocks_paused",
    label=N_("Clocks paused"),
    meaning=N_("Pauses of clocks that hold now: their days do not count, the deadline moves."),
    source=CLOCK_PAUSES,
    counted=_clock_pause_holds,
    columns=(CLOCK_PAUSE_REASON, CLOCK_PAUSE_ENDS, SECRETARY),
)

STANDING = (RULES_PAUSED, OWN_INTERVALS, CLOCKS_PAUSED)
