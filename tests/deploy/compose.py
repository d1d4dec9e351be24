"""docker-compose.yml as Docker Compose reads it: merged, with its variables put in."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from webapp.core.environment import PROJECT_ROOT

FILE = PROJECT_ROOT / "docker-compose.yml"
_VARIABLE = re.compile(r"\$(?:(\$)|\{([A-Z_]+)(?::-([^}]*))?\})")


@dataclass(frozen=True)
class Service:
    """One service. `volumes` are pairs of a volume's name or a path, and where it is mounted."""

    name: str
    image: str
    command: list[str]
    environment: dict[str, str]
    volumes: list[tuple[str, str]]
    depends_on: dict[str, str]
    plain: dict[str, Any]


def read_plain() -> dict[str, Any]:
    """The file, variables and all."""
    plain: dict[str, Any] = yaml.safe_load(FILE.read_text("utf-8"))
    return plain


def read_services(variables: Mapping[str, str]) -> dict[str, Service]:
    """All services, each after those that it depends on."""
    plain = _put_in(read_plain(), variables)
    services = {name: _read(name, given) for name, given in plain["services"].items()}
    return {name: services[name] for name in _in_order(services)}


def variables_of(plain: object) -> set[str]:
    """The names of the variables that the file asks for."""
    return {match[1] for match in _VARIABLE.findall(str(plain)) if match[1]}


def _put_in(plain: Any, variables: Mapping[str, str]) -> Any:
    if isinstance(plain, dict):
        return {key: _put_in(value, variables) for key, value in plain.items()}
    if isinstance(plain, list):
        return [_put_in(value, variables) for value in plain]
    if isinstance(plain, str):
        return _VARIABLE.sub(
            lambda found: found[1] or variables.get(found[2]) or found[3] or "", plain
        )
    return plain


def _read(name: str, given: dict[str, Any]) -> Service:
    mounts = [entry.split(":") for entry in given.get("volumes", [])]
    return Service(
        name=name,
        image=given["image"],
        command=given.get("command", []),
        environment=given.get("environment", {}),
        volumes=[(mount[0], mount[1]) for mount in mounts],
        depends_on={key: value["condition"] for key, value in given.get("depends_on", {}).items()},
        plain=given,
    )


def _in_order(services: Mapping[str, Service]) -> list[str]:
    done: list[str] = []

    def visit(name: str) -> None:
        for needed in services[name].depends_on:
            visit(needed)
        if name not in done:
            done.append(name)

    for name in services:
        visit(name)
    return done


def paths_copied(dockerfile: Path) -> Iterator[str]:
    """What an image takes from the project."""
    for line in dockerfile.read_text("utf-8").splitlines():
        words = line.split()
        if words[:1] == ["COPY"] and not words[1].startswith("--from"):
            yield from words[1:-1]
