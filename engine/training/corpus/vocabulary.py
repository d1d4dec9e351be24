# ruff: noqa: SIM905  (quotes around every word would hide the words)
"""Nouns, names and verbs for questions that glm-nano must not answer: a wide, everyday spread."""

COUNTRIES = """
    Peru France Japan Brazil Kenya Norway Canada Egypt India China Italy Spain Germany Chile
    Mexico Turkey Poland Greece Sweden Iceland Ireland Portugal Morocco Nigeria Vietnam
    Thailand Australia Austria Belgium Bolivia Cuba Denmark Ecuador Finland Ghana Hungary
    Indonesia Iran Iraq Israel Jamaica Jordan Korea Lebanon Malaysia Mongolia Nepal
    Netherlands Pakistan Panama Romania Russia Scotland Switzerland Syria Tunisia Uganda
    Ukraine Uruguay Venezuela Wales Texas California
    """.split()
CITIES = """
    Paris London Berlin Tokyo Lima Madrid Rome Oslo Cairo Sydney Moscow Vienna Chicago
    Boston Dublin Lisbon Prague Athens Delhi Beijing Seoul Toronto Nairobi Havana Zurich
    Munich Milan Amsterdam Barcelona Seattle Helsinki Budapest Istanbul
    """.split()
PEOPLE = """
    Einstein Shakespeare Mozart Napoleon Cleopatra Newton Darwin Picasso Gandhi Beethoven
    Galileo Columbus Washington Lincoln Churchill Aristotle Plato Tesla Edison Obama Elvis
    Madonna Messi Ronaldo Leonardo Rembrandt Goethe Kafka Homer Dante Turing Lovelace Curie
    """.split()
THINGS = """
    gravity photosynthesis electricity democracy inflation evolution chemistry physics
    biology history geography philosophy love happiness music art football tennis chess
    cooking bread pasta pizza coffee tea chocolate cheese rice soup salad cats dogs horses
    elephants dolphins whales birds snakes spiders bees ants trees flowers mountains rivers
    oceans deserts volcanoes earthquakes clouds rain snow stars planets galaxies atoms
    molecules cells bacteria vaccines hearts brains bones muscles computers phones robots
    engines airplanes trains bicycles bridges castles pyramids money banks taxes insurance
    elections laws religion poetry novels movies theater painting photography fashion sleep
    dreams memory language grammar algebra geometry calculus statistics fractions numbers
    blockchain bitcoin Docker Linux Python JavaScript databases servers networks compilers
    algorithms recursion the_moon the_sun Mars Jupiter the_internet the_weather climate
    energy oil steel gold silver diamonds honey milk eggs sugar salt pepper lemons apples
    bananas tomatoes potatoes onions mushrooms
    """.split()
DISHES = """
    pancakes lasagna pizza bread soup curry sushi tacos pasta salad omelet cookies brownies
    cheesecake goulash paella risotto dumplings waffles stew chili gravy lemonade jam pie
    cake noodles hummus falafel ramen burgers muffins
    """.split()
OTHER_GAMES = """
    chess tetris pong pacman checkers sudoku minesweeper solitaire poker breakout asteroids
    tic-tac-toe hangman memory blackjack mario doom minecraft 2048 frogger battleship
    connect-four wordle pinball racing platformer shooter puzzle bowling football tennis
    basketball space-invaders maze golf card trivia quiz zombie adventure tower-defense
    soccer fishing farming cooking dungeon
    """.split()
PICTURES = """
    cat dog horse house tree flower car train ship airplane mountain sunset dragon unicorn
    castle robot person face man woman child family elephant lion tiger bear bird fish snake
    whale dolphin butterfly bee spider apple banana pizza cake guitar piano clock map flag
    heart moon sun star planet rocket city bridge beach forest river island cloud rainbow
    mandala pattern landscape portrait dinosaur penguin owl fox wolf rabbit mouse turtle
    frog shark pirate knight wizard princess snowman bicycle chair table lamp cup bottle
    book phone computer
    """.split()
