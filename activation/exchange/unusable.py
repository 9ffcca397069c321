"""The one error of a file that cannot be used as a whole."""

from models.errors import DomainError


class UnusableFile(DomainError):
    """The file is no table, or cannot be read. Nothing of it is taken in."""
