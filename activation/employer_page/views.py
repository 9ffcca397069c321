"""The employer's page: a supervisor opens a link on a phone and says who was there. No account, no cookie, and no
script is needed: where scripts run a press is one request that brings back the card alone, and one made without a
network is kept on the phone and sent later (static/employer.js).

All is one address. What was pressed is told by the address one is sent back to (`done`), so nothing is kept between
requests.

CSRF: Flask-WTF's token needs a session cookie, which this page does not have, and there is no standing sign-in that
another site could ride on: the address itself is the capability. activation/web/csrf.py therefore leaves these pages
out, and every form carries a token of its own, made from the link, which only a page given out for that link knows.
"""

import hashlib
import re
from datetime import date, timedelta
from decimal import Decimal
from hmac import compare_digest
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from activation.clocks.calendar import local_date
from activation.context import settings
from activation.employer_page.devices import cookie_name, device_cookie, is_asked, is_known, is_postcode
from activation.employer_page.links import Device, LinkRefused, OpenedLink, form_token, open_link
from activation.employer_page.pages import Contact, card_tools, ids, told_of_presses, told_of_report, words
from activation.employer_page.queries import employer_person, employer_sheet, sessions_to_answer
from activation.employer_page.reports import ask_to_correct, make_report, placement_to_tell_of
from activation.employer_page.rules import DEVICE_KNOWN_FOR, LAST_DAYS, MESSAGE_AT_MOST, WITH_A_DAY
from activation.employer_page.service import answer, undo_answer
from activation.employer_page.sheet import EmployerSheet
from activation.employer_page.uses import TooOften, not_too_many_tries, not_too_often, note_use
from activation.exchange.badcell import BadCell
from activation.exchange.cells import parse_decimal
from activation.records.actor import Actor
from activation.unit_of_work import rollback
from activation.web.edge import keep_though_refused, now
from activation.web.language import LANGUAGES, in_language, translate_error
from models import Session
from models.enums import EmployerAnswer, EmployerReportKind, LinkUseKind
from models.errors import Conflict, DomainError, FieldError
from models.texts import N_

employer = Blueprint("employer", __name__, url_prefix="/e")

GONE = N_("This day is no longer part of the placement. Nothing was changed.")
OPEN_TOO_LONG = N_("The page was open for too long. Nothing was changed: look at it and press again.")
# A press that a script sends: it wants the cards that changed and not the whole page.
PART = "X-Part"
# What no keyboard writes and PostgreSQL keeps in no text; of a line's end only the newline is kept.
NO_TEXT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
# What the buttons say.
ANSWERS: dict[str, EmployerAnswer] = {answer.value: answer for answer in EmployerAnswer}
UNDO = "undo"
KINDS: dict[str, EmployerReportKind] = {
    kind.value: kind for kind in (EmployerReportKind.MESSAGE, *WITH_A_DAY)
}


@employer.get("/<token>")
def page(token: str) -> ResponseReturnValue:
    link = open_link(token, now=now(), device=_device())
    if not link.seen:
        note_use(link, LinkUseKind.OPENED, _device(), now=now())
    return _page(link) if _knows_device(link) else _postcode_page(link)


@employer.post("/<token>")
def press(token: str) -> ResponseReturnValue:
    link = open_link(token, now=now(), device=_device())
    if "postcode" in request.form:
        return _postcode_given(link)
    if not _knows_device(link):
        return redirect(request.path, code=303)
    not_too_often(link)
    try:
        done = _pressed(link)
    except DomainError as error:
        rollback()
        keep_though_refused(lambda: note_use(link, LinkUseKind.PRESSED, _device(), now=now()))
        return _said_no(link, error)
    note_use(link, LinkUseKind.PRESSED, _device(), now=now())
    return _part(link, done) if PART in request.headers else _back(done)


@employer.errorhandler(LinkRefused)
def _refused(error: LinkRefused) -> ResponseReturnValue:
    """The same page whatever was wrong: it does not tell whether there ever was such a link."""
    resting = isinstance(error, TooOften)
    template = "employer_page/resting.html" if resting else "employer_page/refused.html"
    with in_language(_language(None)):
        response = make_response(render_template(template, **_frame(None)), error.status)
    if isinstance(error, TooOften):
        response.headers["Retry-After"] = str(error.seconds)
    return response


