"""Prints the JSON schema of the wire, from which the front end's types are generated.

Run as ``python -m webapp.core.event_schema``. The schema describes what is sent (serialization
mode), so a field with a default is always there.
"""

import json
import sys

from pydantic import TypeAdapter
from pydantic.json_schema import JsonSchemaValue, models_json_schema

from webapp.core import events


def build_event_schema() -> JsonSchemaValue:
    """Return one schema: its root is the union of turn events, its ``$defs`` every wire model."""
    models = [
        model for model in events.WireModel.__subclasses__() if model.__module__ == events.__name__
    ]
    _, schema = models_json_schema([(model, "serialization") for model in models])
    part: TypeAdapter[events.Part] = TypeAdapter(events.Part)
    definitions = {**schema["$defs"], "Part": _without_definitions(part)}
    return {
        **_without_definitions(events.TURN_EVENT),
        "$comment": "webapp/core/events.py",
        "title": "TurnEvent",
        "$defs": definitions,
    }


def _without_definitions(
    adapter: TypeAdapter[events.Part] | TypeAdapter[events.TurnEvent],
) -> JsonSchemaValue:
    schema = adapter.json_schema(mode="serialization")
    return {key: value for key, value in schema.items() if key != "$defs"}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(build_event_schema(), indent=2) + "\n")
