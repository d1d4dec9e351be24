"""Traces: one for each attempt at a turn, as a collector gets it; nothing where that is off."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from pytest_django.fixtures import Settings
from redis import Redis

from engine.protocol import ErrorCode, Failed, GenerationRequest
from tests.factories import make_guest, make_turn
from tests.scripted_engine import ScriptedEngine, make, say
from webapp.artifacts.checks import CheckReport
from webapp.core import tracing
from webapp.core.environment import PROJECT_ROOT
from webapp.generation.runner import run_turn
from webapp.generation.timing import Timing

SENTINEL = "zaphod-writes-this-and-nobody-else"
OFF = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
import django
django.setup()
from webapp.core.tracing import annotate, flush_spans, span
from webapp.generation import runner, worker_steps
with span("turn", turn="t"):
    annotate(state="finished")
flush_spans()
ours = ("opentelemetry.exporter", "opentelemetry.proto", "opentelemetry.sdk.trace")
print(sorted(name for name in sys.modules if name.startswith(ours)))
"""


class Collector:
    """What an OpenTelemetry collector was sent."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.paths: list[str] = []
        bodies, paths = self.bodies, self.paths

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                paths.append(self.path)
                bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
                self.send_response(200)
                self.end_headers()

            def log_message(self, format: str, *values: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def spans(self) -> list[Any]:
        requests = [ExportTraceServiceRequest.FromString(body) for body in self.bodies]
        return [
            span
            for request in requests
            for resource in request.resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        ]


@pytest.fixture
def collector(settings: Settings) -> Iterator[Collector]:
    collector = Collector()
    thread = threading.Thread(target=collector.server.serve_forever, args=(0.01,))
    thread.start()
    settings.ATELIER_OTLP_ENDPOINT = collector.url
    yield collector
    provider = tracing._provider(collector.url)
    assert provider is not None
    provider.shutdown()
    tracing._provider.cache_clear()
    collector.server.shutdown()
    thread.join()
    collector.server.server_close()


def attributes(span: Any) -> dict[str, Any]:
    return {
        one.key.removeprefix("atelier."): getattr(one.value, one.value.WhichOneof("value"))
        for one in span.attributes
    }


def look(version_id: int, *, timeout_seconds: float) -> CheckReport | None:
    return None


@pytest.mark.django_db(transaction=True)
def test_a_turn_is_one_trace_down_to_its_tools_and_checks(
    collector: Collector, redis: Redis
) -> None:
    turn = make_turn(make_guest(), f"Make {SENTINEL}")
    rounds = iter([make(f"<p>{SENTINEL}</p>", title=SENTINEL), say(SENTINEL, thinking=SENTINEL)])
    with ScriptedEngine(redis, lambda _: next(rounds)) as engine:
        run_turn(turn.pk, draining=threading.Event(), timing=Timing(poll_ms=10), checker=look)
    tracing.flush_spans()
    assert set(collector.paths) == {"/v1/traces"}
    spans = collector.spans()
    assert len({span.trace_id for span in spans}) == 1
    by_id = {span.span_id: span for span in spans}
    lineage = [
        (span.name, by_id[span.parent_span_id].name if span.parent_span_id else None)
        for span in sorted(spans, key=lambda span: span.start_time_unix_nano)
    ]
    assert lineage == [
        ("turn", None),
        ("generation", "turn"),
        ("tool", "generation"),
        ("check", "generation"),
        ("generation", "turn"),
    ]
    told = [attributes(span) for span in spans if span.name == "generation"]
    asked = {request.request_id for request in engine.requests}
    assert {one["request"] for one in told} == asked
    assert [one["completion_tokens"] for one in told] == [7, 7]
    (whole,) = (attributes(span) for span in spans if span.name == "turn")
    assert whole == {
        "turn": str(turn.pk),
        "attempt": 1,
        "model": turn.model,
        "state": "finished",
    }
    assert not [body for body in collector.bodies if SENTINEL.encode() in body]


@pytest.mark.django_db(transaction=True)
def test_a_turn_that_fails_says_so_by_code_and_class_without_words(
    collector: Collector, redis: Redis
) -> None:
    def fail(_: GenerationRequest) -> list[Any]:
        return [Failed(code=ErrorCode.OUT_OF_MEMORY, message=SENTINEL)]

    turn = make_turn(make_guest())
    with ScriptedEngine(redis, fail):
        run_turn(turn.pk, draining=threading.Event(), timing=Timing(poll_ms=10))
    tracing.flush_spans()
    spans = {span.name: span for span in collector.spans()}
    assert attributes(spans["turn"])["code"] == "out_of_memory"
    assert attributes(spans["generation"])["error.type"] == "GenerationFailed"
    assert (spans["generation"].status.code, spans["turn"].status.code) == (2, 0)
    assert not [body for body in collector.bodies if SENTINEL.encode() in body]


def test_nothing_is_loaded_where_it_is_off() -> None:
    said = subprocess.run(
        [sys.executable, "-c", OFF], capture_output=True, text=True, check=True, cwd=PROJECT_ROOT
    )
    assert said.stdout == "[]\n"


def test_without_the_packages_a_line_says_so_and_all_goes_on(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.ATELIER_OTLP_ENDPOINT = "http://127.0.0.1:9"
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)
    tracing._provider.cache_clear()
    with tracing.span("turn", turn="t"):
        tracing.annotate(state="finished")
    tracing.flush_spans()
    assert tracing._provider("http://127.0.0.1:9") is None
    tracing._provider.cache_clear()
