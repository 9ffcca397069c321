"""Which figures of a report add up with which. A new figure whose rows are part of another's needs its line here, or a
report that shows both tells a group of one to four (committee.reports.withheld). Pure."""

from dataclasses import dataclass

from activation.committee.reports.counted import HITS, LEFT_OUT


@dataclass(frozen=True)
class Within:
    """Parts of which nobody is counted twice, all of them within the whole, which may be of several such parts itself.
    `exactly`: they are all of it."""

    whole: str | tuple[str, ...]
    parts: tuple[str, ...]
    exactly: bool = False

    @property
    def wholes(self) -> tuple[str, ...]:
        return (self.whole,) if isinstance(self.whole, str) else self.whole


def _of_clock(in_time: str, days: str) -> tuple[Within, ...]:
    """Everybody who came in is judged by each clock or left out, and nobody gets there in time without getting there.
    Both figures of a clock leave the same people out."""
    return (
        Within("flow_in", (in_time, f"{in_time}.{LEFT_OUT}"), exactly=True),
        Within(f"{in_time}.{LEFT_OUT}", (f"{days}.{LEFT_OUT}",), exactly=True),
        Within(in_time, (days,)),
        Within(days, (f"{in_time}.{HITS}",)),
    )


WITHIN: tuple[Within, ...] = (
    Within("open_at_end", ("in_flow", "in_support_flow"), exactly=True),
    Within("in_flow", (f"main_flow_share.{HITS}",), exactly=True),
    Within(
        "open_at_end",
        ("days_since_contact_median", f"days_since_contact_median.{LEFT_OUT}"),
        exactly=True,
    ),
    Within("enrolled", ("flow_in",)),
    *_of_clock("activated_in_time", "days_to_activation"),
    *_of_clock("first_meeting_in_time", "days_to_first_meeting"),
    *_of_clock("plan_in_time", "days_to_plan"),
    Within("flow_in", ("days_to_activation_median",)),
    Within("days_to_activation_median", ("days_to_activation",)),
    Within("days_to_activation_median", (f"activated_in_time.{HITS}",)),
    Within("closed", ("flow_out_self_support", "flow_out_other")),
    # Whoever was closed to work or study counts already or may still come to.
    Within("closed", (f"work_or_study.{HITS}", f"work_or_study_preliminary.{HITS}")),
    Within((f"work_or_study.{HITS}", f"work_or_study_preliminary.{HITS}"), ("flow_out_self_support",)),
    Within(
        "in_flow", ("not_activated_0_10", "not_activated_11_30", "not_activated_31_60", "not_activated_61_up")
    ),
    Within("in_flow", ("waiting",)),
    Within(
        "in_flow", ("activation_unbooked", "activation_booked", "activation_paused", "late_with_activation")
    ),
    Within(
        "waiting",
        ("activation_unbooked", "activation_booked", "activation_paused", "late_with_activation"),
        exactly=True,
    ),
    Within(
        "in_flow",
        ("first_meeting_unbooked", "first_meeting_booked", "first_meeting_paused", "first_meeting_late"),
    ),
    Within("in_flow", ("plan_unbooked", "plan_booked", "plan_paused", "plan_late")),
    Within("tasks_in_time", (f"tasks_in_time.{HITS}", "tasks_done_late", "tasks_missing"), exactly=True),
    Within(f"tasks_in_time.{LEFT_OUT}", ("tasks_not_relevant", "tasks_withdrawn")),
    Within("sessions_unmarked_age", ("sessions_unmarked",)),
    Within(
        ("placements_to_work", f"placements_to_work.{LEFT_OUT}"),
        ("placements_as_planned", "placements_moved", "placements_broken_off", "placements_with_case"),
        exactly=True,
    ),
    Within("long_term_aid", ("long_term_aid_new",)),
)


@dataclass(frozen=True)
class Balance:
    """What stood before and came is what stands now and left."""

    standing: str
    came: tuple[str, ...]
    left: tuple[str, ...] = ()


OPEN, CAME, LEFT = "open_at_end", "enrolled", "closed"
BALANCES = (
    Balance(OPEN, (CAME,), (LEFT,)),
    Balance(
        "in_flow",
        ("flow_in", "moved_to_main"),
        ("flow_out_self_support", "flow_out_other", "moved_to_support"),
    ),
    # All that wait for a mark: those of before, and those of the period.
    Balance("sessions_unmarked_age", ("sessions_unmarked",)),
)
# Whoever could return was closed in the twelve months before.
RETURNED = "returned"
# Of whom it is asked after so many months, it is asked again after more.
ASKED_AFTER = {
    months: (f"still_in_work_{months}", f"still_in_work_{months}.{LEFT_OUT}") for months in (3, 6, 12)
}


def sums() -> list[set[str]]:
    """The parts that add up with each other."""
    return [
        *({*within.wholes, *within.parts} for within in WITHIN),
        *({balance.standing, *balance.came, *balance.left} for balance in BALANCES),
        {RETURNED, LEFT},
        {part for parts in ASKED_AFTER.values() for part in parts},
    ]


# What the return to Socialstyrelsen tells of each month, of all units together, whether a report did or not.
IN_RETURN = frozenset({"aid_households", "aid_adults"})
