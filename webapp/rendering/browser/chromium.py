"""One running Chromium: started confined, asked for pages, ended for good."""

import asyncio
import contextlib
import os
import tempfile
import time
import uuid
from pathlib import Path

import psutil
from playwright.async_api import (
    Browser,
    BrowserContext,
    Error,
    Playwright,
    ViewportSize,
    async_playwright,
)

from webapp.rendering.browser.confinement import (
    Confinement,
    start_arguments,
    start_environment,
    write_start_script,
)
from webapp.rendering.browser.errors import BrowserLost
from webapp.rendering.browser.incidents import IncidentLog
from webapp.rendering.browser.memory import (
    find_process,
    list_renderers,
    list_tree,
    own_bytes,
    tree_bytes,
)
from webapp.rendering.browser.page import RenderPage
from webapp.rendering.browser.requests import LibraryFile, RequestAnswers

START_SECONDS = 30.0
CLOSE_SECONDS = 3.0
OPEN_SECONDS = 20.0
LIST_SECONDS = 2.0
# What the frame takes away from made things too.
_NO_CONNECTIONS = """for (const name of ["RTCPeerConnection", "webkitRTCPeerConnection",
  "RTCDataChannel", "RTCIceTransport", "WebTransport"]) Reflect.deleteProperty(window, name);"""


class Chromium:
    """A browser and the Playwright driver that speaks to it."""

    def __init__(self, playwright: Playwright, browser: Browser, process: psutil.Process) -> None:
        self._playwright = playwright
        self._browser = browser
        self._process = process
        self._opening = asyncio.Lock()
        self._renderers: list[psutil.Process] = []
        self._listed_at = 0.0
        self.pages_open = 0
        self.pages_served = 0
        self.is_retired = False

    @classmethod
    async def start(cls, program: Path, confinement: Confinement) -> "Chromium":
        """Start `program` held this way. Raises playwright's Error if that does not work."""
        playwright = await async_playwright().start()
        sign = f"--atelier-pool={uuid.uuid4().hex}"
        try:
            with tempfile.TemporaryDirectory(prefix="atelier-chromium-") as folder:
                script = write_start_script(Path(folder), program, confinement)
                browser = await playwright.chromium.launch(
                    executable_path=script,
                    chromium_sandbox=confinement.sandbox,
                    args=[*start_arguments(), sign],
                    env={**start_environment()},
                    timeout=START_SECONDS * 1000,
                    handle_sigint=False,
                    handle_sigterm=False,
                    handle_sighup=False,
                )
            process = await asyncio.to_thread(find_process, sign)
            if process is None:
                raise BrowserLost("The browser ended right after its start.")
        except BaseException:
            await playwright.stop()
            raise
        return cls(playwright, browser, process)

    @property
    def is_alive(self) -> bool:
        """True while the browser answers."""
        return self._browser.is_connected()

    @property
    def pid(self) -> int:
        """The browser's process id."""
        return int(self._process.pid)

    async def open_page(
        self, *, width: int, height: int, scale: float, library_file: LibraryFile
    ) -> tuple[BrowserContext, RenderPage]:
        """A fresh context with one page. Raises playwright's Error if the browser has ended, and
        TimeoutError if it does not answer."""
        async with asyncio.timeout(OPEN_SECONDS):
            return await self._open_page(width, height, scale, library_file)

    async def _open_page(
        self, width: int, height: int, scale: float, library_file: LibraryFile
    ) -> tuple[BrowserContext, RenderPage]:
        # One after the other, so that new processes are known to be those of the new page.
        async with self._opening:
            before = set(await asyncio.to_thread(list_renderers, self._process))
            context = await self._browser.new_context(
                viewport=ViewportSize(width=width, height=height),
                device_scale_factor=scale,
                reduced_motion="reduce",
                service_workers="block",
                accept_downloads=False,
                locale="en-US",
                timezone_id="UTC",
            )
            page = await context.new_page()
            after = await asyncio.to_thread(list_renderers, self._process)
        self._renderers, self._listed_at = after, time.monotonic()
        processes = [process for process in after if process not in before]
        incidents = IncidentLog()
        answers = RequestAnswers(library_file, incidents)
        await context.add_init_script(_NO_CONNECTIONS)
        await context.route("**/*", answers.answer)
        context.on("page", lambda popup: popup.close())
        page.on("websocket", incidents.note_socket)
        devtools = await context.new_cdp_session(page)
        devtools.on("Runtime.consoleAPICalled", incidents.note_console)
        devtools.on("Runtime.exceptionThrown", incidents.note_exception)
        devtools.on("Log.entryAdded", incidents.note_log_entry)
        await asyncio.gather(devtools.send("Runtime.enable"), devtools.send("Log.enable"))
        return context, RenderPage(page, devtools, answers, incidents, processes)

    async def close_page(self, context: BrowserContext) -> None:
        """End a context with its page; a browser that cannot do that is killed."""
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await context.close()
        except TimeoutError:
            self.kill()
        except Error:
            return  # The browser has gone, and the page with it.

    async def close(self) -> None:
        """End the browser and its driver, whatever state they are in."""
        driver = self._find_driver()
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await self._browser.close()
        except (TimeoutError, Error):
            self.kill()
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await self._playwright.stop()
        except (TimeoutError, Error):
            if driver is not None:
                with contextlib.suppress(psutil.NoSuchProcess):
                    driver.kill()

    def kill(self) -> None:
        """End the browser at once."""
        for process in list_tree(self._process):
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()

    def kill_greedy_renderers(self, limit_bytes: int) -> int:
        """End every process of pages that holds more than `limit_bytes`; returns how many.

        Cheap enough to be asked all the time: processes are listed anew only now and then.
        """
        if time.monotonic() - self._listed_at > LIST_SECONDS:
            self._renderers, self._listed_at = list_renderers(self._process), time.monotonic()
        greedy = [process for process in self._renderers if own_bytes(process) > limit_bytes]
        for process in greedy:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        return len(greedy)

    def measure_bytes(self) -> int:
        """Memory of the browser, all its children, and the driver that speaks to it."""
        driver = self._find_driver()
        return tree_bytes([*list_tree(self._process), *([driver] if driver is not None else [])])

    def _find_driver(self) -> psutil.Process | None:
        """The browser's parent, but never ourselves."""
        try:
            parent = self._process.parent()
        except psutil.NoSuchProcess:
            return None
        return parent if parent is not None and parent.pid != os.getpid() else None
