"""A page that is open before its model is: how far it is, until it can answer."""

from typing import Any

from playwright.async_api import BrowserContext, Route, expect

from tests.browser.chat import Chat
from tests.browser.looks import faint_texts, sideways_overflow


class LoadingModel:
    """Answers for the session as if its model were loading, until `loading` is None."""

    def __init__(self) -> None:
        self.loading: dict[str, Any] | None = None

    async def answer(self, route: Route) -> None:
        response = await route.fetch()
        session = await response.json()
        if self.loading is not None:
            session["models"][0] |= {"ready": False, "loading": self.loading}
        await route.fulfill(response=response, json=session)


async def test_a_loading_model_shows_how_far_it_is_until_it_is_ready(
    context: BrowserContext,
) -> None:
    model = LoadingModel()
    model.loading = {"text": "Loading weights: 43 of 108 GB, 2.1 GB/s", "progress": 0.4}
    await context.route("**/api/session", model.answer)
    chat = Chat(await context.new_page())
    await chat.page.set_viewport_size({"width": 360, "height": 740})
    await chat.open()
    bar = chat.page.get_by_role("progressbar", name="Loading glm-nano", exact=True)
    await expect(bar).to_have_attribute("value", "0.4")
    await expect(bar).to_have_accessible_description(model.loading["text"])
    assert await sideways_overflow(chat.page) == 0
    assert await faint_texts(chat.page) == []

    model.loading = {"text": "The worker is starting", "progress": None}
    await expect(bar).not_to_have_attribute("value", "0.4")
    await expect(chat.page.get_by_text("The worker is starting")).to_be_visible()

    model.loading = None
    await expect(bar).to_have_count(0)
    assert chat.problems == []
