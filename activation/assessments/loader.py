"""From an address to an assessment, for views: 404 where one may not know of it."""

from flask import abort

from activation.assessments import queries
from activation.assessments.questions import Question
from activation.caseload.loader import load_case_to_save
from activation.database import db
from models import Assessment, Case


def load_assessment(assessment_id: int) -> tuple[Case, Assessment]:
    """The assessment and its case. Whoever is about to save takes a turn first, and reads after it."""
    there = db.session.get(Assessment, assessment_id)
    if there is None:
        abort(404)
    case = load_case_to_save(there.case_id)
    assessment = queries.assessment(assessment_id)
    if assessment is None:
        abort(404)
    return case, assessment


def load_question(assessment_id: int, key: str) -> tuple[Case, Assessment, Question, int]:
    """A question of an assessment too, and the number of its section."""
    case, assessment = load_assessment(assessment_id)
    found = [
        (question, number)
        for number, section in enumerate(queries.sections_of(assessment), 1)
        for question in section.questions
        if question.key == key
    ]
    if not found:
        abort(404)
    return case, assessment, *found[0]
