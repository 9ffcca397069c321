"""Errors of verbs on the form's page, conflicts that keep what was typed, and moments."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from flask import Flask, get_flashed_messages
from werkzeug.datastructures import MultiDict

from activation.records.versions import must_be_current
from activation.web.forms import (
    ChoiceSelect,
    DateField,
    EnumSelect,
    QueryForm,
    SubForm,
    TextField,
    VersionField,
    apply_errors,
    errors_flashed,
    errors_shown_in,
    moment_of,
)
from models.enums import MeetingKind
from models.errors import Conflict, DomainError, FieldError, NotAllowed


class PlanForm(SubForm):
    name = TextField("Name")
    ends_on = DateField("Ends on")
    kind = EnumSelect(MeetingKind, "Kind", blank="–")
    unit_id = ChoiceSelect("Unit", blank="–")
    version = VersionField()


@dataclass
class Row:
    name: str
    ends_on: date | None
    kind: MeetingKind
    unit_id: int
    version: int
    unrelated: str = "x"


def typed(**values: Any) -> PlanForm:
    form = PlanForm(MultiDict({"name": "Mine", "ends_on": "2026-12-01", "version": "1", **values}))
    form.unit_id.offer([(1, "Syd"), (2, "Nord")])
    form.validate()
    return form


def test_a_field_error_stands_beside_its_field(bare: Flask) -> None:
    with bare.test_request_context():
        form = typed()
        apply_errors(form, FieldError("ends_on", "Before %(day)s.", day=date(2026, 1, 1)))
        assert form.errors == {"ends_on": ["Before 2026-01-01."]}


def test_a_field_the_form_calls_something_else(bare: Flask) -> None:
    with bare.test_request_context():
        form = typed()
        apply_errors(form, FieldError("at", "Taken."), names={"at": "ends_on"})
        assert form.errors == {"ends_on": ["Taken."]}


@pytest.mark.parametrize(
    "error", [FieldError("nowhere", "Odd."), FieldError("version", "Odd."), DomainError("Odd.")]
)
def test_an_error_without_a_visible_field_stands_at_the_top(bare: Flask, error: DomainError) -> None:
    with bare.test_request_context():
        form = typed()
        apply_errors(form, error)
        assert form.errors == {"": ["Odd."]}


def test_a_conflict_keeps_what_was_typed_and_tells_what_is_stored(bare: Flask) -> None:
    with bare.test_request_context():
        form = typed(kind="follow_up", unit_id="1")
        stored = Row("Theirs", None, MeetingKind.FOLLOW_UP, 2, version=4)
        with errors_shown_in(form, stored=stored):
            must_be_current(form.version.data, stored.version)
        assert form.name.data == "Mine"
        assert form.name.errors == ["Stored now: Theirs"]
        assert form.ends_on.errors == ["Stored now: –"]
        assert form.unit_id.errors == ["Stored now: Nord"]
        assert not form.kind.errors  # the same in both
        assert len(form.form_errors) == 1
        assert 'value="4"' in str(form.version())  # saving once more is a choice made with open eyes


def test_a_conflict_compares_with_a_dict_as_well(bare: Flask) -> None:
    with bare.test_request_context():
        form = typed()
        apply_errors(form, Conflict("Changed."), stored={"name": "Theirs"})
        assert form.errors == {"": ["Changed."], "name": ["Stored now: Theirs"]}


def test_a_row_at_its_version_is_no_conflict() -> None:
    must_be_current(3, 3)
    for seen in (2, None):
        with pytest.raises(Conflict):
            must_be_current(seen, 3)


def test_what_is_not_allowed_goes_on_to_its_page(bare: Flask) -> None:
    with bare.test_request_context():
        with pytest.raises(NotAllowed), errors_shown_in(typed()):
            raise NotAllowed("No.")
        with pytest.raises(NotAllowed), errors_flashed():
            raise NotAllowed("No.")


def test_a_bug_is_not_hidden(bare: Flask) -> None:
    with bare.test_request_context():
        with pytest.raises(ZeroDivisionError), errors_shown_in(typed()):
            raise ZeroDivisionError
        with pytest.raises(ZeroDivisionError), errors_flashed():
            raise ZeroDivisionError


def test_a_buttons_error_becomes_a_notice(bare: Flask) -> None:
    with bare.test_request_context():
        with errors_flashed():
            raise Conflict("A colleague was quicker.")
        assert get_flashed_messages(with_categories=True) == [("warning", "A colleague was quicker.")]


def test_a_filter_that_cannot_be_read_is_left_out(bare: Flask) -> None:
    class Filter(QueryForm):
        q = TextField("Search")
        since = DateField("Since")
        kind = EnumSelect(MeetingKind, "Kind", blank="All")

    with bare.test_request_context("/?q=Alm&since=nonsense&kind=nothing"):
        assert Filter().given() == {"q": "Alm"}
    with bare.test_request_context("/?since=2026-11-21&kind=first"):
        assert Filter().given() == {"since": date(2026, 11, 21), "kind": MeetingKind.FIRST}


def test_values_are_taken_by_name(bare: Flask) -> None:
    with bare.test_request_context():
        form = typed()
        assert form.values("name", "version") == {"name": "Mine", "version": 1}
        assert set(form.values()) == {"name", "ends_on", "kind", "unit_id"}


def test_moments_are_swedish_local_time() -> None:
    assert moment_of(date(2026, 11, 20), time(9, 0)) == datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
    assert moment_of(date(2026, 7, 1), time(9, 0)) == datetime(2026, 7, 1, 7, 0, tzinfo=UTC)
    # The hour that comes twice: the first one.
    assert moment_of(date(2026, 10, 25), time(2, 30)) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    with pytest.raises(FieldError):
        moment_of(date(2026, 3, 29), time(2, 30))
