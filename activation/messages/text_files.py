"""The texts that the product ships with: templates/messages/NAME.LANGUAGE.txt, read once."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from activation.messages.text_rules import Text

FOLDER = Path(__file__).resolve().parents[2] / "templates" / "messages"


@dataclass(frozen=True)
class Words:
    """A text in one language. An SMS has no subject."""

    subject: str
    body: str


@cache
def shipped(text: Text, language: str) -> Words:
    content = (FOLDER / f"{text.name}.{language}.txt").read_text(encoding="utf-8").strip()
    if not text.has_subject:
        return Words("", content)
    subject, _, body = content.partition("\n")
    return Words(subject.strip(), body.strip())
