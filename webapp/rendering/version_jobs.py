"""Which documents a stored version consists of, and as what each is looked at."""

import hashlib
from dataclasses import dataclass

from webapp.artifacts.documents import poster_size
from webapp.artifacts.models import ArtifactVersion
from webapp.artifacts.version_documents import attributes_of, page_document, version_document
from webapp.core.events import ArtifactKind
from webapp.rendering.check.checker import CheckJob
from webapp.rendering.check.target import CheckTarget, deck_page, poster, window


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionJob:
    """One document of a version. `source` is the SHA-256 of the text that it was made from."""

    job: CheckJob
    source: str

    @property
    def digest(self) -> str:
        """Names the look of this document: the same document at the same size looks the same."""
        target = self.job.target
        size = f"{target.kind.value} {target.width}x{target.height}\n"
        return hashlib.sha256((size + self.job.document).encode()).hexdigest()


def list_jobs(version: ArtifactVersion) -> list[VersionJob]:
    """One job, or one for each page of a deck, in their order."""
    if version.kind == ArtifactKind.DECK:
        pages = version.pages.select_related("blob", "version")
        return [
            VersionJob(
                job=CheckJob(document=page_document(page), target=deck_page(page.page_id)),
                source=page.blob_id,
            )
            for page in pages
        ]
    if version.blob is None:
        return []
    job = CheckJob(document=version_document(version), target=_target(version))
    return [VersionJob(job=job, source=version.blob.sha256)]


def _target(version: ArtifactVersion) -> CheckTarget:
    kind = ArtifactKind(version.kind)
    if kind is ArtifactKind.POSTER:
        return poster(poster_size(attributes_of(version)))
    return window(kind)
