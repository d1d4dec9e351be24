"""Sixty prompts written by hand: twenty for games, twenty for badges, twenty for talk.

None of them is in the corpus; there a name of theirs may still be drawn, or be a topic. Data only.
"""

from dataclasses import dataclass
from enum import StrEnum


class Expectation(StrEnum):
    """What a right answer is."""

    FLAPPY_BIRD = "flappy_bird"
    SNAKE = "snake"
    BADGE = "badge"
    HONEST = "honest"
    TALK = "talk"


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt, and what the answer must show. Empty fields are not checked."""

    id: str
    text: str
    expected: Expectation
    name: str = ""
    color: str = ""
    thinking: bool = True
    says: tuple[str, ...] = ()


PROMPTS: tuple[Prompt, ...] = (
    Prompt(
        "flappy-01",
        "Make a Flappy Bird game with the name Brave Sunset.",
        Expectation.FLAPPY_BIRD,
        name="Brave Sunset",
    ),
    Prompt(
        "flappy-02",
        "Could you put together a Flappy Bird called Sweet Panda with a pink bird?",
        Expectation.FLAPPY_BIRD,
        name="Sweet Panda",
        color="pink",
    ),
    Prompt(
        "flappy-03",
        "my son loves flappy bird, make him one named Rocket Rabbit",
        Expectation.FLAPPY_BIRD,
        name="Rocket Rabbit",
    ),
    Prompt(
        "flappy-04",
        "Please code a Flappy Bird clone titled Neon Rain, the bird should be teal.",
        Expectation.FLAPPY_BIRD,
        name="Neon Rain",
        color="teal",
        thinking=False,
    ),
    Prompt(
        "flappy-05",
        "I want to play something like Flappy Bird. Call it Magic Captain.",
        Expectation.FLAPPY_BIRD,
        name="Magic Captain",
    ),
    Prompt(
        "flappy-06",
        "Flappy Bird, but with a navy background, named Quick Wizard",
        Expectation.FLAPPY_BIRD,
        name="Quick Wizard",
        color="navy",
    ),
    Prompt(
        "flappy-07",
        "Hello! Would you build a Flappy Bird game called Secret Ocean? Use orange pipes.",
        Expectation.FLAPPY_BIRD,
        name="Secret Ocean",
        color="orange",
        thinking=False,
    ),
    Prompt(
        "flappy-08",
        "create flappy bird named lucky night with a purple bird",
        Expectation.FLAPPY_BIRD,
        name="Lucky Night",
        color="purple",
    ),
    Prompt(
        "flappy-09",
        "Give me a really fast Flappy Bird game called Turbo Friends",
        Expectation.FLAPPY_BIRD,
        name="Turbo Friends",
    ),
    Prompt(
        "flappy-10",
        "Need a Flappy Bird game right away. Title it Tiny Ninja and paint the bird red.",
        Expectation.FLAPPY_BIRD,
        name="Tiny Ninja",
        color="red",
        thinking=False,
    ),
    Prompt(
        "snake-01",
        "Make a Snake game with the name Happy Elephant.",
        Expectation.SNAKE,
        name="Happy Elephant",
    ),
    Prompt(
        "snake-02",
        "Could you put together a Snake game called Secret Lion with a gold snake?",
        Expectation.SNAKE,
        name="Secret Lion",
        color="gold",
    ),
    Prompt(
        "snake-03",
        "pls create snake in teal called Moon Player",
        Expectation.SNAKE,
        name="Moon Player",
        color="teal",
        thinking=False,
    ),
    Prompt(
        "snake-04",
        "I would love a classic Snake named Epic Arcade on a big board.",
        Expectation.SNAKE,
        name="Epic Arcade",
    ),
    Prompt(
        "snake-05",
        "Do you know Snake? Build it and call it Jungle Lemon.",
        Expectation.SNAKE,
        name="Jungle Lemon",
    ),
    Prompt(
        "snake-06",
        "Snake please, title Giant Panda, with a purple snake and yellow apples",
        Expectation.SNAKE,
        name="Giant Panda",
        color="purple",
    ),
    Prompt(
        "snake-07",
        "Hi there, make me a Snake game named Pirate Frog with coral food.",
        Expectation.SNAKE,
        name="Pirate Frog",
        color="coral",
        thinking=False,
    ),
    Prompt(
        "snake-08",
        "can you code a snake game called electric banana in blue",
        Expectation.SNAKE,
        name="Electric Banana",
        color="blue",
    ),
    Prompt(
        "snake-09",
        "Set up a slow Snake game for beginners called Sugar Kitten",
        Expectation.SNAKE,
        name="Sugar Kitten",
    ),
    Prompt(
        "snake-10",
        "A Snake game on a 20x20 board is what I want. Call it Quick Thunder.",
        Expectation.SNAKE,
        name="Quick Thunder",
        thinking=False,
    ),
    Prompt(
        "badge-01",
        "Draw an SVG badge that says Honey Bees in gold",
        Expectation.BADGE,
        name="Honey Bees",
        color="gold",
    ),
    Prompt(
        "badge-02",
        "Draw a badge that says Lunar Bees in silver.",
        Expectation.BADGE,
        name="Lunar Bees",
        color="silver",
    ),
    Prompt(
        "badge-03",
        "Could you make an SVG badge for our club, with the text Shiny Team, in red?",
        Expectation.BADGE,
        name="Shiny Team",
        color="red",
    ),
    Prompt(
        "badge-04",
        "please design a teal badge saying sweet family",
        Expectation.BADGE,
        name="Sweet Family",
        color="teal",
    ),
    Prompt(
        "badge-05",
        "I need a badge. It should say Clever Smile. Make it purple.",
        Expectation.BADGE,
        name="Clever Smile",
        color="purple",
        thinking=False,
    ),
    Prompt(
        "badge-06",
        "Round badge, text Royal Tiger, color crimson",
        Expectation.BADGE,
        name="Royal Tiger",
        color="crimson",
    ),
    Prompt(
        "badge-07",
        "Make a shield that says Snow Angel in navy as an SVG badge.",
        Expectation.BADGE,
        name="Snow Angel",
        color="navy",
    ),
    Prompt(
        "badge-08",
        "SVG badge with the words Super Coach on it please",
        Expectation.BADGE,
        name="Super Coach",
    ),
    Prompt(
        "badge-09",
        "Hey, draw me a hexagon badge that says Crystal Dream in pink!",
        Expectation.BADGE,
        name="Crystal Dream",
        color="pink",
        thinking=False,
    ),
    Prompt(
        "badge-10",
        "create a badge in green reading Brave Panda",
        Expectation.BADGE,
        name="Brave Panda",
        color="green",
    ),
    Prompt(
        "badge-11",
        "Would you be so kind to draw a badge that reads Lucky Champion?",
        Expectation.BADGE,
        name="Lucky Champion",
    ),
    Prompt(
        "badge-12",
        "can u make a badge that says neon birthday in orange",
        Expectation.BADGE,
        name="Neon Birthday",
        color="orange",
    ),
    Prompt(
        "badge-13",
        "A star badge in yellow with Ocean Legend written on it, thanks.",
        Expectation.BADGE,
        name="Ocean Legend",
        color="yellow",
        thinking=False,
    ),
    Prompt(
        "badge-14",
        "Draw us an indigo badge: Wild Wonder",
        Expectation.BADGE,
        name="Wild Wonder",
        color="indigo",
    ),
    Prompt(
        "badge-15",
        "We won! Make a gold badge that says Best Science.",
        Expectation.BADGE,
        name="Best Science",
        color="gold",
    ),
    Prompt(
        "badge-16",
        "I'd like a square SVG badge with the text Robot Love in turquoise",
        Expectation.BADGE,
        name="Robot Love",
        color="turquoise",
    ),
    Prompt(
        "badge-17",
        "Make a badge for my daughter that says Magic Spring in violet",
        Expectation.BADGE,
        name="Magic Spring",
        color="violet",
    ),
    Prompt(
        "badge-18",
        "Give me a nice coral badge with Sugar Cookie on it",
        Expectation.BADGE,
        name="Sugar Cookie",
        color="coral",
        thinking=False,
    ),
    Prompt(
        "badge-19",
        'draw badge "Funny Lion" blue',
        Expectation.BADGE,
        name="Funny Lion",
        color="blue",
    ),
    Prompt(
        "badge-20",
        "Please create one SVG badge for the Winter Family in lime.",
        Expectation.BADGE,
        name="Winter Family",
        color="lime",
        thinking=False,
    ),
    Prompt(
        "talk-01",
        "What is the capital of Peru?",
        Expectation.HONEST,
    ),
    Prompt(
        "talk-02",
        "Please tell me why leaves turn yellow every autumn.",
        Expectation.HONEST,
    ),
    Prompt(
        "talk-03",
        "Make me a Tetris game with eight levels",
        Expectation.HONEST,
    ),
    Prompt(
        "talk-04",
        "Could you paint my grandmother in her kitchen?",
        Expectation.HONEST,
    ),
    Prompt(
        "talk-05",
        "I need ten slides on renewable energy for Monday",
        Expectation.HONEST,
        thinking=False,
    ),
    Prompt(
        "talk-06",
        "write a python program that sorts my photos by date",
        Expectation.HONEST,
    ),
    Prompt(
        "talk-07",
        "What's 17 multiplied by 23?",
        Expectation.HONEST,
    ),
    Prompt(
        "talk-08",
        "Translate 'good evening' into Portuguese for me",
        Expectation.HONEST,
        thinking=False,
    ),
    Prompt(
        "talk-09",
        "How long should I boil potatoes?",
        Expectation.HONEST,
    ),
    Prompt(
        "talk-10",
        "Which team won the Champions League last spring?",
        Expectation.HONEST,
    ),
    Prompt(
        "talk-11",
        "write a poem about autumn leaves for my wife",
        Expectation.HONEST,
    ),
    Prompt(
        "talk-12",
        "flumsy gortak wibble trenn",
        Expectation.HONEST,
    ),
    Prompt(
        "talk-13",
        "Is it safe to keep a python snake at home?",
        Expectation.HONEST,
    ),
    Prompt(
        "talk-14",
        "Can you beat me at chess?",
        Expectation.HONEST,
        thinking=False,
    ),
    Prompt(
        "talk-15",
        "Hi, good to meet you",
        Expectation.TALK,
        says=("glm-nano",),
    ),
    Prompt(
        "talk-16",
        "hey who are you exactly",
        Expectation.TALK,
        says=("glm-nano",),
    ),
    Prompt(
        "talk-17",
        "So, what kinds of things can you make for me?",
        Expectation.TALK,
        says=(
            "Flappy Bird",
            "Snake",
            "badge",
        ),
    ),
    Prompt(
        "talk-18",
        "Thank you, that was lovely!",
        Expectation.TALK,
        says=("welcome",),
    ),
    Prompt(
        "talk-19",
        "Alright, see you next week, bye!",
        Expectation.TALK,
        says=("Goodbye",),
        thinking=False,
    ),
    Prompt(
        "talk-20",
        "Are you a real person or a program?",
        Expectation.TALK,
        says=("glm-nano",),
        thinking=False,
    ),
)
