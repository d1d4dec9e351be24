"""`artifact_create`: the model hands over one complete document, and it becomes a version."""

from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from engine.protocol import ToolCall, ToolSpec
from webapp.agents.base import MadeVersion, ToolOutcome, ToolScope
from webapp.artifacts.identifiers import normalize_identifier, normalize_title
from webapp.artifacts.services import store_version
from webapp.conversations.model_context import ARTIFACT_TOOL, VersionName
from webapp.core.errors import InvalidInput
from webapp.core.events import ArtifactKind

ARTIFACT_CREATE = ToolSpec(
    name=ARTIFACT_TOOL,
    description=(
        "Shows the person one complete, self-contained document that they can use at once: a"
        " game, a page, a drawing. Using an id again replaces that document by a new version."
    ),
    parameters={
        "type": "object",
        "properties": {
            "id": {
                "type": "string",
                "description": "Short name in kebab-case, kept for later versions: flappy-bird",
            },
            "type": {
                "type": "string",
                "enum": [kind.value for kind in ArtifactKind],
                "description": "html for anything interactive or laid out, svg for a drawing",
            },
            "title": {"type": "string", "description": "What the person sees above it"},
            "content": {"type": "string", "description": "The whole document, from first to last"},
        },
        "required": ["id", "type", "title", "content"],
    },
)


class CreateArguments(BaseModel):
    """Arguments of a call. Other keys than the four are the model's slip and are ignored."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: str
    type: ArtifactKind
    title: str = ""
    content: str

    @field_validator("id")
    @classmethod
    def _safe_id(cls, value: str) -> str:
        identifier = normalize_identifier(value)
        if not identifier:
            raise ValueError("an id in kebab-case is needed")
        return identifier

    @field_validator("type", mode="before")
    @classmethod
    def _lower_type(cls, value: object) -> object:
        return value.strip().lower() if isinstance(value, str) else value

    @field_validator("content")
    @classmethod
    def _some_content(cls, value: str) -> str:
        if not value.strip():
            raise ValueError("the document is empty")
        return value


@dataclass(frozen=True, slots=True)
class ArtifactCreate:
    """The tool itself."""

    spec: ToolSpec = ARTIFACT_CREATE

    def run(self, call: ToolCall, scope: ToolScope) -> ToolOutcome:
        """Stores the version, or says to model and person why it could not."""
        try:
            arguments = CreateArguments.model_validate(dict(call.arguments))
            title = normalize_title(arguments.title, arguments.id)
            version = store_version(
                message_id=scope.message_id,
                call=scope.call,
                identifier=arguments.id,
                kind=arguments.type,
                title=title,
                content=arguments.content,
            )
        except ValidationError as error:
            return _refusal(_first_problem(error))
        except InvalidInput as error:
            return _refusal(error.message)
        return ToolOutcome(
            result=VersionName(arguments.id, version.number).result,
            made=MadeVersion(
                artifact=str(version.artifact_id),
                kind=arguments.type,
                title=title,
                number=version.number,
            ),
        )


def _first_problem(error: ValidationError) -> str:
    problem = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(str(step) for step in problem["loc"])
    return f"{place}: {problem['msg']}"


def _refusal(problem: str) -> ToolOutcome:
    return ToolOutcome(
        result=f"Error: {problem}. Nothing was created.",
        failure="The model's document could not be kept; ask for it again.",
    )
