"""The database of the test run, for threads and processes that a test starts itself."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar
from urllib.parse import urlsplit

from django.db import connection, connections

from webapp.config.settings import ATELIER

P = ParamSpec("P")
R = TypeVar("R")


def database_url() -> str:
    """The address of the database that the tests use, as DATABASE_URL of a process."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return urlsplit(ATELIER.database_url)._replace(path=f"/{name}").geturl()


def closing_connections(action: Callable[P, R]) -> Callable[P, R]:
    """The same action; afterwards the thread that called it holds no connection."""

    def act(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return action(*args, **kwargs)
        finally:
            connections.close_all()

    return act
