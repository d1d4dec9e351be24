"""One confined Chromium for each module of tests."""

from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest
import pytest_asyncio

from webapp.core.environment import PROJECT_ROOT
from webapp.rendering.browser.pool import PoolOptions, RenderPool
from webapp.rendering.browser.program import find_chromium
from webapp.shelf.files import library_file

LIBRARY: Mapping[str, bytes] = {"/lib/greeter@1.0.0/greeter.js": b"window.greeting = 'hello';"}
PAGE_MEMORY_BYTES = 400 * 1024 * 1024


def find_file(path: str) -> bytes | None:
    """A file of the tests' own library, or of the shelf."""
    return LIBRARY.get(path) or library_file(path)


@pytest.fixture(scope="session")
def chromium() -> Path:
    program = find_chromium(PROJECT_ROOT / "var" / "chromium")
    assert program is not None, "There is no Chromium; run: make setup"
    return program


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pool(chromium: Path) -> AsyncIterator[RenderPool]:
    options = PoolOptions(program=chromium, page_memory_bytes=PAGE_MEMORY_BYTES)
    async with RenderPool(options, find_file) as running:
        yield running
