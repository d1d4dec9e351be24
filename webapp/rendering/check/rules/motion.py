"""Games and simulations: do they answer to input, and do they move fast enough."""

from collections.abc import Iterator

from webapp.artifacts.checks import Finding
from webapp.rendering.check.codes import FindingCode
from webapp.rendering.check.findings import warning
from webapp.rendering.check.probe import Motion, Watched

FEWEST_CHANGED_PIXELS = 5
# The time that the page itself takes for a frame: unlike the frame rate, it says little of how busy
# the machine is.
LONGEST_FRAME_MS = 60.0


def judge_motion(watched: Watched, motion: Motion, changed_pixels: int) -> Iterator[Finding]:
    """Findings of a page that was played with; `changed_pixels` since before."""
    listens = watched.keys or watched.pointer
    if watched.canvases and listens and changed_pixels < FEWEST_CHANGED_PIXELS:
        yield warning(
            FindingCode.NO_REACTION,
            "Nothing changes on the screen after Space, the arrow keys, Enter, a click and a drag.",
            "canvas",
            changed_pixels=changed_pixels,
        )
    if motion.frame_cost_ms > LONGEST_FRAME_MS:
        yield warning(
            FindingCode.SLOW,
            f"Each frame takes {motion.frame_cost_ms:.0f} ms of computing, which is too slow to "
            "move smoothly; do less in each frame.",
            "",
            frame_ms=motion.frame_cost_ms,
            frame_rate=motion.frame_rate or 0.0,
        )
