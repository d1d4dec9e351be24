"""Made HTML, SVG and scripts are never a document of the app's origin, whichever route carries
them: every route that names an artifact, a page or a publication is asked."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from tests.webapp.publications.conftest import browser, owner_of, publish, store, store_deck
from webapp.artifacts.models import ArtifactVersion
from webapp.core.events import ArtifactKind

pytestmark = pytest.mark.django_db

MARK = "made-content-mark"
HTML = f"<!doctype html><script>alert('{MARK}')</script>"
SVG = f'<svg xmlns="http://www.w3.org/2000/svg"><script>alert("{MARK}")</script></svg>'
KINDS = (ArtifactKind.HTML, ArtifactKind.SVG, ArtifactKind.POSTER, ArtifactKind.MERMAID)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: Any) -> None:
    settings.ATELIER_HOME = tmp_path


def routes(patterns: Any = None, prefix: str = "") -> Iterator[str]:
    for one in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(one, URLResolver):
            yield from routes(one.url_patterns, prefix + str(one.pattern))
        elif isinstance(one, URLPattern):
            yield f"/{prefix}{one.pattern}"


def filled(route: str, version: ArtifactVersion, slug: str) -> str:
    page = version.pages.first()
    values = {
        "<uuid:artifact>": str(version.artifact_id),
        "<int:number>": str(version.number),
        "<str:page_id>": page.page_id if page else "00000001",
        "<slug:slug>": slug,
        "<uuid:id>": str(version.artifact.conversation_id),
        "<uuid:conversation>": str(version.artifact.conversation_id),
    }
    for name, value in values.items():
        route = route.replace(name, value)
    return route


@pytest.mark.parametrize("kind", [*KINDS, ArtifactKind.DECK])
def test_made_content_is_never_a_document_of_the_app(kind: ArtifactKind) -> None:
    content = SVG if kind is ArtifactKind.SVG else HTML
    version = store_deck(content) if kind is ArtifactKind.DECK else store(kind, content)
    slug = publish(version, "public")["slug"]
    person = browser(owner_of(version))
    carried = 0
    for route in routes():
        # The others ask further processes and carry nothing.
        if "<" not in route and route != "/api/publications":
            continue
        answer = person.get(filled(route, version, slug))
        body = b"" if answer.streaming else answer.content
        if answer.status_code != 200 or MARK.encode() not in body:
            continue
        carried += 1
        assert answer["X-Content-Type-Options"] == "nosniff", route
        kept = answer["Content-Type"].partition(";")[0]
        if kept == "application/octet-stream":
            assert answer["Content-Disposition"].startswith("attachment"), route
            assert "sandbox" in answer["Content-Security-Policy"], route
        else:
            assert kept == "application/json", route
    assert carried >= (1 if kind is ArtifactKind.DECK else 2)


def test_no_route_of_the_app_leads_to_the_shelf_or_to_publications() -> None:
    version = store()
    slug = publish(version)["slug"]
    person = browser(owner_of(version))
    for path in (f"/p/{slug}", f"/p/{slug}/1", "/lib/d3/d3.js", f"/static/published/{slug}/1.txt"):
        assert person.get(path).status_code == 404
