"""Letters to print: for those who take neither SMS nor e-mail."""

from collections.abc import Sequence

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from activation.accounts.sign_in import current_actor
from activation.clocks.calendar import local_date
from activation.context import settings
from activation.messages.paper import Sheet, as_pdf
from activation.messages.paper_queries import (
    MOST_LETTERS,
    PaperLetter,
    find_letter,
    letters_later,
    letters_to_print,
)
from activation.messages.paper_service import settle_letter
from activation.messages.texts import PRODUCT, meeting_letter, text_of, wording
from activation.records.looks import log_looks
from activation.web.converters import row_id
from activation.web.edge import now
from activation.web.forms import errors_flashed
from activation.web.pdf import is_printable, pdf_answer
from models.enums import Channel, Viewed

letters = Blueprint("letters", __name__)


@letters.get("/letters")
def to_print() -> ResponseReturnValue:
    waiting = letters_to_print(current_actor(), now=now())
    return render_template(
        "messages/letters.html",
        letters=waiting,
        later=letters_later(current_actor(), now=now()),
        unprintable={letter.id for letter in waiting if not is_printable(letter.name)},
        limit=MOST_LETTERS,
    )


@letters.get("/letters.pdf")
def all_pdf() -> ResponseReturnValue:
    """All that are to be printed now, a sheet each."""
    return _pdf(letters_to_print(current_actor(), now=now()))


@letters.get("/letters/<int:message_id>.pdf")
def pdf(message_id: int) -> ResponseReturnValue:
    return _pdf(letters_to_print(current_actor(), now=now(), only=[message_id]))


@letters.post("/letters/<int:message_id>")
def settle(message_id: int) -> ResponseReturnValue:
    letter = find_letter(current_actor(), message_id)
    if letter is None:
        abort(404)
    posted = request.form.get("outcome") == "posted"
    with errors_flashed():
        settle_letter(actor=current_actor(), letter=letter, posted=posted, now=now())
        flash(_("The letter is marked as posted.") if posted else _("No letter is sent."), "success")
    return redirect(url_for("letters.to_print"), code=303)


@letters.post("/letters")
def post_all() -> ResponseReturnValue:
    """All that the page showed are posted; one that changed meanwhile is left as it is."""
    shown = request.form.getlist("letter", type=row_id)[:MOST_LETTERS]
    waiting = letters_to_print(current_actor(), now=now(), only=shown)
    for one in waiting:
        letter = find_letter(current_actor(), one.id)
        assert letter is not None
        settle_letter(actor=current_actor(), letter=letter, posted=True, now=now())
    text = ngettext(
        "%(num)s letter is marked as posted.", "%(num)s letters are marked as posted.", len(waiting)
    )
    flash(text, "success" if waiting else "info")
    return redirect(url_for("letters.to_print"), code=303)


def letter_values(one: PaperLetter) -> dict[str, str]:
    """What fills the text: of a meeting, or a mere request to get in touch."""
    if one.meeting_at is None:
        return {"name": one.name}
    return meeting_letter(
        one.meeting_at, way=one.way, language=one.language, name=one.name, place=one.place or ""
    )


def _pdf(of: Sequence[PaperLetter]) -> Response:
    if not of:
        abort(404)
    log_looks([one.case_id for one in of], Viewed.EXPORT)
    texts, sheets = wording(), []
    for one in of:
        values = letter_values(one)
        words = texts.filled(text_of(one.kind, Channel.LETTER), one.language, values)
        sender = settings().municipality or PRODUCT
        sheets.append(Sheet(one.name, sender, local_date(now()), words.subject, words.body, one.language))
    return pdf_answer(as_pdf(sheets, title=_("Letters")), "letters")
