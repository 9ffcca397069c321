"""A letter to the participant: begun with a standard text, read through, kept as a note, printed."""

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from activation.accounts.sign_in import current_actor
from activation.caseload.loader import load_case_for_work
from activation.clocks.calendar import local_date
from activation.context import settings
from activation.database import db
from activation.meetings.service import add_letter
from activation.messages.paper import Sheet, as_pdf
from activation.messages.texts import PRODUCT
from activation.records.looks import form_page_of, log_look
from activation.standards.catalogue import LETTERS
from activation.standards.forms import LetterForm
from activation.standards.queries import beginning
from activation.web.edge import now
from activation.web.forms import errors_shown_in, submitted
from activation.web.language import current_language
from activation.web.pdf import pdf_answer
from models import Note
from models.enums import NoteKind, StandardTextKind

written_letters = Blueprint("written_letters", __name__)


@written_letters.route("/cases/<int:case_id>/letters/new", methods=["GET", "POST"])
def new(case_id: int) -> ResponseReturnValue:
    """`text`: the standard text to begin with; without one of a closed case: the closing letter."""
    case = load_case_for_work(case_id)
    today = local_date(now())
    begun = beginning(LETTERS, case, chosen=request.args.get("text", ""), today=today)
    if begun.chosen is None and case.closed_on is not None and "text" not in request.args:
        closing = next((t for t in begun.choices if t.kind is StandardTextKind.CLOSING), None)
        begun = beginning(LETTERS, case, chosen=str(closing.id) if closing else "", today=today)
    form = LetterForm(data={"heading": begun.chosen.name if begun.chosen else "", "text": begun.text})
    if submitted(form):
        with errors_shown_in(form):
            note = add_letter(actor=current_actor(), case=case, **form.values("heading", "text"), now=now())
            flash(_("The letter is kept among the notes. Print it here, and post it."), "success")
            return redirect(url_for("written_letters.page", note_id=note.id), code=303)
    return form_page_of(case, "standards/letter.html", form, begun=begun)


def _load_letter(note_id: int) -> Note:
    note = db.session.get(Note, note_id)
    if note is None or note.kind is not NoteKind.LETTER:
        abort(404)
    return note


@written_letters.get("/letters/written/<int:note_id>")
def page(note_id: int) -> ResponseReturnValue:
    note = _load_letter(note_id)
    case = load_case_for_work(note.case_id)
    heading, _empty, text = note.text.partition("\n\n")
    return form_page_of(
        case, "standards/letter_kept.html", LetterForm(), note=note, heading=heading, text=text
    )


@written_letters.get("/letters/written/<int:note_id>.pdf")
def pdf(note_id: int) -> ResponseReturnValue:
    note = _load_letter(note_id)
    case = load_case_for_work(note.case_id)
    heading, _empty, text = note.text.partition("\n\n")
    sender, language = settings().municipality or PRODUCT, current_language()
    sheet = Sheet(case.name, sender, local_date(note.at), heading, text, language)
    log_look(case)
    return pdf_answer(as_pdf([sheet], title=heading), "letter")
