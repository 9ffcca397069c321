"""Errors with a text for people. The edge (web or command line) translates and shows them."""


class DomainError(Exception):
    """A rule said no. `message_id` is an English text with %(name)s places, `params` fill them."""

    def __init__(self, message_id: str, **params: object) -> None:
        super().__init__(message_id)
        self.message_id = message_id
        self.params = params

    def __str__(self) -> str:
        return self.message_id % self.params if self.params else self.message_id


class FieldError(DomainError):
    """A rule said no because of one field: shown beside it. `field` is the English column or form name."""

    def __init__(self, field: str, message_id: str, **params: object) -> None:
        super().__init__(message_id, **params)
        self.field = field


class Conflict(DomainError):
    """Somebody else changed the same thing in between. `changes` says what, for the page."""


class NotAllowed(DomainError):
    """The actor may see this but not do it."""
