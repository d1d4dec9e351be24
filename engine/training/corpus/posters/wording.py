"""How people ask for posters, and what is answered, in four languages."""

from collections.abc import Mapping

from engine.training.corpus.languages import Choices, Language, Texts
from engine.training.corpus.posters.sheet import PosterKind

_EN, _ZH, _RU, _KO = Language
_EVENT, _PRODUCT, _FILM, _TRAVEL, _CONFERENCE = PosterKind
OPENERS: Choices = {
    _EN: (
        *("Make {a}", "Create {a}", "Design {a}", "I need {a}", "Can you make {a}?", "Draw {a}"),
        *("Please design {a}", "We need {a}", "Could you create {a}?", "Give me {a}", "{a}"),
        *(
            "Make me {a}",
            "I would like {a}",
            "Would you make {a}?",
            "Prepare {a}",
            "Let's make {a}",
        ),
    ),
    _ZH: (
        *("做一张{a}", "帮我做一张{a}", "设计一张{a}", "请做一张{a}", "我需要一张{a}", "来一张{a}"),
        *("能做一张{a}吗?", "请帮我设计一张{a}", "制作一张{a}", "画一张{a}", "给我一张{a}"),
    ),
    _RU: (
        *(
            "Сделай {a}",
            "Создай {a}",
            "Нарисуй {a}",
            "Нужен {a}",
            "Мне нужен {a}",
            "Можешь сделать {a}?",
        ),
        *("Сделайте, пожалуйста, {a}", "Придумай {a}", "Подготовь {a}", "Хочу {a}", "Дай {a}"),
    ),
    _KO: (
        *("{a} 만들어 줘", "{a} 만들어 주세요", "{a} 부탁해", "{a} 하나 필요해", "{a} 디자인해 줘"),
        *(
            "{a} 만들어 줄래?",
            "{a} 그려 줘",
            "{a} 제작해 줘",
            "{a} 부탁드려요",
            "{a} 하나 만들어 줘",
        ),
    ),
}
SUBJECTS: Mapping[PosterKind, Choices] = {
    _EVENT: {
        _EN: (
            "a poster for the event {n}",
            "an event poster for {n}",
            "a poster for our party {n}",
            "a concert poster for {n}",
            "a poster for the festival {n}",
        ),
        _ZH: ("活动{n}的海报", "{n}音乐节的海报", "{n}派对海报", "{n}活动海报"),
        _RU: (
            "плакат праздника {n}",
            "афишу концерта {n}",
            "плакат для фестиваля {n}",
            "плакат события {n}",
        ),
        _KO: ("{n} 행사 포스터", "{n} 축제 포스터", "{n} 공연 포스터", "{n} 파티 포스터"),
    },
    _PRODUCT: {
        _EN: (
            "a poster for our new product {n}",
            "a product poster for {n}",
            "an ad poster for the product {n}",
            "a launch poster for {n}",
        ),
        _ZH: ("新产品{n}的海报", "{n}产品海报", "{n}新品上市海报"),
        _RU: (
            "плакат нового продукта {n}",
            "рекламный плакат товара {n}",
            "плакат для новинки {n}",
        ),
        _KO: ("새 제품 {n} 포스터", "{n} 제품 포스터", "{n} 출시 포스터"),
    },
    _FILM: {
        _EN: (
            "a poster for our film night {n}",
            "a film night poster for {n}",
            "a movie poster for {n}",
            "a cinema poster for the film {n}",
        ),
        _ZH: ("电影之夜{n}的海报", "电影{n}的海报", "{n}放映会海报"),
        _RU: ("афишу киновечера {n}", "плакат фильма {n}", "плакат для ночи кино {n}"),
        _KO: ("{n} 영화의 밤 포스터", "영화 {n} 포스터", "{n} 상영회 포스터"),
    },
    _TRAVEL: {
        _EN: (
            "a travel poster for the trip {n}",
            "a travel poster {n}",
            "a poster for our tour {n}",
            "a poster for the journey {n}",
        ),
        _ZH: ("旅行{n}的海报", "{n}旅游海报", "{n}之旅海报"),
        _RU: ("плакат путешествия {n}", "плакат для тура {n}", "туристический плакат {n}"),
        _KO: ("{n} 여행 포스터", "{n} 투어 포스터", "여행 {n} 포스터"),
    },
    _CONFERENCE: {
        _EN: (
            "a poster for the conference {n}",
            "a conference poster for {n}",
            "a poster for our meetup {n}",
            "a poster for the talk series {n}",
        ),
        _ZH: ("会议{n}的海报", "{n}大会海报", "{n}研讨会海报"),
        _RU: ("плакат конференции {n}", "плакат для конференции {n}", "афишу встречи {n}"),
        _KO: ("{n} 학회 포스터", "{n} 콘퍼런스 포스터", "{n} 세미나 포스터"),
    },
}
DATES: Choices = {
    _EN: ("on {d}", ", {d}", ". It is on {d}", ". Date: {d}", ". The date is {d}", ". When: {d}"),
    _ZH: ("，时间{d}", ".日期：{d}", "，{d}", ".时间是{d}"),
    _RU: (", {d}", ".Дата: {d}", ".Когда: {d}", ", дата {d}"),
    _KO: (".날짜는 {d}", ".{d}에 해", ".일시: {d}", ".날짜: {d}"),
}
PLACES: Choices = {
    _EN: (
        "at {p}",
        "in {p}",
        ". Place: {p}",
        ". The place is {p}",
        ". Where: {p}",
        ". It is at {p}",
    ),
    _ZH: ("，地点{p}", ".地点：{p}", "，在{p}", ".地点是{p}"),
    _RU: (", место: {p}", ".Место: {p}", ".Где: {p}"),
    _KO: (".장소는 {p}", ".장소: {p}"),
}
OCCASION_SUBJECTS: Choices = {
    _EN: (
        *("a poster for a {n}", "a poster for our {n}", "a poster for my {n}", "a {n} poster"),
        *("a poster for the {n}", "a poster about a {n}"),
    ),
    _ZH: ("{n}的海报", "{n}海报", "我们{n}的海报"),
    _RU: ("плакат «{n}»", "плакат: {n}", "плакат на тему {n}"),
    _KO: ("{n} 포스터", "우리 {n} 포스터", "{n} 홍보 포스터"),
}
COLORS: Choices = {
    _EN: ("in {c}", ". Make it {c}", ", in {c}", ". Color: {c}"),
    _ZH: ("，用{c}", ".颜色{c}", "，{c}的"),
    _RU: ("в {c} цвете", ", в {c} цвете"),
    _KO: (".{c}으로 해 줘", ".색은 {c}"),
}
COLOR_WORDS: Mapping[str, Texts] = {
    "purple": {_EN: "purple", _ZH: "紫色", _RU: "фиолетовом", _KO: "보라색"},
    "teal": {_EN: "teal", _ZH: "青色", _RU: "бирюзовом", _KO: "청록색"},
    "crimson": {_EN: "crimson", _ZH: "深红色", _RU: "малиновом", _KO: "진홍색"},
    "blue": {_EN: "blue", _ZH: "蓝色", _RU: "синем", _KO: "파란색"},
    "navy": {_EN: "navy", _ZH: "深蓝色", _RU: "тёмно-синем", _KO: "남색"},
    "green": {_EN: "green", _ZH: "绿色", _RU: "зелёном", _KO: "초록색"},
    "red": {_EN: "red", _ZH: "红色", _RU: "красном", _KO: "빨간색"},
    "black": {_EN: "black", _ZH: "黑色", _RU: "чёрном", _KO: "검은색"},
    "brown": {_EN: "brown", _ZH: "棕色", _RU: "коричневом", _KO: "갈색"},
    "pink": {_EN: "pink", _ZH: "粉色", _RU: "розовом", _KO: "분홍색"},
}
SIZES: Mapping[str, Choices] = {
    "A3": {
        _EN: (", size A3", ". A3 please", "in A3"),
        _ZH: ("，A3大小",),
        _RU: (", формат A3",),
        _KO: (".A3 크기로",),
    },
    "A2": {
        _EN: (", size A2", "in A2"),
        _ZH: ("，A2大小",),
        _RU: (", формат A2",),
        _KO: (".A2 크기로",),
    },
    "square": {
        _EN: (", square", ". Make it square"),
        _ZH: ("，正方形",),
        _RU: (", квадратный формат",),
        _KO: (".정사각형으로",),
    },
    "story": {
        _EN: (", as a story", ". Size: story"),
        _ZH: ("，竖屏story尺寸",),
        _RU: (", в формате story",),
        _KO: (".스토리 크기로",),
    },
}
KICKERS: Mapping[PosterKind, Texts] = {
    _EVENT: {_EN: "You are invited", _ZH: "欢迎参加", _RU: "Приходите", _KO: "여러분을 초대합니다"},
    _PRODUCT: {_EN: "New in store", _ZH: "新品上市", _RU: "Новинка", _KO: "새로 나왔습니다"},
    _FILM: {_EN: "Film night", _ZH: "电影之夜", _RU: "Киновечер", _KO: "영화의 밤"},
    _TRAVEL: {_EN: "Come with us", _ZH: "一起出发", _RU: "Поехали с нами", _KO: "함께 떠나요"},
    _CONFERENCE: {_EN: "Conference", _ZH: "会议", _RU: "Конференция", _KO: "콘퍼런스"},
}
REPLY: Texts = {
    _EN: "Here is your poster {n}: {d}, {p}.",
    _ZH: "《{n}》的海报做好了：{d}，{p}。",
    _RU: "Плакат «{n}» готов: {d}, {p}.",
    _KO: "{n} 포스터를 만들었어요: {d}, {p}.",
}
BRIEF_REPLY: Texts = {
    _EN: "Here is your poster {n}. Tell me the date, the place or another name, and I put it on.",
    _ZH: "《{n}》的海报做好了。告诉我时间、地点或别的名字，我就加上。",
    _RU: "Плакат «{n}» готов. Скажите дату, место или другое имя, и я их поставлю.",
    _KO: "{n} 포스터를 만들었어요. 날짜나 장소, 다른 이름을 말해 주시면 넣을게요.",
}
