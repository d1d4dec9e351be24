"""What a version has beside its text, as it stands in the database."""

from pydantic import BaseModel, ConfigDict

from webapp.artifacts.decks.theme import Theme


class VersionAttributes(BaseModel):
    """`language` for code, `size` for posters (a canonical name of `poster_size`), `theme` and
    `outline` (one planned title a line) for decks; None where it says nothing of this kind."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    language: str | None = None
    size: str | None = None
    theme: Theme | None = None
    outline: tuple[str, ...] | None = None

    def dump(self) -> dict[str, object]:
        """As JSON for the database: only what is said."""
        return self.model_dump(mode="json", exclude_none=True)
