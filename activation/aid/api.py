"""Where the aid system reports what it decided: one address per household and month. docs/aid-api.md says how.

It tells what people decided in that system; this product decides nothing of it, and answers with no fact of a person.
"""

import math
from datetime import date, datetime, timedelta
from typing import Any

from flask import Blueprint, Response, jsonify, request
from sqlalchemy import select

from activation.accounts.attempts import Subjects, count_failure, network, wait_needed
from activation.aid.api_body import MOST_BYTES, NotReadable, read_body
from activation.aid.api_keys import find_key
from activation.aid.service import record_aid_month
from activation.context import settings
from activation.database import db
from activation.records.actor import Actor
from activation.web.edge import keep_though_refused, now
from models import AidMonth, ApiKey, Household
from models.errors import FieldError

aid_api = Blueprint("aid_api", __name__)

LONGEST_NUMBER = 60


class Refused(Exception):
    """An answer that says no. `field`: the one that is wrong; `wait`: how long to."""

    def __init__(
        self, code: int, error: str, field: str | None = None, wait: timedelta | None = None
    ) -> None:
        super().__init__(error)
        self.code, self.error, self.field, self.wait = code, error, field, wait


def _answer(refused: Refused) -> Response:
    said = {"error": refused.error} | ({"field": refused.field} if refused.field is not None else {})
    response = jsonify(said)
    response.status_code = refused.code
    if refused.code == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    if refused.wait is not None:
        response.headers["Retry-After"] = str(math.ceil(refused.wait.total_seconds()))
    return response


@aid_api.put("/api/aid-months/<path:household_number>/<month:month>")
def put_month(household_number: str, month: date) -> Response:
    """Answers are made here, refusals too: what a refusal leaves behind (a wrong key) is kept by the edge."""
    try:
        key = _key()
        values = _values()
        is_new, changed = _record(key, household_number, month, values)
    except Refused as refused:
        return _answer(refused)
    response = jsonify(changed=changed)
    response.status_code = 201 if is_new else 200
    return response


def _key() -> ApiKey:
    """The key that the request carries. A good one is never kept waiting by others that were wrong."""
    kind, _, given = request.headers.get("Authorization", "").partition(" ")
    key = find_key(given.strip(), now=now()) if kind.lower() == "bearer" else None
    if key is not None:
        return key
    moment, caller = now(), f"api {network(request.remote_addr or '')}"
    # Apart from sign-ins of people: a system with an old key must not keep those of its network out.
    subjects = Subjects.of(email=caller, address=caller, secret=settings().secret_key)
    wait = wait_needed(subjects, now=moment)
    if wait is not None:
        raise Refused(429, "Too many requests without a key that works.", wait=wait)
    keep_though_refused(lambda: _count(subjects, moment))
    raise Refused(401, "Send a key that works: Authorization: Bearer <key>.")


def _count(subjects: Subjects, moment: datetime) -> None:
    count_failure(subjects, now=moment)


def _values() -> dict[str, Any]:
    request.max_content_length = MOST_BYTES
    try:
        return read_body(request.get_data(cache=False))
    except NotReadable as error:
        raise Refused(400, str(error)) from error
    except FieldError as error:
        raise Refused(422, str(error), error.field) from error


def _record(key: ApiKey, number: str, month: date, values: dict[str, Any]) -> tuple[bool, bool]:
    """Whether the month is new, and whether anything changed. One request of a household after the other."""
    household = None
    if len(number) <= LONGEST_NUMBER and number.isprintable():
        household = db.session.scalar(
            select(Household).where(Household.number == number).with_for_update(key_share=True)
        )
    if household is None:
        raise Refused(404, "There is no household with that number.")
    existing = db.session.scalar(
        select(AidMonth)
        .where(AidMonth.household_id == household.id, AidMonth.month == month)
        .with_for_update()
    )
    if existing is None and "status" not in values:
        raise Refused(422, "A month that is new here needs its status.", "status")
    try:
        _row, changed = record_aid_month(
            actor=Actor.system(key.name),
            household=household,
            month=month,
            existing=existing,
            values=values,
            now=now(),
        )
    except FieldError as error:
        raise Refused(422, str(error), error.field) from error
    return existing is None, changed
