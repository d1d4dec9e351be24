"""A folder for a model of a published geometry whose weights are noise: nothing is downloaded."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.errors import EngineError
from engine.model.published import PublishedName
from engine.protocol import ErrorCode
from engine.testing.published_folder import write_published_folder


@contextmanager
def random_model_folder(name: PublishedName, num_layers: int | None) -> Iterator[Path]:
    """All files but the weights, for as long as the block; named after the geometry.

    Raises EngineError for a number of layers that the geometry does not have.
    """
    with tempfile.TemporaryDirectory(prefix="atelier-bench-") as parent:
        folder = Path(parent) / f"random-{name}"
        try:
            write_published_folder(folder, name, num_layers=num_layers)
        except ValueError as error:
            raise EngineError(ErrorCode.INVALID_REQUEST, f"{error}.") from error
        yield folder
