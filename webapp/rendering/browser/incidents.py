"""What a page said while it was open: errors, rejections, requests that nothing answers."""

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import WebSocket

MOST_INCIDENTS = 20
LONGEST_TEXT = 500
_REJECTED = "Uncaught (in promise)"
_REPEATS_A_REQUEST = "Failed to load resource"


class IncidentKind(StrEnum):
    """What kind of thing went wrong."""

    CONSOLE_ERROR = "console_error"
    UNCAUGHT_ERROR = "uncaught_error"
    UNHANDLED_REJECTION = "unhandled_rejection"
    UNKNOWN_ADDRESS = "unknown_address"
    MISSING_LIBRARY_FILE = "missing_library_file"


@dataclass(frozen=True, slots=True)
class Incident:
    """One thing that went wrong, once for each text. `line` counts from 1 in the document, or is
    None; of addresses `text` is the address and `resource` what for (script, image, font …)."""

    kind: IncidentKind
    text: str
    line: int | None = None
    count: int = 1
    resource: str = ""


@dataclass  # Without slots: Playwright keeps its own note on the owner of a listener.
class IncidentLog:
    """Collects incidents, at most `MOST_INCIDENTS` different ones."""

    _found: dict[tuple[IncidentKind, str], Incident] = field(default_factory=dict)

    def all(self) -> tuple[Incident, ...]:
        """What happened so far, in the order of the first time."""
        return tuple(self._found.values())

    def clear(self) -> None:
        """Forget everything: another document begins."""
        self._found.clear()

    def note(self, incident: Incident) -> None:
        """Take one more."""
        key = (incident.kind, incident.text)
        before = self._found.get(key)
        if before is not None:
            self._found[key] = replace(before, count=before.count + 1)
        elif len(self._found) < MOST_INCIDENTS:
            self._found[key] = replace(incident, text=incident.text[:LONGEST_TEXT])

    def note_console(self, event: dict[str, Any]) -> None:
        """Take a `Runtime.consoleAPICalled` event of the DevTools protocol."""
        if event.get("type") not in ("error", "assert"):
            return
        text = " ".join(_describe(value) for value in event.get("args", ()))
        frames = event.get("stackTrace", {}).get("callFrames", ())
        line = frames[0]["lineNumber"] + 1 if frames else None
        self.note(Incident(IncidentKind.CONSOLE_ERROR, text, line))

    def note_log_entry(self, event: dict[str, Any]) -> None:
        """Take a `Log.entryAdded` event: what the browser itself complains about."""
        entry = event["entry"]
        text = str(entry.get("text", ""))
        if entry.get("level") != "error" or text.startswith(_REPEATS_A_REQUEST):
            return
        line = entry.get("lineNumber")
        kind = IncidentKind.CONSOLE_ERROR
        self.note(Incident(kind, text, None if line is None else line + 1))

    def note_exception(self, event: dict[str, Any]) -> None:
        """Take a `Runtime.exceptionThrown` event: an uncaught error or an unhandled rejection."""
        details = event["exceptionDetails"]
        rejected = str(details.get("text", "")).startswith(_REJECTED)
        kind = IncidentKind.UNHANDLED_REJECTION if rejected else IncidentKind.UNCAUGHT_ERROR
        exception = details.get("exception")
        text = _describe(exception) if exception else str(details.get("text", ""))
        line = details.get("lineNumber")
        self.note(Incident(kind, text, None if line is None else line + 1))

    def note_socket(self, socket: WebSocket) -> None:
        """Take a WebSocket that a page tries to open; none is ever answered."""
        self.note_address(socket.url, "websocket", in_library=False)

    def note_address(self, address: str, resource: str, *, in_library: bool) -> None:
        """Take a request that could not be answered."""
        kind = IncidentKind.MISSING_LIBRARY_FILE if in_library else IncidentKind.UNKNOWN_ADDRESS
        text = urlsplit(address).path if in_library else address
        self.note(Incident(kind, text, resource=resource))


def _describe(value: dict[str, Any]) -> str:
    """A `Runtime.RemoteObject` as one line; of errors the stack is left out."""
    if value.get("type") in ("string", "number", "boolean"):
        text = str(value.get("value", value.get("unserializableValue", "")))
    else:
        text = str(value.get("description") or value.get("value") or value.get("type", ""))
    return text.partition("\n")[0]
