import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import OperationalError, connection
from django.test import Client
from pydantic import TypeAdapter
from redis import Redis

from engine.protocol import WorkerState, WorkerStatus
from engine.protocol.names import TURNS_WORKER_KEY, worker_key
from webapp.rendering.worker.status import RenderStatus, write_status

pytestmark = pytest.mark.django_db
STATUS = WorkerStatus(
    worker_id="w1", model=django_settings.ATELIER_MODEL_NAME, state=WorkerState.READY, reason="",
    device="cpu", dtype="bfloat16", pid=1, started_at=1.0, updated_at=2.0, context_length=4096,
    steps=0, running=0, waiting=0, max_running=8, kv_blocks_used=0, kv_blocks_total=64,
    generated_tokens=0, tokens_per_second=0.0,
)  # fmt: skip


def report(redis: Redis, status: WorkerStatus) -> None:
    redis.set(worker_key(status.worker_id), TypeAdapter(WorkerStatus).dump_json(status), ex=10)


@pytest.fixture
def working(redis: Redis) -> Redis:
    redis.set(TURNS_WORKER_KEY, "1", ex=10)
    report(redis, STATUS)
    return redis


def ask() -> tuple[int, dict[str, Any]]:
    response = Client().get("/readyz")
    return response.status_code, response.json()


@pytest.mark.usefixtures("working")
def test_everything_that_a_turn_needs_makes_it_ready() -> None:
    status, answer = ask()
    assert status == 200
    assert answer == {
        "ready": True,
        "database": {"ok": True, "missing": ""},
        "redis": {"ok": True, "missing": ""},
        "turns_worker": {"ok": True, "missing": ""},
        "models": {STATUS.model: {"ok": True, "missing": ""}},
        "render": {"ok": False, "missing": "No render worker has reported."},
        "storage": {"ok": True, "missing": ""},
    }


def test_a_render_worker_without_a_browser_leaves_turns_ready(working: Redis) -> None:
    write_status(working, RenderStatus(has_browser=False, text="There is no Chromium."), 10)
    status, answer = ask()
    assert status == 200
    assert answer["render"] == {"ok": False, "missing": "There is no Chromium."}
    write_status(working, RenderStatus(has_browser=True, text="It is held well."), 10)
    assert ask()[1]["render"] == {"ok": True, "missing": ""}


def test_a_silent_turns_worker_is_missing(working: Redis) -> None:
    working.delete(TURNS_WORKER_KEY)
    status, answer = ask()
    assert status == 503
    assert not answer["turns_worker"]["ok"]
    assert "turns worker" in answer["turns_worker"]["missing"]


def test_the_default_model_is_missing_until_a_worker_is_ready(working: Redis) -> None:
    working.delete(worker_key("w1"))
    assert ask()[1]["models"][STATUS.model]["missing"] == "No worker serves this model."
    starting = replace(STATUS, state=WorkerState.STARTING, reason="Loading weights.")
    report(working, starting)
    status, answer = ask()
    assert status == 503
    assert answer["models"][STATUS.model]["missing"] == "The worker is starting. Loading weights."
    loading = replace(starting, load_progress=0.4, load_text="Loading weights: 43 of 108 GB")
    report(working, loading)
    text = "The worker is starting. Loading weights: 43 of 108 GB"
    assert ask()[1]["models"][STATUS.model]["missing"] == text
    report(working, replace(STATUS, worker_id="w2"))
    assert ask()[0] == 200


def test_another_model_does_not_make_the_default_one_ready(working: Redis) -> None:
    report(working, replace(STATUS, model="glm-other"))
    status, answer = ask()
    assert status == 503
    assert answer["models"]["glm-other"]["ok"]
    assert not answer["models"][STATUS.model]["ok"]


def test_a_redis_that_is_away_is_told_quickly(settings: Any, tmp_path: Path) -> None:
    settings.REDIS_URL = f"unix://{tmp_path / 'none.sock'}"
    begin = time.monotonic()
    status, answer = ask()
    assert time.monotonic() - begin < 3
    assert status == 503
    assert not answer["redis"]["ok"]
    assert answer["database"]["ok"]


@pytest.mark.usefixtures("working")
def test_a_database_that_is_away_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: object) -> None:
        raise OperationalError("disk I/O error")

    monkeypatch.setattr(connection, "cursor", refuse)
    status, answer = ask()
    assert status == 503
    assert answer["database"]["missing"] == "The database does not answer (OperationalError)."


def test_a_process_that_lives_says_so_without_any_other_part(settings: Any) -> None:
    settings.REDIS_URL = "unix:///nonexistent.sock"
    assert Client().get("/healthz").status_code == 200
