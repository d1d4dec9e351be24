"""What the page itself complained about, as findings."""

from collections.abc import Iterable, Iterator, Mapping

from webapp.artifacts.checks import Finding
from webapp.rendering.browser.incidents import Incident, IncidentKind
from webapp.rendering.check.codes import FindingCode
from webapp.rendering.check.facts import PageFacts
from webapp.rendering.check.findings import error, quote

_SENTENCES = {
    IncidentKind.CONSOLE_ERROR: "The console shows the error {text}{line}{times}.",
    IncidentKind.UNCAUGHT_ERROR: "A script ends with {text}{line}{times}.",
    IncidentKind.UNHANDLED_REJECTION: "A promise is rejected and nobody handles it: {text}{line}.",
    IncidentKind.UNKNOWN_ADDRESS: "There is no network: {text} cannot be loaded ({resource}); use "
    "the library, or write it into the document.",
    IncidentKind.MISSING_LIBRARY_FILE: "The library has no file {text} ({resource}).",
}


def list_incidents(
    incidents: Iterable[Incident], places: Mapping[str, str] | None = None
) -> Iterator[Finding]:
    """One finding for each incident; `places` maps addresses to the elements that want them."""
    for incident in incidents:
        text = _SENTENCES[incident.kind].format(
            text=quote(incident.text),
            line=f" in line {incident.line}" if incident.line else "",
            times=f", {incident.count} times" if incident.count > 1 else "",
            resource=incident.resource,
        )
        numbers = {"count": float(incident.count)}
        if incident.line:
            numbers["line"] = float(incident.line)
        element = (places or {}).get(incident.text) or incident.resource
        yield error(FindingCode(incident.kind.value), text, element, **numbers)


def find_places(facts: PageFacts) -> dict[str, str]:
    """Which picture wants which address."""
    return {picture.source: picture.path for picture in facts.pictures if picture.source}
