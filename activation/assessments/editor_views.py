"""The pages on which a draft of questions is written: its sections, its questions, their order. No cases on them."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from activation.accounts.sign_in import current_actor
from activation.assessments import editor
from activation.assessments.editor_forms import (
    FEEDS_TEXTS,
    PressForm,
    QuestionForm,
    SectionForm,
    typed,
    typed_section,
)
from activation.assessments.question_queries import load_version, published_kinds
from activation.assessments.question_rules import find_question, find_section
from activation.assessments.questions import Question, Section, from_json
from activation.web.edge import now
from activation.web.forms import errors_flashed, errors_shown_in, form_page, submitted
from models import QuestionSetVersion

questions = Blueprint("questions", __name__, url_prefix="/assessments/questions/versions/<int:version_id>")

STEPS = {"up": (False, -1), "down": (False, 1), "section_up": (True, -1), "section_down": (True, 1)}


def _version(version_id: int) -> QuestionSetVersion:
    return load_version(version_id) or abort(404)


def _to_page(version_id: int, anchor: str = "") -> ResponseReturnValue:
    return redirect(url_for("questions.page", version_id=version_id, _anchor=anchor or None), code=303)


@questions.get("")
def page(version_id: int) -> ResponseReturnValue:
    """A version: a draft with all that can be done with it, a published one to read."""
    version = _version(version_id)
    return render_template(
        "assessments/editor.html",
        version=version,
        sections=from_json(version.questions),
        feeds=FEEDS_TEXTS,
        press=PressForm(obj=version),
    )


@questions.route("/sections/new", methods=["GET", "POST"])
def new_section(version_id: int) -> ResponseReturnValue:
    return _edit_section(_version(version_id), "", None)


@questions.route("/sections/<key>", methods=["GET", "POST"])
def section(version_id: int, key: str) -> ResponseReturnValue:
    version = _version(version_id)
    return _edit_section(version, key, find_section(from_json(version.questions), key))


def _edit_section(version: QuestionSetVersion, key: str, held: Section | None) -> ResponseReturnValue:
    """Whoever sends words for a section that was removed meanwhile keeps them: it is added again."""
    if request.method == "GET" and version.published_at is not None:
        return _to_page(version.id)
    if request.method == "GET" and key and held is None:
        abort(404)
    form = SectionForm(data={**(typed_section(held) if held else {}), "version": version.version})
    if submitted(form):
        stored = {**(typed_section(held) if held else {}), "version": version.version}
        with errors_shown_in(form, stored=stored):
            saved = editor.save_section(
                actor=current_actor(),
                draft=version,
                section=form.section(key),
                seen_version=form.version.data,
                now=now(),
            )
            flash(_("The section was saved."), "success")
            return _to_page(version.id, f"s-{saved.key}")
    return form_page("assessments/editor_section.html", form, version=version, held=held)


@questions.route("/sections/<section_key>/new", methods=["GET", "POST"])
def new_question(version_id: int, section_key: str) -> ResponseReturnValue:
    version = _version(version_id)
    if find_section(from_json(version.questions), section_key) is None and request.method == "GET":
        abort(404)
    return _edit_question(version, "", section_key, None)


@questions.route("/questions/<key>", methods=["GET", "POST"])
def question(version_id: int, key: str) -> ResponseReturnValue:
    version = _version(version_id)
    held = find_question(from_json(version.questions), key)
    return _edit_question(version, key, held[0].key if held else "", held[1] if held else None)


def _edit_question(
    version: QuestionSetVersion, key: str, section_key: str, held: Question | None
) -> ResponseReturnValue:
    """Whoever sends words for a question that was removed meanwhile keeps them: it is added again."""
    if request.method == "GET" and version.published_at is not None:
        return _to_page(version.id)
    if request.method == "GET" and key and held is None:
        abort(404)
    form = QuestionForm.of(held, section_key, from_json(version.questions), version.version)
    around = {"version": version, "held": held, "published": published_kinds(version.set_id).get(key)}
    if "more" in request.form:
        form.add_rows()
        return render_template("assessments/editor_question.html", form=form, **around)
    if submitted(form):
        with errors_shown_in(form, stored=_stored(version, held, section_key, form)):
            saved = editor.save_question(
                actor=current_actor(),
                draft=version,
                section_key=form.section.data,
                question=form.question(key),
                seen_version=form.version.data,
                now=now(),
            )
            flash(_("The question was saved."), "success")
            return _to_page(version.id, f"q-{saved.key}")
    return form_page("assessments/editor_question.html", form, **around)


def _stored(
    version: QuestionSetVersion, held: Question | None, section_key: str, form: QuestionForm
) -> dict[str, Any]:
    """The question as it is stored, for whoever finds that somebody else saved first. The options in one line."""
    if held is None:
        return {"version": version.version}
    stored = {**typed(held), "section": section_key, "version": version.version}
    options = [option.text for option in held.options]
    if options == [option.text for option in form.question(held.key).options]:
        del stored["options"]
    else:
        stored["options"] = " · ".join(" / ".join(text.values()) for text in options) or "–"
    return stored


@questions.post("/move")
def move(version_id: int) -> ResponseReturnValue:
    """One place up or down: `up`, `down`, `section_up` or `section_down` names the question or section."""
    version, form = _version(version_id), PressForm()
    name = next((name for name in STEPS if name in request.form), None) or abort(400)
    (is_section, step), key = STEPS[name], request.form[name]
    with errors_flashed():
        editor.move(
            actor=current_actor(),
            draft=version,
            key=key,
            is_section=is_section,
            step=step,
            seen_version=form.version.data,
            now=now(),
        )
    return _to_page(version_id, f"{'s' if is_section else 'q'}-{key}")


@questions.route("/sections/<key>/remove", methods=["GET", "POST"])
def remove_section(version_id: int, key: str) -> ResponseReturnValue:
    version = _version(version_id)
    held = find_section(from_json(version.questions), key) or abort(404)
    form = PressForm(obj=version)
    if submitted(form):
        with errors_shown_in(form, stored=version):
            editor.remove_section(
                actor=current_actor(), draft=version, key=key, seen_version=form.version.data, now=now()
            )
            flash(_("The section was removed from the draft."), "success")
            return _to_page(version_id)
    return form_page("assessments/editor_remove.html", form, version=version, section=held, question=None)


@questions.route("/questions/<key>/remove", methods=["GET", "POST"])
def remove_question(version_id: int, key: str) -> ResponseReturnValue:
    version = _version(version_id)
    held = find_question(from_json(version.questions), key) or abort(404)
    form = PressForm(obj=version)
    if submitted(form):
        with errors_shown_in(form, stored=version):
            editor.remove_question(
                actor=current_actor(), draft=version, key=key, seen_version=form.version.data, now=now()
            )
            flash(_("The question was removed from the draft."), "success")
            return _to_page(version_id, f"s-{held[0].key}")
    return form_page(
        "assessments/editor_remove.html", form, version=version, section=held[0], question=held[1]
    )