def _pressed(link: OpenedLink) -> list[int]:
    """Does what was pressed. Returns the ids of the sessions that it was about. Raises DomainError."""
    if not compare_digest(request.args.get("f", "").encode(), form_token(link).encode()):
        raise Conflict(OPEN_TOO_LONG)
    actor = Actor.supervisor(link.supervisor_name, link.workplace_id)
    if "about" in request.args:
        _tell(link, actor)
        return []
    if "all" in request.args:
        return _all_here(link, actor)
    session_id = _number("s")
    _answer(link, actor, session_id)
    return [session_id]


def _answer(link: OpenedLink, actor: Actor, session_id: int) -> None:
    sessions = sessions_to_answer(link.workplace_id, [session_id])
    if not sessions:
        raise Conflict(GONE)
    session: Session = sessions[0]
    given = request.form.get("answer", "")
    if given == UNDO:
        undo_answer(actor=actor, session=session, now=now())
        return
    value = ANSWERS.get(given)
    if value is None:
        raise Conflict(OPEN_TOO_LONG)
    hours = None if value is EmployerAnswer.NOT_HERE else _hours_typed()
    if "ask" in request.args:
        ask_to_correct(actor=actor, session=session, value=value, hours=hours, link_id=link.id, now=now())
    else:
        answer(actor=actor, sessions=[session], value=value, hours={session.id: hours}, now=now())


def _all_here(link: OpenedLink, actor: Actor) -> list[int]:
    """All that the page showed as unanswered on a day: not those who came to the workplace's list since then."""
    wanted = ids(request.form.get("sessions", ""))
    sessions = sessions_to_answer(link.workplace_id, wanted, only_open=True)
    hours = {session.id: session.planned_hours for session in sessions}
    answer(actor=actor, sessions=sessions, value=EmployerAnswer.HERE, hours=hours, now=now())
    return wanted


def _tell(link: OpenedLink, actor: Actor) -> None:
    placement = placement_to_tell_of(link.workplace_id, _number("about"), today=local_date(now()))
    kind = KINDS.get(request.form.get("kind", ""))
    if placement is None or kind is None:
        raise Conflict(OPEN_TOO_LONG)
    make_report(
        actor=actor,
        placement=placement,
        kind=kind,
        on_date=_day(request.form.get("on_date", "")),
        said=NO_TEXT.sub("", request.form.get("said", "")),
        link_id=link.id,
        now=now(),
    )


def _number(name: str) -> int:
    """An id or a version of the address. Raises Conflict."""
    found = ids(request.args.get(name, ""))
    if len(found) != 1:
        raise Conflict(OPEN_TOO_LONG)
    return found[0]


def _hours_typed() -> Decimal | None:
    text = request.form.get("hours", "").strip()
    try:
        return parse_decimal(text, minimum=0, maximum=24, places=2) if text else None
    except BadCell as error:
        raise FieldError("hours", error.message_id, **error.params) from error


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) else None
    except ValueError:
        return None


def _said_no(link: OpenedLink, error: DomainError) -> ResponseReturnValue:
    """The page (or card) as it is now, with what could not be done and why. Nothing is kept but what was typed."""
    status = 422 if isinstance(error, FieldError) else 409
    if PART in request.headers:
        return _part(link, ids(request.args.get("s", "")), problem=error), status
    return _page(link, problem=error), status


def _back(done: list[int]) -> ResponseReturnValue:
    """To the page again, by an address that may be loaded twice."""
    query = {name: request.args[name] for name in ("lang", "day", "about") if name in request.args}
    if done:
        query["done"] = ",".join(map(str, done))
    anchor = f"#s{done[0]}" if len(done) == 1 else ""
    return redirect(f"{request.path}?{urlencode(query)}{anchor}", code=303)


def _device() -> Device:
    browser = hashlib.sha256(request.headers.get("User-Agent", "").encode()).hexdigest()[:16]
    return Device((request.remote_addr or "")[:60], browser)


def _knows_device(link: OpenedLink) -> bool:
    return not is_asked(link) or is_known(link, request.cookies.get(cookie_name(link), ""), now=now())


def _postcode_page(link: OpenedLink) -> str:
    with in_language(_language(link)):
        return render_template("employer_page/postcode.html", **_frame(link), wrong="wrong" in request.args)


def _postcode_given(link: OpenedLink) -> ResponseReturnValue:
    """A device that knows where the workplace is gets a cookie; a wrong answer is written down and counted."""
    if not is_asked(link):
        return redirect(request.path, code=303)
    not_too_many_tries(link, now=now())
    lang = {"lang": request.args["lang"]} if "lang" in request.args else {}
    if not is_postcode(link, request.form["postcode"]):
        note_use(link, LinkUseKind.WRONG_POSTCODE, _device(), now=now())
        return redirect(f"{request.path}?{urlencode({**lang, 'wrong': '1'})}", code=303)
    response: Response = redirect(f"{request.path}?{urlencode(lang)}", code=303)  # type: ignore[assignment]
    response.set_cookie(
        cookie_name(link),
        device_cookie(link, now=now()),
        max_age=DEVICE_KNOWN_FOR,
        path="/e/",
        secure=settings().base_url.startswith("https://"),
        httponly=True,
        samesite="Lax",
    )
    return response


