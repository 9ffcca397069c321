"""What every code list shares."""

from enum import StrEnum


class Labelled(StrEnum):
    """A code with a label for people and a tone for pages."""

    label: str
    tone: str

    def __new__(cls, value: str, label: str, tone: str = "neutral") -> "Labelled":
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        member.tone = tone
        return member
