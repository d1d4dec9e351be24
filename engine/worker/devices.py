"""What the hardware says of itself: GPUs by NVML, else the processor by psutil.

Read in a thread of its own, since a driver in trouble answers late or never. Each field is asked
for by itself: a device that does not know its power limit still tells its temperature.
"""

import contextlib
import importlib
import logging
import platform
import threading
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

import psutil

from engine.protocol import DeviceStatus
from engine.worker.xid_events import XidEvents

READ_SECONDS = 1.0
T = TypeVar("T")
logger = logging.getLogger(__name__)


class DeviceWatcher:
    """Owns the reading thread. `latest` is what was read last, at most for a second old."""

    def __init__(self, *, on_gpu: bool) -> None:
        self._read = _open_nvml() if on_gpu else partial(_read_processor, psutil.Process())
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="devices", daemon=True)
        self.latest: tuple[DeviceStatus, ...] = ()

    def start(self) -> None:
        """Begin to read."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread; one that hangs in the driver is left behind."""
        self._stopping.set()
        self._thread.join(READ_SECONDS)

    def _run(self) -> None:
        while not self._stopping.is_set():
            self.latest = self._read()
            self._stopping.wait(READ_SECONDS)


def _read_processor(process: psutil.Process) -> tuple[DeviceStatus, ...]:
    """`process` on this machine's processor: `utilization` is its share of all cores since the last
    reading of the same object."""
    memory = psutil.virtual_memory()
    cores = psutil.cpu_count() or 1
    used = process.cpu_percent() / 100 / cores
    clock = _try(lambda: psutil.cpu_freq().current)
    return (
        DeviceStatus(
            index=0,
            name=_processor_name(),
            utilization=min(1.0, used),
            memory_utilization=memory.percent / 100,
            memory_used_bytes=process.memory_info().rss,
            memory_total_bytes=memory.total,
            temperature_celsius=_try(_processor_temperature),
            clock_mhz=None if clock is None else round(clock),
        ),
    )


def _processor_name() -> str:
    with contextlib.suppress(OSError), open("/proc/cpuinfo", encoding="utf-8") as file:  # noqa: PTH123
        for line in file:
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _processor_temperature() -> float:
    readings = [one.current for found in psutil.sensors_temperatures().values() for one in found]
    return float(max(readings))


def _open_nvml() -> Callable[[], tuple[DeviceStatus, ...]]:
    """How GPUs are read; where NVML is not installed or does not start, none are."""
    try:
        nvml = importlib.import_module("pynvml")
        nvml.nvmlInit()
    except Exception as error:  # noqa: BLE001 (a driver's library fails in ways of its own)
        logger.info("GPUs cannot be read: %s", error)
        return tuple
    xids = XidEvents(nvml)
    return lambda: read_gpus(nvml, xids)


def read_gpus(nvml: Any, xids: XidEvents) -> tuple[DeviceStatus, ...]:
    """Every GPU that `nvml` (the module `pynvml`) sees."""
    count = _try(nvml.nvmlDeviceGetCount) or 0
    xids.read()
    return tuple(
        replace(_read_gpu(nvml, index), last_xid=xids.last.get(index)) for index in range(count)
    )


def _read_gpu(nvml: Any, index: int) -> DeviceStatus:
    gpu = _try(lambda: nvml.nvmlDeviceGetHandleByIndex(index))
    if gpu is None:
        return DeviceStatus(index=index, name="")
    rates = _try(lambda: nvml.nvmlDeviceGetUtilizationRates(gpu))
    memory = _try(lambda: nvml.nvmlDeviceGetMemoryInfo(gpu))
    return DeviceStatus(
        index=index,
        name=_try(lambda: _as_text(nvml.nvmlDeviceGetName(gpu))) or "",
        utilization=None if rates is None else rates.gpu / 100,
        memory_utilization=None if rates is None else rates.memory / 100,
        memory_used_bytes=None if memory is None else int(memory.used),
        memory_total_bytes=None if memory is None else int(memory.total),
        power_watts=_try(lambda: nvml.nvmlDeviceGetPowerUsage(gpu) / 1000),
        power_limit_watts=_try(lambda: nvml.nvmlDeviceGetEnforcedPowerLimit(gpu) / 1000),
        temperature_celsius=_try(
            lambda: float(nvml.nvmlDeviceGetTemperature(gpu, nvml.NVML_TEMPERATURE_GPU))
        ),
        clock_mhz=_try(lambda: int(nvml.nvmlDeviceGetClockInfo(gpu, nvml.NVML_CLOCK_SM))),
        memory_clock_mhz=_try(lambda: int(nvml.nvmlDeviceGetClockInfo(gpu, nvml.NVML_CLOCK_MEM))),
        throttle_reasons=_try(lambda: _list_throttle_reasons(nvml, gpu)) or (),
        ecc_errors=_try(
            lambda: int(
                nvml.nvmlDeviceGetTotalEccErrors(
                    gpu, nvml.NVML_MEMORY_ERROR_TYPE_UNCORRECTED, nvml.NVML_VOLATILE_ECC
                )
            )
        ),
    )


_REASONS = {
    "GpuIdle": "gpu_idle",
    "SwPowerCap": "software_power_cap",
    "HwSlowdown": "hardware_slowdown",
    "SwThermalSlowdown": "software_thermal_slowdown",
    "HwThermalSlowdown": "hardware_thermal_slowdown",
    "HwPowerBrakeSlowdown": "hardware_power_brake",
    "SyncBoost": "sync_boost",
}


def _list_throttle_reasons(nvml: Any, gpu: Any) -> tuple[str, ...]:
    bits = nvml.nvmlDeviceGetCurrentClocksThrottleReasons(gpu)
    found = [
        name
        for constant, name in _REASONS.items()
        if bits & getattr(nvml, f"nvmlClocksThrottleReason{constant}", 0)
    ]
    return tuple(found)


def _as_text(name: str | bytes) -> str:
    return name.decode("utf-8", "replace") if isinstance(name, bytes) else name


def _try(read: Callable[[], T]) -> T | None:
    """What `read` gives; None where the device does not know it."""
    try:
        return read()
    except Exception as error:  # noqa: BLE001 (NVML raises a class for each of its answers)
        logger.debug("A device does not tell: %s", error)
        return None