def _language(link: OpenedLink | None) -> str:
    """What the address says, else the supervisor's, else the installation's."""
    asked = request.args.get("lang", "")
    return asked if asked in LANGUAGES else (link.language if link else "") or settings().language


def _frame(link: OpenedLink | None) -> dict[str, Any]:
    """What all pages need. `q`: what the addresses of all forms and links begin with."""
    asked, day = request.args.get("lang", ""), _of_day()
    lang = f"lang={asked}&" if asked in LANGUAGES else ""
    return {
        "contact": Contact.of(settings().contact),
        "base": request.path,
        "lang": Markup(lang),  # noqa: S704 - one of ours
        "q": Markup(lang + (f"day={day}&" if day else "")),  # noqa: S704 - one of ours, and a date
        "w": words(_language(link)),
    }


def _shown(link: OpenedLink, problem: DomainError | None) -> dict[str, Any]:
    """What a page or its parts need."""
    frame = _frame(link)
    return {
        **frame,
        **card_tools(local_date(now()), _language(link)),
        "link": link,
        "p": Markup(f"f={form_token(link)}&") + frame["q"],  # noqa: S704 - letters and digits
        "open_id": (ids(request.args.get("ask", "")) or [0])[0] if request.method == "GET" else 0,
        "problem": translate_error(problem) if problem else "",
        "faulty": problem.field if isinstance(problem, FieldError) else "",
        "faulty_id": (ids(request.args.get("s", "")) or [0])[0] if isinstance(problem, FieldError) else 0,
        "typed": request.form.get("hours", "")[:20],
    }


def _page(link: OpenedLink, *, problem: DomainError | None = None) -> str:
    with in_language(_language(link)):
        person_page = _person_page(link, problem) if "about" in request.args else None
        if person_page is not None:
            return person_page
        ahead = "next" in request.args
        sheet = _sheet(link, ahead=ahead)
        return render_template(
            "employer_page/page.html",
            **_shown(link, problem),
            sheet=sheet,
            ahead=ahead,
            of_day=_of_day(),
            last_days=[local_date(now()) - timedelta(days=ago) for ago in range(1, LAST_DAYS + 1)],
            told=told_of_presses(sheet, ids(request.args.get("done", ""))),
        )


def _sheet(link: OpenedLink, *, ahead: bool = False) -> EmployerSheet:
    return employer_sheet(
        link.workplace_id, supervisor_id=link.supervisor_id, of_day=_of_day(), ahead=ahead, now=now()
    )


def _of_day() -> date | None:
    """The earlier day that is looked at, where it is one of those that the page leads to."""
    day = _day(request.args.get("day", ""))
    ago = (local_date(now()) - day).days if day else 0
    return day if 1 <= ago <= LAST_DAYS else None


def _person_page(link: OpenedLink, problem: DomainError | None) -> str | None:
    """None where there is nobody of whom something could be told: then it is the page of all."""
    today = local_date(now())
    found = (ids(request.args["about"]) or [0])[0]
    there = placement_to_tell_of(link.workplace_id, found, today=today)
    person = employer_person(link.workplace_id, found) if there else None
    if person is None:
        return None
    return render_template(
        "employer_page/person.html",
        **_shown(link, problem),
        person=person,
        told=told_of_report(person, now=now()),
        said=request.form.get("said", "")[: 2 * MESSAGE_AT_MOST],
        on_date=request.form.get("on_date", "")[:10] or today.isoformat(),
        today=today,
        at_most=MESSAGE_AT_MOST,
    )


def _part(link: OpenedLink, about: list[int], *, problem: DomainError | None = None) -> str:
    """The cards of these sessions as they are now, and the buttons for all of their days."""
    with in_language(_language(link)):
        sheet = _sheet(link)
        cards = [s for session_id in about if (s := sheet.find(session_id))]
        days = {s.on_date for s in cards}
        return render_template(
            "employer_page/part.html",
            **_shown(link, problem),
            sheet=sheet,
            cards=cards,
            days=[day for day in sheet.days if day.on_date in days],
            told=told_of_presses(sheet, about),
        )
