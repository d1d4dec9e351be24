"""`artifact_create`: the model hands over one complete document, and it becomes a version."""

from pydantic import field_validator

from webapp.agents.base import ToolOutcome
from webapp.agents.tools.arguments import Identifier, ToolArguments, describe_tool
from webapp.agents.tools.artifact_tool import ArtifactTool, made_version, report_lines
from webapp.artifacts.attributes import VersionAttributes
from webapp.artifacts.changes.origin import Origin
from webapp.artifacts.changes.texts import create_text
from webapp.artifacts.identifiers import normalize_title
from webapp.artifacts.poster_size import parse_size
from webapp.conversations.call_stubs import VersionName
from webapp.conversations.tool_names import ARTIFACT_CREATE
from webapp.core.events import ArtifactAction, ArtifactKind

LANGUAGE_CHARACTERS = 40
SPEC = describe_tool(
    ARTIFACT_CREATE,
    "Shows the person one complete, self-contained document that they can use at once: a game, a"
    " page, a drawing, a poster, a text, a diagram, a file of code.",
    {
        "id": "Short name in kebab-case, kept for later versions: flappy-bird",
        "type": (
            "html for anything interactive or laid out, svg for a drawing, poster for one sheet of"
            " a fixed size, markdown for a long text, mermaid for a diagram, code for a program",
            [kind.value for kind in ArtifactKind if kind is not ArtifactKind.DECK],
        ),
        "title": "What the person sees above it",
        "size": "Posters only: A4, A3, A2, A1, A0, letter, square, story, banner, or 300x400mm",
        "language": "Code only: python, javascript, …",
        "content": "The whole document, from first to last",
    },
    optional="size language",
)


class CreateArguments(ToolArguments):
    """Arguments of a call."""

    id: Identifier
    type: ArtifactKind
    title: str = ""
    size: str | None = None
    language: str | None = None
    content: str

    @field_validator("type", mode="before")
    @classmethod
    def _lower_type(cls, value: object) -> object:
        return value.strip().lower() if isinstance(value, str) else value

    def attributes(self) -> VersionAttributes:
        """What the kind takes of size and language. Raises ValueError for an unknown size."""
        if self.type is ArtifactKind.POSTER:
            return VersionAttributes(size=parse_size(self.size or "A4").name)
        if self.type is ArtifactKind.CODE and self.language:
            language = " ".join(self.language.lower().split())[:LANGUAGE_CHARACTERS]
            return VersionAttributes(language=language or None)
        return VersionAttributes()

    @field_validator("size")
    @classmethod
    def _known_size(cls, value: str | None) -> str | None:
        return parse_size(value).name if value and value.strip() else None


def perform(arguments: CreateArguments, origin: Origin) -> ToolOutcome:
    """Stores the document."""
    change = create_text(
        origin,
        arguments.id,
        arguments.type,
        normalize_title(arguments.title, arguments.id),
        arguments.content,
        arguments.attributes(),
    )
    # glm-nano was trained on exactly this first line.
    result = VersionName(arguments.id, change.version.number).result
    return ToolOutcome(
        result=result + report_lines(change.report),
        made=made_version(change.version, ArtifactAction.CREATE),
    )


TOOL = ArtifactTool(
    SPEC, CreateArguments, perform, "The model's document could not be kept; ask for it again."
)
