"""One Chromium for all checks of made things."""

from collections.abc import Iterator

import pytest

from engine.training.evaluation.browser import Theater, open_theater


# Of a module, not of the session: while it is open, its event loop runs in this very thread, where
# no test of another module could run one of its own.
@pytest.fixture(scope="module")
def theater() -> Iterator[Theater]:
    with open_theater() as opened:
        yield opened
