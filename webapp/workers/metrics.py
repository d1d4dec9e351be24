"""`/metrics` in Prometheus' text format, made of the statuses that workers keep in Redis.

Names and meanings are vLLM's with our prefix (docs.vllm.ai, design/metrics), so that its boards
are easily adapted; what it has no name for is ours.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from engine.protocol import DeviceStatus, Quantiles, WorkerStatus
from webapp.workers.cluster import Cluster
from webapp.workers.states import ViewState, view_state

PREFIX = "atelier_"
_WORKER = ("model", "worker")
_Read = Callable[[WorkerStatus], float | None]
_GAUGES: Mapping[str, tuple[str, _Read]] = {
    "num_requests_running": ("Requests that are being answered.", lambda s: s.running),
    "num_requests_waiting": ("Requests that wait in the engine.", lambda s: s.waiting),
    "max_requests_running": ("Requests that may be answered at once.", lambda s: s.max_running),
    "kv_cache_usage_perc": (
        "Share of the KV cache in use, 0 to 1.",
        lambda s: s.kv_blocks_used / s.kv_blocks_total if s.kv_blocks_total else None,
    ),
    "generation_tokens_per_second": ("Tokens written lately.", lambda s: s.tokens_per_second),
    "prompt_tokens_per_second": ("Tokens read lately.", lambda s: s.prompt_tokens_per_second),
    "decode_roofline_ratio": (
        "Share of the memory's bandwidth that decoding reaches, 0 to 1.",
        lambda s: s.roofline_share,
    ),
    "step_seconds": ("Average duration of a step.", lambda s: s.step_ms / 1000),
    "step_host_seconds": (
        "Average part of a step in which only the host works.",
        lambda s: s.host_ms_per_step / 1000,
    ),
    "worker_started_seconds": ("Unix time of the worker's start.", lambda s: s.started_at),
    "worker_heartbeat_seconds": ("Unix time of its last sign of life.", lambda s: s.updated_at),
}
_COUNTERS: Mapping[str, tuple[str, Callable[[WorkerStatus], float]]] = {
    "prompt_tokens": ("Prompt tokens computed.", lambda s: s.prompt_tokens),
    "generation_tokens": ("Tokens generated.", lambda s: s.generated_tokens),
    "prefix_cache_queries": ("Prompt tokens looked up.", lambda s: s.prefix_query_tokens),
    "prefix_cache_hits": ("Prompt tokens found.", lambda s: s.prefix_hit_tokens),
    "kv_cache_evictions": ("Blocks dropped from the prefix cache.", lambda s: s.evictions),
    "num_preemptions": ("Requests put back to wait.", lambda s: s.preemptions),
    "spec_decode_num_draft_tokens": ("Tokens drafted.", lambda s: s.drafted_tokens),
    "spec_decode_num_accepted_tokens": ("Drafts kept.", lambda s: s.accepted_draft_tokens),
    "corrupted_requests": (
        "Requests with a logit that is no number.",
        lambda s: s.corrupted_requests,
    ),
    "retried_requests": ("Requests that came as a further attempt.", lambda s: s.retried_requests),
    "engine_steps": ("Steps of the engine.", lambda s: s.steps),
}
_LATENCIES: Mapping[str, tuple[str, Callable[[WorkerStatus], Quantiles | None]]] = {
    "time_to_first_token_seconds": ("Until the first token.", lambda s: s.time_to_first_token),
    "inter_token_latency_seconds": ("Between two tokens.", lambda s: s.inter_token),
    "e2e_request_latency_seconds": ("Until the last token.", lambda s: s.end_to_end),
}
_DEVICES: Mapping[str, tuple[str, Callable[[DeviceStatus], float | None]]] = {
    "device_utilization_ratio": ("Busy share, 0 to 1.", lambda d: d.utilization),
    "device_memory_used_bytes": ("Memory in use.", lambda d: d.memory_used_bytes),
    "device_memory_total_bytes": ("Memory that there is.", lambda d: d.memory_total_bytes),
    "device_power_watts": ("Power drawn.", lambda d: d.power_watts),
    "device_power_limit_watts": ("Power allowed.", lambda d: d.power_limit_watts),
    "device_temperature_celsius": ("Temperature.", lambda d: d.temperature_celsius),
    "device_clock_mhz": ("Clock.", lambda d: d.clock_mhz),
    "device_memory_clock_mhz": ("Clock of the memory.", lambda d: d.memory_clock_mhz),
    "device_ecc_errors": ("Uncorrected memory errors.", lambda d: d.ecc_errors),
}


def write_metrics(statuses: Sequence[WorkerStatus], cluster: Cluster, now: float) -> str:
    """The text of one scrape at the Unix time `now`."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Scrape(statuses, cluster, now))
    return generate_latest(registry).decode()


