"""A small picture of what is published: of a deck, its first page."""

from webapp.publications.models import Publication
from webapp.rendering.thumbnails import read_thumbnail
from webapp.rendering.version_jobs import list_jobs


def find_picture(publication: Publication) -> bytes | None:
    """The picture as WebP, or None where the version was not looked at."""
    jobs = list_jobs(publication.version)
    return read_thumbnail(jobs[0]) if jobs else None
