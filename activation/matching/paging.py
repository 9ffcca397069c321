"""Pages of a list: which one is asked for, and the links to those beside it."""

from flask import request
from flask_babel import gettext as _

from activation.web.addresses import this_page
from activation.web.converters import row_id
from activation.web.filters import number_text

LAST_PAGE = 400


def page_asked_for() -> int:
    """The page in the address; the first where there is none, or nonsense."""
    return min(max(request.args.get("page", 1, type=row_id), 1), LAST_PAGE)


def pager(*, page: int, shown: int, total: int, size: int) -> dict[str, str | None] | None:
    """What the macro `pager` shows; None where one page is all. Filters in the address stay."""
    if total <= size and page == 1:
        return None
    first = (page - 1) * size
    more = first + shown < total and page < LAST_PAGE
    text = _(
        "%(first)s–%(last)s of %(total)s",
        first=number_text(min(first + 1, total)),
        last=number_text(first + shown),
        total=number_text(total),
    )
    return {
        "previous_href": this_page(page=page - 1) if page > 1 else None,
        "next_href": this_page(page=page + 1) if more else None,
        "text": text,
    }
