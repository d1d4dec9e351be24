"""The sandbox a checkpoint's chat template runs in: no attributes to climb, bounded time and size.

Follows the conventions that published chat templates rely on (as transformers sets them up):
trimmed blocks, loop controls, a `tojson` that does not escape HTML, and `raise_exception`.
"""

import json
import threading
import time
from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

from jinja2 import Template, TemplateError
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

RENDER_SECONDS = 5.0
RENDER_CHARACTERS = 8_000_000


class TemplateRefusal(TemplateError):
    """The template called `raise_exception`."""


class TemplateLimitExceeded(TemplateError):
    """The template ran too long or wrote too much."""


class ChatSandbox(ImmutableSandboxedEnvironment):
    """One template's environment. `render_capped` may be called from any thread."""

    intercepted_binops = frozenset({"*", "**"})

    def __init__(
        self, seconds: float = RENDER_SECONDS, characters: int = RENDER_CHARACTERS
    ) -> None:
        super().__init__(
            trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.loopcontrols"]
        )
        self._seconds = seconds
        self._characters = characters
        self._deadline = threading.local()
        self.filters["tojson"] = to_json
        self.globals["raise_exception"] = refuse
        self.globals["range"] = self._range

    def render_capped(self, template: Template, variables: Mapping[str, Any]) -> str:
        """Renders; raises `TemplateLimitExceeded` past the limits, else what the template does."""
        self._deadline.at = time.monotonic() + self._seconds
        pieces: list[str] = []
        length = 0
        for piece in template.generate(**variables):
            self._check_time()
            length += len(piece)
            if length > self._characters:
                raise TemplateLimitExceeded("it writes too much")
            pieces.append(piece)
        return "".join(pieces)

    def call(self, context: Context, obj: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Calls a function or a macro, if there is time left."""
        self._check_time()
        return super().call(context, obj, *args, **kwargs)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Multiplies small values only: a product may not be a way to a huge text or number."""
        self._check_time()
        numbers = isinstance(left, int | float) and isinstance(right, int | float)
        if not numbers or operator == "**":
            raise TemplateLimitExceeded("it multiplies what is not two numbers")
        return super().call_binop(context, operator, left, right)

    def _range(self, *bounds: int) -> Iterator[int]:
        for number in range(*bounds):
            self._check_time()
            yield number

    def _check_time(self) -> None:
        if time.monotonic() > self._deadline.at:
            raise TemplateLimitExceeded("it runs too long")


def to_json(value: Any, *, ensure_ascii: bool = False, indent: int | None = None) -> str:
    """JSON as the template's models saw it in training: not escaped for HTML."""
    return json.dumps(value, ensure_ascii=ensure_ascii, indent=indent)


def refuse(message: str) -> NoReturn:
    """What a template calls when it cannot render these messages."""
    raise TemplateRefusal(message)
