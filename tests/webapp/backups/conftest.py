from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from tests.postgres import running_postgres


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A PostgreSQL server: the address of its first database."""
    with running_postgres() as url:
        yield url


@pytest.fixture
def postgres_url(postgres_server: str) -> str:
    """The address of an empty database, of this test alone."""
    name = f"test_{uuid4().hex}"
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return f"{postgres_server.rpartition('/')[0]}/{name}"


@pytest.fixture
def home(tmp_path: Path, settings: object) -> Path:
    """The data folder of the installation that is backed up."""
    folder = tmp_path / "home"
    folder.mkdir()
    settings.ATELIER_HOME = folder  # type: ignore[attr-defined]
    return folder
