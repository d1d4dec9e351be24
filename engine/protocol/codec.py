"""JSON of requests and event batches: what crosses Redis between the web side and the workers.

Reading is strict: an unknown field, a missing one or a value of another type is a `ValueError`
that names the place. Only the standard library.
"""

import json
import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from functools import lru_cache
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from engine.protocol.events import EngineEvent, EventBatch
from engine.protocol.requests import GenerationRequest

_EVENT_TYPES = {cls.__dataclass_fields__["type"].default: cls for cls in get_args(EngineEvent)}
T = TypeVar("T")


def encode_request(request: GenerationRequest) -> str:
    """The request as one line of JSON."""
    return _encode(request)


def decode_request(text: str) -> GenerationRequest:
    """The request in `text`. Raises ValueError if it is not exactly one."""
    return _decode(text, GenerationRequest)


def encode_batch(batch: EventBatch) -> str:
    """The batch as one line of JSON."""
    return _encode(batch)


def decode_batch(text: str) -> EventBatch:
    """The batch in `text`. Raises ValueError if it is not exactly one."""
    return _decode(text, EventBatch)


def _encode(value: Any) -> str:
    # Not `asdict`, which copies every text and list on the way.
    return json.dumps(
        value, ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=_fields_of
    )


def _fields_of(value: Any) -> dict[str, Any]:
    if not is_dataclass(value):
        raise TypeError(f"{type(value).__name__} is no part of the protocol")
    return {field.name: getattr(value, field.name) for field in fields(value)}


def _decode(text: str, cls: type[T]) -> T:
    try:
        data = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        raise ValueError(f"{cls.__name__}: not JSON") from error
    return cast("T", _read_record(data, cls, cls.__name__))


@lru_cache(maxsize=64)
def _hints(cls: type) -> dict[str, Any]:
    return get_type_hints(cls)


def _read_record(data: Any, cls: type, place: str) -> Any:
    if not isinstance(data, dict):
        raise ValueError(f"{place}: an object is expected")
    hints = _hints(cls)
    known = fields(cls)
    unknown = set(data) - {field.name for field in known}
    if unknown:
        raise ValueError(f"{place}: unknown {sorted(unknown)}")
    values = {}
    for field in known:
        if field.name in data:
            values[field.name] = _read(data[field.name], hints[field.name], f"{place}.{field.name}")
        elif field.default is MISSING and field.default_factory is MISSING:
            raise ValueError(f"{place}.{field.name}: missing")
    return cls(**values)


def _read(value: Any, hint: Any, place: str) -> Any:
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return _read_union(value, get_args(hint), place)
    if origin is tuple:
        if not isinstance(value, list):
            raise ValueError(f"{place}: a list is expected")
        item = get_args(hint)[0]
        return tuple(_read(entry, item, f"{place}[{i}]") for i, entry in enumerate(value))
    if origin is Mapping:
        if not isinstance(value, dict):
            raise ValueError(f"{place}: an object is expected")
        item = get_args(hint)[1]
        if item is Any:
            return value
        return {key: _read(entry, item, f"{place}[{key!r}]") for key, entry in value.items()}
    if origin is Literal:
        if value not in get_args(hint):
            raise ValueError(f"{place}: {value!r} is not {get_args(hint)}")
        return value
    return _read_plain(value, hint, place)


def _read_union(value: Any, options: tuple[Any, ...], place: str) -> Any:
    if value is None and type(None) in options:
        return None
    rest = [option for option in options if option is not type(None)]
    if len(rest) == 1:
        return _read(value, rest[0], place)
    kind = value.get("type") if isinstance(value, dict) else None
    event = _EVENT_TYPES.get(kind) if isinstance(kind, str) else None
    if event is None:
        raise ValueError(f"{place}: unknown event type {kind!r}")
    return _read_record(value, event, place)


def _read_plain(value: Any, hint: Any, place: str) -> Any:
    if is_dataclass(hint):
        return _read_record(value, cast("type", hint), place)
    if isinstance(hint, type) and issubclass(hint, Enum):
        try:
            return hint(value)
        except ValueError as error:
            raise ValueError(f"{place}: {value!r} is not a {hint.__name__}") from error
    allowed = (int, float) if hint is float else (hint,)
    if not isinstance(value, allowed) or (isinstance(value, bool) and hint is not bool):
        raise ValueError(f"{place}: a {hint.__name__} is expected")
    return float(value) if hint is float else value
