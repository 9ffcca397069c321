"""What pages call the series of numbers from outside."""

from flask_babel import gettext as _

from activation.committee.rules import KNOWN_SERIES
from models import ContextSeries


def series_name(series: ContextSeries) -> str:
    """Its own name; of one that was never named the product's, or its key."""
    known = KNOWN_SERIES.get(series.key)
    return series.name or (str(_(known.name)) if known else series.key)


def counted_in(series: ContextSeries) -> str:
    known = KNOWN_SERIES.get(series.key)
    return series.counted_in or (str(_(known.counted_in)) if known else "")
