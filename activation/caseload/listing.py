"""The caseload as its pages show it: every text of a row made beforehand, so that the table is plain markup."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from activation.caseload.queries import (
    MAX_PAGE,
    PAGE_SIZE,
    Counts,
    ListedCase,
    ListQuery,
    Scope,
    Sort,
    scope_of_text,
)
from activation.caseload.tiles import TILES, Tile
from activation.clocks.rules import status
from activation.followups.book import rulebook, what_of
from activation.web.filters import NONE, date_text, datetime_text, label_of, number_text
from models.enums import ClockStatus, Flow


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. A `tone` of "" means: no tag, only the text."""

    href: str
    name: str
    number: str
    flow: str
    is_protected: bool
    first_contact: str
    activation: str
    activation_tone: str
    activation_on: str
    last_meeting: str
    next_meeting: str
    plan: str
    plan_is_over: bool
    task: str
    task_due: str
    task_is_late: bool
    unmarked: str
    secretary: str
    closed: str
    id: int


@dataclass(frozen=True, slots=True)
class ShownTile:
    label: str
    value: str
    href: str
    tone: str | None
    active: bool
    hint: str | None


@dataclass(frozen=True, slots=True)
class Page:
    """Where in a list one is."""

    previous_href: str | None
    next_href: str | None
    text: str


@dataclass(frozen=True, kw_only=True)
class ShownList(ListQuery):
    """A list as its page asks for it, and the addresses of its neighbours."""

    endpoint: str = "caseload.cases"

    def href(self, **changes: object) -> str:
        """The address of this list with something changed. Only a page turn keeps the page."""
        values: dict[str, Any] = {
            "scope": self.scope.value,
            "show": self.tile.key,
            "sort": self.sort_text,
            **changes,
        }
        return url_for(self.endpoint, **values)

    @property
    def sort_text(self) -> str:
        """The sort as sort_header wants it: "due" or "-due"."""
        return f"-{self.sort.value}" if self.descending else self.sort.value

    def sort_url(self) -> Callable[[str], str]:
        return lambda sort: self.href(sort=sort)

    def page_of(self, total: int) -> Page | None:
        """Links to the pages before and after, and which rows these are; None where one page is all."""
        if total <= PAGE_SIZE and self.page == 1:
            return None
        first = (self.page - 1) * PAGE_SIZE + 1
        last = min(self.page * PAGE_SIZE, total)
        more = last < total and self.page < MAX_PAGE
        text = _(
            "%(first)s–%(last)s of %(total)s",
            first=number_text(min(first, total)),
            last=number_text(last),
            total=number_text(total),
        )
        return Page(
            self.href(page=self.page - 1) if self.page > 1 else None,
            self.href(page=self.page + 1) if more else None,
            text,
        )


def list_query(
    args: Mapping[str, str], *, default_scope: Scope, default_tile: Tile, endpoint: str = "caseload.cases"
) -> ShownList:
    """Reads the address; nonsense in it is the default."""
    shown = {tile.key: tile for tile in TILES}
    sort = args.get("sort", "")
    page = args.get("page", "")
    return ShownList(
        scope=scope_of_text(args.get("scope"), default_scope),
        tile=shown.get(args.get("show", ""), default_tile),
        sort=Sort(sort.lstrip("-")) if sort.lstrip("-") in set(Sort) else Sort.NAME,
        descending=sort.startswith("-"),
        page=min(max(int(page), 1), MAX_PAGE) if page.isascii() and page.isdigit() and len(page) < 6 else 1,
        endpoint=endpoint,
    )


def shown_tiles(query: ShownList, tiles: tuple[Tile, ...], counts: Counts) -> list[ShownTile]:
    return [
        ShownTile(
            _(tile.label),
            number_text(counts.by_tile[tile.key]),
            query.href(show=tile.key),
            tile.tone if counts.by_tile[tile.key] else None,
            tile is query.tile,
            _(tile.hint) if tile.hint else None,
        )
        for tile in tiles
    ]


def shown_rows(cases: list[ListedCase], *, today: date) -> list[Row]:
    """The rows with their texts."""
    # One address made for all fifty: making each anew costs more than the rest of the row.
    before, _zero, after = url_for("caseload.case_page", case_id=0).rpartition("0")
    task_texts = {key: what_of(key) for key in rulebook().keys}
    support = label_of(Flow.SUPPORT)
    return [
        Row(
            f"{before}{c.id}{after}",
            c.name,
            c.case_number,
            support if c.flow is Flow.SUPPORT else "",
            c.protection is not None,
            date_text(c.first_contact_on),
            *_activation(c, today),
            date_text(c.last_held_at),
            datetime_text(c.next_booked_at) if c.next_booked_at else "",
            _plan(c),
            c.plan_ends_on is not None and c.plan_ends_on < today and c.closed_on is None,
            task_texts.get(c.next_task or "", ""),
            date_text(c.next_due_on),
            c.next_due_on is not None and c.next_due_on < today,
            number_text(c.unmarked) if c.unmarked else "",
            c.secretary or "",
            date_text(c.closed_on) if c.closed_on else "",
            c.id,
        )
        for c in cases
    ]


def _activation(case: ListedCase, today: date) -> tuple[str, str, str]:
    """Status, its tone, and the day: of the stop where it has stopped, else the due day."""
    if case.activation_due_on is None:
        return NONE, "", ""
    state = status(case.activation_due_on, case.activation_stopped_on, case.closed_on, today)
    stopped = state in (ClockStatus.MET, ClockStatus.MET_LATE)
    day = case.activation_stopped_on if stopped else case.activation_due_on
    return label_of(state), state.tone, "" if state is ClockStatus.CLOSED else date_text(day)


def _plan(case: ListedCase) -> str:
    if case.plan_agreed_on is None:
        return NONE
    return date_text(case.plan_ends_on) if case.plan_ends_on else _("No end date")
