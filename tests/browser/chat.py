"""The page as a person finds it: by role and accessible name, as the contract lists them."""

import re
from typing import Any

from playwright.async_api import ConsoleMessage, Frame, FrameLocator, Locator, Page, expect

ANSWER_MS = 60_000


class Chat:
    """One tab. Everything that its consoles complained about is in `problems`."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.problems: list[str] = []
        page.on("console", self._note_console)
        page.on("pageerror", lambda error: self.problems.append(f"uncaught: {error}"))

    def _note_console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.problems.append(f"{message.type}: {message.text} {message.location.get('url')}")

    async def open(self, path: str = "/") -> None:
        """Goes to an address of the app and waits until a message can be written."""
        await self.page.goto(path)
        await expect(self.message).to_be_visible()

    @property
    def message(self) -> Locator:
        return self.page.get_by_role("textbox", name="Message", exact=True)

    @property
    def send_button(self) -> Locator:
        return self.page.get_by_role("button", name="Send", exact=True)

    @property
    def stop_button(self) -> Locator:
        return self.page.get_by_role("button", name="Stop", exact=True)

    @property
    def navigation(self) -> Locator:
        return self.page.get_by_role("navigation", name="Chats")

    @property
    def questions(self) -> Locator:
        return self.page.get_by_role("article", name="Your message")

    @property
    def answers(self) -> Locator:
        return self.page.get_by_role("article", name="Assistant message")

    @property
    def status(self) -> Locator:
        return self.page.get_by_role("status")

    @property
    def panel(self) -> Locator:
        return self.page.get_by_role("region", name="Artifact", exact=True)

    @property
    def alerts(self) -> Locator:
        return self.page.get_by_role("alert")

    @property
    def preview(self) -> FrameLocator:
        """The frame that shows the made thing (a new one comes in behind the one that shows)."""
        return self.page.frame_locator('iframe[title="Artifact preview"]:not(.coming)')

    async def send(self, text: str) -> None:
        """Writes a message and sends it with Enter."""
        await self.message.fill(text)
        await expect(self.send_button).to_be_enabled()
        await self.message.press("Enter")
        await expect(self.questions.last).to_contain_text(text[:40])

    async def wait_for_answer(self, count: int = 1) -> Locator:
        """The `count`-th answer on the page, once nothing is being written any more."""
        answer = self.answers.nth(count - 1)
        await expect(answer).to_be_visible(timeout=ANSWER_MS)
        await expect(answer).to_have_attribute("aria-busy", "false", timeout=ANSWER_MS)
        await expect(self.send_button).to_be_visible()
        return answer

    async def ask(self, text: str) -> Locator:
        """Sends a message and returns its complete answer."""
        count = await self.answers.count()
        await self.send(text)
        return await self.wait_for_answer(count + 1)

    async def conversation_id(self) -> str:
        """The id in the address, once the first message has made one."""
        await expect(self.page).to_have_url(re.compile(r"/c/[0-9a-f-]{36}$"))
        return self.page.url.rsplit("/", 1)[1]

    async def get_json(self, path: str) -> Any:
        """What the API answers to this person."""
        response = await self.page.request.get(path)
        assert response.ok, f"{path}: {response.status}"
        return await response.json()

    async def stored_conversation(self) -> dict[str, Any]:
        """What the database holds of the open conversation."""
        path = f"/api/conversations/{await self.conversation_id()}"
        stored: dict[str, Any] = await self.get_json(path)
        return stored

    @property
    def editor(self) -> Locator:
        """The source in the `Code` tab; only the lines in view are in it."""
        return self.panel.get_by_role("textbox", name="Source", exact=True)

    async def source(self) -> str:
        """The whole source that the panel shows, as its copy button gives it."""
        await self.panel.get_by_role("tab", name="Code").click()
        await expect(self.editor).to_be_visible()
        await self.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        await self.page.bring_to_front()
        await self.panel.get_by_role("button", name="Copy code").click()
        await expect(self.panel.get_by_title("Copied")).to_be_visible()
        source: str = await self.page.evaluate("navigator.clipboard.readText()")
        return source

    async def running_frame(self) -> Frame:
        """The frame in which a finished page runs; in a draft there is no script."""
        await self.preview.locator("script").first.wait_for(state="attached", timeout=ANSWER_MS)
        shown = self.page.locator('iframe[title="Artifact preview"]:not(.coming)')
        frame = await (await shown.element_handle()).content_frame()
        assert frame is not None
        return frame
