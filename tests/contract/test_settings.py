"""Every setting that is read stands in the manual, and only two modules read the environment."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MANUAL = ROOT / "docs" / "configure.md"
READERS = ("webapp/config/settings.py", "webapp/core/environment.py", "engine/worker/settings.py")
ENVIRONMENT_READERS = {
    "webapp/config/settings.py",
    "engine/worker/app.py",
    "engine/worker/health.py",
    # No settings: these two hand a browser less of the environment than they have.
    "webapp/rendering/browser/confinement.py",
    "webapp/rendering/browser/launcher.py",
}
SETTING = re.compile(r"(ATELIER|REDIS|DATABASE)_[A-Z_]+")
SET_UP_ONLY = {"ATELIER_TORCH"}


def settings_read() -> set[str]:
    return {
        node.value
        for reader in READERS
        for node in ast.walk(ast.parse((ROOT / reader).read_text("utf-8")))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and SETTING.fullmatch(node.value)
    }


def sections() -> dict[str, str]:
    """The text under each heading that names a setting."""
    parts = re.split(r"^#+ (.+)$", MANUAL.read_text("utf-8"), flags=re.MULTILINE)
    return {
        heading.strip("`"): text
        for heading, text in zip(parts[1::2], parts[2::2], strict=True)
        if heading.startswith("`")
    }


def environment_reads(path: Path) -> Iterator[int]:
    """Lines that read the environment; `setdefault` for programs that come later is no read."""
    tree = ast.parse(path.read_text("utf-8"))
    written = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr == "setdefault"
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv"):
            yield from () if id(node) in written else (node.lineno,)


def test_the_manual_has_a_heading_for_every_setting_and_for_nothing_else() -> None:
    read = settings_read()
    assert {"ATELIER_HOME", "ATELIER_CPU_THREADS", "REDIS_URL"} <= read
    assert set(sections()) == read | SET_UP_ONLY


@pytest.mark.parametrize("name", sorted(settings_read() | SET_UP_ONLY))
def test_the_manual_tells_the_default_and_an_example(name: str) -> None:
    text = sections()[name]
    assert "Default" in text
    assert re.search(rf"Example:\s`[^`]*{name}=\S[^`]*`", text)


def test_the_environment_is_read_by_the_settings_only() -> None:
    found = {
        str(path.relative_to(ROOT))
        for package in ("engine", "webapp")
        for path in (ROOT / package).rglob("*.py")
        if any(environment_reads(path))
    }
    assert found == ENVIRONMENT_READERS
