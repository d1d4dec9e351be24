from pathlib import Path

import pytest

from webapp.core.environment import (
    PROJECT_ROOT,
    Environment,
    SettingError,
    as_variables,
    celery_broker_url,
    embedded_socket,
    read_environment,
)


def test_an_empty_environment_gives_the_documented_defaults() -> None:
    found = read_environment({})
    assert found.home == PROJECT_ROOT / "var"
    assert (found.host, found.port, found.artifact_port) == ("127.0.0.1", 8000, 8001)
    assert found.model_path == PROJECT_ROOT / "models" / "glm-nano"
    assert found.model_name == "glm-nano"
    assert found.redis_url == f"unix://{found.redis_socket}"
    assert found.database_url.endswith("/var/atelier.sqlite3")
    assert found.guests
    assert set(found.allowed_hosts) == {"127.0.0.1", "localhost", "[::1]"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ATELIER_PORT", "0"),
        ("ATELIER_PORT", "80000"),
        ("ATELIER_PORT", "eight"),
        ("ATELIER_PORT", "٨٠"),
        ("ATELIER_ARTIFACT_PORT", "8000"),
        ("ATELIER_HOST", "not a host"),
        ("ATELIER_ARTIFACT_ORIGIN", "artifacts.example"),
        ("ATELIER_ARTIFACT_ORIGIN", "https://artifacts.example/path"),
        ("ATELIER_ARTIFACT_ORIGIN", "https://a:b"),
        ("ATELIER_MODEL", "/"),
        ("ATELIER_MODEL", "/models/with space"),
        ("REDIS_URL", "localhost:6379"),
        ("ATELIER_DEVICE", "tpu"),
        ("ATELIER_GUESTS", "maybe"),
        ("ATELIER_MAX_WAITING_TURNS", "0"),
        ("ATELIER_MAX_WAITING_TURNS", "many"),
        ("ATELIER_OTLP_ENDPOINT", "localhost:4318"),
    ],
)
def test_a_faulty_value_is_one_sentence_that_says_what_to_write(name: str, value: str) -> None:
    with pytest.raises(SettingError) as caught:
        read_environment({name: value})
    sentence = str(caught.value)
    assert "ATELIER_" in sentence or "REDIS_URL" in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence


def test_a_model_may_be_a_name_or_a_folder(tmp_path: Path) -> None:
    by_path = read_environment({"ATELIER_MODEL": str(tmp_path / "GLM-4.5-Air-FP8")})
    assert by_path.model_name == "GLM-4.5-Air-FP8"
    assert by_path.model_path == tmp_path / "GLM-4.5-Air-FP8"


def test_what_a_child_gets_reads_as_the_same_settings(tmp_path: Path) -> None:
    chosen = {
        "ATELIER_HOME": str(tmp_path),
        "ATELIER_PORT": "9000",
        "ATELIER_ARTIFACT_ORIGIN": "https://Artifacts.example/",
        "ATELIER_GUESTS": "0",
        "ATELIER_MAX_WAITING_TURNS": "7",
        "ATELIER_OTLP_ENDPOINT": "http://localhost:4318",
    }
    found = read_environment(chosen)
    again = read_environment(as_variables(found))
    for field in Environment.__slots__:
        if field != "redis_socket":
            assert getattr(again, field) == getattr(found, field), field
    assert found.artifact_origin == "https://artifacts.example"


def test_a_socket_path_that_the_system_would_refuse_moves_to_a_short_one(tmp_path: Path) -> None:
    long = tmp_path / ("x" * 120)
    assert embedded_socket(tmp_path) == tmp_path / "run" / "redis.sock"
    assert len(bytes(embedded_socket(long))) < 100
    assert embedded_socket(long) != embedded_socket(long / "other")


def test_a_wildcard_address_accepts_every_host_until_some_are_named() -> None:
    assert read_environment({"ATELIER_HOST": "0.0.0.0"}).allowed_hosts == ("*",)
    named = {"ATELIER_HOST": "0.0.0.0", "ATELIER_ALLOWED_HOSTS": "chat.example, other.example"}
    assert read_environment(named).allowed_hosts[-2:] == ("chat.example", "other.example")


def test_celery_gets_its_own_spelling_of_a_socket() -> None:
    assert celery_broker_url("unix:///run/redis.sock") == "redis+socket:///run/redis.sock"
    assert celery_broker_url("redis://redis:6379/0") == "redis://redis:6379/0"
