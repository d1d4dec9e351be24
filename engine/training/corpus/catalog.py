"""All families of things made by `artifact_create` in four languages, by name."""

from engine.training.corpus.family import Family
from engine.training.corpus.games import (
    breakout,
    flappy_bird,
    memory,
    merge_2048,
    pong,
    snake,
    space_shooter,
    tic_tac_toe,
)
from engine.training.corpus.simulations import (
    bouncing_balls,
    double_pendulum,
    particle_fountain,
    solar_system,
)

GAMES: tuple[Family, ...] = (
    flappy_bird.FAMILY,
    snake.FAMILY,
    pong.FAMILY,
    breakout.FAMILY,
    merge_2048.FAMILY,
    tic_tac_toe.FAMILY,
    memory.FAMILY,
    space_shooter.FAMILY,
)
SIMULATIONS: tuple[Family, ...] = (
    bouncing_balls.FAMILY,
    double_pendulum.FAMILY,
    particle_fountain.FAMILY,
    solar_system.FAMILY,
)
FAMILIES: dict[str, Family] = {family.name: family for family in (*GAMES, *SIMULATIONS)}
