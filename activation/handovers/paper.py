"""A handover on paper: its number stands on every sheet."""

from activation.handovers.document import Document, Part
from activation.web.pdf import Paper, on_paper

# Millimetres between the margins of an A4 sheet; points of the running text: seven columns stand beside each other.
WIDTH = 170.0
SIZE = 9.0


def as_pdf(document: Document, *, language: str) -> bytes:
    """As many sheets of A4 as it takes."""
    paper = Paper(document.title, language=language, foot=document.title, size=SIZE)
    paper.text(document.lead)
    for part in document.parts:
        _part(paper, part)
    return paper.content()


def _part(paper: Paper, part: Part) -> None:
    paper.heading(part.title, below=paper.line * 3)
    if part.is_empty:
        paper.text(part.empty)
    paper.lines([(label, on_paper(text)) for label, text in part.lines])
    for table in part.tables:
        if part.lines:
            paper.pdf.ln(paper.line / 2)
        rows = [[cell.text for cell in row] for row in table.rows]
        paper.table([WIDTH * share for share in table.widths], table.heads, rows)
    for said in part.said:
        paper.keep(paper.line * 3)
        paper.pdf.ln(paper.line / 2)
        paper.text(said.head)
        paper.items([on_paper(said.text)])
