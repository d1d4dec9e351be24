from pathlib import Path

import pytest

from tools.commands import SetupError
from tools.node import Node
from tools.shelf import build_shelf

# A Node whose npm and node leave a mark of what they were asked.
_PROGRAM = '#!/bin/sh\nmkdir -p node_modules dist && echo "$0 $*" >> "{log}"\n'


@pytest.fixture
def node(tmp_path: Path) -> Node:
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("npm", "node"):
        program = folder / name
        program.write_text(_PROGRAM.format(log=tmp_path / "calls"))
        program.chmod(0o755)
    return Node(folder, "v20.19.0")


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    folder = tmp_path / "shelf"
    (folder / "recipes").mkdir(parents=True)
    (folder / "package-lock.json").write_text("{}")
    (folder / "recipes" / "three.mjs").write_text("1")
    return folder


def calls(tmp_path: Path) -> list[str]:
    log = tmp_path / "calls"
    return [line.rpartition("/")[2] for line in log.read_text().splitlines()]


def test_the_shelf_is_built_once_and_again_when_a_recipe_changes(
    tmp_path: Path, node: Node, shelf: Path
) -> None:
    said: list[str] = []
    for _ in range(2):
        build_shelf(shelf, node, tmp_path / "log", say=said.append)
    assert calls(tmp_path) == ["npm ci --no-audit --no-fund --ignore-scripts", "node build.mjs"]
    assert len(said) == 1
    assert not (shelf / "node_modules").exists()
    (shelf / "recipes" / "three.mjs").write_text("2")
    build_shelf(shelf, node, tmp_path / "log", say=said.append)
    assert len(calls(tmp_path)) == 4


def test_a_copy_without_the_shelf_is_told(tmp_path: Path, node: Node) -> None:
    with pytest.raises(SetupError, match="complete copy"):
        build_shelf(tmp_path, node, tmp_path / "log", say=lambda _line: None)
