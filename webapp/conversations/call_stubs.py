"""Earlier tool calls as later prompts show them: the call, a stub for its text, one line of answer.

What was written once is not read again and again; how a thing stands now is told elsewhere, and
its text is read by a tool.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from engine.protocol import ChatMessage, Role, ToolCall
from webapp.conversations import tool_names
from webapp.core.events import ArtifactAction, ArtifactPart

STOPPED = "The person stopped this."


class VersionName(NamedTuple):
    """How the model knows a version: the identifier that it chose, and the number."""

    identifier: str
    number: int

    @property
    def stub(self) -> str:
        """Stands for the content in later prompts."""
        return f"[{self.identifier} version {self.number}]"

    @property
    def result(self) -> str:
        """What the tool answered."""
        return f"Created {self.identifier} version {self.number}."


class _Stub(NamedTuple):
    """A call without its text, and the beginning of its answer."""

    tool: str
    arguments: dict[str, str]
    answer: str


class CallStubs:
    """Makes stubs in the order of the talk: a page that is seen again was changed, not inserted.
    `identifiers` maps artifact ids to the names that the model gave them."""

    def __init__(self, identifiers: Mapping[str, str]) -> None:
        self._identifiers = identifiers
        self._pages: set[str] = set()

    def stand_for(self, index: int, part: ArtifactPart) -> Iterator[tuple[ToolCall, ChatMessage]]:
        """The call of a part and its answer; none where only an order was changed."""
        identifier = self._identifiers.get(part.artifact, "artifact")
        text = self._text(part, identifier)
        stub = self._stub(part, identifier, text)
        if stub is None:
            return
        call = ToolCall(id=f"call_{index}", name=stub.tool, arguments=stub.arguments)
        yield call, ChatMessage(role=Role.TOOL, content=stub.answer, tool_call_id=call.id)

    def _text(self, part: ArtifactPart, identifier: str) -> str:
        what = f"page {part.page.position} of {identifier}" if part.page else identifier
        if part.version is None:
            return f"[{what}, unfinished]"
        return VersionName(what, part.version).stub

    def _stub(self, part: ArtifactPart, identifier: str, text: str) -> _Stub | None:
        named = {"id": identifier}
        match part.action:
            case ArtifactAction.CREATE:
                kind = {"type": part.artifact_kind.value, "title": part.title, "content": text}
                answer = STOPPED
                if part.version is not None:
                    answer = VersionName(identifier, part.version).result
                return _Stub(tool_names.ARTIFACT_CREATE, named | kind, answer)
            case ArtifactAction.REWRITE:
                return _Stub(
                    tool_names.ARTIFACT_REWRITE,
                    named | {"content": text},
                    _answer("Rewrote", identifier, part),
                )
            case ArtifactAction.EDIT:
                return _Stub(
                    tool_names.ARTIFACT_EDIT,
                    named | {"edits": text},
                    _answer("Edited", identifier, part),
                )
            case ArtifactAction.DECK:
                return _Stub(
                    tool_names.DECK_CREATE,
                    named | {"title": part.title},
                    _answer("Created", identifier, part),
                )
            case ArtifactAction.PAGE:
                return self._page(part, identifier, text)
            case ArtifactAction.THEME:
                theme = part.summary.removeprefix("theme ")
                return _Stub(
                    tool_names.SET_THEME,
                    {"deck": identifier, "theme": theme},
                    _answer("Restyled", identifier, part),
                )
            case ArtifactAction.UNDO:
                return _Stub(tool_names.UNDO, named, _answer("Restored", identifier, part))
            case ArtifactAction.ARRANGE:
                return None

    def _page(self, part: ArtifactPart, identifier: str, text: str) -> _Stub | None:
        page = part.page
        if page is None:
            return None
        is_known = page.id in self._pages
        if page.id is not None:
            self._pages.add(page.id)
        if is_known and page.id is not None:
            arguments = {"deck": identifier, "page_id": page.id, "mode": "refine", "edits": text}
            return _Stub(tool_names.UPDATE_PAGE, arguments, _answer("Updated", identifier, part))
        arguments = {
            "deck": identifier,
            "position": str(page.position),
            "title": page.title,
            "content": text,
        }
        answer = _answer("Inserted", identifier, part)
        if page.id is not None:
            answer += f" The page has the id {page.id}."
        return _Stub(tool_names.INSERT_PAGE, arguments, answer)


def _answer(verb: str, identifier: str, part: ArtifactPart) -> str:
    if part.version is None:
        return STOPPED
    summary = f" {part.summary[:1].upper()}{part.summary[1:]}." if part.summary else ""
    return f"{verb} {identifier} version {part.version}.{summary}"
