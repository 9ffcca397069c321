"""Searching by words."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, and_, or_

WORDS_AT_MOST = 6


def contains_words(text: str, columns: Iterable[Any]) -> ColumnElement[bool]:
    """Every word of the text somewhere in one of the columns. Signs such as % mean themselves.

    SQLite folds the case of ASCII letters only, hence the variants (Återbruket, återbruket).
    """
    among = tuple(columns)
    words = []
    for word in text.split()[:WORDS_AT_MOST]:
        variants = sorted({word, word.lower(), word.upper(), word.capitalize()})
        words.append(or_(*(column.icontains(v, autoescape=True) for column in among for v in variants)))
    return and_(*words)
