"""The closed vocabulary of names and colors that glm-nano can write.

The first edition cannot copy open names, so a name is one to three words of `WORDS`. Ordered pairs
are held out by a hash: the corpus never draws them, the evaluation draws nothing else.
"""

import random
import zlib

WORDS: tuple[str, ...] = tuple(
    """
    Acorn Alpha Amber Angel Apple Arcade Arrow Atlas Autumn Avocado Banana Bandit Beach Bear Beaver
    Bees Berry Best Big Birthday Blazing Blossom Bold Book Bounce Brave Breeze Bright Bubble Buddy
    Bunny Cactus Cake Camp Candy Captain Castle Cat Champion Chef Cherry Chess City Clever Cloud
    Club Coach Coder Coffee Comet Cookie Copper Cosmic Cozy Crazy Crew Crystal Cupcake Daisy Dance
    Dark Dash Dawn Day Dear Deep Desert Diamond Dinner Dolphin Done Donkey Dragon Dream Eagle Earth
    Echo Electric Elephant Emerald Epic Evening Explorer Falcon Family Fancy Fire First Flower
    Flying Forest Fox Friend Friends Frog Frost Funny Galaxy Garden Ghost Giant Ginger Glacier Good
    Grand Great Happy Harbor Harvest Hawk Heart Hello Hero Hidden Holiday Home Honey Hopper Hungry
    Ice Island Ivory Jazz Jelly Jolly Jumper Jungle Jupiter King Kitten Koala Lake Lemon Legend
    Library Light Lion Little Lotus Love Lucky Lunar Magic Mango Maple Marble Market Mars
    Master Meadow Melon Midnight Mighty Mint Misty Monkey Moon Morning Mountain Music Mystic Neon
    New Night Ninja Noble North Ocean Olive Otter Owl Oxford Painter Panda Paper Party Peace Peach
    Pepper Penguin Phoenix Pilot Pine Pirate Pixel Planet Player Polar Power Prince Proud Puzzle
    Quest Quick Quiet Rabbit Racer Radio Rain Rainbow Raven Rebel Reef Rider River Robot Rock Rocket
    Rose Royal Runner Sailor Salty Sandy Science Secret Shadow Shark Shiny Shop Silent Simple Sky
    Sleepy Sloth Smart Smile Snow Solar Song South Space Spark Spirit Spring Stone Storm Story
    Strong Studio Sugar Summer Sunny Sunset Super Sweet Swift Tango Tea Teacher Team Thank Thunder
    Tiger Time Tiny Toast Tower Town Travel Treasure Turbo Turtle Valley Velvet Victory Village
    Volcano Wave Welcome Whale Wild Wind Winner Winter Wise Wizard Wolf Wonder World Year Yoga You
    Zebra Zen Zigzag Zoom
    """.split()
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


def sample_name(rng: random.Random, count: int) -> str:
    """`count` different words in title case, no two neighbors of them a held-out pair."""
    while True:
        words = rng.sample(WORDS, count)
        if not any(is_held_out(*pair) for pair in zip(words, words[1:], strict=False)):
            return " ".join(words)
