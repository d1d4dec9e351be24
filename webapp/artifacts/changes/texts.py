"""Changing what has one text: made anew, rewritten, edited."""

from dataclasses import dataclass

from django.db import transaction

from webapp.artifacts.attributes import VersionAttributes
from webapp.artifacts.changes.origin import Origin, find_base, require_text
from webapp.artifacts.contents import prepare_content
from webapp.artifacts.edits.apply import EditResult, apply_edits, elision_sentence
from webapp.artifacts.edits.elision import find_elision
from webapp.artifacts.edits.lines import Lines
from webapp.artifacts.edits.merge import Conflict, merge_texts
from webapp.artifacts.edits.problems import EditProblem, EditRefused
from webapp.artifacts.models import ArtifactVersion
from webapp.artifacts.services import store_version
from webapp.artifacts.version_documents import attributes_of, content_of
from webapp.core.errors import InvalidInput
from webapp.core.events import ArtifactKind

CONFLICTS_SHOWN = 3
CONFLICT_CHARACTERS = 1_500


@dataclass(frozen=True, slots=True, kw_only=True)
class TextChange:
    """What came of it. `report` are lines about what became of the text on its way, `flagged` the
    blocks whose place was guessed, `is_merged` says that another change was taken in."""

    version: ArtifactVersion
    changed_lines: int
    report: str = ""
    flagged: tuple[int, ...] = ()
    is_merged: bool = False


@transaction.atomic
def create_text(
    origin: Origin,
    identifier: str,
    kind: ArtifactKind,
    title: str,
    content: str,
    attributes: VersionAttributes,
) -> TextChange:
    """A first version, or a new one where the identifier is known.

    Raises InvalidInput if the text cannot be kept or the identifier is a deck's, EditRefused if it
    leaves out what the version before had.
    """
    base = find_base(origin, identifier)
    if kind is ArtifactKind.DECK or (base is not None and base.kind == ArtifactKind.DECK):
        raise InvalidInput(message="A deck is made by deck_create and has an id of its own.")
    if base is not None:
        refuse_elision(content, content_of(base))
    return _store(origin, identifier, kind, title, content, attributes, base)


@transaction.atomic
def rewrite_text(origin: Origin, identifier: str, content: str) -> TextChange:
    """A new version with another text; kind, title and attributes stay. Raises as `create_text`."""
    base = require_text(origin, identifier)
    refuse_elision(content, content_of(base))
    kind = ArtifactKind(base.kind)
    return _store(origin, identifier, kind, base.title, content, attributes_of(base), base)


@transaction.atomic
def edit_text(
    origin: Origin, identifier: str, edits: str, base_number: int | None = None
) -> TextChange:
    """A new version with the edits applied to version `base_number`, else to the newest.

    Where `base_number` is not the newest, what changed since is merged in. Raises InvalidInput for
    an unknown artifact or version, EditRefused if the edits do not fit or both changed one place.
    """
    newest = require_text(origin, identifier)
    base = newest if base_number is None else _find_number(newest, base_number)
    result = apply_edits(content_of(base), edits)
    merged = _merge(content_of(base), result, newest) if base.pk != newest.pk else result.content
    stored = _store(
        origin,
        identifier,
        ArtifactKind(newest.kind),
        newest.title,
        merged,
        attributes_of(newest),
        newest,
    )
    return TextChange(
        version=stored.version,
        changed_lines=result.changed_lines,
        report=stored.report,
        flagged=result.flagged,
        is_merged=base.pk != newest.pk,
    )


def refuse_elision(content: str, base: str) -> None:
    """Raises EditRefused if a remark stands for text that `base` has."""
    remark = find_elision(content, base)
    if remark is not None:
        raise EditRefused(EditProblem.ELIDED, elision_sentence(remark))


def conflict_report(conflicts: tuple[Conflict, ...], newest: int) -> EditRefused:
    """A refusal that shows both sides of the first conflicts."""
    shown = [
        f"Line {one.line}, yours:\n{_cut(one.mine)}\nversion {newest}:\n{_cut(one.theirs)}"
        for one in conflicts[:CONFLICTS_SHOWN]
    ]
    sentence = (
        f"Version {newest} changed the same lines in the meantime. Edit version {newest} instead."
    )
    return EditRefused(EditProblem.CONFLICT, "\n".join([sentence, *shown]))


def _merge(base: str, result: EditResult, newest: ArtifactVersion) -> str:
    merge = merge_texts(base, result.content, content_of(newest))
    if merge.text is None:
        raise conflict_report(merge.conflicts, newest.number)
    return merge.text


def _find_number(newest: ArtifactVersion, number: int) -> ArtifactVersion:
    found = ArtifactVersion.objects.filter(artifact_id=newest.artifact_id, number=number).first()
    if found is None or found.kind == ArtifactKind.DECK:
        sentence = f"There is no version {number}; the newest is {newest.number}."
        raise InvalidInput(message=sentence)
    return found


def _store(
    origin: Origin,
    identifier: str,
    kind: ArtifactKind,
    title: str,
    content: str,
    attributes: VersionAttributes,
    base: ArtifactVersion | None,
) -> TextChange:
    prepared = prepare_content(kind, content)
    version = store_version(
        message_id=origin.message_id,
        call=origin.call,
        identifier=identifier,
        kind=kind,
        title=title,
        content=prepared.text,
        attributes=attributes,
        parent=None if base is None else base.number,
        author=origin.author,
    )
    return TextChange(
        version=version, changed_lines=len(Lines.of(prepared.text)), report=prepared.report
    )


def _cut(text: str) -> str:
    return text if len(text) <= CONFLICT_CHARACTERS else text[:CONFLICT_CHARACTERS] + "…"
