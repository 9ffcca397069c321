"""What the participant says about a day: noted, and asked for."""

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from activation.accounts.sign_in import current_actor
from activation.attendance import accounts, questions
from activation.attendance.forms import AccountForm
from activation.attendance.queries import session_for_marking
from activation.caseload.loader import load_case_for_work
from activation.clocks.calendar import local_date
from activation.records.looks import form_page_of
from activation.web.edge import now
from activation.web.filters import label_of
from activation.web.forms import errors_flashed, errors_shown_in, submitted
from models import Case, Session
from models.enums import Channel

absence = Blueprint("absence", __name__)


def _load(session_id: int) -> tuple[Case, Session]:
    session = session_for_marking(session_id, lock=request.method == "POST") or abort(404)
    return load_case_for_work(session.case_id), session


def _back(session: Session) -> str:
    return url_for("attendance.mark", session_id=session.id, back=request.args.get("back"))


@absence.route("/sessions/<int:session_id>/account", methods=["GET", "POST"])
def account(session_id: int) -> ResponseReturnValue:
    case, session = _load(session_id)
    form = AccountForm(data={"told_on": local_date(now())})
    if submitted(form):
        with errors_shown_in(form):
            accounts.note_account(actor=current_actor(), session=session, now=now(), **form.values())
            flash(_("What the participant says is noted."), "success")
            return redirect(_back(session), code=303)
    return form_page_of(case, "attendance/account.html", form, session=session, back=_back(session))


@absence.post("/sessions/<int:session_id>/ask")
def ask(session_id: int) -> ResponseReturnValue:
    case, session = _load(session_id)
    with errors_flashed():
        flash(*outcome_of_asking(case, session))
    return redirect(
        url_for("attendance.mark", session_id=session_id, back=request.args.get("back")), code=303
    )


def outcome_of_asking(case: Case, session: Session) -> tuple[str, str]:
    """Asks the participant to get in touch; what came of it, and its tone. Raises DomainError."""
    asked = questions.ask(actor=current_actor(), case=case, session=session, now=now())
    if not asked.is_new:
        return _("The participant has been asked already."), "info"
    if asked.reason:
        return _("Not sent: %(reason)s. Try another way.", reason=_(asked.reason)), "warning"
    if asked.channel is Channel.LETTER:
        return _("A letter that asks the participant to call waits to be printed."), "success"
    return _("The participant is asked to call, by %(channel)s.", channel=label_of(asked.channel)), "success"
