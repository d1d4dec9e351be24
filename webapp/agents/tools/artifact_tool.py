"""What all tools of artifacts have in common: read the arguments, do it, or say why not."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from pydantic import ValidationError

from engine.protocol import ToolCall, ToolSpec
from webapp.agents.base import MadeVersion, ToolOutcome, ToolScope
from webapp.agents.tools.arguments import ToolArguments, first_problem
from webapp.artifacts.changes.origin import Origin
from webapp.artifacts.decks.pages import DeckRefused
from webapp.artifacts.decks.positions import PositionRefused
from webapp.artifacts.decks.themes import ThemeRefused
from webapp.artifacts.edits.problems import EditRefused
from webapp.artifacts.models import ArtifactVersion
from webapp.core.errors import AppError
from webapp.core.events import ArtifactAction, ArtifactKind, PageRef
from webapp.core.storable import storable_text

Arguments = TypeVar("Arguments", bound=ToolArguments)


@dataclass(frozen=True, slots=True)
class ArtifactTool(Generic[Arguments]):
    """A tool. `perform` raises what is refused; `failure` is what the person then reads."""

    spec: ToolSpec
    arguments: type[Arguments]
    perform: Callable[[Arguments, Origin], ToolOutcome]
    failure: str

    def run(self, call: ToolCall, scope: ToolScope) -> ToolOutcome:
        """Does what the call asks, or says to model and person why nothing was done."""
        origin = Origin(
            conversation_id=scope.conversation_id, message_id=scope.message_id, call=scope.call
        )
        try:
            arguments = {key: _storable(key, value) for key, value in call.arguments.items()}
            return self.perform(self.arguments.model_validate(arguments), origin)
        except ValidationError as error:
            return self._refusal(first_problem(error))
        except EditRefused as refused:
            return self._refusal(refused.report())
        except AppError as error:
            return self._refusal(error.message)
        except (DeckRefused, PositionRefused, ThemeRefused) as refused:
            return self._refusal(str(refused))

    def _refusal(self, problem: str) -> ToolOutcome:
        end = "\n" if "\n" in problem else " "
        return ToolOutcome(
            result=f"Error: {problem}{end}Nothing was changed.", failure=self.failure
        )


def _storable(key: str, value: object) -> object:
    """Small texts without what cannot be stored; of a document it is said that it cannot."""
    if isinstance(value, list):
        return [_storable(key, item) for item in value]
    return storable_text(value) if isinstance(value, str) and key != "content" else value


def made_version(
    version: ArtifactVersion,
    action: ArtifactAction,
    *,
    page: PageRef | None = None,
    summary: str = "",
) -> MadeVersion:
    """The version as the turn shows it."""
    return MadeVersion(
        artifact=str(version.artifact_id),
        kind=ArtifactKind(version.kind),
        title=version.title,
        number=version.number,
        version_id=version.pk,
        action=action,
        page=page,
        summary=summary,
    )


def count(number: int, noun: str) -> str:
    """`1 line`, `2 lines`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def report_lines(*reports: str) -> str:
    """Further lines of a result; nothing where there is nothing to tell."""
    return "".join(f"\n{report}" for report in reports if report)


def flagged_line(flagged: tuple[int, ...]) -> str:
    """A warning that the place of some blocks was guessed."""
    if not flagged:
        return ""
    blocks = ", ".join(str(number) for number in flagged)
    return f"Block {blocks} fitted only by likeness; read the result if you are not sure."
