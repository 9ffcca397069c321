"""What an installation begins with: competences, questions of the assessment, standard texts. Each is brought once."""

from datetime import datetime

from activation.assessments.default import seed_questions
from activation.matching.seed import seed_competences
from activation.standards.seed import seed_texts


def bring_what_is_shipped(*, now: datetime) -> None:
    """Where there is none of its kind yet; afterwards all of it is the municipality's own. Does not commit."""
    seed_competences()
    seed_questions(now=now)
    seed_texts(now=now)
