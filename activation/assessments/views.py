"""Pages of the assessment: the case's list, one with its sections, and what was written."""

from secrets import token_hex
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from activation.accounts.sign_in import current_actor
from activation.assessments import feeds, pages, queries, service, support
from activation.assessments.answers import answer_among, content_of
from activation.assessments.forms import (
    CompleteForm,
    EndNeedForm,
    EndNeedWithoutWordsForm,
    SectionForm,
    TogetherForm,
)
from activation.assessments.kept_words import keeping_key
from activation.assessments.loader import load_assessment, load_question
from activation.assessments.question_queries import current_version, current_versions
from activation.assessments.questions import Question
from activation.assessments.words import said
from activation.caseload.loader import load_case_for_work, load_case_to_save
from activation.clocks.calendar import local_date
from activation.context import settings
from activation.records.looks import log_look
from activation.web.converters import row_id
from activation.web.edge import now
from activation.web.forms import errors_flashed, errors_shown_in, form_page, submitted
from models import Assessment, Case
from models.enums import QuestionKind, Viewed

assessments = Blueprint("assessments", __name__)


@assessments.get("/cases/<int:case_id>/assessments")
def of_case(case_id: int) -> ResponseReturnValue:
    case = load_case_for_work(case_id)
    log_look(case, Viewed.ASSESSMENT)
    return render_template(
        "assessments/list.html",
        case=case,
        lines=pages.lines_of_case(case_id),
        needs=queries.needs_of(case_id),
        sets=[
            (v.set_id, said({"sv": v.question_set.name, "en": v.question_set.name_en}))
            for v in current_versions()
        ],
    )


@assessments.post("/cases/<int:case_id>/assessments/begin")
def begin(case_id: int) -> ResponseReturnValue:
    case = load_case_to_save(case_id)
    version = current_version(request.form.get("set_id", type=row_id))
    if version is None:
        flash(_("No questions are published. An administrator does that on the page Questions."), "warning")
        return redirect(url_for("assessments.of_case", case_id=case_id), code=303)
    with errors_flashed():
        row, new = service.begin(actor=current_actor(), case=case, version=version, now=now())
        if not new:
            flash(_("This one is going on already: go on with it."), "info")
        return redirect(url_for("assessments.section", assessment_id=row.id, number=1), code=303)
    return redirect(url_for("assessments.of_case", case_id=case_id), code=303)


def _overview(case: Case, assessment: Assessment, form: CompleteForm) -> ResponseReturnValue:
    log_look(case, Viewed.ASSESSMENT)
    sections = queries.sections_of(assessment)
    standing = pages.by_question(queries.standing([assessment.id]))
    lines = pages.section_lines(sections, standing)
    return form_page(
        "assessments/page.html",
        form,
        case=case,
        assessment=assessment,
        name=pages.name_of(assessment),
        sections=lines,
        progress=pages.progress_of((q for s in sections for q in s.questions), standing),
        left=[(number, q.key, said(q.text)) for number, q in pages.left_of(sections, standing)],
        needs=queries.needs_of(case.id),
    )


@assessments.route("/assessments/<int:assessment_id>", methods=["GET", "POST"])
def page(assessment_id: int) -> ResponseReturnValue:
    """The assessment as a whole; sending its form says that it was gone through together."""
    case, assessment = load_assessment(assessment_id)
    form = CompleteForm(data={"completed_on": local_date(now())})
    if submitted(form):
        with errors_shown_in(form):
            service.complete(
                actor=current_actor(),
                case=case,
                assessment_id=assessment.id,
                completed_on=form.completed_on.data,
                now=now(),
            )
            flash(_("The assessment is completed."), "success")
            return redirect(url_for("assessments.page", assessment_id=assessment_id), code=303)
    return _overview(case, assessment, form)


@assessments.get("/assessments/<int:assessment_id>/written")
def written(assessment_id: int) -> ResponseReturnValue:
    """What was written down: to read together, and to print for the participant."""
    case, assessment = load_assessment(assessment_id)
    log_look(case, Viewed.ASSESSMENT)
    return render_template(
        "assessments/written.html",
        case=case,
        assessment=assessment,
        name=pages.name_of(assessment),
        sections=pages.written_sections(assessment),
        needs=_needs_on_paper(assessment),
    )


def _needs_on_paper(assessment: Assessment) -> list[str]:
    quiet = {
        q.key for s in queries.sections_of(assessment) for q in s.questions if q.kind is QuestionKind.ASKED
    }
    return [need.what for key, need in queries.open_needs(assessment.id).items() if key not in quiet]


