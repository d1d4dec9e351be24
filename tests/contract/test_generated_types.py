import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROTOCOL = ROOT / "frontend" / "src" / "protocol"
GENERATED = PROTOCOL / "events.gen.ts"
GENERATOR = ROOT / "frontend" / "scripts" / "generate-types.mjs"


def find_node() -> str:
    beside_python = Path(sys.executable).with_name("node")
    node = shutil.which("node") or (str(beside_python) if beside_python.exists() else None)
    assert node is not None, "Node is needed: run `make setup`"
    return node


def generate_types(module: str) -> str:
    schema = subprocess.run(
        [sys.executable, "-m", module],
        cwd=ROOT, capture_output=True, check=True,
    ).stdout  # fmt: skip
    return subprocess.run(
        [find_node(), str(GENERATOR), "--stdin"], input=schema, capture_output=True, check=True
    ).stdout.decode()


@pytest.mark.parametrize(
    ("module", "file"),
    [
        ("webapp.core.event_schema", "events.gen.ts"),
        ("webapp.workers.wire_schema", "workers.gen.ts"),
    ],
)
def test_the_committed_typescript_types_are_those_of_the_models(module: str, file: str) -> None:
    assert (PROTOCOL / file).read_text() == generate_types(module), "run: make types"


def test_every_event_of_the_wire_is_a_member_of_the_generated_union() -> None:
    from webapp.core.events import WireModel

    union = GENERATED.read_text().split("export type TurnEvent =")[1]
    for model in WireModel.__subclasses__():
        if "type" in model.model_fields:
            assert f"| {model.__name__}" in union
