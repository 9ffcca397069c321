"""How many more people a workplace takes on a day. Pure. docs/room.md tells the rule and why it is so.

room_find.py says the same in SQL; a test compares the two.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from activation.matching.rules import gives
from models.enums import LanguageLevel, Licence, PlacementKind


@dataclass(frozen=True, slots=True)
class Room:
    """Room at a workplace: so many at once, of a kind (None: any that is not employment), for a while."""

    id: int
    kind: PlacementKind | None
    starts_on: date
    ends_on: date | None
    places: int

    def in_force(self, day: date) -> bool:
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


def free_places(
    rooms: Sequence[Room], there: Iterable[PlacementKind], places: int | None, day: date
) -> dict[int, int]:
    """How many more each room in force takes, by its id. `there`: the kinds of everybody placed there that day.

    Rooms of one kind have their people together: each is said to have at most what is left of all of them.
    """
    held = [room for room in rooms if room.in_force(day)]
    kinds = Counter(there)
    offered: Counter[PlacementKind | None] = Counter()
    for room in held:
        offered[room.kind] += room.places
    in_training = sum(n for kind, n in kinds.items() if not kind.is_employment)
    elsewhere = sum(n for kind, n in kinds.items() if not kind.is_employment and kind not in offered)
    found = {}
    for room in held:
        taken = elsewhere if room.kind is None else kinds[room.kind]
        most = [room.places, offered[room.kind] - taken]
        if places is not None and not (room.kind and room.kind.is_employment):
            most.append(places - in_training)
        found[room.id] = max(0, min(most))
    return found


def free_without_rooms(there: Iterable[PlacementKind], places: int | None) -> int | None:
    """The same where nobody ever wrote down any room. None: not known, because nobody counted the places."""
    if places is None:
        return None
    return max(0, places - sum(not kind.is_employment for kind in there))


def levels_up_to(level: LanguageLevel) -> list[LanguageLevel]:
    """What a place may ask for at most, of somebody who speaks this much Swedish."""
    return [asked for asked in LanguageLevel if asked.order <= level.order]


def driven_with(licences: Iterable[Licence]) -> frozenset[Licence]:
    """Every class that holders of these may drive."""
    held = list(licences)
    return frozenset(right for right in Licence if any(gives(licence, right) for licence in held))
