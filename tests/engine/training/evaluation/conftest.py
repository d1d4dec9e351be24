"""One Chromium for all checks of made things."""

from collections.abc import Iterator

import pytest

from engine.training.evaluation.browser import Theater, open_theater


@pytest.fixture(scope="session")
def theater() -> Iterator[Theater]:
    with open_theater() as opened:
        yield opened
