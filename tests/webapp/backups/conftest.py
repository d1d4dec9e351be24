from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.postgres import running_postgres


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL server with an empty database."""
    with running_postgres() as url:
        yield url


@pytest.fixture
def home(tmp_path: Path, settings: object) -> Path:
    """The data folder of the installation that is backed up."""
    folder = tmp_path / "home"
    folder.mkdir()
    settings.ATELIER_HOME = folder  # type: ignore[attr-defined]
    return folder
