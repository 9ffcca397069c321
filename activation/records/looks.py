"""For views: whom somebody is shown stands in the access log (docs/architecture.md, "Who is shown whom")."""

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from activation.accounts.sign_in import current_actor
from activation.records.access_log import log_access
from activation.web.edge import now
from activation.web.forms import BaseForm, form_page
from models import Case
from models.enums import Viewed


def log_look(case: Case, viewed: Viewed = Viewed.CASE_FORM) -> None:
    """Somebody is shown one case: a form about the person, or what `viewed` says."""
    log_looks([case.id], viewed)


def log_looks(case_ids: list[int], viewed: Viewed) -> None:
    """The same of several cases at once."""
    log_access(
        actor=current_actor(),
        case_ids=case_ids,
        viewed=viewed,
        now=now(),
        address=request.remote_addr or "",
    )


def form_page_of(case: Case, template: str, form: BaseForm, **context: Any) -> ResponseReturnValue:
    """The page of a form about a person, and a line in the access log."""
    log_look(case)
    return form_page(template, form, case=case, **context)
