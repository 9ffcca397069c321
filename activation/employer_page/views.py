"""The employer's page: a supervisor opens a link on a phone and says who was there. No account, no script, no cookie.

What was pressed is told by the address one is sent back to (`done`, `undone`), so nothing is kept between requests.

CSRF: Flask-WTF's token needs a session cookie, which this page does not have, and there is no standing sign-in that
another site could ride on: the address itself is the capability. activation/web/csrf.py therefore leaves these pages
out, and every form carries a token of its own, made from the link, which only a page given out for that link knows.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from hmac import compare_digest
from typing import Any

import phonenumbers
from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from activation.clocks.calendar import local_date
from activation.context import settings
from activation.employer_page.links import LinkRefused, form_token, open_link, stamp
from activation.employer_page.queries import EmployerSheet, employer_sheet, sessions_to_answer
from activation.employer_page.service import answer, undo_answer
from activation.exchange.badcell import BadCell
from activation.exchange.cells import parse_decimal
from activation.records.actor import Actor
from activation.unit_of_work import rollback
from activation.web.edge import now
from activation.web.filters import date_text, time_text
from activation.web.language import LANGUAGES, in_language, translate_error
from models import EmployerLink, Session
from models.enums import EmployerAnswer
from models.errors import Conflict, DomainError, FieldError
from models.texts import N_

employer = Blueprint("employer", __name__, url_prefix="/e")

GONE = N_("This day is no longer part of the placement. Nothing was changed.")
WEEKDAYS = (
    N_("Monday"),
    N_("Tuesday"),
    N_("Wednesday"),
    N_("Thursday"),
    N_("Friday"),
    N_("Saturday"),
    N_("Sunday"),
)
OPEN_TOO_LONG = N_("The page was open for too long. Nothing was changed: look at it and press again.")


@dataclass(frozen=True)
class Contact:
    """Whom to call: the text of the settings, taken apart around a phone number that can be tapped."""

    before: str
    phone: str
    tel: str
    after: str

    @classmethod
    @lru_cache(maxsize=4)
    def of(cls, text: str) -> "Contact":
        for match in phonenumbers.PhoneNumberMatcher(text, "SE"):
            tel = phonenumbers.format_number(match.number, phonenumbers.PhoneNumberFormat.E164)
            return cls(
                text[: match.start].strip(" ,;:"), match.raw_string, tel, text[match.end :].strip(" ,;:.")
            )
        return cls(text, "", "", "")


@employer.before_request
def _only_the_page_is_read() -> ResponseReturnValue | None:
    """The address of a button, opened by hand or found again in a tab, leads to the page."""
    if request.method in ("GET", "HEAD") and request.endpoint != "employer.page":
        return _back()
    return None


@employer.route("/<token>")
def page(token: str) -> ResponseReturnValue:
    return _page(open_link(token, now=now()))


@employer.route("/<token>/sessions/<int:session_id>", methods=["GET", "POST"])
def mark(token: str, session_id: int) -> ResponseReturnValue:
    link, actor = _pressed(token)
    value = _answer_given()
    sessions = _found(link, [session_id])
    hours = {session_id: _hours_typed() if value is EmployerAnswer.HERE else None}
    answer(actor=actor, sessions=sessions, value=value, hours=hours, now=now())
    return _back(done=str(session_id), _anchor=f"s{session_id}")


@employer.route("/<token>/here", methods=["GET", "POST"])
def all_here(token: str) -> ResponseReturnValue:
    """All that the page showed as unanswered on a day: not those who came to the workplace's list since then."""
    link, actor = _pressed(token)
    ids = {int(text) for text in request.form.getlist("session") if re.fullmatch(r"[0-9]{1,9}", text)}
    sessions = sessions_to_answer(link.workplace_id, ids, only_open=True)
    hours = {session.id: session.planned_hours for session in sessions}
    answer(actor=actor, sessions=sessions, value=EmployerAnswer.HERE, hours=hours, now=now())
    return _back(done=",".join(map(str, sorted(ids))))


@employer.route("/<token>/sessions/<int:session_id>/undo", methods=["GET", "POST"])
def undo(token: str, session_id: int) -> ResponseReturnValue:
    link, actor = _pressed(token)
    for session in _found(link, [session_id]):
        undo_answer(actor=actor, session=session, now=now())
    return _back(undone=str(session_id), _anchor=f"s{session_id}")


@employer.errorhandler(LinkRefused)
def _refused(error: LinkRefused) -> ResponseReturnValue:
    """The same page whatever was wrong: it does not tell whether there ever was such a link."""
    with in_language(_language()):
        return render_template("employer_page/refused.html", **_frame()), error.status