class _Scrape(Collector):
    def __init__(self, statuses: Sequence[WorkerStatus], cluster: Cluster, now: float) -> None:
        self._statuses, self._cluster, self._now = statuses, cluster, now

    def collect(self) -> Iterator[Metric]:
        """Every family of this moment."""
        yield from _list_worker_families(self._statuses, self._now)
        yield from _list_outcomes(self._statuses)
        yield from _list_latencies(self._statuses)
        yield from _list_devices(self._statuses)
        yield from _list_cluster_families(self._cluster, self._now)


def _list_worker_families(statuses: Sequence[WorkerStatus], now: float) -> Iterator[Metric]:
    states = GaugeMetricFamily(
        f"{PREFIX}worker_state", "1 for the state of the worker.", labels=[*_WORKER, "state"]
    )
    facts = ("host", "device", "dtype", "weight_format", "revision")
    info = GaugeMetricFamily(
        f"{PREFIX}worker_info", "What the worker is.", labels=[*_WORKER, *facts]
    )
    for status in statuses:
        seen = view_state(status, now).state
        for state in ViewState:
            states.add_metric([*_labels(status), state.value], float(state is seen))
        info.add_metric([*_labels(status), *(getattr(status, name) for name in facts)], 1.0)
    yield states
    yield info
    for name, (text, read) in _GAUGES.items():
        gauge = GaugeMetricFamily(PREFIX + name, text, labels=_WORKER)
        _fill(gauge, ((_labels(status), read(status)) for status in statuses))
        yield gauge
    for name, (text, count) in _COUNTERS.items():
        counter = CounterMetricFamily(PREFIX + name, text, labels=_WORKER)
        for status in statuses:
            counter.add_metric(_labels(status), count(status))
        yield counter


def _list_outcomes(statuses: Sequence[WorkerStatus]) -> Iterator[Metric]:
    success = CounterMetricFamily(
        f"{PREFIX}request_success",
        "Requests by how they ended.",
        labels=[*_WORKER, "finished_reason"],
    )
    failure = CounterMetricFamily(
        f"{PREFIX}request_failure", "Requests that failed, by code.", labels=[*_WORKER, "code"]
    )
    for status in statuses:
        for counter, counts in ((success, status.finished), (failure, status.errors)):
            for reason, count in sorted(counts.items()):
                counter.add_metric([*_labels(status), reason], count)
    yield success
    yield failure


def _list_latencies(statuses: Sequence[WorkerStatus]) -> Iterator[Metric]:
    for name, (text, read) in _LATENCIES.items():
        gauge = GaugeMetricFamily(
            PREFIX + name, f"{text} Of the newest requests.", labels=[*_WORKER, "quantile"]
        )
        for status in statuses:
            found = read(status)
            for quantile in ("0.5", "0.9", "0.99") if found else ():
                value = getattr(found, f"p{quantile[2:].ljust(2, '0')}")
                gauge.add_metric([*_labels(status), quantile], value)
        yield gauge


def _list_devices(statuses: Sequence[WorkerStatus]) -> Iterator[Metric]:
    for name, (text, read) in _DEVICES.items():
        gauge = GaugeMetricFamily(PREFIX + name, text, labels=[*_WORKER, "device"])
        _fill(
            gauge,
            (
                ([*_labels(status), str(device.index)], read(device))
                for status in statuses
                for device in status.devices
            ),
        )
        yield gauge


def _list_cluster_families(cluster: Cluster, now: float) -> Iterator[Metric]:
    queues = GaugeMetricFamily(
        f"{PREFIX}queue_depth", "Messages that no worker has taken.", labels=["queue"]
    )
    _fill(queues, (([name], depth) for name, depth in cluster.queues.items()))
    turns = GaugeMetricFamily(f"{PREFIX}turns", "Turns that have not ended.", labels=["state"])
    _fill(turns, (([state], count) for state, count in cluster.turns.items()))
    oldest = cluster.oldest_queued_at
    waiting = max(0.0, now - oldest.timestamp()) if oldest is not None else 0.0
    yield queues
    yield turns
    yield from (
        GaugeMetricFamily(PREFIX + name, text, value=value)
        for name, text, value in (
            ("oldest_queued_turn_seconds", "How long the longest waiting turn waits.", waiting),
            ("redis_memory_bytes", "Memory that Redis uses.", cluster.redis_bytes),
            ("redis_memory_max_bytes", "Memory that it may use, 0: all.", cluster.redis_max_bytes),
            ("database_bytes", "Size of the database.", cluster.database_bytes),
            ("disk_free_bytes", "Free on the disk of the data folder.", cluster.disk_free_bytes),
            ("disk_total_bytes", "Size of that disk.", cluster.disk_total_bytes),
        )
    )


def _labels(status: WorkerStatus) -> list[str]:
    return [status.model, status.worker_id]


def _fill(gauge: GaugeMetricFamily, values: Iterable[tuple[Sequence[str], float | None]]) -> None:
    """Add every value that is known."""
    for labels, value in values:
        if value is not None:
            gauge.add_metric(labels, value)
