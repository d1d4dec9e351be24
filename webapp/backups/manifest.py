"""What a backup says of itself: the last member of the archive, `manifest.json`."""

import tomllib
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from webapp.core.environment import PROJECT_ROOT

MANIFEST_NAME = "manifest.json"
SECRET_KEY_NAME = "secret_key"
TABLES_FOLDER = "tables"
FILES_FOLDER = "files"
# Below ATELIER_HOME. What else lies there is made again: `published` from the database, `cache` by
# the engine; `redis` holds what is on its way, `log` and `run` belong to the processes.
KEPT_FOLDERS = ("exports", "thumbnails")
_NAME = r"^(?:secret_key|tables/[a-z0-9_.]{1,200}|files/[A-Za-z0-9_.-]+(?:/[A-Za-z0-9_.-]+){1,8})$"


class Member(BaseModel):
    """One file of the archive; `sha256` in hexadecimal is that of its content."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=_NAME)
    bytes: int = Field(ge=0)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


class Manifest(BaseModel):
    """`migrations` are those that the database had, as `app.name`; `rows` counts the rows of each
    table by its member's name. `database` tells which kind it came from; any kind can take it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal[1] = 1
    atelier: str
    made_at: str
    database: str
    migrations: tuple[str, ...]
    rows: dict[str, int]
    members: tuple[Member, ...]


def product_version() -> str:
    """The version of this Atelier, `unknown` where its description was not brought along."""
    try:
        project = tomllib.loads((PROJECT_ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    except (OSError, tomllib.TOMLDecodeError, KeyError):
        return "unknown"
    return str(project["version"])
