"""The few figures of each second that charts are drawn from, kept for an hour."""

import json

from redis.client import Pipeline

from engine.protocol import WorkerStatus
from engine.protocol.names import WORKER_SAMPLES, worker_samples_key

KEEP_SECONDS = 2 * 3600


def add_sample(pipeline: Pipeline, status: WorkerStatus) -> None:
    """Add the commands that keep the sample of this second.

    A sample is `{t, running, waiting, kv, in, out, util, mem, power, temp}`: Unix seconds, counts,
    the share of the KV cache, tokens per second read and written, and of the first device its
    utilization, memory in bytes, watts and degrees Celsius. What is not known is left out.
    """
    device = status.devices[0] if status.devices else None
    blocks = status.kv_blocks_total
    sample = {
        "t": round(status.updated_at, 1),
        "running": status.running,
        "waiting": status.waiting,
        "kv": round(status.kv_blocks_used / blocks, 4) if blocks else None,
        "in": round(status.prompt_tokens_per_second, 1),
        "out": round(status.tokens_per_second, 1),
        "util": device and device.utilization,
        "mem": device and device.memory_used_bytes,
        "power": device and device.power_watts,
        "temp": device and device.temperature_celsius,
    }
    known = {name: value for name, value in sample.items() if value is not None}
    key = worker_samples_key(status.worker_id)
    pipeline.xadd(key, {"sample": json.dumps(known)}, maxlen=WORKER_SAMPLES, approximate=True)
    pipeline.expire(key, KEEP_SECONDS)
