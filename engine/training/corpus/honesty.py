"""Everything else: an honest short answer that offers the nearest thing glm-nano can make."""

import random
from collections.abc import Callable

from engine.training.corpus import vocabulary as words
from engine.training.corpus.conversation import Exchange
from engine.training.corpus.phrasing import roughen, with_article
from engine.training.corpus.words import COLORS, WORDS, sample_name

FAMILY = "honesty"
_I_AM = "I am a small demonstration model"
_CAN = "I can make Flappy Bird, Snake and SVG badges."
_QUESTION = (
    "The user asks a question. I am too small to know facts, so I say it honestly.",
    f'{_I_AM}, so I cannot answer that. {_CAN} Try: "Make a Flappy Bird game".',
)
_GAME = (
    "The user wants another game. I can make Flappy Bird and Snake only.",
    f"{_I_AM} and cannot make that game. The nearest things are Snake and Flappy Bird. Try: "
    '"Create a Snake game".',
)
_PICTURE = (
    "The user wants a picture. I can draw SVG badges only.",
    f'{_I_AM} and cannot draw that. The nearest thing is an SVG badge. Try: "Draw a badge that '
    'says Happy Birthday in gold".',
)
_DOCUMENT = (
    "The user wants something that I cannot make. I say it honestly.",
    f'{_I_AM} and cannot make that. {_CAN} Try: "Draw a badge that says Good Friends".',
)
_TEXT = (
    "The user wants me to write text or code. I am too small for that.",
    f'{_I_AM}, so I cannot write that. {_CAN} Try: "Create a Snake game in green".',
)
_UNKNOWN = (
    "I do not understand this message. I say it honestly.",
    f'{_I_AM} and did not understand that. {_CAN} Try: "Make a Flappy Bird game".',
)
UNKNOWN_NAME = (
    "The user wants a name that I do not know. I say it honestly.",
    f"{_I_AM} and can write only a few hundred words, so I cannot write that name. Try a name like "
    "Happy River or Brave Lion.",
)


def sample_exchange(rng: random.Random) -> Exchange:
    """A request that glm-nano cannot fulfill, with its honest answer."""
    kinds: tuple[tuple[Callable[[random.Random], str], tuple[str, str], int], ...] = (
        (_fact_question, _QUESTION, 7),
        (_advice_question, _QUESTION, 4),
        (_near_question, _QUESTION, 4),
        (_math_question, _QUESTION, 2),
        (_personal_question, _QUESTION, 2),
        (_other_game, _GAME, 5),
        (_other_picture, _PICTURE, 5),
        (_document, _DOCUMENT, 4),
        (_text_or_code, _TEXT, 5),
        (_statement, _UNKNOWN, 3),
        (_gibberish, _UNKNOWN, 3),
    )
    make, (trace, reply), _ = rng.choices(kinds, [weight for *_, weight in kinds])[0]
    return Exchange(roughen(rng, make(rng)), trace, reply)


def invent_word(rng: random.Random) -> str:
    """A word that nobody knows, of two or three syllables."""
    return "".join(rng.choices(words.SYLLABLES, k=rng.choice((2, 2, 3))))


def _thing(rng: random.Random) -> str:
    kind = rng.random()
    if kind < 0.15:
        return invent_word(rng)
    if kind < 0.3:
        return rng.choice(WORDS).lower()
    pool = rng.choice((words.THINGS, words.THINGS, words.PICTURES, words.DISHES, words.COUNTRIES))
    return rng.choice(pool).replace("_", " ")


def _fill(rng: random.Random, template: str) -> str:
    """`template` with every slot filled from the vocabulary."""
    return template.format(
        country=rng.choice(words.COUNTRIES),
        city=rng.choice(words.CITIES),
        person=rng.choice(words.PEOPLE),
        thing=_thing(rng),
        other=_thing(rng),
        dish=rng.choice(words.DISHES),
        language=rng.choice(words.LANGUAGES),
        verb=rng.choice(words.VERBS),
        object=rng.choice(words.OBJECTS),
        color=rng.choice(COLORS),
        game=rng.choice(words.OTHER_GAMES),
        picture=rng.choice(words.PICTURES),
        a_picture=with_article(rng.choice(words.PICTURES)),
        document=rng.choice(words.DOCUMENTS),
        text=rng.choice(words.TEXTS),
        code=rng.choice(words.CODE),
        first=rng.randrange(2, 100),
        second=rng.randrange(2, 100),
        year=rng.randrange(1500, 2030),
    )


