"""Pages of a list: which one is asked for, and the links to those beside it."""

from flask import request
from flask_babel import gettext as _

from activation.web.addresses import this_page
from activation.web.converters import row_id
from activation.web.filters import number_text

PAGE_SIZE = 50
LAST_PAGE = 1_000


def page_asked_for() -> int:
    """The page in the address; the first where there is none, or nonsense."""
    return min(max(request.args.get("page", 1, type=row_id), 1), LAST_PAGE)


def pager(*, page: int, shown: int, total: int, size: int = PAGE_SIZE) -> dict[str, str | None]:
    """What the macro `pager` of components/tables.html shows. Filters in the address stay."""
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
