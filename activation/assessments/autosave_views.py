"""What static/assessment.js asks: each answer is saved a moment after it was typed. In JSON, and never a page."""

from typing import Any

from flask import Blueprint, abort, jsonify, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf

from activation.accounts.sign_in import current_actor
from activation.assessments import queries, service
from activation.assessments.answers import Sent, page_of, read_content, seen_of
from activation.assessments.loader import load_assessment
from activation.assessments.questions import Question, questions_of
from activation.web.edge import now
from activation.web.filters import time_text
from activation.web.json_body import json_body
from activation.web.language import translate_error
from models import Assessment, Case
from models.errors import DomainError, FieldError

autosave = Blueprint("autosave", __name__)
MOST_ANSWERS = 200


@autosave.get("/assessments/token")
def token() -> ResponseReturnValue:
    """Who is signed in now, and the token of their session: after signing in again in another tab."""
    return jsonify(token=generate_csrf(), staff=current_actor().staff_id)


@autosave.post("/assessments/<int:assessment_id>/autosave")
def save(assessment_id: int) -> ResponseReturnValue:
    """{page, staff, answers: [{question, values, skip, seen}]} → {at, answers: {question: {state, …}}}.

    403 where somebody else is signed in than the one who typed; 409 with a text where nothing is saved any more.
    """
    case, assessment = load_assessment(assessment_id)
    body = json_body()
    if not isinstance(body, dict) or not isinstance(body.get("answers"), list):
        abort(422)
    if body.get("staff") != current_actor().staff_id:
        return jsonify(text=_("Somebody else is signed in in this browser now.")), 403
    try:
        answers = _save(case, assessment, body)
    except DomainError as error:
        return jsonify(text=translate_error(error)), 409
    return jsonify(at=time_text(now()), answers=answers)


def _save(case: Case, assessment: Assessment, body: dict[str, Any]) -> dict[str, Any]:
    """What can be read is saved; of the rest is said what is wrong with it."""
    questions = {question.key: question for question in questions_of(queries.sections_of(assessment))}
    answers: dict[str, Any] = {}
    sent: dict[str, Sent] = {}
    for given in body["answers"][:MOST_ANSWERS]:
        question = questions.get(str(given.get("question"))) if isinstance(given, dict) else None
        if question is None:
            continue
        try:
            sent[question.key] = _sent(question, given)
        except FieldError as error:
            answers[question.key] = {"state": "refused", "text": translate_error(error)}
    saved = service.save(
        actor=current_actor(),
        case=case,
        assessment_id=assessment.id,
        sent=list(sent.values()),
        page=page_of(str(body.get("page", ""))),
        now=now(),
    )
    for key, one in zip(sent, saved, strict=True):
        answers[key] = _told(assessment.id, key, one)
    return answers


def _sent(question: Question, given: dict[str, Any]) -> Sent:
    values = given.get("values")
    texts = [str(value) for value in values] if isinstance(values, list) else []
    return Sent(
        question,
        read_content(question, texts, str(given.get("skip", ""))),
        seen_of(str(given.get("seen")))[0],
    )


def _told(assessment_id: int, key: str, one: service.Saved) -> dict[str, Any]:
    if one.is_overtaken:
        return {"state": "overtaken"}
    if one.is_answer:
        return {"state": "saved", "seen": one.seen}
    return {
        "state": "aside",
        "text": _("Somebody else has written here meanwhile. Both texts are kept."),
        "link": _("Choose between the texts"),
        "href": url_for("assessments.wordings", assessment_id=assessment_id, question=key),
    }