@assessments.route("/assessments/<int:assessment_id>/<int:number>", methods=["GET", "POST"])
def section(assessment_id: int, number: int) -> ResponseReturnValue:
    """The questions of a section. Saving saves all of it first, whichever button was pressed."""
    case, assessment = load_assessment(assessment_id)
    sections = queries.sections_of(assessment)
    if not 1 <= number <= len(sections):
        abort(404)
    questions = sections[number - 1].questions
    form: Any = SectionForm(questions) if request.method == "POST" else None
    if form is not None and not form.errors:
        with errors_shown_in(form):
            saved = service.save(
                actor=current_actor(),
                case=case,
                assessment_id=assessment.id,
                sent=form.sent,
                page=form.page,
                now=now(),
            )
            anchor = _press(case, assessment, {q.key: q for q in questions})
            _tell(saved)
            if "next" in request.form and number < len(sections):
                return redirect(
                    url_for("assessments.section", assessment_id=assessment_id, number=number + 1), code=303
                )
            if "next" in request.form:
                return redirect(url_for("assessments.page", assessment_id=assessment_id), code=303)
            return redirect(
                url_for("assessments.section", assessment_id=assessment_id, number=number, _anchor=anchor),
                code=303,
            )
    if form is None and (assessment.completed_on or case.closed_on):
        return redirect(url_for("assessments.written", assessment_id=assessment_id), code=303)
    log_look(case, Viewed.ASSESSMENT)
    shown = pages.section_page(assessment, number, form) or abort(404)
    page_ = render_template(
        "assessments/section.html",
        case=case,
        assessment=assessment,
        name=pages.name_of(assessment),
        page=shown,
        token=request.form.get("page") or f"{token_hex(12)}.0",
        keeping_key=keeping_key(current_actor().staff_id, secret=settings().secret_key),
        form=form,
    )
    return page_, 422 if form is not None and form.errors else 200


def _tell(saved: list[service.Saved]) -> None:
    beside = sum(not one.is_answer and not one.is_overtaken for one in saved)
    if beside:
        flash(
            ngettext(
                "At %(num)s question somebody else has written meanwhile. Both texts are kept: choose there.",
                "At %(num)s questions somebody else has written meanwhile. Both texts are kept: choose there.",
                beside,
            ),
            "warning",
        )
    else:
        flash(_("Saved.") if saved else _("Nothing was changed."), "success")


def _press(case: Case, assessment: Assessment, questions: dict[str, Question]) -> str | None:
    """Does what the button beside a question says; returns where on the page that is. Raises what the verbs raise."""
    what, _colon, rest = request.form.get("do", "").partition(":")
    key, _colon, version = rest.partition(":")
    question = questions.get(key)
    if question is None:
        return None
    actor = current_actor()
    if what == "still":
        service.still_true(actor=actor, case=case, assessment_id=assessment.id, question=question, now=now())
    elif what == "support":
        support.open_need(actor=actor, case=case, assessment=assessment, question=question, now=now())
        flash(_("A support task was opened."), "success")
    elif what == "profile":
        answer = answer_among(queries.standing([assessment.id], [key]))
        feeds.take_over(
            actor=actor,
            case=case,
            question=question,
            content=content_of(answer),
            seen_version=row_id(version) if version.isdigit() else None,
            now=now(),
        )
        flash(_("The work profile was changed."), "success")
    return f"q-{key}"


@assessments.route("/assessments/<int:assessment_id>/questions/<question>", methods=["GET", "POST"])
def wordings(assessment_id: int, question: str) -> ResponseReturnValue:
    """Everything that was written at one question; where two texts wait, one chooses here."""
    case, assessment, asked, number = load_question(assessment_id, question)
    rows = queries.latest_wordings(assessment.id, asked.key)
    lines = pages.wording_lines(asked, rows)
    data = {"text": pages.together(asked, lines, rows), "seen": rows[0].revision if rows else 0}
    form = TogetherForm(data=data)
    if submitted(form):
        with errors_shown_in(form):
            service.choose(
                actor=current_actor(),
                case=case,
                assessment_id=assessment.id,
                question=asked,
                content=_chosen(asked, rows, form),
                seen=form.seen.data or 0,
                now=now(),
            )
            flash(_("Saved. The other texts stay below as earlier wordings."), "success")
            return redirect(
                url_for(
                    "assessments.section",
                    assessment_id=assessment_id,
                    number=number,
                    _anchor=f"q-{asked.key}",
                ),
                code=303,
            )
    log_look(case, Viewed.ASSESSMENT)
    return form_page(
        "assessments/wordings.html",
        form,
        case=case,
        assessment=assessment,
        question=asked,
        text=said(asked.text),
        lines=lines,
        number=number,
        may_write_together=asked.kind is QuestionKind.TEXT,
    )


def _chosen(question: Question, rows: Any, form: TogetherForm) -> Any:
    return service.chosen_content(question, rows, request.form.get("use", ""), form.text.data)


@assessments.route("/support-needs/<int:support_need_id>", methods=["GET", "POST"])
def end_need(support_need_id: int) -> ResponseReturnValue:
    need = queries.need(support_need_id) or abort(404)
    case = load_case_to_save(need.case_id)
    need = queries.need(support_need_id) or abort(404)
    form: Any = _need_form(need)(obj=need)
    if submitted(form):
        with errors_shown_in(form, stored=need):
            support.end_need(
                actor=current_actor(),
                case=case,
                need=need,
                seen_version=form.version.data,
                outcome=form.outcome.data,
                note=form.note.data if "note" in form else "",
                now=now(),
            )
            flash(_("Saved."), "success")
            return redirect(url_for("assessments.of_case", case_id=case.id, _anchor="needs"), code=303)
    log_look(case, Viewed.ASSESSMENT)
    return form_page("assessments/need_end.html", form, case=case, need=need)


def _need_form(need: Any) -> type[EndNeedForm] | type[EndNeedWithoutWordsForm]:
    of = queries.assessment(need.assessment_id) if need.assessment_id else None
    question = queries.question_of(of, need.question) if of else None
    quiet = question is not None and question.kind is QuestionKind.ASKED
    return EndNeedWithoutWordsForm if quiet else EndNeedForm
