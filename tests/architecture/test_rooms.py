"""What must never happen, read from the source itself."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
READERS_OF_THE_ENVIRONMENT = {
    "webapp/config/settings.py",
    "engine/worker/app.py",
    "engine/worker/health.py",
    # No settings: these two hand a browser less of the environment than they have.
    "webapp/rendering/browser/confinement.py",
    "webapp/rendering/browser/launcher.py",
}


def modules(*rooms: str) -> Iterator[tuple[str, ast.Module]]:
    for room in rooms:
        for path in sorted((ROOT / room).rglob("*.py")):
            yield str(path.relative_to(ROOT)), ast.parse(path.read_text("utf-8"))


def attributes(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            yield ast.unparse(node)


def test_the_environment_is_read_in_two_places_only() -> None:
    readers = set()
    for name, tree in modules("engine", "webapp"):
        source = ast.unparse(tree).replace("os.environ.setdefault(", "")
        if re.search(r"\bos\.(environ|getenv)\b|from os import .*(environ|getenv)", source):
            readers.add(name)
    assert readers == READERS_OF_THE_ENVIRONMENT


def test_no_pickle_is_read() -> None:
    forbidden = {"pickle", "cPickle", "dill", "shelve", "marshal"}
    for name, tree in modules("engine", "webapp"):
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                assert not {alias.name for alias in node.names} & forbidden, name
            if isinstance(node, ast.ImportFrom):
                assert node.module not in forbidden, name
        assert "torch.load" not in set(attributes(tree)), name


def test_a_broad_except_stands_at_an_edge_that_logs() -> None:
    for name, tree in modules("engine", "webapp"):
        for node in ast.walk(tree):
            if isinstance(node, ast.ExceptHandler) and _is_broad(node):
                body = "\n".join(ast.unparse(line) for line in node.body)
                assert re.search(r"\blog(ger)?\.|\braise\b|_fail\(", body), name


def _is_broad(handler: ast.ExceptHandler) -> bool:
    return handler.type is None or ast.unparse(handler.type) in ("Exception", "BaseException")


def test_no_frame_of_the_app_may_carry_its_own_origin() -> None:
    sources = [*(ROOT / "frontend" / "src").rglob("*"), *(ROOT / "webapp").rglob("*")]
    files = [p for p in sources if p.suffix in (".ts", ".svelte", ".html", ".py")]
    assert len(files) > 50
    for path in files:
        if ".test." not in path.name:
            assert "allow-same-origin" not in path.read_text("utf-8"), path


# By the layer's own methods, or published under its prefix.
WAYS_TO_ALL_PAGES = (".group_send", ".send_group", ".NOTICE_PREFIX")


def test_no_token_is_sent_over_the_channel_layer() -> None:
    senders = {
        name
        for name, tree in modules("webapp")
        if any(text.endswith(WAYS_TO_ALL_PAGES) for text in attributes(tree))
    }
    assert senders == {"webapp/core/notices.py"}


def test_every_room_has_a_sentence_that_says_what_it_is() -> None:
    for room in [*(ROOT / "webapp").iterdir(), *(ROOT / "engine").iterdir()]:
        entry = room / "__init__.py"
        if room.is_dir() and entry.exists():
            assert ast.get_docstring(ast.parse(entry.read_text("utf-8"))), room


def test_files_stay_small_enough_to_be_read() -> None:
    for name, tree in modules("engine", "webapp", "tools"):
        if "/migrations/" not in name and "/corpus/" not in name:
            length = max((getattr(node, "end_lineno", 0) or 0) for node in ast.walk(tree) if node)
            assert length <= 450, f"{name} has {length} lines"
