import os
import socket
from pathlib import Path

import pytest

from webapp.serving.errors import StartError
from webapp.serving.instance_lock import hold_instance_lock
from webapp.serving.preflight import MIN_FREE_BYTES, check_home, check_model, check_port


def sentence(error: pytest.ExceptionInfo[StartError]) -> str:
    text = str(error.value)
    assert text.endswith(".")
    assert "\n" not in text
    return text


def test_a_home_is_made_with_its_folders(tmp_path: Path) -> None:
    check_home(tmp_path / "new" / "home")
    assert {p.name for p in (tmp_path / "new" / "home").iterdir()} == {"log", "run"}


def test_a_full_disk_is_told_with_the_folder(tmp_path: Path) -> None:
    check_home(tmp_path, free_bytes=lambda _: MIN_FREE_BYTES)
    with pytest.raises(StartError) as error:
        check_home(tmp_path, free_bytes=lambda _: MIN_FREE_BYTES - 1)
    assert "less than 200 MB free" in sentence(error)
    assert str(tmp_path) in sentence(error)


def test_a_home_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StartError) as error:
        check_home(tmp_path / "file" / "home")
    assert "is not writable" in sentence(error)


def test_a_port_in_use_names_the_option(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(StartError) as error:
            check_port("127.0.0.1", port, "--artifact-port")
    assert f"Port {port} on 127.0.0.1 is in use" in sentence(error)
    assert "--artifact-port" in sentence(error)
    check_port("127.0.0.1", port, "--port")


def test_an_address_of_another_machine_is_told() -> None:
    with pytest.raises(StartError) as error:
        check_port("203.0.113.7", 8000, "--port")
    assert "Cannot listen on 203.0.113.7" in sentence(error)


@pytest.mark.parametrize(
    ("files", "missing"),
    [(None, "no model folder"), ([], "config.json"), (["config.json"], ".safetensors")],
)
def test_a_folder_that_is_no_checkpoint_says_what_is_missing(
    tmp_path: Path, files: list[str] | None, missing: str
) -> None:
    folder = tmp_path / "model"
    if files is not None:
        folder.mkdir()
        for name in files:
            (folder / name).write_text("{}")
    with pytest.raises(StartError) as error:
        check_model(folder)
    assert missing in sentence(error)
    assert "--model" in sentence(error)


def test_one_folder_has_one_instance(tmp_path: Path) -> None:
    check_home(tmp_path)
    with hold_instance_lock(tmp_path):
        with pytest.raises(StartError) as error, hold_instance_lock(tmp_path):
            pass
        assert f"process {os.getpid()}" in sentence(error)
    with hold_instance_lock(tmp_path):
        pass
