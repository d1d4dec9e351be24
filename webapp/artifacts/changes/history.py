"""Going back: undo of the latest change, and restoring a version that is named."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from webapp.artifacts.changes.origin import Origin, is_call, list_versions, require_base
from webapp.artifacts.models import ArtifactVersion
from webapp.artifacts.services import store_version
from webapp.artifacts.version_documents import attributes_of, content_of, pages_of
from webapp.core.errors import InvalidInput
from webapp.core.events import ArtifactKind


@dataclass(frozen=True, slots=True)
class Step:
    """A version as far as going back needs it: `group` is the undo step it belongs to, `state`
    is equal for versions that hold the same."""

    number: int
    parent: int | None
    group: object
    state: object


def undo_target(steps: Sequence[Step]) -> int | None:
    """The version before the latest change, or None if there is none. `steps`: oldest first.

    A version that only brings back an older one stands for that one, so that undoing twice goes
    two changes back.
    """
    by_number = {step.number: step for step in steps}
    if not steps:
        return None
    now = steps[-1]
    while now.parent in by_number and by_number[now.parent].state == now.state:
        now = by_number[now.parent]
    before = [step for step in steps if step.number < now.number]
    while before and before[-1].group == now.group:
        before.pop()
    return before[-1].number if before else None


@transaction.atomic
def undo(origin: Origin, identifier: str) -> tuple[ArtifactVersion, int]:
    """A new version as it was before the latest change, and the number of that older version.

    What one answer changed is one step, and so is what the person changed between two answers.
    Raises InvalidInput if there is nothing to go back to.
    """
    artifact = require_base(origin, identifier).artifact
    versions = list_versions(artifact, origin.message_id)
    repeated = next((one for one in versions if is_call(one, origin)), None)
    if repeated is not None:
        versions = [version for version in versions if version.number < repeated.number]
    number = undo_target([_step(version) for version in versions])
    if number is None:
        raise InvalidInput(message=f"{identifier} is as it was first made; nothing can be undone.")
    return restore(origin, next(one for one in versions if one.number == number)), number


def restore(origin: Origin, old: ArtifactVersion) -> ArtifactVersion:
    """A new version with all that `old` holds."""
    return store_version(
        message_id=origin.message_id,
        call=origin.call,
        identifier=old.artifact.identifier,
        kind=ArtifactKind(old.kind),
        title=old.title or old.artifact.title,
        content=None if old.blob is None else content_of(old),
        attributes=attributes_of(old),
        pages=pages_of(old),
        parent=old.number,
        author=origin.author,
    )


def _step(version: ArtifactVersion) -> Step:
    state = (
        version.kind,
        version.title,
        version.blob_id,
        attributes_of(version),
        pages_of(version) if version.kind == ArtifactKind.DECK else (),
    )
    group = (version.message_id, version.author)
    return Step(version.number, version.parent, group, state)
