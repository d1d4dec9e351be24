"""One export from its row to its file, in a thread beside the loop that owns the browser.

The loop draws and counts; this thread writes the row, keeps the lease and sees a cancellation.
"""

import concurrent.futures
from collections.abc import Awaitable, Callable
from typing import Protocol
from uuid import UUID

import structlog
from pydantic import ValidationError

from engine.protocol import ErrorCode
from webapp.exports.contents import ExportedFile, ExportFailed, ExportSource, Progress
from webapp.exports.exporting import export
from webapp.exports.formats import ExportFormat, ExportOptions
from webapp.exports.leases import claim_export, fail_export, finish_export, keep_lease
from webapp.exports.models import Export
from webapp.exports.sources import read_source
from webapp.rendering.browser.errors import RenderError
from webapp.rendering.browser.pool import RenderPool

LOOK_SECONDS = 0.5
MAX_SECONDS = 1800.0
log = structlog.get_logger(__name__)


class PoolLoop(Protocol):
    """The loop that owns the render pool."""

    def submit(
        self, work: Callable[[RenderPool], Awaitable[ExportedFile]]
    ) -> concurrent.futures.Future[ExportedFile]:
        """Starts `work` on the loop; cancelling the future cancels the work."""
        ...


def run_export(id: UUID, loop: PoolLoop, *, look_seconds: float = LOOK_SECONDS) -> None:
    """Makes the export if nobody else does. Every end is in the row; nothing is raised."""
    claimed = claim_export(id)
    if claimed is None:
        return
    progress = Progress()
    try:
        source = read_source(claimed.version)
        options = ExportOptions.model_validate(claimed.options)
        file = _make(claimed, source, options, loop, progress, look_seconds)
    except ExportFailed as error:
        log.info("export_failed", export=str(id), reason=str(error))
        fail_export(claimed, ErrorCode.SERVICE_UNAVAILABLE, str(error), progress)
    except RenderError as error:
        log.warning("export_without_browser", export=str(id), reason=str(error))
        fail_export(claimed, ErrorCode.SERVICE_UNAVAILABLE, str(error), progress)
    except ValidationError:
        log.exception("export_row_faulty", export=str(id))
        fail_export(claimed, ErrorCode.INTERNAL_ERROR, "The export was stored wrongly.", progress)
    except OSError as error:
        log.exception("export_not_stored", export=str(id))
        message = f"The file could not be stored ({error.strerror}); ask the administrator."
        fail_export(claimed, ErrorCode.STORAGE_FULL, message, progress)
    except Exception:
        log.exception("export_broke", export=str(id))
        message = "Something went wrong while the file was made; try again."
        fail_export(claimed, ErrorCode.INTERNAL_ERROR, message, progress)
    else:
        if file is not None:
            log.info("export_done", export=str(id), bytes=len(file.data))


def _make(
    claimed: Export,
    source: ExportSource,
    options: ExportOptions,
    loop: PoolLoop,
    progress: Progress,
    look_seconds: float,
) -> ExportedFile | None:
    """The file, kept; None if it was cancelled or another worker has taken over."""
    kind = ExportFormat(claimed.format)
    future = loop.submit(lambda pool: export(source, kind, options, pool, progress))
    looks = 0
    while True:
        try:
            file = future.result(timeout=look_seconds)
        except concurrent.futures.TimeoutError:
            looks += 1
            if not keep_lease(claimed, progress):
                future.cancel()
                return None
            if looks * look_seconds > MAX_SECONDS:
                future.cancel()
                raise ExportFailed(
                    "The export took more than half an hour; export fewer pages."
                ) from None
        else:
            return file if finish_export(claimed, file, progress) else None
