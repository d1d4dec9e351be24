import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from webapp.config.secret_key import load_or_create_secret_key
from webapp.core.environment import SettingError


def test_processes_that_start_at_once_agree_on_one_key_that_only_the_owner_reads(
    tmp_path: Path,
) -> None:
    home = tmp_path / "home"
    with ThreadPoolExecutor(16) as pool:
        keys = set(pool.map(lambda _: load_or_create_secret_key(home), range(64)))
    assert len(keys) == 1
    assert load_or_create_secret_key(home) in keys
    assert stat.S_IMODE((home / "secret_key").stat().st_mode) == 0o600
    assert [path.name for path in home.iterdir()] == ["secret_key"]


def test_two_installations_have_two_keys(tmp_path: Path) -> None:
    first = load_or_create_secret_key(tmp_path / "a")
    assert first != load_or_create_secret_key(tmp_path / "b")


def test_a_home_that_is_a_file_and_a_damaged_key_are_told_in_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    with pytest.raises(SettingError, match="is not writable"):
        load_or_create_secret_key(file)
    (tmp_path / "secret_key").write_text("short")
    with pytest.raises(SettingError, match="is damaged"):
        load_or_create_secret_key(tmp_path)
