"""The rows of one table as JSON lines that any kind of database can take.

The first line names the columns, each other one is a row. Values are what Django makes of them, so
that an id, a time or a JSON document from SQLite is the same in PostgreSQL.
"""

import json
import re
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

from django.apps.registry import Apps
from django.db import connection
from django.db.models import Field, Model

_READ_ROWS = 100
_WRITE_ROWS = 200
# A NUL is a character in JSON and in SQLite, and none in PostgreSQL.
_NUL = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")


def kept_models(apps: Apps) -> list[type[Model]]:
    """Every model that has a table of its own, those between two others included."""
    models = apps.get_models(include_auto_created=True)
    return [model for model in models if model._meta.managed and not model._meta.proxy]


def table_name(model: type[Model]) -> str:
    """The name of the model's table in a backup."""
    return model._meta.label_lower


def dump_rows(model: type[Model], file: BinaryIO) -> int:
    """Writes all rows; returns how many."""
    columns = [field.attname for field in _fields(model)]
    _write_line(file, columns)
    count = 0
    rows = model._base_manager.order_by("pk").values_list(*columns)
    for row in rows.iterator(chunk_size=_READ_ROWS):
        _write_line(file, list(row))
        count += 1
    return count


def load_rows(model: type[Model], path: Path) -> int:
    """Inserts the rows of the file; returns how many. Raises ValueError for a column that the
    model does not have."""
    for field in _fields(model):
        # A time that says when its row was made must stay what it was.
        field.auto_now = field.auto_now_add = False  # type: ignore[attr-defined]
    count = 0
    with path.open(encoding="utf-8") as file:
        lines = _read_lines(file)
        fields = _fields_by_name(model, next(lines))
        rows = (_make_row(model, fields, values) for values in lines)
        while batch := list(islice(rows, _WRITE_ROWS)):
            model._base_manager.bulk_create(batch)
            count += len(batch)
    return count


def _fields(model: type[Model]) -> "list[Field[Any, Any]]":
    return list(model._meta.local_concrete_fields)


def _fields_by_name(model: type[Model], names: list[str]) -> "list[Field[Any, Any]]":
    fields = {field.attname: field for field in _fields(model)}
    if unknown := set(names) - set(fields):
        raise ValueError(f"{table_name(model)} has no column {min(unknown)}")
    return [fields[name] for name in names]


def _make_row(model: type[Model], fields: "list[Field[Any, Any]]", values: list[Any]) -> Model:
    pairs = zip(fields, values, strict=True)
    return model(**{field.attname: field.to_python(value) for field, value in pairs})


def _write_line(file: BinaryIO, values: list[Any]) -> None:
    text = json.dumps(values, default=_encode, ensure_ascii=False, separators=(",", ":"))
    file.write(text.encode() + b"\n")


def _read_lines(file: Iterator[str]) -> Iterator[list[Any]]:
    takes_nul = connection.vendor != "postgresql"
    for line in file:
        yield json.loads(line if takes_nul else _NUL.sub(r"\1\\ufffd", line))


def _encode(value: object) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, UUID | Decimal):
        return str(value)
    raise TypeError(f"a backup cannot hold a {type(value).__name__}")
