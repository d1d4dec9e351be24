"""The newest XID of each GPU: the driver's number for what went wrong.

NVML keeps events in a queue; they are taken without waiting. A driver that knows no events (in some
containers and virtual machines) gives none.
"""

import logging
from typing import Any

logger = logging.getLogger(__name__)
# So many at once are enough: what is left in the queue is taken at the next reading.
MOST_AT_ONCE = 64


class XidEvents:
    """`last` holds the newest XID by the GPU's index."""

    def __init__(self, nvml: Any) -> None:
        self._nvml = nvml
        self._events: Any = None
        self.last: dict[int, int] = {}
        try:
            self._events = self._register()
        except Exception as error:  # noqa: BLE001 (NVML raises a class for each of its answers)
            logger.info("XID events cannot be read: %s", error)

    def read(self) -> None:
        """Take what happened since the last call."""
        if self._events is None:
            return
        for _ in range(MOST_AT_ONCE):
            try:
                event = self._nvml.nvmlEventSetWait_v2(self._events, 0)
            except Exception as error:  # noqa: BLE001 (an empty queue is told as a timeout)
                logger.debug("No more XID events: %s", error)
                return
            index = int(self._nvml.nvmlDeviceGetIndex(event.device))
            self.last[index] = int(event.eventData)
            logger.error("GPU %d reports XID %d", index, self.last[index])

    def _register(self) -> Any:
        nvml = self._nvml
        events = nvml.nvmlEventSetCreate()
        for index in range(nvml.nvmlDeviceGetCount()):
            gpu = nvml.nvmlDeviceGetHandleByIndex(index)
            nvml.nvmlDeviceRegisterEvents(gpu, nvml.nvmlEventTypeXidCriticalError, events)
        return events
