"""The installations that faults need, made in a folder and taken away again."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.faults.base import Site
from tests.faults.plant import Plant


class SiteUnavailable(Exception):
    """This machine lacks what the installation needs; the text is a sentence."""


@contextmanager
def open_site(site: Site, folder: Path) -> Iterator[Plant]:
    """A started installation of this kind. Raises SiteUnavailable."""
    variables = {"ATELIER_ENGINES": "2"} if site is Site.TWO_ENGINES else {}
    if site not in (Site.PLAIN, Site.TWO_ENGINES):
        raise SiteUnavailable(f"There is no site of the kind {site}.")
    plant = Plant(folder, variables)
    try:
        plant.start()
        yield plant
    finally:
        plant.stop()
