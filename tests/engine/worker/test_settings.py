from pathlib import Path

import pytest

from engine.worker.settings import PROJECT_ROOT, SettingsError, WorkerSettings, read_settings

REDIS = {"REDIS_URL": "unix:///run/redis.sock"}


def test_a_bare_name_is_a_folder_of_the_projects_models() -> None:
    settings = read_settings({**REDIS, "ATELIER_MODEL": "glm-nano"})
    assert settings.model_folder == PROJECT_ROOT / "models" / "glm-nano"
    assert settings.model_name == "glm-nano"
    assert settings.device == "auto"
    assert (PROJECT_ROOT / "engine" / "worker" / "settings.py").is_file()


def test_a_path_is_served_under_its_folders_name(tmp_path: Path) -> None:
    settings = read_settings({**REDIS, "ATELIER_MODEL": str(tmp_path / "GLM-4.5-Air-FP8") + "/"})
    assert settings.model_name == "GLM-4.5-Air-FP8"


def test_nothing_set_but_redis_serves_the_demonstration_model() -> None:
    assert read_settings({**REDIS, "ATELIER_MODEL": " "}).model_name == "glm-nano"


@pytest.mark.parametrize(
    ("redis_url", "broker_url"),
    [
        ("unix:///run/a b/redis.sock", "redis+socket:///run/a b/redis.sock"),
        ("unix:///run/redis.sock?db=3", "redis+socket:///run/redis.sock?virtual_host=3"),
        ("redis://host:6379/2", "redis://host:6379/2"),
        ("rediss://:secret@host/0", "rediss://:secret@host/0"),
    ],
)
def test_the_broker_is_the_same_redis_in_celerys_spelling(redis_url: str, broker_url: str) -> None:
    settings = WorkerSettings(model_folder=Path("m"), device="cpu", redis_url=redis_url)
    assert settings.broker_url == broker_url


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(SettingsError) as fault:
        read_settings({"ATELIER_MODEL": "/models/a b", "ATELIER_DEVICE": "tpu"})
    for name in ("ATELIER_MODEL", "ATELIER_DEVICE", "REDIS_URL"):
        assert name in str(fault.value)


def test_another_kind_of_address_is_a_fault() -> None:
    with pytest.raises(SettingsError, match="redis://"):
        read_settings({"REDIS_URL": "amqp://host"})


def test_the_number_of_threads_is_the_engines_unless_it_is_set() -> None:
    assert read_settings(REDIS).cpu_threads is None
    assert read_settings({**REDIS, "ATELIER_CPU_THREADS": " 4 "}).cpu_threads == 4


@pytest.mark.parametrize("threads", ["0", "-1", "two", "1.5", "1000"])
def test_a_number_of_threads_that_is_none_is_a_fault(threads: str) -> None:
    with pytest.raises(SettingsError, match="ATELIER_CPU_THREADS"):
        read_settings({**REDIS, "ATELIER_CPU_THREADS": threads})


def test_what_the_engine_builds_is_kept_in_the_data_folder(tmp_path: Path) -> None:
    assert read_settings(REDIS).cache_folder == PROJECT_ROOT / "var" / "cache"
    settings = read_settings({**REDIS, "ATELIER_HOME": f" {tmp_path} "})
    assert settings.cache_folder == tmp_path / "cache"
