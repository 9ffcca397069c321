"""Moves between the flows."""

from datetime import date
from typing import Any

from models.enums import Flow
from tests.throughput.naive.base import Naive
from tests.throughput.world import Asked, flow_on


def _moved_to(asked: Asked, flow: Flow) -> list[tuple[Any, date]]:
    return [
        (c, day) for c in asked.mine for day in c["moves"] if asked.within(day) and flow_on(c, day) is flow
    ]


NAIVE: Naive = {
    "moved_to_support": lambda asked: _moved_to(asked, Flow.SUPPORT),
    "moved_to_main": lambda asked: _moved_to(asked, Flow.MAIN),
}
