"""The code lists in files: complete, and the same word never means two things."""

import pytest

from activation.exchange import words
from activation.exchange.cells import BadCell, parse_word
from activation.exchange.names import fold
from models.enums import OTHER_ACTIVITIES, Labelled, MeetingOutcome

LISTS = {name: value for name, value in vars(words).items() if name.isupper() and isinstance(value, dict)}
# Not told by other systems: a meeting that was moved here, and activities that are not at an employer's, which the
# contract's list of kinds does not know.
NOT_IN_FILES = frozenset({MeetingOutcome.MOVED, *OTHER_ACTIVITIES})


@pytest.mark.parametrize("name", LISTS)
def test_every_code_has_its_english_value_and_a_swedish_word(name: str) -> None:
    listed: dict[str, Labelled] = LISTS[name]
    codes = type(next(iter(listed.values())))
    assert set(listed.values()) == {
        # The same one, not the same word: a case is closed as "moved" too.
        code
        for code in codes
        if not any(code is other for other in NOT_IN_FILES)
    }
    assert all(listed[code.value] is code for code in set(listed.values()))


@pytest.mark.parametrize("name", LISTS)
def test_no_word_means_two_things_however_it_is_written(name: str) -> None:
    meanings: dict[str, set[Labelled]] = {}
    for word, code in LISTS[name].items():
        meanings.setdefault(fold(word), set()).add(code)
    assert all(len(codes) == 1 for codes in meanings.values())


def test_case_and_joiners_do_not_matter() -> None:
    assert parse_word("Ogiltig frånvaro", words.MARKS) == "invalid_absence"
    with pytest.raises(BadCell):
        parse_word("frånvaro", words.MARKS)
