"""What each figure counts, in words: made from the same Measures that compute them."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from activation.throughput.dimensions import DIMENSIONS, Dimension
from activation.throughput.measures import AREAS
from activation.throughput.measures.base import Kind, Measure
from models.texts import N_

READ_AS = {
    Kind.COUNT: N_("How many %(rows)s there are."),
    Kind.SHARE: N_("A share: so many of the %(rows)s that can be judged. Shown with both numbers."),
    Kind.MEDIAN_DAYS: N_(
        "The median of days over the %(rows)s that are counted: half have fewer, half more."
    ),
}


@dataclass(frozen=True)
class Definition:
    """One figure. `left_out` is "" where nobody is; `columns` stand beside the person in the rows behind it."""

    key: str
    label: str
    meaning: str
    read_as: str
    left_out: str
    columns: Sequence[str]
    split_by: Sequence[str]


@dataclass(frozen=True)
class AreaOfDefinitions:
    key: str
    label: str
    definitions: Sequence[Definition]


@dataclass(frozen=True)
class Split:
    """A way of telling figures apart. `groups`: empty where they are names of units or staff."""

    key: str
    label: str
    groups: Sequence[str]


def areas() -> list[AreaOfDefinitions]:
    """All figures there are, in the order of their areas; one that stands in several is defined once."""
    told: set[str] = set()
    found = []
    for area in AREAS:
        fresh = [measure for measure in area.measures if measure.key not in told]
        told.update(measure.key for measure in fresh)
        found.append(AreaOfDefinitions(area.key, _(area.label), [definition(measure) for measure in fresh]))
    return [area for area in found if area.definitions]


def definition(measure: Measure) -> Definition:
    return Definition(
        measure.key,
        _(measure.label),
        _(measure.meaning),
        read_as(measure),
        _(measure.left_out_meaning) if measure.left_out is not None else "",
        [_(column.label) for column in measure.columns],
        [_(dimension.label) for dimension in dimensions_of(measure)],
    )


def read_as(measure: Measure) -> str:
    """What kind of number it is, and of what."""
    return str(_(READ_AS[measure.kind], rows=_(measure.source.rows_are)))


def dimensions_of(measure: Measure) -> list[Dimension]:
    """By what the figure can be split."""
    return [dimension for dimension in DIMENSIONS.values() if dimension.fits(measure)]


def splits() -> list[Split]:
    return [
        Split(
            d.key,
            _(d.label),
            [_(text) for value, text in d.texts.items() if text != value],
        )
        for d in DIMENSIONS.values()
    ]
