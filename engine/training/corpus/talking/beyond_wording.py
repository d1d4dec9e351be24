"""What people ask that is beyond glm-nano, and its honest answers, in four languages.

Slots of the prompts: `{t}` and `{o}` things, `{p}` a person, `{c}` a country, `{g}` a game, `{k}`
and `{l}` numbers, `{n}` a name.
"""

from engine.training.corpus.languages import Choices, Language, Texts

_EN, _ZH, _RU, _KO = Language
QUESTIONS: Choices = {
    _EN: (
        *("What is the capital of {c}?", "Who was {p}?", "When was {p} born?", "What is {t}?"),
        *("How does {t} work?", "Why is {t} important?", "What is {k} times {l}?", "Explain {t}"),
        *("How much is {k} plus {l}?", "Tell me about {p}", "Where is {c}?", "Who invented {t}?"),
        *("What is the difference between {t} and {o}?", "Is {t} healthy?", "How do I fix {t}?"),
        *("What is the weather in {c}?", "How many people live in {c}?", "Should I buy {t}?"),
        *("How do I cook {t}?", "What time is it in {c}?", "{k} + {l}", "Is {t} better than {o}?"),
    ),
    _ZH: (
        *(
            "{c}的首都是哪里?",
            "{p}是谁?",
            "{p}什么时候出生?",
            "{t}是什么?",
            "{t}怎么工作?",
            "为什么{t}重要?",
        ),
        *(
            "{k}乘以{l}等于多少?",
            "解释一下{t}",
            "{k}加{l}是多少?",
            "谁发明了{t}?",
            "{t}和{o}有什么区别?",
        ),
        *(
            "{c}天气怎么样?",
            "{c}有多少人?",
            "{t}对身体好吗?",
            "怎么修{t}?",
            "讲讲{p}",
            "{c}在哪里?",
        ),
    ),
    _RU: (
        *(
            "Какая столица: {c}?",
            "Кто такой {p}?",
            "Когда родился {p}?",
            "Что такое {t}?",
            "Где {c}?",
        ),
        *(
            "Как работает {t}?",
            "Сколько будет {k} умножить на {l}?",
            "Объясни: {t}",
            "Расскажи: {p}",
        ),
        *("Сколько будет {k} плюс {l}?", "Кто придумал: {t}?", "Чем отличаются {t} и {o}?"),
        *(
            "Какая погода: {c}?",
            "{t} это полезно?",
            "Как починить: {t}?",
            "Что лучше, {t} или {o}?",
        ),
    ),
    _KO: (
        *(
            "{c}의 수도는 어디야?",
            "{p}은(는) 누구야?",
            "{p}은(는) 언제 태어났어?",
            "{t}이(가) 뭐야?",
        ),
        *(
            "{t}은(는) 어떻게 작동해?",
            "{k} 곱하기 {l}?",
            "{t}을(를) 설명해 줘",
            "{c}은(는) 어디에 있어?",
        ),
        *(
            "{k} 더하기 {l}?",
            "누가 {t}을(를) 발명했어?",
            "{t}하고 {o}의 차이가 뭐야?",
            "{c} 날씨 어때?",
        ),
        *("{t} 몸에 좋아?", "{t} 고치는 법 알려 줘", "{c} 인구가 얼마야?"),
    ),
}
GAMES: Choices = {
    _EN: (
        *(
            "Make {g}",
            "Create a {g} game",
            "I want to play {g}",
            "Can you build {g}?",
            "Program {g}",
        ),
        *("A {g} game called {n}", "Let's play {g}", "Code a game like {g}", "Please make {g}"),
    ),
    _ZH: (
        "做一个{g}",
        "我想玩{g}",
        "能做{g}吗?",
        "做个{g}游戏叫{n}",
        "来一局{g}",
        "写一个{g}游戏",
        "请做{g}",
    ),
    _RU: (
        "Сделай игру {g}",
        "Хочу играть в игру {g}",
        "Можешь сделать {g}?",
        "Напиши игру {g}",
        "Нужна игра {g}",
        "Игра {g} с названием {n}",
    ),
    _KO: (
        "{g} 만들어 줘",
        "{g} 하고 싶어",
        "{g} 게임 만들 수 있어?",
        "이름이 {n}인 {g} 게임 만들어 줘",
        "{g} 하자",
        "{g} 게임 부탁해",
    ),
}
PICTURES: Choices = {
    _EN: (
        *("Draw {t}", "Paint a portrait of {p}", "A photo of {t} please", "Draw {p} with {t}"),
        *("Make a picture of {t}", "Can you draw {t}?", "A painting of {c}", "Sketch {t} for me"),
        *("Generate an image of {t} and {o}", "I want a drawing of {p}", "Make a 3D model of {t}"),
    ),
    _ZH: (
        "画{t}",
        "画一张{p}的肖像",
        "给我一张{t}的照片",
        "能画{t}吗?",
        "画{t}和{o}",
        "生成{t}的图片",
        "画一幅{c}的油画",
    ),
    _RU: (
        "Нарисуй: {t}",
        "Нарисуй портрет: {p}",
        "Фото: {t}",
        "Можешь нарисовать {t}?",
        "Картинка: {t} и {o}",
        "Сделай 3D-модель: {t}",
    ),
    _KO: (
        "{t} 그려 줘",
        "{p} 초상화 그려 줘",
        "{t} 사진 보여 줘",
        "{t} 그릴 수 있어?",
        "{t}하고 {o} 그림 그려 줘",
        "{c} 그림 그려 줘",
    ),
}
TEXTS: Choices = {
    _EN: (
        *("Write a poem about {t}", "Write a story about {p}", "Translate {t} into French"),
        *("Write a Python script for {t}", "Write an email to {n}", "Tell me a joke about {t}"),
        *(
            "Write an essay on {t}",
            "Summarize a book about {p}",
            "Write code that sorts {k} numbers",
        ),
        *(
            "Give me a recipe with {t}",
            "Write a song for {n}",
            "Write a letter to {p}",
            "A haiku about {t}",
        ),
    ),
    _ZH: (
        "写一首关于{t}的诗",
        "写一个{p}的故事",
        "把{t}翻译成法语",
        "写一个{t}的Python脚本",
        "给{n}写封邮件",
        "讲个{t}的笑话",
        "写一篇{t}的作文",
        "写排序{k}个数的代码",
        "给我{t}的菜谱",
    ),
    _RU: (
        "Напиши стихи: {t}",
        "Напиши рассказ, герой {p}",
        "Переведи на французский: {t}",
        "Напиши скрипт на Python: {t}",
        "Напиши письмо для {n}",
        "Расскажи анекдот: {t}",
        "Напиши сочинение: {t}",
        "Дай рецепт: {t}",
    ),
    _KO: (
        "{t}에 대한 시를 써 줘",
        "{p} 이야기를 써 줘",
        "{t}을(를) 프랑스어로 번역해 줘",
        "{t} 파이썬 코드 써 줘",
        "{n}에게 보낼 메일을 써 줘",
        "{t} 농담 해 줘",
        "{t} 글을 써 줘",
        "{t} 요리법 알려 줘",
    ),
}
# Topics that are none of the known ones.
DECKS: Choices = {
    _EN: (
        *("Make a deck about {n}", "Slides about {p}", "A presentation on our company {n}"),
        *(
            "Make a deck about the history of {c}",
            "I need slides on {n}",
            "A deck about my trip to {c}",
        ),
        *("Create a presentation about {p} and {o}", "Can you make a deck about {n}?"),
    ),
    _ZH: (
        "做一个关于{n}的幻灯片",
        "做{p}的PPT",
        "介绍我们公司{n}的演示",
        "做一个{c}历史的幻灯片",
        "能做{n}的PPT吗?",
        "我需要{p}的演示文稿",
    ),
    _RU: (
        "Сделай презентацию: {n}",
        "Слайды про фирму {n}",
        "Презентация: {p}",
        "Презентация по истории: {c}",
        "Можешь сделать слайды: {n}?",
        "Нужна презентация, тема {n}",
    ),
    _KO: (
        "{n}에 대한 슬라이드 만들어 줘",
        "{p} PPT 만들어 줘",
        "우리 회사 {n} 소개 자료 만들어 줘",
        "{c} 역사 슬라이드 부탁해",
        "{n} 발표 자료 만들 수 있어?",
    ),
}
OTHERS: Choices = {
    _EN: (
        *(
            "Book a flight to {c}",
            "Play some music",
            "Send {n} a message",
            "Set an alarm",
            "Call {n}",
        ),
        *("Open my files", "Make a video about {t}", "Buy {t} for me", "Make a mobile app for {t}"),
        *(
            "Delete everything",
            "Remind me of {t}",
            "{n} {n} {n}",
            "{t} {o}",
            "asdf {n}",
            "I am {k} years old",
        ),
        *("I feel sad today", "My name is {n}", "{t} is nice", "I live in {c}"),
    ),
    _ZH: (
        "订去{c}的机票",
        "放点音乐",
        "给{n}发消息",
        "定个闹钟",
        "做一个{t}的视频",
        "帮我买{t}",
        "删除所有文件",
        "{t}{o}{t}",
        "我{k}岁了",
        "我今天很难过",
        "我叫{n}",
        "我住在{c}",
    ),
    _RU: (
        "Закажи билет: {c}",
        "Включи музыку",
        "Отправь сообщение для {n}",
        "Поставь будильник",
        "Сделай видео: {t}",
        "Купи {t}",
        "Удали все файлы",
        "{t} {o} {t}",
        "Мне {k} лет",
        "Мне сегодня грустно",
        "Меня зовут {n}",
    ),
    _KO: (
        "{c} 비행기 예약해 줘",
        "음악 틀어 줘",
        "{n}에게 메시지 보내 줘",
        "알람 맞춰 줘",
        "{t} 영상 만들어 줘",
        "{t} 사 줘",
        "파일을 모두 지워 줘",
        "{t} {o} {t}",
        "나는 {k}살이야",
        "오늘 슬퍼",
        "내 이름은 {n}",
    ),
}
THINGS: Choices = {
    _EN: (
        *(
            "gravity",
            "pasta",
            "inflation",
            "my car",
            "a violin",
            "democracy",
            "a blockchain",
            "soup",
        ),
        *("a washing machine", "love", "a compiler", "the stock market", "a dragon", "philosophy"),
        *("rice", "a lawnmower", "quantum physics", "a castle", "poetry", "taxes", "a unicorn"),
        *("my roof", "pizza", "a tractor", "grammar", "a horse", "jazz", "a passport", "gold"),
    ),
    _ZH: (
        "重力",
        "面条",
        "通货膨胀",
        "我的车",
        "小提琴",
        "区块链",
        "洗衣机",
        "爱情",
        "股票",
        "龙",
        "哲学",
        "米饭",
        "量子力学",
        "城堡",
        "诗歌",
        "护照",
        "披萨",
        "拖拉机",
        "语法",
        "黄金",
    ),
    _RU: (
        "гравитация",
        "борщ",
        "инфляция",
        "машина",
        "скрипка",
        "блокчейн",
        "стиральная машина",
        "любовь",
        "биржа",
        "дракон",
        "философия",
        "рис",
        "квантовая физика",
        "замок",
        "поэзия",
        "паспорт",
        "пицца",
        "трактор",
        "грамматика",
        "золото",
    ),
    _KO: (
        "중력",
        "국수",
        "물가",
        "자동차",
        "바이올린",
        "블록체인",
        "세탁기",
        "사랑",
        "주식",
        "용",
        "철학",
        "쌀",
        "양자역학",
        "성",
        "시",
        "여권",
        "피자",
        "트랙터",
        "문법",
        "금",
    ),
}
PEOPLE: Choices = {
    _EN: (
        "Einstein",
        "Mozart",
        "Cleopatra",
        "my teacher",
        "Gandhi",
        "Shakespeare",
        "Messi",
        "the president",
        "my grandmother",
        "Picasso",
    ),
    _ZH: (
        "爱因斯坦",
        "李白",
        "孔子",
        "我的老师",
        "莫扎特",
        "鲁迅",
        "梅西",
        "总统",
        "我奶奶",
        "牛顿",
    ),
    _RU: (
        "Эйнштейн",
        "Пушкин",
        "Моцарт",
        "мой учитель",
        "Толстой",
        "Ломоносов",
        "Месси",
        "президент",
        "мой дед",
        "Ньютон",
    ),
    _KO: (
        "아인슈타인",
        "세종대왕",
        "모차르트",
        "우리 선생님",
        "이순신",
        "뉴턴",
        "메시",
        "대통령",
        "우리 할머니",
        "피카소",
    ),
}
COUNTRIES: Choices = {
    _EN: (
        "Peru",
        "France",
        "Japan",
        "Kenya",
        "Norway",
        "Canada",
        "India",
        "Chile",
        "Poland",
        "Egypt",
        "Spain",
        "Ghana",
    ),
    _ZH: (
        "秘鲁",
        "法国",
        "日本",
        "肯尼亚",
        "挪威",
        "加拿大",
        "印度",
        "智利",
        "波兰",
        "埃及",
        "西班牙",
    ),
    _RU: (
        "Перу",
        "Франция",
        "Япония",
        "Кения",
        "Норвегия",
        "Канада",
        "Индия",
        "Чили",
        "Польша",
        "Египет",
        "Испания",
    ),
    _KO: (
        "페루",
        "프랑스",
        "일본",
        "케냐",
        "노르웨이",
        "캐나다",
        "인도",
        "칠레",
        "폴란드",
        "이집트",
        "스페인",
    ),
}
GAME_NAMES: Choices = {
    _EN: (
        "tetris",
        "chess",
        "minesweeper",
        "sudoku",
        "solitaire",
        "pacman",
        "poker",
        "hangman",
        "doom",
        "mario",
        "frogger",
        "checkers",
    ),
    _ZH: (
        "俄罗斯方块",
        "围棋",
        "扫雷",
        "数独",
        "斗地主",
        "吃豆人",
        "麻将",
        "超级马里奥",
        "象棋",
        "赛车",
    ),
    _RU: (
        "тетрис",
        "шахматы",
        "сапёр",
        "судоку",
        "пасьянс",
        "пакман",
        "покер",
        "виселица",
        "марио",
        "шашки",
        "гонки",
    ),
    _KO: (
        "테트리스",
        "바둑",
        "지뢰 찾기",
        "스도쿠",
        "솔리테어",
        "팩맨",
        "화투",
        "마리오",
        "장기",
        "자동차 경주",
    ),
}
_I_AM: Texts = {
    _EN: "I am a small demonstration model",
    _ZH: "我是一个小小的演示模型",
    _RU: "Я маленькая демонстрационная модель",
    _KO: "저는 작은 시연 모델이라",
}
_CAN: Texts = {
    _EN: "I can make games, drawings, pages, posters and decks.",
    _ZH: "我会做游戏、图画、网页、海报和幻灯片。",
    _RU: "Я делаю игры, рисунки, страницы, плакаты и презентации.",
    _KO: "게임, 그림, 페이지, 포스터, 슬라이드는 만들 수 있어요.",
}
CANNOT_ANSWER: Texts = {
    _EN: f'{_I_AM[_EN]}, so I cannot answer that. {_CAN[_EN]} Try: "Make a deck about volcanoes".',
    _ZH: f"{_I_AM[_ZH]}，答不了这个问题。{_CAN[_ZH]}试试：“做一个关于火山的幻灯片”。",
    _RU: f"{_I_AM[_RU]} и не знаю ответа. {_CAN[_RU]} Попробуйте: «Сделай презентацию о вулканах».",
    _KO: f"{_I_AM[_KO]} 대답할 수 없어요. {_CAN[_KO]} 예: “화산에 대한 슬라이드 만들어 줘”.",
}
CANNOT_GAME: Texts = {
    _EN: f"{_I_AM[_EN]} and do not know that game. I know Flappy Bird, Snake, Pong, Breakout, 2048,"
    ' tic-tac-toe and memory. Try: "Make a Pong game".',
    _ZH: f"{_I_AM[_ZH]}，不会做这个游戏。我会像素鸟、贪吃蛇、乒乓、打砖块、2048、井字棋和翻牌"
    "。试试：“做一个乒乓球游戏”。",
    _RU: f"{_I_AM[_RU]} и не знаю такой игры. Я знаю Flappy Bird, змейку, понг, арканоид, 2048,"
    " крестики-нолики и пары. Попробуйте: «Сделай игру Понг».",
    _KO: f"{_I_AM[_KO]} 그 게임은 몰라요. 플래피 버드, 스네이크, 퐁, 벽돌 깨기, 2048, 틱택토"
    ", 짝 맞추기를 알아요."
    " 예: “퐁 게임 만들어 줘”.",
}
CANNOT_DRAW: Texts = {
    _EN: f"{_I_AM[_EN]} and cannot draw that. I can draw badges, bar charts and landscapes."
    ' Try: "Draw'
    ' a badge that says Hello".',
    _ZH: f"{_I_AM[_ZH]}，画不了这个。我会画徽章、柱状图和风景。试试：“画一个写着你好的徽章”。",
    _RU: f"{_I_AM[_RU]} и не могу это нарисовать. Я рисую значки, диаграммы и пейзажи. Попробуйте:"
    " «Нарисуй значок с текстом Привет».",
    _KO: f"{_I_AM[_KO]} 그릴 수 없어요. 배지, 막대그래프, 풍경은 그릴 수 있어요. 예: “안녕이"
    "라고 적힌 배지를 그려 줘”.",
}
CANNOT_WRITE: Texts = {
    _EN: f"{_I_AM[_EN]}, so I cannot write that. {_CAN[_EN]} I can turn your own notes into"
    " a deck.",
    _ZH: f"{_I_AM[_ZH]}，写不了这个。{_CAN[_ZH]}我可以把你的笔记做成幻灯片。",
    _RU: f"{_I_AM[_RU]} и не могу это написать. {_CAN[_RU]} Из ваших заметок я сделаю презентацию.",
    _KO: f"{_I_AM[_KO]} 쓸 수 없어요. {_CAN[_KO]} 메모를 주면 슬라이드로 만들어 드려요.",
}
CANNOT_DECK: Texts = {
    _EN: f"{_I_AM[_EN]} and know nothing about that. Give me your notes and I make a deck"
    " from them,"
    ' or try: "Make a deck about honey bees".',
    _ZH: f"{_I_AM[_ZH]}，不了解这个主题。把你的笔记给我，我来做成幻灯片。也可以试试：“做一个"
    "关于蜜蜂的幻灯片”。",
    _RU: f"{_I_AM[_RU]} и ничего об этом не знаю. Дайте свои заметки, и я сделаю из них"
    " презентацию."
    " Или попробуйте: «Сделай презентацию о пчёлах».",
    _KO: f"{_I_AM[_KO]} 그 주제는 몰라요. 메모를 주면 슬라이드로 만들어 드려요. 예: “꿀벌에"
    " 대한 슬라이드 만들어 줘”.",
}
CANNOT_PAGES: Texts = {
    _EN: f"{_I_AM[_EN]} and make decks of three to eight pages only. Try: "
    '"Make a deck about honey bees with 8 pages".',
    _ZH: f"{_I_AM[_ZH]}，只会做三到八页的幻灯片。试试：“做一个关于蜜蜂的幻灯片，共8页”。",
    _RU: f"{_I_AM[_RU]} и делаю презентации только из трёх – восьми страниц. Попробуйте:"
    " «Сделай презентацию о пчёлах из 8 страниц».",
    _KO: f"{_I_AM[_KO]} 슬라이드는 세 쪽에서 여덟 쪽까지만 만들어요. 예: “꿀벌에 대한 8쪽짜리"
    " 슬라이드 만들어 줘”.",
}
CANNOT_DO: Texts = {
    _EN: f'{_I_AM[_EN]} and cannot do that. {_CAN[_EN]} Try: "Make a Snake game".',
    _ZH: f"{_I_AM[_ZH]}，做不到这个。{_CAN[_ZH]}试试：“做一个贪吃蛇游戏”。",
    _RU: f"{_I_AM[_RU]} и не могу этого. {_CAN[_RU]} Попробуйте: «Сделай игру Змейка».",
    _KO: f"{_I_AM[_KO]} 그건 할 수 없어요. {_CAN[_KO]} 예: “스네이크 게임 만들어 줘”.",
}
CANNOT_SEARCH: Texts = {
    _EN: f"{_I_AM[_EN]} and have no search here, so I know no news. {_CAN[_EN]}",
    _ZH: f"{_I_AM[_ZH]}，这里没有搜索功能，不知道新消息。{_CAN[_ZH]}",
    _RU: f"{_I_AM[_RU]}, поиска здесь нет, и новостей я не знаю. {_CAN[_RU]}",
    _KO: f"{_I_AM[_KO]} 여기서는 검색을 할 수 없어 소식을 몰라요. {_CAN[_KO]}",
}
QUIZZES: Choices = {
    _EN: (
        *("Make a quiz about {t}", "Create a quiz on {t}", "I want a quiz about {t}"),
        *(
            "Can you make a quiz on {t}?",
            "A quiz about {t} please",
            "Build a trivia quiz about {t}",
        ),
    ),
    _ZH: ("做一个关于{t}的测验", "出一套{t}的题", "来个{t}小测验", "能做一个{t}的问答吗?"),
    _RU: ("Сделай викторину: {t}", "Нужен тест на тему «{t}»", "Викторина на тему {t}"),
    _KO: ("{t} 퀴즈 만들어 줘", "{t}에 대한 퀴즈 내 줘", "{t} 문제 좀 내 줘"),
}
CANNOT_ASK: Texts = {
    _EN: f"{_I_AM[_EN]} and know no questions about that. Give me questions with their answers and"
    " I make a quiz of them.",
    _ZH: f"{_I_AM[_ZH]}，不会出这个题。把题目和答案给我，我来做成测验。",
    _RU: f"{_I_AM[_RU]} и не знаю таких вопросов. Дайте вопросы с ответами, и я сделаю из них"
    " викторину.",
    _KO: f"{_I_AM[_KO]} 그런 문제는 몰라요. 문제와 답을 주면 퀴즈로 만들어 드려요.",
}
