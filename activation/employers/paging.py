"""Pages of the lists of the register."""

from collections.abc import Callable

from flask_babel import gettext as _

PAGE_SIZE = 50
LAST_PAGE = 1000


def page_asked(number: int | None) -> int:
    """The page of an address, whatever somebody typed there."""
    return min(max(number or 1, 1), LAST_PAGE)


def pager(number: int, shown: int, total: int, href: Callable[[int], str]) -> dict[str, str | None]:
    """The links to the pages before and after, as components/tables.html shows them."""
    first = (number - 1) * PAGE_SIZE
    return {
        "previous_href": href(number - 1) if number > 1 else None,
        "next_href": href(number + 1) if first + shown < total else None,
        "text": _("%(first)s–%(last)s of %(total)s", first=first + 1, last=first + shown, total=total),
    }
