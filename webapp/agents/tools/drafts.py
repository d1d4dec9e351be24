"""What a tool call is about while it is still being written, so that the panel can open early.

Pure: what is known of the conversation's artifacts is asked of the lookup that is handed in.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from webapp.artifacts.decks.positions import PositionRefused, parse_place, parse_position
from webapp.artifacts.identifiers import normalize_identifier, normalize_title
from webapp.artifacts.poster_size import parse_size
from webapp.conversations.tool_names import (
    ARTIFACT_CREATE,
    ARTIFACT_EDIT,
    ARTIFACT_REWRITE,
    DECK_CREATE,
    INSERT_PAGE,
    UPDATE_PAGE,
)
from webapp.core.events import ArtifactAction, ArtifactKind, ArtifactPart, PageRef

CONTENT_KEY = "content"
# The last argument of a call; its first words say that all others are there.
_LAST_KEYS: dict[str, frozenset[str]] = {
    ARTIFACT_CREATE: frozenset({CONTENT_KEY}),
    ARTIFACT_REWRITE: frozenset({CONTENT_KEY}),
    ARTIFACT_EDIT: frozenset({"edits"}),
    DECK_CREATE: frozenset({"outline"}),
    INSERT_PAGE: frozenset({CONTENT_KEY}),
    UPDATE_PAGE: frozenset({CONTENT_KEY, "edits"}),
}
_CHANGES = {
    ARTIFACT_REWRITE: ArtifactAction.REWRITE,
    ARTIFACT_EDIT: ArtifactAction.EDIT,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownArtifact:
    """An artifact of the conversation; `pages` are ids and titles in order, for a deck."""

    id: str
    kind: ArtifactKind
    title: str
    pages: tuple[tuple[str, str], ...] = ()


class ArtifactLookup(Protocol):
    """What is known of a conversation's artifacts, by the model's names for them."""

    def id_of(self, identifier: str) -> str:
        """The id that the artifact has, or will have."""

    def find(self, identifier: str) -> KnownArtifact | None:
        """The artifact as it is now; the newest deck for an empty identifier."""


def opens_draft(tool: str, key: str) -> bool:
    """Whether the first words of this argument say that a draft begins."""
    return key in _LAST_KEYS.get(tool, ())


def streams_draft(tool: str, key: str) -> bool:
    """Whether the argument's text is the draft itself, to be shown as it grows."""
    return key == CONTENT_KEY and opens_draft(tool, key)


def open_draft(
    tool: str, arguments: Mapping[str, str], lookup: ArtifactLookup
) -> ArtifactPart | None:
    """The part that the call begins, if what stands before its last argument already makes sense.

    `arguments` are the texts so far.
    """
    identifier = normalize_identifier(arguments.get("id") or arguments.get("deck") or "")
    if tool == ARTIFACT_CREATE:
        return _new(identifier, arguments.get("type", ""), arguments, lookup, ArtifactAction.CREATE)
    if tool == DECK_CREATE:
        return _new(identifier, ArtifactKind.DECK, arguments, lookup, ArtifactAction.DECK)
    known = lookup.find(identifier)
    if known is None or (known.kind is ArtifactKind.DECK) == (tool in _CHANGES):
        return None
    page = None if tool in _CHANGES else _page(tool, arguments, known)
    if tool not in _CHANGES and page is None:
        return None
    return ArtifactPart(
        artifact=known.id,
        artifact_kind=known.kind,
        title=known.title,
        action=_CHANGES.get(tool, ArtifactAction.PAGE),
        page=page,
    )


def _new(
    identifier: str,
    kind_text: str,
    arguments: Mapping[str, str],
    lookup: ArtifactLookup,
    action: ArtifactAction,
) -> ArtifactPart | None:
    kind = kind_text.strip().lower()
    is_deck = action is ArtifactAction.DECK
    kinds = {member.value for member in ArtifactKind if (member is ArtifactKind.DECK) == is_deck}
    if not identifier or kind not in kinds:
        return None
    return ArtifactPart(
        artifact=lookup.id_of(identifier),
        artifact_kind=ArtifactKind(kind),
        title=normalize_title(arguments.get("title", ""), identifier),
        action=action,
        size=_size(arguments.get("size", "")) if kind == ArtifactKind.POSTER else "",
    )


def _size(text: str) -> str:
    """The name of a poster's size; empty, which shows as A4, for none and for an unknown one."""
    try:
        return parse_size(text).name if text.strip() else ""
    except ValueError:
        return ""


def _page(tool: str, arguments: Mapping[str, str], known: KnownArtifact) -> PageRef | None:
    count = len(known.pages)
    title = normalize_title(arguments.get("title", ""), "")
    try:
        if tool == INSERT_PAGE:
            position = parse_place(arguments.get("position") or "last", count)
            return PageRef(position=position, title=title or f"Page {position}")
        position = _position(arguments, known)
    except PositionRefused:
        return None
    id, present = known.pages[position - 1]
    return PageRef(id=id, position=position, title=title or present)


def _position(arguments: Mapping[str, str], known: KnownArtifact) -> int:
    wanted = arguments.get("page_id", "").strip().lower()
    ids = [id for id, _ in known.pages]
    if wanted in ids:
        return ids.index(wanted) + 1
    return parse_position(arguments.get("position", ""), len(ids))
