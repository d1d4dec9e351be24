"""Of which family a drill reads a request: most often of one whose choices are missed.

Where a thing may have three numbers of rows, a drill has many more, so that a number is copied and
not chosen from three.
"""

import random
from dataclasses import replace

from engine.training.corpus.catalog import FAMILIES
from engine.training.corpus.family import Family
from engine.training.corpus.slots import NumberSlot, Slot

_WEIGHT = 2.0
_NUMBERS = range(2, 31)
# What of 8 cases went wrong after the third training; see docs/training-log.md.
_MISSED = {
    **{"icon": 6.0, "landscape": 5.0, "landing_page": 5.0, "flappy_bird": 4.0, "bar_chart": 4.0},
    **{"space_shooter": 4.0, "pong": 3.0, "merge_2048": 3.0, "todo_list": 3.0, "breakout": 2.0},
    **{"tic_tac_toe": 2.0, "particle_fountain": 2.0, "quiz": 2.0, "badge": 2.0},
    **{"double_pendulum": 1.0, "solar_system": 1.0, "bouncing_balls": 1.0, "portfolio": 1.0},
}


def draw_family(rng: random.Random) -> Family:
    """Any family, by how often it is missed, with more numbers than it has."""
    names = tuple(FAMILIES)
    name = rng.choices(names, [_WEIGHT + _MISSED.get(name, 0.0) for name in names])[0]
    return replace(FAMILIES[name], slots=tuple(map(_widen, FAMILIES[name].slots)))


def _widen(slot: Slot) -> Slot:
    if not isinstance(slot, NumberSlot) or len(slot.numbers) > len(_NUMBERS):
        return slot
    more = {*slot.numbers, *_NUMBERS} - {*slot.held_out}
    return replace(slot, numbers=tuple(sorted(more)))
