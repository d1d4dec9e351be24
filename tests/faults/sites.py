"""The installations that faults need, made in a folder and taken away again."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.faults.base import Site
from tests.faults.plant import Plant
from tests.faults.postgresql import PlantOnPostgreSQL, PostgreSQL, find_program
from tests.faults.small_disk import PlantOnSmallDisk


class SiteUnavailable(Exception):
    """This machine lacks what the installation needs; the text is a sentence."""


@contextmanager
def open_site(site: Site, folder: Path) -> Iterator[Plant]:
    """A started installation of this kind. Raises SiteUnavailable."""
    with _make(site, folder) as plant:
        try:
            plant.start()
            yield plant
        finally:
            plant.stop()


@contextmanager
def _make(site: Site, folder: Path) -> Iterator[Plant]:
    match site:
        case Site.PLAIN:
            yield Plant(folder)
        case Site.TWO_ENGINES:
            yield Plant(folder, {"ATELIER_ENGINES": "2"})
        case Site.POSTGRESQL:
            with _run_postgresql() as database:
                yield PlantOnPostgreSQL(folder, database)
        case Site.SMALL_DISK:
            plant = PlantOnSmallDisk(folder)
            if not plant.mount():
                raise SiteUnavailable("A small disk can be mounted by root only; run it as root.")
            try:
                yield plant
            finally:
                plant.unmount()


@contextmanager
def _run_postgresql() -> Iterator[PostgreSQL]:
    if find_program("initdb") is None:
        raise SiteUnavailable("PostgreSQL is not installed; install it, as by apt, and run again.")
    database = PostgreSQL()
    try:
        database.start()
        yield database
    finally:
        database.stop()
