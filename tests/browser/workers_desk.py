"""The administrators' page of workers as a person finds it, and what it was told."""

import asyncio
import contextlib
import json
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.async_api import (
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    WebSocket,
    expect,
)

from engine.protocol.names import WORKER_KEY_PATTERN, engine_alive_key
from tests.browser.chat import Chat
from tests.browser.product import Product
from tests.browser.wire_recorder import WireRecorder
from webapp.core.environment import PROJECT_ROOT

PATH = "/admin/workers/"
SECOND_MODEL = "glm-nano-second"
EMAIL, PASSWORD = "root@example.org", "a password for this test"
# The worker that a test may speak for.
SCRIPTED_ID = "engine@gpu-1"
PATIENCE_SECONDS = 60.0
TOLD_MS = 120_000.0
LOOK_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Seen:
    """One worker in one frame, and when the frame came (monotonic seconds)."""

    at: float
    worker: dict[str, Any]

    @property
    def state(self) -> str:
        state: str = self.worker["view_state"]
        return state

    @property
    def reason(self) -> str:
        reason: str = self.worker["view_reason"]
        return reason


@contextmanager
def administered_product() -> Iterator[Product]:
    """An installation with two engine workers and an administrator. Beside their model lies another
    one, which has the same weights."""
    home = Path(tempfile.mkdtemp(prefix="atelier-dashboard-"))
    models = home / "models"
    models.mkdir()
    for name in ("glm-nano", SECOND_MODEL):
        (models / name).symlink_to(PROJECT_ROOT / "models" / "glm-nano")
    running = Product(home, str(models / "glm-nano"), engines=2)
    try:
        running.start()
        account = ["--email", EMAIL, "--password-stdin"]
        running.run_python(["manage.py", "create_admin", *account], PASSWORD)
        yield running
    finally:
        running.stop()
        shutil.rmtree(home, ignore_errors=True)


def statuses(product: Product) -> dict[str, dict[str, Any]]:
    """What each worker said last."""
    with contextlib.closing(product.redis()) as redis:
        texts: Any = [redis.get(key) for key in redis.scan_iter(match=WORKER_KEY_PATTERN)]
    found = [json.loads(text) for text in texts if text]
    return {status["worker_id"]: status for status in found}


async def begin(
    wish: str, context: BrowserContext, product: Product
) -> tuple[Chat, WireRecorder, str]:
    """Asks for a made thing; returns, while it is being written, also which worker does that."""
    page = await context.new_page()
    chat, wire = Chat(page), WireRecorder(page)
    await chat.open()
    await chat.send(wish)
    await wire.wait_for("artifact.delta", count=1)
    with contextlib.closing(product.redis()) as redis:
        holders: Any = [redis.get(key) for key in redis.scan_iter(match=engine_alive_key("*"))]
    (worker_id,) = {holder for holder in holders if holder}
    return chat, wire, worker_id


class Desk:
    """One tab. What its console complained about is in `problems`."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.problems: list[str] = []
        self._seen: list[Seen] = []
        page.on("console", self._note_console)
        page.on("pageerror", lambda error: self.problems.append(f"uncaught: {error}"))
        page.on("websocket", self._listen)

    def _note_console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.problems.append(f"{message.type}: {message.text} {message.location.get('url')}")

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framereceived", self._note_frame)

    def _note_frame(self, payload: str | bytes) -> None:
        frame = json.loads(payload)
        if frame.get("type") == "workers":
            now = time.monotonic()
            self._seen += [Seen(now, worker) for worker in frame["workers"]]

    async def sign_in(self, email: str, password: str) -> None:
        """As a stranger would come: the page asks who that is, and leads back."""
        await self.page.goto(PATH)
        await self.page.get_by_label("E-mail address").fill(email)
        await self.page.get_by_label("Password").fill(password)
        await self.page.get_by_role("button", name="Log in").click()
        await expect(self.page.get_by_role("heading", name="Workers")).to_be_visible()

    def card(self, worker: dict[str, Any]) -> Locator:
        """The card of a worker, by its status."""
        name = f"Worker {worker['host']} · {worker['pid']}"
        return self.page.get_by_role("listitem", name=name, exact=True)

    async def do(self, worker: dict[str, Any], action: str, reason: str) -> float:
        """Chooses from the card's menu and confirms; returns when that was (monotonic)."""
        dialog = await self.ask_for(worker, action)
        await dialog.get_by_label("Reason").fill(reason)
        begun = time.monotonic()
        await dialog.get_by_role("button", name=action).click()
        await expect(dialog).to_be_hidden()
        return begun

    async def ask_for(self, worker: dict[str, Any], action: str) -> Locator:
        """Chooses from the card's menu; the dialog that asks for a confirmation."""
        await self.card(worker).get_by_role("button", name="Actions for").click()
        await self.page.get_by_role("menuitem", name=f"{action} …").click()
        return self.page.get_by_role("dialog")

    async def read_audit(self, reason: str) -> str:
        """The row of the audit log with this reason, as an administrator reads it there."""
        page = await self.page.context.new_page()
        await page.goto("/admin/administration/auditentry/")
        row = page.get_by_role("row").filter(has_text=reason)
        text = await row.inner_text()
        await page.close()
        return text

    def expect_told(self, text: str) -> asyncio.Task[None]:
        """Begins to look for a note at the edge of the page, which goes by itself."""
        note = self.page.get_by_role("region", name="Notifications").get_by_text(text)
        return asyncio.ensure_future(expect(note).to_be_visible(timeout=TOLD_MS))

    async def wait_for(
        self, worker_id: str, is_wanted: Callable[[Seen], bool], since: float
    ) -> Seen:
        """The first frame since then in which the worker is as wanted."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                for seen in self._seen:
                    is_it = seen.at >= since and seen.worker["worker_id"] == worker_id
                    if is_it and is_wanted(seen):
                        return seen
                await asyncio.sleep(LOOK_SECONDS)

    async def wait_for_state(self, worker_id: str, state: str, since: float = 0.0) -> Seen:
        """The same, by the state."""
        return await self.wait_for(worker_id, lambda seen: seen.state == state, since)
