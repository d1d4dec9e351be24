"""What the engine needs to be imported: the packages of the extra `engine`, and nothing else."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Scoring glm-nano looks at made things in a browser; the worker is the door to Celery and Redis.
APART = ("engine.worker", "engine.training.evaluat")
NEEDED = {"torch", "numpy", "safetensors", "tokenizers", "jinja2", "llguidance"}
# The product's other packages. Torch may bring packages of its own, so others are not forbidden.
EXTRAS = ("web", "worker", "dev")
IMPORT_ALL = """
import importlib, json, pkgutil, sys
from importlib.abc import MetaPathFinder

forbidden, apart = set(json.loads(sys.argv[1])), tuple(json.loads(sys.argv[2]))

class Refuse(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in forbidden:
            raise ModuleNotFoundError(f"{name} must not be needed", name=name)
        return None

sys.meta_path.insert(0, Refuse())
import engine
for module in pkgutil.walk_packages(engine.__path__, "engine."):
    if not module.name.startswith(apart) and not module.name.endswith("__main__"):
        importlib.import_module(module.name)
        print(module.name)
"""


def packages_of(extra: str) -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    requirements = project["optional-dependencies"][extra]
    names = {re.split(r"[^A-Za-z0-9_-]", requirement)[0] for requirement in requirements}
    return {name.lower().replace("-", "_") for name in names}


def test_the_engine_names_the_packages_that_it_needs() -> None:
    assert packages_of("engine") == NEEDED


def test_without_the_worker_the_engine_is_imported_with_its_own_packages_alone() -> None:
    forbidden = set[str]().union(*map(packages_of, EXTRAS)) - NEEDED
    assert {"pydantic", "redis", "celery", "structlog", "transformers", "django"} <= forbidden
    command = [sys.executable, "-c", IMPORT_ALL, json.dumps(sorted(forbidden)), json.dumps(APART)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    imported = done.stdout.split()
    assert {"engine.generate", "engine.engine_loop", "engine.chat.template"} <= set(imported)
