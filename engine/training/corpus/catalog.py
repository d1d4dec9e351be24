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
from engine.training.corpus.pages import (
    calculator,
    clock,
    landing_page,
    portfolio,
    quiz,
    todo_list,
)
from engine.training.corpus.pictures import bar_chart, emblem, icon, landscape
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
PICTURES: tuple[Family, ...] = (
    emblem.FAMILY,
    icon.FAMILY,
    bar_chart.FAMILY,
    landscape.FAMILY,
)
PAGES: tuple[Family, ...] = (
    landing_page.FAMILY,
    portfolio.FAMILY,
    todo_list.FAMILY,
    calculator.FAMILY,
    clock.FAMILY,
    quiz.FAMILY,
)
FAMILIES: dict[str, Family] = {
    family.name: family for family in (*GAMES, *SIMULATIONS, *PICTURES, *PAGES)
}