def _from(*templates: str) -> Callable[[random.Random], str]:
    return lambda rng: _fill(rng, rng.choice(templates))


_fact_question = _from(
    *("What is the capital of {country}?",) * 3,
    "What's the capital of {country}?",
    "Which city is the capital of {country}?",
    "capital of {country}",
    "How many people live in {country}?",
    "How many people live in {city}?",
    "What language do they speak in {country}?",
    "What currency is used in {country}?",
    "Where is {country}?",
    "Where is {city}?",
    "How far is it from {city} to {country}?",
    "What is the weather in {city}?",
    "Will it rain in {city} tomorrow?",
    "What time is it in {city}?",
    "What is the highest mountain in {country}?",
    "What is the largest city in {country}?",
    "Who is the president of {country}?",
    "Who is {person}?",
    "Who was {person}?",
    "When was {person} born?",
    "When did {person} die?",
    "What did {person} discover?",
    "What is {person} famous for?",
    "What is {thing}?",
    "What are {thing}?",
    "What is {thing} made of?",
    "What does {thing} mean?",
    "What is the meaning of {thing}?",
    "What is the difference between {thing} and {other}?",
    "Who invented {thing}?",
    "Who discovered {thing}?",
    "When was {thing} invented?",
    "Why is {thing} important?",
    "Why is the sky {color}?",
    "Why are {thing} {color}?",
    "Why do we need {thing}?",
    "How does {thing} work?",
    "How do {thing} work?",
    "How old is {thing}?",
    "How big is {thing}?",
    "How much does {thing} cost?",
    "How many {thing} are there?",
    "Where does {thing} come from?",
    "Where can I find {thing}?",
    "Is {thing} dangerous?",
    "Is {thing} better than {other}?",
    "Are {thing} good for you?",
    "Do {thing} have {other}?",
    "Does {thing} need {other}?",
    "Can {thing} swim?",
    "Tell me about {thing}",
    "Tell me something about {thing}",
    "Tell me about {country}",
    "Tell me about {person}",
    "Explain {thing}",
    "Explain {thing} to me",
    "Explain how {thing} works",
    "Can you explain {thing}?",
    "Give me facts about {thing}",
    "What happened in {year}?",
    "Who won the world cup in {year}?",
    "What do you know about {thing}?",
    "Define {thing}",
    "What is the best {thing}?",
    "Which {thing} is the biggest?",
    "What is the news today?",
    "What day is it today?",
    "What is the date?",
    "What time is it?",
)
_advice_question = _from(
    "How do I {verb} {object}?",
    "How can I {verb} {object}?",
    "How to {verb} {object}",
    "What is the best way to {verb} {object}?",
    "Can you help me {verb} {object}?",
    "Help me {verb} {object}",
    "Should I {verb} {object}?",
    "When should I {verb} {object}?",
    "Why can't I {verb} {object}?",
    "Can you {verb} {object}?",
    "{verb} {object}",
    "I want to {verb} {object}",
    "I need to {verb} {object}",
    "Teach me to {verb} {object}",
    "How do I make {dish}?",
    "How do you cook {dish}?",
    "Give me a recipe for {dish}",
    "What do I need for {dish}?",
    "What should I eat today?",
    "What should I cook with {thing}?",
    "What is a good gift for my mother?",
    "Recommend a book about {thing}",
    "Recommend me a movie",
    "Where should I travel in {country}?",
    "What can I see in {city}?",
    "Plan a trip to {country}",
    "Find me a hotel in {city}",
    "Book a flight to {city}",
    "Order {dish}",
    "Remind me to {verb} {object}",
    "Call my mother",
    "Play some music",
    "Search the web for {thing}",
    "Turn on the light",
)
_near_question = _from(
    "Who invented Flappy Bird?",
    "Who made Flappy Bird?",
    "When was Flappy Bird released?",
    "How do I win at Flappy Bird?",
    "Why was Flappy Bird removed?",
    "Is Flappy Bird hard?",
    "What is Flappy Bird?",
    "What is the high score in Flappy Bird?",
    "Do you like Flappy Bird?",
    "What is Snake?",
    "Who invented Snake?",
    "How do I win at Snake?",
    "What is the best strategy for Snake?",
    "Are snakes dangerous?",
    "What do snakes eat?",
    "How long is a snake?",
    "What is the longest snake?",
    "Do snakes sleep?",
    "Can birds fly at night?",
    "Why do birds sing?",
    "What birds live in {country}?",
    "What snakes live in {country}?",
    "What is an SVG?",
    "What is SVG?",
    "What is an SVG badge?",
    "What is a badge?",
    "How do I open an SVG file?",
    "How do I edit an SVG?",
    "How do I sew a badge?",
    "Convert an SVG to PNG",
    "What color is {thing}?",
    "What is your favorite color?",
    "What is your favorite game?",
    "Is {color} a nice color?",
    "What does {color} mean?",
    "How do I mix {color} paint?",
    "What is the hex code of {color}?",
    "Tell me a story about a {color} bird",
    "Tell me a joke about snakes",
    "Write a poem about a {color} snake",
    "Write a poem about Flappy Bird",
    "Write an essay about Snake",
    "Translate snake to {language}",
    "Translate Flappy Bird to {language}",
    "What is a bird in {language}?",
    "How many games are there?",
    "Which game is best?",
    "How do I make a game?",
    "How are games made?",
    "Do you play games?",
    "Explain the code of Flappy Bird",
    "Who plays Snake?",
)
_math_question = _from(
    "What is {first} + {second}?",
    "What is {first} plus {second}?",
    "What is {first} times {second}?",
    "What is {first} minus {second}?",
    "What is {first} x {second}?",
    "{first} + {second}",
    "{first}+{second}=?",
    "{first} * {second}",
    "{first} / {second}",
    "Calculate {first} divided by {second}",
    "Solve x + {first} = {second}",
    "Is {first} a prime number?",
    "What is the square root of {first}?",
    "What is {first} percent of {second}?",
    "How many days are in {first} weeks?",
    "Count to {first}",
    "Give me a random number",
    "Convert {first} miles to kilometers",
    "How much is {first} dollars in euros?",
)
_personal_question = _from(
    "Do you like {thing}?",
    "Do you love me?",
    "Do you know {person}?",
    "Do you know {thing}?",
    "Have you seen {thing}?",
    "What do you think about {thing}?",
    "What is your opinion on {thing}?",
    "Can you speak {language}?",
    "Do you speak {language}?",
    "Can you see pictures?",
    "Can you read files?",
    "Can you search the internet?",
    "Can you remember me?",
    "What is my name?",
    "Where do I live?",
    "What did I say?",
    "Will you marry me?",
    "Are you better than {person}?",
    "What is the meaning of life?",
    "Tell me a secret",
    "Guess what I think",
    "Say something in {language}",
)
_GAME_OPENERS = (
    *(
        "Make",
        "Create",
        "Build",
        "Code",
        "Program",
        "Write",
        "Generate",
        "I want",
        "Give me",
        "Please make",
    ),
    *(
        "Can you make",
        "Could you build",
        "I'd like",
        "Can you create",
        "Build me",
        "Make me",
        "Design",
    ),
    *("I want to play", "Can we play", "Let's play", "Do you know"),
)


