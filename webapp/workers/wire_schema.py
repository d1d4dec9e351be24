"""Prints the JSON schema of the workers' page, from which its types are generated.

Run as ``python -m webapp.workers.wire_schema``.
"""

import json
import sys

from pydantic.json_schema import JsonSchemaValue, models_json_schema

from webapp.workers.wire import WIRE_MODELS


def build_wire_schema() -> JsonSchemaValue:
    """One schema without a root: its ``$defs`` are what is sent and what may be asked."""
    _, schema = models_json_schema([(model, "serialization") for model in WIRE_MODELS])
    return {"$comment": "webapp/workers/wire.py", "$defs": schema["$defs"]}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(build_wire_schema(), indent=2) + "\n")
