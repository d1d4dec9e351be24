"""What a person changes by hand: a version as well, merged with what came after its base."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from pydantic import BaseModel, ConfigDict, model_validator

from webapp.accounts.models import User
from webapp.artifacts.changes.decks import page_text, store_pages
from webapp.artifacts.changes.history import restore
from webapp.artifacts.changes.origin import Origin
from webapp.artifacts.contents import prepare_content
from webapp.artifacts.decks import pages as ops
from webapp.artifacts.decks.pages import DeckRefused, Page
from webapp.artifacts.decks.themes import DEFAULT_THEME, ThemeRefused, parse_theme
from webapp.artifacts.edits.merge import merge_texts
from webapp.artifacts.identifiers import normalize_title
from webapp.artifacts.models import ArtifactVersion, Author
from webapp.artifacts.selectors import get_version
from webapp.artifacts.services import store_text, store_version
from webapp.artifacts.version_documents import attributes_of, content_of, pages_of
from webapp.conversations.selectors import list_path_ids
from webapp.conversations.services import touch_conversation
from webapp.core.errors import EditConflict, InvalidInput
from webapp.core.events import ArtifactKind
from webapp.core.storable import storable_text


class PersonEdit(BaseModel):
    """A change of version `base`: of the text, of one page, of the order or of the theme."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    base: int
    content: str | None = None
    page: str | None = None
    title: str | None = None
    notes: str | None = None
    order: tuple[str, ...] | None = None
    theme: str | dict[str, Any] | None = None

    @model_validator(mode="after")
    def _one_change(self) -> "PersonEdit":
        of_page = (self.content, self.title, self.notes)
        if self.page is not None:
            changes = [any(one is not None for one in of_page)]
        else:
            changes = [self.content is not None and self.title is None and self.notes is None]
        changes += [self.order is not None, self.theme is not None]
        if sum(changes) != 1 or (self.page is not None and not changes[0]):
            raise ValueError("one change at a time")
        return self


@transaction.atomic
def edit_as_person(*, owner: User, artifact: UUID, edit: PersonEdit) -> ArtifactVersion:
    """The version that the change makes; the newest one where nothing is new.

    Raises NotFound for another person's artifact or a base that is not there, InvalidInput with a
    sentence for what cannot be kept, EditConflict if a later version changed the same place.
    """
    base = get_version(owner=owner, artifact=artifact, number=edit.base)
    newest = _newest_after(base)
    try:
        if base.kind == ArtifactKind.DECK:
            version = _edit_deck(base, newest, edit)
        else:
            version = _edit_text(base, newest, edit)
    except (DeckRefused, ThemeRefused) as refused:
        raise InvalidInput(message=str(refused)) from refused
    if version.pk != newest.pk:
        touch_conversation(owner_id=owner.pk, id=base.artifact.conversation_id)
    return version


@transaction.atomic
def restore_as_person(*, owner: User, artifact: UUID, number: int) -> ArtifactVersion:
    """A new version with all that version `number` holds. Raises NotFound."""
    old = get_version(owner=owner, artifact=artifact, number=number)
    newest = old.artifact.versions.select_related("artifact").order_by("-number")[0]
    if newest.pk == old.pk:
        return old
    # On the branch of the talk that the newest version is of, unless the old one is of another.
    is_same_branch = old.message_id in list_path_ids(message_id=newest.message_id)
    place = newest if is_same_branch else old
    version = restore(_origin(place), old)
    touch_conversation(owner_id=owner.pk, id=old.artifact.conversation_id)
    return version


def _newest_after(base: ArtifactVersion) -> ArtifactVersion:
    """The newest version that was made after `base` on a branch of the talk that holds it."""
    later = ArtifactVersion.objects.filter(artifact=base.artifact, number__gt=base.number)
    for version in later.select_related("artifact").order_by("-number"):
        if base.message_id in list_path_ids(message_id=version.message_id):
            return version
    return base


def _origin(version: ArtifactVersion) -> Origin:
    return Origin(
        conversation_id=version.artifact.conversation_id,
        message_id=version.message_id,
        call=f"person:{uuid4()}",
        author=Author.PERSON,
    )


def _edit_text(base: ArtifactVersion, newest: ArtifactVersion, edit: PersonEdit) -> ArtifactVersion:
    if edit.content is None or edit.page is not None:
        raise InvalidInput(message="This has no pages; send its whole content.")
    text = _merge(content_of(base), edit.content, content_of(newest), newest.number)
    if text == content_of(newest):
        return newest
    origin, kind = _origin(newest), ArtifactKind(newest.kind)
    return store_version(
        message_id=origin.message_id,
        call=origin.call,
        identifier=newest.artifact.identifier,
        kind=kind,
        title=newest.title or newest.artifact.title,
        content=prepare_content(kind, text).text,
        attributes=attributes_of(newest),
        parent=newest.number,
        author=Author.PERSON,
    )


def _edit_deck(base: ArtifactVersion, newest: ArtifactVersion, edit: PersonEdit) -> ArtifactVersion:
    pages, theme = pages_of(newest), None
    if edit.theme is not None:
        present = attributes_of(newest).theme or DEFAULT_THEME
        theme = parse_theme(edit.theme, base=present)
        theme = None if theme == present else theme
    elif edit.order is not None:
        pages = _reorder(pages_of(base), pages, edit.order)
    elif edit.page is not None:
        pages = _edit_page(pages_of(base), pages, edit, newest.number)
    else:
        raise InvalidInput(message="A deck is changed page by page; name the page.")
    if theme is None and pages == pages_of(newest):
        return newest
    return store_pages(_origin(newest), newest, pages, theme)


def _edit_page(
    before: Sequence[Page], pages: Sequence[Page], edit: PersonEdit, newest: int
) -> tuple[Page, ...]:
    _, base = ops.find_page(before, edit.page or "")
    _, page = ops.find_page(pages, base.id)
    if edit.content is not None:
        text = edit.content
        if page.sha256 != base.sha256:
            text = _merge(page_text(base), text, page_text(page), newest)
        page = replace(page, sha256=store_text(prepare_content(ArtifactKind.DECK, text)))
    if edit.title is not None:
        page = replace(page, title=normalize_title(edit.title, page.title))
    if edit.notes is not None:
        page = replace(page, notes=storable_text(edit.notes).strip())
    ops.check_remarks(page.notes, page.sources)
    return ops.replace_page(pages, page)


def _reorder(
    before: Sequence[Page], pages: Sequence[Page], order: Sequence[str]
) -> tuple[Page, ...]:
    """`order` of the pages that are still there; pages that came since follow the page that they
    follow now."""
    wanted = [page.id for page in ops.order_pages(before, order)]
    known, there = {page.id for page in before}, [page.id for page in pages]
    result = [id for id in wanted if id in there]
    for place, id in enumerate(there):
        if id not in known:
            above = [one for one in there[:place] if one in result]
            result.insert(result.index(above[-1]) + 1 if above else 0, id)
    return ops.order_pages(pages, result)


def _merge(base: str, mine: str, theirs: str, newest: int) -> str:
    merge = merge_texts(base, mine, theirs)
    if merge.text is None:
        first = merge.conflicts[0]
        sentence = f"Version {newest} changed the same lines; choose which to keep."
        raise EditConflict(first.mine, first.theirs, sentence)
    return merge.text
