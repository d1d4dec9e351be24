"""Ids that nobody can guess, and reading them from text."""

from uuid import UUID

from webapp.core.errors import NotFound


def parse_id(text: str) -> UUID:
    """The id in `text`. What is no id names nothing, so it raises NotFound."""
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound from error