@employer.errorhandler(DomainError)
def _said_no(error: DomainError) -> ResponseReturnValue:
    """The page as it is now, with what could not be done and why. Nothing of the press is kept but what was typed."""
    rollback()
    link = open_link(str((request.view_args or {})["token"]), now=now())
    status = 422 if isinstance(error, FieldError) else 409
    return _page(link, problem=error), status


def _pressed(token: str) -> tuple[EmployerLink, Actor]:
    """The link of a press, and who pressed. Raises LinkRefused, Conflict."""
    link = open_link(token, now=now())
    if not compare_digest(request.form.get("form", "").encode(), form_token(link).encode()):
        raise Conflict(OPEN_TOO_LONG)
    stamp(link, now=now())
    return link, Actor.supervisor(link.supervisor_name, link.workplace_id)


def _answer_given() -> EmployerAnswer:
    given = request.form.get("answer", "")
    if given not in {a.value for a in EmployerAnswer}:
        raise Conflict(OPEN_TOO_LONG)
    return EmployerAnswer.HERE if given == EmployerAnswer.HERE.value else EmployerAnswer.NOT_HERE


def _hours_typed() -> Decimal | None:
    text = request.form.get("hours", "").strip()
    try:
        return parse_decimal(text, minimum=0, maximum=24, places=2) if text else None
    except BadCell as error:
        raise FieldError("hours", error.message_id, **error.params) from error


def _found(link: EmployerLink, ids: Iterable[int]) -> list[Session]:
    sessions = list(sessions_to_answer(link.workplace_id, list(ids)))
    if not sessions:
        raise Conflict(GONE)
    return sessions


def _language() -> str:
    asked = request.args.get("lang", "")
    return asked if asked in LANGUAGES else settings().language


def _chosen_language() -> str | None:
    """What addresses carry: nothing while it is the installation's own language."""
    language = _language()
    return None if language == settings().language else language


def _back(**told: Any) -> ResponseReturnValue:
    token = (request.view_args or {})["token"]
    return redirect(url_for("employer.page", token=token, lang=_chosen_language(), **told), code=303)


def _frame() -> dict[str, Any]:
    """What both pages need. `base` and `query`: the addresses of all buttons are made of them, at no cost a card."""
    language = _chosen_language()
    return {
        "contact": Contact.of(settings().contact),
        "base": url_for("employer.page", token=(request.view_args or {})["token"]),
        "query": f"?lang={language}" if language else "",
    }


def _page(link: EmployerLink, *, problem: DomainError | None = None) -> str:
    with in_language(_language()):
        sheet = employer_sheet(link.workplace_id, now=now())
        at_field = isinstance(problem, FieldError)
        return render_template(
            "employer_page/page.html",
            **_frame(),
            link=link,
            sheet=sheet,
            form_token=form_token(link),
            told=_told(sheet),
            problem=translate_error(problem) if problem else "",
            faulty_id=(request.view_args or {}).get("session_id") if at_field else None,
            typed=request.form.get("hours", "")[:20],
            day_text=_day_text,
            moment_text=_moment_text,
        )


def _told(sheet: EmployerSheet) -> str:
    """What the last press did, read from what is stored now: an address opened again tells nothing untrue."""
    undone = _ids(request.args.get("undone", ""))
    if undone and (session := sheet.find(undone[0])) and not session.is_answered:
        return str(_("Taken back: %(name)s, %(day)s.", name=session.name, day=date_text(session.on_date)))
    done = [s for i in _ids(request.args.get("done", "")) if (s := sheet.find(i)) and s.is_answered]
    if len(done) == 1:
        answered = _("here") if done[0].was_here else _("not here")
        return str(_("Saved: %(name)s, %(answer)s. Thank you!", name=done[0].name, answer=answered))
    return str(_("Saved for %(number)s people. Thank you!", number=len(done))) if done else ""


def _ids(text: str) -> list[int]:
    return [int(part) for part in text.split(",")[:200] if re.fullmatch(r"[0-9]{1,9}", part)]


def _day_text(day: date) -> str:
    """Friday 2026-11-20, and that it is today where it is."""
    weekday = str(_(WEEKDAYS[day.weekday()]))
    if day == local_date(now()):
        return str(_("%(weekday)s %(day)s, today", weekday=weekday, day=date_text(day)))
    return f"{weekday} {date_text(day)}"


def _moment_text(moment: datetime) -> str:
    """14:32, with the date where it was not today."""
    clock = time_text(moment)
    return clock if local_date(moment) == local_date(now()) else f"{date_text(moment)} {clock}"
