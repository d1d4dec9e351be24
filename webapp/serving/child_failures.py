"""The sentence for a child that ended for good."""

from engine.protocol.last_words import find_reason
from webapp.serving.child_process import ChildSpec

_TAIL_BYTES = 4096


def explain_exit(spec: ChildSpec, exit_code: int) -> str:
    """What the child itself gave as its reason (the newest line of giving up in its log),
    else that it keeps ending, and where its log is."""
    reason = find_last_reason(spec)
    if reason is not None:
        return reason
    return f"The {spec.name} process keeps ending (exit code {exit_code}); its log is {spec.log}."


def find_last_reason(spec: ChildSpec) -> str | None:
    """The newest reason in the child's log, None where it gave none."""
    try:
        with spec.log.open("rb") as file:
            file.seek(0, 2)
            file.seek(max(0, file.tell() - _TAIL_BYTES))
            lines = file.read().decode("utf-8", "replace").splitlines()
    except OSError:
        return None
    for line in reversed(lines):
        reason = find_reason(line)
        if reason is not None:
            return reason
    return None
