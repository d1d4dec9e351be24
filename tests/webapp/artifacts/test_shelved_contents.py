from webapp.artifacts.contents import prepare_content
from webapp.core.events import ArtifactKind
from webapp.shelf.catalog import read_catalog

CDN = "https://cdn.jsdelivr.net/npm/d3@7"


def test_a_document_is_kept_with_the_addresses_of_the_shelf() -> None:
    prepared = prepare_content(ArtifactKind.HTML, f'<script src="{CDN}"></script>')
    target = read_catalog().script("d3")
    assert prepared.text == f'<script src="{target}"></script>'
    assert prepared.report == f"From the shelf: {CDN} is now {target}."


def test_what_does_not_exist_is_told_and_stays() -> None:
    text = '<script src="https://code.jquery.com/jquery.js"></script>'
    prepared = prepare_content(ArtifactKind.DECK, text)
    assert prepared.text == text
    assert "jquery is not on the shelf" in prepared.report


def test_code_keeps_its_addresses() -> None:
    text = f'<script src="{CDN}"></script>'
    assert prepare_content(ArtifactKind.CODE, text).text == text
