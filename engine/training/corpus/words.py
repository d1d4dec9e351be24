"""The English words that names are made of.

A hash keeps some ordered pairs for the prompts that were written by hand. Exercises in capitals
(`drills.quoting`) never draw one; names are held out as a whole instead, by `names`.
"""

import itertools
import random
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
HELD_OUT_PERCENT = 15
_SHOWN_TO_PEOPLE = frozenset({("Honey", "Bees"), ("Sky", "Hopper")})


def is_held_out(first: str, second: str) -> bool:
    """Whether the exercises leave the ordered pair to the evaluation; the same on every machine."""
    if (first, second) in _SHOWN_TO_PEOPLE:
        return True
    return zlib.crc32(f"{first} {second}".encode()) % 100 < HELD_OUT_PERCENT


def sample_name(rng: random.Random, count: int) -> str:
    """`count` different words in title case, no two neighbors of them a held-out pair."""
    while True:
        words = rng.sample(WORDS, count)
        if not any(is_held_out(*pair) for pair in itertools.pairwise(words)):
            return " ".join(words)