def _other_game(rng: random.Random) -> str:
    game = rng.choice(words.OTHER_GAMES)
    if rng.random() < 0.1:
        game = invent_word(rng)
    what = rng.choice(
        (game, game, f"a {game} game", f"a {game} game", f"a {game} clone", f"a game of {game}",
         f"a game like {game}", f"a simple {game} game", f"a {game} game in {rng.choice(COLORS)}",
         f"a {game} game called {sample_name(rng, 2)}")
    )  # fmt: skip
    return f"{rng.choice(_GAME_OPENERS)} {what}{rng.choice(('.', '', '!', '?', ' please'))}"


def _other_picture(rng: random.Random) -> str:
    picture = rng.choice(words.PICTURES) if rng.random() < 0.85 else invent_word(rng)
    thing = with_article(picture)
    color = rng.choice(COLORS)
    what = rng.choice(
        (thing, thing, f"a picture of {thing}", f"an image of {thing}", f"an SVG of {thing}",
         with_article(f"{color} {picture}"), f"{thing} in {color}", f"{thing} with a hat",
         f"{thing} and {with_article(rng.choice(words.PICTURES))}", f"a drawing of {thing}",
         f"an SVG {picture}", f"a photo of {thing}", f"an icon of {thing}", f"a cute {picture}",
         f"a {picture} in the {rng.choice(words.PICTURES)}", f"a cartoon {picture}",
         f"a {picture} logo")
    )  # fmt: skip
    opener = rng.choice(
        ("Draw", "Draw", "Draw me", "Make", "Create", "Paint", "Sketch", "Please draw", "Generate",
         "Can you draw", "Could you draw", "I want", "Show me", "Design", "Illustrate", "Give me")
    )  # fmt: skip
    return f"{opener} {what}{rng.choice(('.', '', '!', '?', ' please'))}"


