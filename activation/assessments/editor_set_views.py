"""The administrator's pages of the question sets and their versions. No cases on them."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from activation.accounts.sign_in import current_actor
from activation.assessments import editor
from activation.assessments.editor_forms import FEEDS_TEXTS, NewSetForm, PressForm, SetForm
from activation.assessments.question_compare import compare
from activation.assessments.question_queries import (
    draft_of,
    load_set,
    load_version,
    published_before,
    sets_listed,
    versions_of,
)
from activation.assessments.question_rules import (
    Problem,
    find_question,
    find_section,
    problems,
    without_english,
)
from activation.assessments.questions import from_json, in_language, questions_of
from activation.assessments.words import choices_of
from activation.web.edge import now
from activation.web.forms import errors_flashed, errors_shown_in, form_page, submitted
from activation.web.language import LANGUAGES, current_language, translate_error
from activation.web.language import in_language as speaking
from models import QuestionSet, QuestionSetVersion
from models.errors import DomainError

question_sets = Blueprint("question_sets", __name__, url_prefix="/assessments/questions")


def _set(set_id: int) -> QuestionSet:
    return load_set(set_id) or abort(404)


def _version(version_id: int) -> QuestionSetVersion:
    return load_version(version_id) or abort(404)


@question_sets.get("")
def index() -> ResponseReturnValue:
    return render_template("assessments/sets.html", rows=sets_listed())


@question_sets.route("/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    form = NewSetForm()
    form.start.offer(
        [
            (editor.EMPTY, _("No questions")),
            (editor.DELIVERED, _("The questions that the product is delivered with")),
            *((str(row.of.id), _("A copy of %(name)s", name=row.of.name)) for row in sets_listed()),
        ]
    )
    if submitted(form):
        with errors_shown_in(form):
            draft = editor.make_set(actor=current_actor(), now=now(), **form.values())
            flash(_("The set was made. Its questions are a draft until they are published."), "success")
            return redirect(url_for("questions.page", version_id=draft.id), code=303)
    return form_page("assessments/set_edit.html", form, of=None)


@question_sets.get("/<int:set_id>")
def page(set_id: int) -> ResponseReturnValue:
    return render_template(
        "assessments/set.html",
        of=_set(set_id),
        draft=draft_of(set_id),
        versions=[
            (version, sum(1 for _q in questions_of(from_json(version.questions))))
            for version in versions_of(set_id)
        ],
    )


@question_sets.route("/<int:set_id>/edit", methods=["GET", "POST"])
def edit(set_id: int) -> ResponseReturnValue:
    of = _set(set_id)
    form = SetForm(obj=of)
    if submitted(form):
        with errors_shown_in(form):
            editor.rename_set(actor=current_actor(), of=of, **form.values())
            flash(_("The set was saved."), "success")
            return redirect(url_for("question_sets.page", set_id=of.id), code=303)
    return form_page("assessments/set_edit.html", form, of=of)


@question_sets.post("/<int:set_id>/retire")
def retire(set_id: int) -> ResponseReturnValue:
    with errors_flashed():
        editor.retire_set(actor=current_actor(), of=_set(set_id))
        flash(_("The set was retired. Assessments that were begun keep their questions."), "success")
    return redirect(url_for("question_sets.page", set_id=set_id), code=303)


@question_sets.post("/<int:set_id>/restore")
def restore(set_id: int) -> ResponseReturnValue:
    with errors_flashed():
        editor.restore_set(actor=current_actor(), of=_set(set_id))
        flash(_("The set is in use again."), "success")
    return redirect(url_for("question_sets.page", set_id=set_id), code=303)


@question_sets.post("/<int:set_id>/draft")
def draft(set_id: int) -> ResponseReturnValue:
    made = editor.new_draft(actor=current_actor(), of=_set(set_id), now=now())
    return redirect(url_for("questions.page", version_id=made.id), code=303)


@question_sets.get("/versions/<int:version_id>/preview")
def preview(version_id: int) -> ResponseReturnValue:
    """The questions as they are asked, in either language."""
    version, asked = _version(version_id), request.args.get("in")
    sections = from_json(version.questions)
    language = asked if asked in LANGUAGES else current_language()
    with speaking(language):
        choices = {q.key: choices_of(q) for q in questions_of(sections)}
    return render_template(
        "assessments/set_preview.html",
        version=version,
        sections=sections,
        language=language,
        choices=choices,
    )


@question_sets.get("/versions/<int:version_id>/compare")
def compared(version_id: int) -> ResponseReturnValue:
    version = _version(version_id)
    before = published_before(version)
    return render_template(
        "assessments/set_compare.html",
        version=version,
        before=before,
        differences=compare(from_json(before.questions), from_json(version.questions)) if before else [],
        feeds=FEEDS_TEXTS,
    )


@question_sets.route("/versions/<int:version_id>/publish", methods=["GET", "POST"])
def publish(version_id: int) -> ResponseReturnValue:
    version = _version(version_id)
    form = PressForm(obj=version)
    if submitted(form):
        with errors_shown_in(form, stored=version):
            editor.publish(actor=current_actor(), draft=version, seen_version=form.version.data, now=now())
            flash(
                _("Version %(number)s was published: new assessments use it.", number=version.number),
                "success",
            )
            return redirect(url_for("question_sets.page", set_id=version.set_id), code=303)
    sections, before = from_json(version.questions), published_before(version)
    return form_page(
        "assessments/set_publish.html",
        form,
        version=version,
        before=before,
        found=[
            (_about(version, p), translate_error(DomainError(p.text, **p.params)), p)
            for p in problems(sections)
        ],
        differences=compare(from_json(before.questions), sections) if before else [],
        count=sum(1 for _q in questions_of(sections)),
        without_english=without_english(sections),
        feeds=FEEDS_TEXTS,
    )


def _about(version: QuestionSetVersion, problem: Problem) -> str:
    """The words of the section or question that a problem is about, "" where it is the whole."""
    sections, language = from_json(version.questions), current_language()
    if problem.section:
        section = find_section(sections, problem.section)
        return in_language(section.title, language) if section else ""
    held = find_question(sections, problem.question)
    return in_language(held[1].text, language) if held else ""


@question_sets.route("/versions/<int:version_id>/discard", methods=["GET", "POST"])
def discard(version_id: int) -> ResponseReturnValue:
    version = _version(version_id)
    form = PressForm(obj=version)
    if submitted(form):
        with errors_shown_in(form, stored=version):
            editor.discard_draft(actor=current_actor(), draft=version, seen_version=form.version.data)
            flash(_("The draft was discarded."), "success")
            return redirect(url_for("question_sets.page", set_id=version.set_id), code=303)
    return form_page("assessments/set_discard.html", form, version=version)
