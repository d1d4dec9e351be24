"""The closed vocabulary of names and colors that glm-nano can write.

The first edition cannot copy open names, so a name is one to three words of `WORDS`. Ordered pairs
are held out by a hash: the corpus never draws them, the evaluation draws nothing else.
"""

import itertools
import random
import re
import zlib

WORDS: tuple[str, ...] = tuple(
    """
    Acorn Alpha Angel Apple Arcade Arrow Autumn Banana Beach Bear Bees Berry Best Big Birthday
    Blossom Bold Book Bounce Brave Bright Bubble Buddy Bunny Cake Candy Captain Castle Cat
    Champion Cherry City Clever Cloud Club Coach Coder Coffee Cookie Cosmic Crazy Crew Crystal
    Daisy Dance Dark Dash Dawn Day Dear Desert Diamond Dolphin Done Dragon Dream Eagle Earth
    Electric Elephant Epic Evening Explorer Family Fancy Fire First Flower Flying Forest Fox
    Friend Friends Frog Funny Galaxy Garden Ghost Giant Good Great Happy Harvest Hawk Heart
    Hello Hero Holiday Home Honey Hopper Ice Island Jazz Jumper Jungle King Kitten Lake Lemon
    Legend Light Lion Little Love Lucky Lunar Magic Mango Mars Master Midnight Mighty Monkey
    Moon Morning Mountain Music Neon New Night Ninja Ocean Owl Panda Paper Party Peace Penguin
    Pilot Pirate Pixel Planet Player Polar Power Proud Puzzle Quest Quick Rabbit Racer Radio
    Rain Rainbow River Robot Rock Rocket Rose Royal Runner Science Secret Shadow Shark Shiny
    Silent Simple Sky Smart Smile Snow Song Space Spark Spirit Spring Storm Story Strong
    Studio Sugar Summer Sunny Sunset Super Sweet Teacher Team Thank Thunder Tiger Time Tiny
    Travel Treasure Turbo Turtle Victory Volcano Welcome Whale Wild Winner Winter Wise Wizard
    Wolf Wonder World Year You Zebra Zen
    """.split()  # noqa: SIM905  (two hundred lines of quotes would hide the words)
)
COLORS: tuple[str, ...] = (
    "gold",
    "red",
    "teal",
    "navy",
    "green",
    "blue",
    "purple",
    "orange",
    "pink",
    "yellow",
    "silver",
    "crimson",
    "turquoise",
    "coral",
    "indigo",
    "lime",
    "brown",
    "violet",
)
HELD_OUT_PERCENT = 15
_SHOWN_TO_PEOPLE = frozenset({("Honey", "Bees"), ("Sky", "Hopper")})
_WORD_SET = frozenset(WORDS)


def is_known(word: str) -> bool:
    """Whether the model can write `word` (in canonical title case)."""
    return word in _WORD_SET


def is_held_out(first: str, second: str) -> bool:
    """Whether the ordered pair is kept from the corpus; the same on every machine."""
    if (first, second) in _SHOWN_TO_PEOPLE:
        return True
    return zlib.crc32(f"{first} {second}".encode()) % 100 < HELD_OUT_PERCENT


def contains_held_out_pair(text: str) -> bool:
    """Whether two neighboring words of `text`, in any letter case, are a held-out pair."""
    words = re.findall(r"[a-z]+", text.lower())
    known = [word.title() if word.title() in _WORD_SET else "" for word in words]
    return any(
        first and second and is_held_out(first, second)
        for first, second in itertools.pairwise(known)
    )


def sample_name(rng: random.Random, count: int) -> str:
    """`count` different words in title case, no two neighbors of them a held-out pair."""
    while True:
        words = rng.sample(WORDS, count)
        if not any(is_held_out(*pair) for pair in itertools.pairwise(words)):
            return " ".join(words)
