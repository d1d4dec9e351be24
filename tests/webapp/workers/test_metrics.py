"""What Prometheus reads, who may read it, and that boards and alerts name what there is."""

import json
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.test import Client, override_settings
from prometheus_client.parser import text_string_to_metric_families
from pydantic import TypeAdapter
from redis import Redis

from engine.protocol import DeviceStatus, Quantiles, WorkerState, WorkerStatus
from engine.protocol.names import TURNS_QUEUE, worker_key
from tests.webapp.pages.test_health import STATUS as PLAIN
from webapp.workers.states import ViewState, view_state

pytestmark = pytest.mark.django_db
DEPLOY = Path(__file__).parents[3] / "deploy"
LATENCIES = Quantiles(p50=0.1, p90=0.2, p99=0.3, count=9)
GPU = DeviceStatus(
    index=0, name="gpu", utilization=0.5, memory_used_bytes=1, memory_total_bytes=2,
    power_watts=300.0, power_limit_watts=700.0, temperature_celsius=61.0, clock_mhz=1,
    memory_clock_mhz=1, ecc_errors=0,
)  # fmt: skip
STATUS = replace(
    PLAIN,
    running=3,
    kv_blocks_used=16,
    finished={"stop": 5, "length": 1},
    errors={"engine_lost": 2},
    time_to_first_token=LATENCIES,
    inter_token=LATENCIES,
    end_to_end=LATENCIES,
    roofline_share=0.5,
    devices=(GPU,),
)


def report(redis: Redis, **changes: Any) -> None:
    status = replace(STATUS, updated_at=time.time(), **changes)
    redis.set(worker_key(status.worker_id), TypeAdapter(WorkerStatus).dump_json(status), ex=10)


def scrape(**headers: str) -> Iterator[tuple[str, dict[str, str], float]]:
    response = Client().get("/metrics", headers=headers)
    assert response.status_code == 200
    for family in text_string_to_metric_families(response.content.decode()):
        for sample in family.samples:
            yield sample.name, sample.labels, sample.value


def read(name: str, **labels: str) -> float:
    found = [
        value
        for found_name, found_labels, value in scrape()
        if found_name == f"atelier_{name}" and labels.items() <= found_labels.items()
    ]
    assert len(found) == 1, found
    return found[0]


def test_a_worker_is_told_with_its_counts_latencies_and_device(redis: Redis) -> None:
    report(redis)
    redis.rpush(TURNS_QUEUE, "a", "b")
    redis.rpush(TURNS_QUEUE + "\x06\x163", "c")
    assert read("num_requests_running", worker="w1", model=STATUS.model) == 3
    assert read("kv_cache_usage_perc") == 0.25
    assert read("request_success_total", finished_reason="length") == 1
    assert read("request_failure_total", code="engine_lost") == 2
    assert read("time_to_first_token_seconds", quantile="0.99") == 0.3
    assert read("decode_roofline_ratio") == 0.5
    assert read("device_temperature_celsius", device="0") == 61
    assert read("worker_state", state="ready") == 1
    assert read("worker_state", state="gone") == 0
    assert read("queue_depth", queue=TURNS_QUEUE) == 3
    assert read("turns", state="running") == 0
    assert read("database_bytes") > 0


def test_two_workers_have_lines_of_their_own_and_what_is_unknown_has_none(redis: Redis) -> None:
    report(redis)
    report(redis, worker_id="w2", roofline_share=None, devices=())
    assert read("num_requests_running", worker="w2") == 3
    assert read("decode_roofline_ratio") == 0.5
    assert read("device_temperature_celsius") == 61


@pytest.mark.parametrize(
    ("changes", "silent", "state"),
    [
        ({}, 0.0, ViewState.READY),
        ({}, 9.0, ViewState.GONE),
        ({"state": WorkerState.FAILED, "reason": "no"}, 9.0, ViewState.FAILED),
        ({"state": WorkerState.STARTING, "load_text": "Loading"}, 1.0, ViewState.STARTING),
    ],
)
def test_a_silent_worker_is_gone(changes: dict[str, Any], silent: float, state: ViewState) -> None:
    status = replace(STATUS, updated_at=1000.0, **changes)
    seen = view_state(status, 1000.0 + silent)
    assert seen.state is state
    assert seen.reason or state is ViewState.READY


@pytest.mark.parametrize("name", ["X-Forwarded-For", "Forwarded"])
def test_without_a_key_nobody_reads_through_a_proxy(redis: Redis, name: str) -> None:
    assert Client().get("/metrics").status_code == 200
    assert Client().get("/metrics", headers={name: "203.0.113.9"}).status_code == 404
    assert Client(REMOTE_ADDR="203.0.113.9").get("/metrics").status_code == 404


@pytest.mark.usefixtures("redis")
@override_settings(ATELIER_METRICS_KEY="a-long-key")
def test_with_a_key_only_its_holder_reads() -> None:
    assert Client().get("/metrics").status_code == 404
    wrong = {"Authorization": "Bearer a-long-kez"}
    assert Client().get("/metrics", headers=wrong).status_code == 404
    assert list(scrape(Authorization="Bearer a-long-key", **{"X-Forwarded-For": "203.0.113.9"}))


def test_boards_and_alerts_name_only_what_there_is(redis: Redis) -> None:
    report(redis)
    told = {name for name, _, _ in scrape()}
    board = (DEPLOY / "grafana" / "atelier.json").read_text(encoding="utf-8")
    alerts = (DEPLOY / "prometheus" / "alerts.yml").read_text(encoding="utf-8")
    json.loads(board)
    rules = [rule for group in yaml.safe_load(alerts)["groups"] for rule in group["rules"]]
    assert len(rules) >= 8
    used = set(re.findall(r"\batelier_\w+", board + " ".join(rule["expr"] for rule in rules)))
    assert len(used) >= 20
    assert used <= told


def test_the_alerts_are_explained(redis: Redis) -> None:
    del redis
    page = (DEPLOY.parent / "docs" / "observe.md").read_text(encoding="utf-8")
    alerts = yaml.safe_load((DEPLOY / "prometheus" / "alerts.yml").read_text(encoding="utf-8"))
    for group in alerts["groups"]:
        for rule in group["rules"]:
            assert f"`{rule['alert']}`" in page