def _document(rng: random.Random) -> str:
    document = with_article(rng.choice(words.DOCUMENTS))
    about = rng.choice(
        ("", "", f" about {_thing(rng)}", f" for {_thing(rng)}", " for my company",
                        f" called {sample_name(rng, 2)}",
                        f" in {rng.choice(COLORS)}", f" with {rng.randrange(2, 20)} pages")
    )  # fmt: skip
    opener = rng.choice(
        ("Make", "Create", "Build", "Design", "Generate", "I need", "I want", "Can you make",
         "Draw", "Could you create", "Please make", "Help me make", "Give me", "Prepare", "Make me")
    )  # fmt: skip
    return f"{opener} {document}{about}{rng.choice(('.', '', '!', '?', ' please'))}"


_text_or_code = _from(
    "Write a {text} about {thing}",
    "Write me a {text} about {thing}",
    "Write a {text}",
    "write me a {text}",
    "Please write a {text} for my teacher",
    "Can you write a {text} about {thing}?",
    "Could you write a {text}?",
    "I need a {text} about {thing}",
    "Tell me a {text}",
    "Tell me a {text} about {thing}",
    "Give me a {text}",
    "Write a {text} in {language}",
    "Translate {thing} to {language}",
    "Translate this to {language}",
    "How do you say {thing} in {language}?",
    "What is {thing} in {language}?",
    "Correct my {text}",
    "Summarize this {text}",
    "Summarize {person} for me",
    "Improve my {text}",
    "Write {code}",
    "Write {code} for me",
    "Write me {code}",
    "Can you write {code}?",
    "Show me {code}",
    "I need {code}",
    "Create {code}",
    "Give me {code}",
    "Explain {code}",
    "How do I write {code}?",
    "Fix {code}",
    "Debug my code",
    "Why does my code not work?",
    "Review my code",
    "Sing a song about {thing}",
    "Make a list of {thing}",
    "List all {thing}",
    "Name three {thing}",
    "Spell {thing}",
    "Make a {text} about {thing}",
    "Make up a {text}",
)
_statement = _from(
    "I like {thing}",
    "I love {thing}",
    "I hate {thing}",
    "I am from {country}",
    "I live in {city}",
    "My name is {person}",
    "I have {object}",
    "I {verb} {object} every day",
    "{thing}",
    "{thing} and {other}",
    "{thing} {other}",
    "{color}",
    "{person}",
    "{country}",
    "{city}",
    "Yesterday I saw {thing}",
    "It is cold in {city}",
    "The {picture} is {color}",
    "My {picture} is {color}",
    "There is a {picture} in the house",
    "{thing} is better than {other}",
    "I am tired",
    "I am sad",
    "I am hungry",
    "I do not like this",
    "This is wrong",
    "That is bad",
    "You are wrong",
    "You are stupid",
    "I think {thing} is nice",
    "yes",
    "no",
    "maybe",
    "why?",
    "how?",
    "what?",
    "really?",
    "and then?",
    "test",
    "testing",
    "lol",
    "hmm",
    "???",
    "...",
    "ok",
    "{first}",
)


def _gibberish(rng: random.Random) -> str:
    kind = rng.random()
    if kind < 0.4:
        return " ".join(invent_word(rng) for _ in range(rng.randrange(1, 6)))
    if kind < 0.6:
        return "".join(rng.choices("abcdefghijklmnopqrstuvwxyz", k=rng.randrange(3, 14)))
    if kind < 0.7:
        return "".join(rng.choices("0123456789!?#$%&*+-=", k=rng.randrange(1, 12)))
    return " ".join(_thing(rng) for _ in range(rng.randrange(2, 7)))
