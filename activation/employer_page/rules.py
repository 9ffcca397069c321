"""What an employer's answer means. Pure: an answer in, a mark out."""

from models.enums import EmployerAnswer, Mark


def mark_of_answer(answer: EmployerAnswer) -> Mark | None:
    """What an employer's answer makes of the mark: here is present; not here leaves the judging to staff."""
    return Mark.PRESENT if answer is EmployerAnswer.HERE else None
