"""All families of things made by `artifact_create` in four languages, by name."""

from engine.training.corpus.family import Family
from engine.training.corpus.games import (
    breakout,
    memory,
    merge_2048,
    pong,
    space_shooter,
    tic_tac_toe,
)

GAMES: tuple[Family, ...] = (
    pong.FAMILY,
    breakout.FAMILY,
    merge_2048.FAMILY,
    tic_tac_toe.FAMILY,
    memory.FAMILY,
    space_shooter.FAMILY,
)
FAMILIES: dict[str, Family] = {family.name: family for family in GAMES}
