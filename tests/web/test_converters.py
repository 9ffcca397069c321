"""Typed parts of addresses."""

from datetime import date

import pytest
from flask import Flask
from werkzeug.exceptions import NotFound
from werkzeug.routing import Map, Rule

from activation.web.converters import CodeConverter, DateConverter, MonthConverter
from models.enums import Mark

ADDRESSES = Map(
    [
        Rule("/day/<date:day>", endpoint="day"),
        Rule("/month/<month:month>", endpoint="month"),
        Rule("/mark/<code(Mark):mark>", endpoint="mark"),
    ],
    converters={"date": DateConverter, "month": MonthConverter, "code": CodeConverter},
).bind("localhost")


@pytest.mark.parametrize(
    ("path", "values"),
    [
        ("/day/2026-11-21", {"day": date(2026, 11, 21)}),
        ("/month/2026-11", {"month": date(2026, 11, 1)}),
        ("/mark/valid_absence", {"mark": Mark.VALID_ABSENCE}),
    ],
)
def test_an_address_is_read_and_written_alike(path: str, values: dict[str, object]) -> None:
    endpoint, read = ADDRESSES.match(path)
    assert read == values
    assert ADDRESSES.build(endpoint, values) == path


@pytest.mark.parametrize(
    "path",
    [
        "/day/2026-02-30",
        "/day/0001-01-01",
        "/day/9999-12-31",
        "/day/20261121",
        "/day/٢٠٢٦-11-21",
        "/month/2026-13",
        "/month/2026-1",
        "/mark/absent",
        "/mark/PRESENT",
    ],
)
def test_what_cannot_be_read_is_no_address(path: str) -> None:
    with pytest.raises(NotFound):
        ADDRESSES.match(path)


def test_the_application_knows_them(bare: Flask) -> None:
    assert {"date", "month", "code"} <= set(bare.url_map.converters)
