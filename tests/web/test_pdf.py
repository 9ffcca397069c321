"""Tables on paper."""

from activation.web.pdf import Paper
from tests.pdf import text_of


def test_a_row_of_a_table_stands_whole_on_one_sheet() -> None:
    """Whatever of the sheet is used already: the last line of a row never goes to the next one alone."""
    for before in range(9):
        paper = Paper("Title", language="en")
        for _line in range(before):
            paper.text("x")
        rows = [(f"first{n} second{n} third{n}", "b") for n in range(40)]
        paper.table((20.0, 100.0), ("Head", "Other"), rows)
        assert paper.pdf.page_no() > 1
        words = text_of(paper.content()).split()
        firsts = [i for i, word in enumerate(words) if word.startswith("first")]
        for i, n in zip(firsts, range(40), strict=True):
            row = words[i : words.index(f"third{n}")]
            assert "Head" not in row, "the heads of the next sheet stand in the middle of a row"


def test_a_row_longer_than_a_sheet_goes_on_below_the_heads_again() -> None:
    paper = Paper("Title", language="en")
    paper.table((60.0, 100.0), ("Head", "Other"), [("word " * 900, "b")])
    assert text_of(paper.content()).split().count("Head") == paper.pdf.page_no()