DOCUMENTS = (
    *(
        "presentation",
        "slide deck",
        "set of slides",
        "poster",
        "website",
        "landing page",
        "web page",
    ),
    *("flyer", "brochure", "spreadsheet", "PDF", "Word document", "report", "resume", "portfolio"),
    *(
        "dashboard",
        "chart",
        "bar chart",
        "pie chart",
        "diagram",
        "flowchart",
        "mind map",
        "timeline",
    ),
    *(
        "calendar",
        "todo app",
        "calculator",
        "form",
        "login page",
        "blog",
        "online shop",
        "business card",
    ),
    *(
        "birthday card",
        "invitation",
        "menu",
        "newsletter",
        "infographic",
        "comic",
        "video",
        "animation",
    ),
    *(
        "song",
        "melody",
        "photo",
        "3D model",
        "icon set",
        "mobile app",
        "chat app",
        "clock app",
        "logo font",
    ),
)
TEXTS = (
    *(
        "poem",
        "story",
        "short story",
        "joke",
        "essay",
        "letter",
        "email",
        "song text",
        "haiku",
        "speech",
    ),
    *(
        "fairy tale",
        "limerick",
        "cover letter",
        "summary",
        "review",
        "recipe",
        "riddle",
        "tweet",
        "novel",
    ),
    *(
        "blog post",
        "love letter",
        "bedtime story",
        "sonnet",
        "press release",
        "product description",
    ),
    *(
        "shopping list",
        "workout plan",
        "travel plan",
        "study plan",
        "meeting agenda",
        "toast",
        "rap",
    ),
)
CODE = (
    *(
        "a Python function",
        "a Python script",
        "a sorting algorithm",
        "a SQL query",
        "a bash script",
    ),
    *("a regular expression", "a web server", "a Java class", "a C program", "a Rust program"),
    *("a JavaScript function", "a CSS style", "a React component", "a Django view", "unit tests"),
    *(
        "a binary search",
        "a fibonacci function",
        "a web scraper",
        "a parser",
        "a compiler",
        "quicksort",
    ),
    *("a Dockerfile", "a Makefile", "code to read a file", "code that adds two numbers", "a loop"),
    *("hello world in Python", "hello world in C", "a linked list", "an API", "a Telegram bot"),
)
LANGUAGES = """
    Spanish French German Italian Japanese Chinese Russian Arabic Latin Portuguese Dutch
    Swedish Polish Turkish Greek Korean Hindi English Ukrainian Czech
    """.split()
VERBS = """
    win lose learn teach find buy sell fix build paint cook bake clean wash drive fly swim
    run jump sleep study read write sing dance travel move save invest plant grow cut repair
    install delete open close start stop measure calculate explain understand remember
    forget choose become avoid change improve sharpen whistle knit sew train feed
    """.split()
OBJECTS = [
    " ".join(item.split())
    for item in """
    a car, a house, a bike, a dog, a cat, a horse, a guitar, a piano, a computer, a phone, a
    window, a door, a wall, a garden, a tree, tomatoes, money, time, a job, a friend,
    weight, English, math, a language, a book, a story, a letter, a garage, a kitchen, rice,
    an egg, a tie, a knot, a fire, a tent, a marathon, a password, an account, a file, a
    virus, a shirt, a baby, a knife, coffee, a cake
    """.split(",")
]
SYLLABLES = """
    ba be bi bo bu ka ke ki ko ku la le li lo lu ma me mi mo mu na ne ni no nu ra re ri ro
    ru sa se si so su ta te ti to tu va ve vi vo zu za xo xi qua dra fle gri plo stu bla cre
    tro sna wex yor jam zor blin quo nak sil ver dor fen gal hob jin kel lun mar pel ron sut
    tam vel wob zap
    """.split()
