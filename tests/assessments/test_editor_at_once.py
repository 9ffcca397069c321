"""Two administrators at the same moment, in threads with connections of their own, on both databases."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from activation.assessments import editor
from activation.assessments.default import seed_questions
from activation.assessments.question_queries import current_version, load_version
from activation.assessments.questions import from_json
from activation.database import db
from activation.records.actor import Actor
from models import QuestionSet, QuestionSetVersion, Staff
from models.enums import Role
from tests import builders

BASE = "/assessments/questions"


class Two:
    def __init__(self, sign_in: Callable[[Staff], FlaskClient]) -> None:
        unit = builders.unit()
        people = [
            builders.staff(unit, Role.ADMINISTRATOR, name=name, email=f"{name}@k.example", language="en")
            for name in ("ada", "bo")
        ]
        seed_questions(now=builders.NOW)
        current = current_version()
        assert current is not None
        draft = editor.new_draft(actor=Actor.of(people[0]), of=current.question_set, now=builders.NOW)
        builders.settle()
        self.set_id, self.draft, self.seen = current.set_id, draft.id, draft.version
        self.clients = [sign_in(person) for person in people]
        db.session.rollback()
        db.session.remove()

    def press(self, *posts: tuple[str, dict[str, Any]]) -> list[int]:
        """Both send at once; gives the status codes in rising order."""
        barrier, codes = threading.Barrier(2), []

        def send(client: FlaskClient, path: str, data: dict[str, Any]) -> None:
            barrier.wait(timeout=30)
            codes.append(client.post(BASE + path, data=data).status_code)

        threads = [
            threading.Thread(target=send, args=(client, path, data))
            for client, (path, data) in zip(self.clients, posts, strict=True)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return sorted(codes)


@pytest.fixture
def two(app: Flask, sign_in: Callable[[Staff], FlaskClient]) -> Two:
    return Two(sign_in)


def test_of_two_sections_saved_at_once_one_is_stored_and_the_other_comes_back(two: Two) -> None:
    path = f"/versions/{two.draft}/sections/new"
    texts = {"title_en": "", "help_sv": "", "help_en": "", "version": str(two.seen)}
    assert two.press((path, {**texts, "title_sv": "Ett"}), (path, {**texts, "title_sv": "Två"})) == [303, 422]
    draft = load_version(two.draft)
    assert draft is not None
    assert draft.version == two.seen + 1
    assert from_json(draft.questions)[-1].title["sv"] in ("Ett", "Två")
    assert from_json(draft.questions)[-2].key == "ahead"


def test_what_is_published_at_the_moment_of_a_change_has_it_or_refuses_it(two: Two) -> None:
    seen = {"version": str(two.seen)}
    section = {**seen, "title_sv": "Ny", "title_en": "", "help_sv": "", "help_en": ""}
    codes = two.press(
        (f"/versions/{two.draft}/publish", seen), (f"/versions/{two.draft}/sections/new", section)
    )
    assert codes == [303, 422]
    draft = load_version(two.draft)
    assert draft is not None
    assert (draft.published_at is None) == (from_json(draft.questions)[-1].key == "ny")


def test_two_who_make_a_draft_or_a_set_of_one_name_make_one(two: Two) -> None:
    discard = (f"/versions/{two.draft}/discard", {"version": str(two.seen)})
    assert two.press(discard, discard) in ([303, 404], [303, 422])
    make: tuple[str, dict[str, Any]] = (f"/{two.set_id}/draft", {})
    assert two.press(make, make) == [303, 303]
    drafts = select(func.count()).where(QuestionSetVersion.published_at.is_(None))
    assert db.session.scalar(drafts) == 1
    new = ("/new", {"name": "Unga", "name_en": "", "start": "empty"})
    db.session.rollback()
    assert two.press(new, new) == [303, 422]
    assert db.session.scalar(select(func.count()).where(QuestionSet.name == "Unga")) == 1
