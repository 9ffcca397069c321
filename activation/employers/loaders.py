"""From an address to an employer or a workplace, for views: 404 where there is none, the survivor of a merge."""

from flask import abort

from activation.database import db
from activation.employers.employer_queries import employer_of
from activation.employers.queries import workplace_of
from models import Agreement, Employer, Supervisor, Workplace


def load_employer(employer_id: int) -> tuple[Employer, str | None]:
    """The employer and its owner's name."""
    found: tuple[Employer, str | None] = employer_of(employer_id) or abort(404)
    return found


def load_workplace(workplace_id: int) -> Workplace:
    """The workplace with its employer and supervisors."""
    found: Workplace = workplace_of(workplace_id) or abort(404)
    return found


def load_supervisor(supervisor_id: int) -> tuple[Supervisor, Workplace]:
    """The supervisor, and their workplace with its employer and supervisors."""
    found = db.session.get(Supervisor, supervisor_id)
    if found is None:
        abort(404)
    return found, load_workplace(found.workplace_id)


def load_agreement(agreement_id: int) -> tuple[Agreement, Employer]:
    found = db.session.get(Agreement, agreement_id)
    if found is None:
        abort(404)
    return found, load_employer(found.employer_id)[0]
