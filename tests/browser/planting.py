"""Getting a document of our own into the preview: it is stored, and its owner opens the chat."""

import json
from typing import Any

from playwright.async_api import BrowserContext

from tests.browser.chat import Chat
from tests.browser.product import Product

Document = dict[str, Any]


def html_document(title: str, content: str) -> Document:
    """A page under this title."""
    identifier = title.lower().replace(" ", "-")
    return {"identifier": identifier, "kind": "html", "title": title, "content": content}


def deck(title: str, pages: list[tuple[str, str]], *, theme: str = "Ember") -> Document:
    """A deck with a page for each title and its notes."""
    identifier = title.lower().replace(" ", "-")
    documents = [
        {"title": name, "notes": notes, "content": f"<h1>{name}</h1><p>Slide of {title}</p>"}
        for name, notes in pages
    ]
    return {
        "identifier": identifier,
        "kind": "deck",
        "title": title,
        "theme": theme,
        "pages": documents,
    }


async def plant(
    product: Product,
    owner: BrowserContext,
    documents: list[Document],
    *,
    title: str = "Planted",
    answer: str = "Here they are.",
) -> str:
    """Stores a conversation of `owner` with these documents; returns its id."""
    session = await (await owner.request.get("/api/session")).json()
    wish = {
        "owner": session["user"]["id"],
        "title": title,
        "answer": answer,
        "documents": documents,
    }
    return product.run_python(["-m", "tests.browser.plant"], json.dumps(wish))


async def open_document(owner: BrowserContext, conversation: str, title: str) -> Chat:
    """A new tab of the owner with this document in the preview."""
    chat = Chat(await owner.new_page())
    await chat.open(f"/c/{conversation}")
    await chat.answers.get_by_role("button", name=title).click()
    return chat


def publish_planted(product: Product, conversation: str) -> dict[str, str]:
    """Publishes what was planted; returns the addresses by title."""
    wish = {"conversation": conversation, "app_origin": product.url}
    slugs = json.loads(product.run_python(["-m", "tests.browser.publish"], json.dumps(wish)))
    return {title: f"{product.artifact_url}/p/{slug}" for title, slug in slugs.items()}
