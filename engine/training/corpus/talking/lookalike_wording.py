"""What looks like a wish for something that can be made, but is none, in four languages.

Games, pictures, texts and other things stand as the openers of `asking` want them: with an article
in English, as an accusative in Russian, without a particle in Korean. Slots of the questions:
`{c}` a color and `{cg}` its genitive, `{k}` a number.
"""

from engine.training.corpus import vocabulary as words
from engine.training.corpus.languages import Choices, Language, with_article

_EN, _ZH, _RU, _KO = Language
_KNOWN = (
    "breakout",
    "memory",
    "tic-tac-toe",
    "2048",
    "space-invaders",
    "shooter",
    "quiz",
    "trivia",
)
_KNOWN_TOO = ("pong", "card", "puzzle")
_GAMES_EN = tuple(
    game.replace("-", " ") for game in words.OTHER_GAMES if game not in (*_KNOWN, *_KNOWN_TOO)
)
GAMES: Choices = {
    _EN: (
        *(f"a |{game} game" for game in _GAMES_EN),
        *(f"|{game}" for game in _GAMES_EN),
        *(
            "a |dress-up game",
            "a |chess app",
            "a |car racing game",
            "a |Mario game",
            "a |jump and run",
        ),
        *(
            "a |multiplayer game",
            "a |3D game",
            "a |Pac-Man clone",
            "a |word game",
            "a |strategy game",
        ),
    ),
    _ZH: (
        *("一个|国际象棋游戏", "一个|俄罗斯方块", "一个|扫雷游戏", "一个|数独", "一个|斗地主游戏"),
        *("一个|吃豆人游戏", "一个|麻将游戏", "一个|超级马里奥", "一个|赛车游戏", "一个|连连看"),
        *(
            "一个|跑酷游戏",
            "一个|消消乐",
            "一个|五子棋",
            "一个|足球游戏",
            "一个|塔防游戏",
            "一个|跳一跳",
        ),
        *("一个|三维游戏", "一个|猜词游戏", "一个|切水果游戏", "一个|钓鱼游戏", "一个|多人游戏"),
    ),
    _RU: (
        *("шахматы", "тетрис", "игру в шашки", "игру «Сапёр»", "судоку", "пасьянс", "пакмана"),
        *("гонки", "игру Марио", "футбол", "морской бой", "виселицу", "домино", "бильярд"),
        *("стрелялку в 3D", "платформер", "игру с зомби", "игру в слова", "стратегию", "три в ряд"),
        *("игру на двоих по сети", "ферму", "игру про рыбалку", "симулятор автобуса"),
    ),
    _KO: (
        *("|체스 게임", "|테트리스", "|지뢰 찾기", "|스도쿠", "|오목 게임", "|바둑", "|장기 게임"),
        *("|팩맨", "|마리오 게임", "|자동차 경주 게임", "|축구 게임", "|고스톱", "|솔리테어"),
        *(
            "|낚시 게임",
            "|달리기 게임",
            "|좀비 게임",
            "|3D 게임",
            "|단어 게임",
            "|농장 게임",
            "|애니팡",
        ),
    ),
}
_PICTURES_EN = tuple(
    picture
    for picture in words.PICTURES
    if picture not in ("landscape", "clock", "mountain", "forest", "city", "pattern")
)
PICTURES: Choices = {
    _EN: (
        *(f"a |photo of {with_article(picture)}" for picture in _PICTURES_EN),
        *(f"a |painting of {with_article(picture)}" for picture in _PICTURES_EN),
        *(f"a |cartoon of {with_article(picture)}" for picture in _PICTURES_EN),
        *("a |portrait of my mother", "a |picture of us at dinner", "a |comic strip", "a |tattoo"),
        *("a |3D model of a ring", "a |selfie", "a |coloring page", "a |map of my town"),
        *("a |floor plan", "a |family tree", "a |watercolor", "a |pie chart", "a |flowchart"),
    ),
    _ZH: (
        *("一张|小狗的照片", "一幅|我妈妈的肖像", "一幅|油画", "一张|猫的照片", "一幅|水彩画"),
        *("一幅|漫画", "一张|地图", "一个|三维模型", "一张|全家福", "一幅|老虎的国画", "一张|自拍"),
        *("一个|纹身图案", "一张|房子的平面图", "一张|流程图", "一个|饼图", "一张|婚纱照"),
        *("一幅|马的素描", "一张|美女的图片", "一个|卡通人物", "一幅|龙的画"),
    ),
    _RU: (
        *("фото собаки", "портрет моей мамы", "картину маслом", "фотографию кота", "комикс"),
        *("карту города", "3D-модель кольца", "акварель с розами", "план квартиры", "татуировку"),
        *("нашу семью за столом", "портрет Пушкина", "карикатуру на друга", "раскраску", "дракона"),
        *("круговую диаграмму", "блок-схему", "фото заката", "льва", "лошадь в поле", "рыцаря"),
    ),
    _KO: (
        *(
            "|강아지 사진",
            "|우리 엄마 초상화",
            "|유화",
            "|고양이 사진",
            "|만화",
            "|지도",
            "|수채화",
        ),
        *("|가족 사진", "|호랑이 그림", "|3D 모델", "|문신 도안", "|집 평면도", "|순서도"),
        *("|원그래프", "|용 그림", "|셀카", "|캐릭터 그림", "|말 스케치", "|웨딩 사진"),
    ),
}
TEXTS: Choices = {
    _EN: (
        *(f"{with_article(text)}" for text in words.TEXTS),
        *(f"{with_article(text)} about {{t}}" for text in words.TEXTS),
        *words.CODE,
        *("a python script", "a python script that renames files", "a python program for {t}"),
        *("code for {t}", "a script that downloads pictures", "an essay about {t}", "a song"),
        *("a translation of this page", "a translation of this into German", "a plan for my week"),
        *("an Excel formula", "a SQL table", "a list of names for my dog", "a wedding speech"),
        *("a summary of this article", "my homework", "a caption for my photo", "a CV"),
    ),
    _ZH: (
        *(
            "一首诗",
            "一首歌",
            "一个Python脚本",
            "一篇作文",
            "一封信",
            "一封邮件",
            "一个故事",
            "一份简历",
        ),
        *(
            "一段爬虫代码",
            "一个Python程序",
            "一篇关于{t}的论文",
            "一首{t}的歌",
            "一段SQL",
            "一份菜谱",
        ),
        *("一段演讲稿", "一个笑话", "这一页的翻译", "一份总结", "一个Excel公式", "一副对联"),
    ),
    _RU: (
        *("стихотворение", "песню", "скрипт на Python", "сочинение", "письмо", "рассказ", "резюме"),
        *(
            "программу на Python",
            "реферат про {t}",
            "парсер сайтов",
            "запрос SQL",
            "рецепт",
            "тост",
        ),
        *("перевод этой страницы", "краткое содержание книги", "формулу для Excel", "сказку"),
        *("бота для Telegram", "поздравление", "код для сортировки", "пост для блога"),
    ),
    _KO: (
        *("시 한 편", "노래", "파이썬 스크립트", "독후감", "편지", "이메일", "동화", "이력서"),
        *(
            "파이썬 프로그램",
            "{t}에 대한 글",
            "크롤링 코드",
            "SQL 쿼리",
            "요리법",
            "연설문",
            "농담",
        ),
        *("이 페이지 번역", "요약문", "엑셀 수식", "자기소개서", "축하 글", "소설"),
    ),
}
THINGS: Choices = {
    _EN: (
        *("a video", "a video of my trip", "a short film", "a mobile app", "an Android app"),
        *("an app that tracks my sleep", "an app that books tables", "an app for my shop"),
        *("a song for my wife", "some music", "a ringtone", "a spreadsheet", "an Excel sheet"),
        *("a database", "a chatbot", "a robot", "an online shop", "a website like Amazon"),
        *("a login page with passwords", "a social network", "a podcast", "an animation of {t}"),
        *("a PDF", "a Word document", "a virus", "a web browser", "an operating system", "a blog"),
        *(
            "a phone call",
            "a reservation",
            "a sandwich",
            "a pizza",
            "a dating app",
            "a search engine",
        ),
    ),
    _ZH: (
        *(
            "一个视频",
            "一部短片",
            "一个手机应用",
            "一个安卓应用",
            "一首音乐",
            "一个表格",
            "一个数据库",
        ),
        *(
            "一个聊天机器人",
            "一个网店",
            "一个像淘宝的网站",
            "一个记账的应用",
            "一份PDF",
            "一个Word文档",
        ),
        *("一个登录系统", "一个微信小程序", "一段动画", "一个铃声", "一个外卖应用", "一个论坛"),
    ),
    _RU: (
        *("видео", "ролик про отпуск", "мобильное приложение", "приложение для Android", "музыку"),
        *(
            "таблицу Excel",
            "базу данных",
            "чат-бота",
            "интернет-магазин",
            "сайт как Авито",
            "робота",
        ),
        *(
            "документ Word",
            "PDF",
            "приложение, которое считает шаги",
            "социальную сеть",
            "мультфильм",
        ),
        *("форум", "рингтон", "заказ пиццы", "браузер", "систему входа"),
    ),
    _KO: (
        *("동영상", "짧은 영화", "휴대폰 앱", "안드로이드 앱", "음악", "엑셀 표", "데이터베이스"),
        *("챗봇", "쇼핑몰", "쿠팡 같은 사이트", "가계부 앱", "PDF", "워드 문서", "로그인 시스템"),
        *("애니메이션", "벨 소리", "배달 앱", "게시판", "로봇", "팟캐스트"),
    ),
}
# Behind openers of decks; in Russian with the preposition.
TOPICS: Choices = {
    _EN: (
        *("taxes", "marketing", "the stock market", "feudalism", "my hobby", "our new product"),
        *("the French Revolution", "quantum physics", "cooking", "football", "fashion", "poetry"),
        *("climate policy", "wind turbines", "nuclear power", "time management", "leadership"),
        *(
            "our sales this year",
            "the history of jazz",
            "Shakespeare",
            "blockchain",
            "yoga",
            "golf",
        ),
        *(
            "the Middle Ages",
            "the Second World War",
            "diabetes",
            "insurance",
            "electric cars",
            "oil",
        ),
        *("Germany", "Japanese food", "my family", "mental health", "project management", "wine"),
    ),
    _ZH: (
        *(
            "税收",
            "市场营销",
            "股票",
            "法国大革命",
            "我的爱好",
            "新产品",
            "量子物理",
            "做饭",
            "足球",
        ),
        *(
            "时尚",
            "诗歌",
            "风力发电",
            "核能",
            "时间管理",
            "年度销售",
            "唐朝",
            "二战",
            "糖尿病",
            "保险",
        ),
        *("电动汽车", "德国", "日本料理", "心理健康", "项目管理", "瑜伽", "红楼梦"),
    ),
    _RU: (
        *("о налогах", "про маркетинг", "о бирже", "про французскую революцию", "о моём хобби"),
        *("про наш новый продукт", "о квантовой физике", "про футбол", "о моде", "про поэзию"),
        *("об атомной энергии", "про ветряки", "о продажах за год", "про Пушкина", "о войне"),
        *("про Средние века", "о диабете", "про электромобили", "о Германии", "про вино", "о йоге"),
    ),
    _KO: (
        *(
            "세금",
            "마케팅",
            "주식",
            "프랑스 혁명",
            "내 취미",
            "신제품",
            "양자 물리",
            "요리",
            "축구",
        ),
        *("패션", "시", "풍력 발전", "원자력", "시간 관리", "올해 매출", "조선 시대", "세계 대전"),
        *("당뇨병", "보험", "전기 자동차", "독일", "일본 음식", "정신 건강", "요가", "한글의 역사"),
    ),
}
QUESTIONS: Choices = {
    _EN: (
        *("Why is the sky {c}?", "Why do apples become {c}?", "How do I paint a wall {c}?"),
        *("Which color goes with {c}?", "What does {c} mean?", "Why are some leaves {c}?"),
        *("Is {c} a nice color?", "How do I get {c} out of a shirt?", "How do you mix {c}?"),
        *("Are snakes dangerous?", "What do snakes eat?", "Can a snake swim?", "Do snakes sleep?"),
        *(
            "Who invented Pong?",
            "Who made Flappy Bird?",
            "Can birds fly backwards?",
            "Can you play?",
        ),
        *(
            "How does a clock work?",
            "How can I improve my memory?",
            "What is a badge?",
            "Is 2048 hard?",
        ),
        *(
            "What is a pendulum used for?",
            "How big is the solar system?",
            "What is a landing page?",
        ),
        *("How long do I bake a cake?", "How many minutes do eggs need?", "How hot is the sun?"),
        *("How do I cook {t}?", "How long does {t} take?", "When should I water a tree?"),
        *(
            "Please tell me how {t} works",
            "Please explain why {t} is {c}",
            "Tell me why snow is cold",
        ),
        *("Tell me who invented {t}", "Can you win against me?", "Are you good at chess?"),
        *(
            "How many pages has the Bible?",
            "How many slides should a talk have?",
            "What is an icon?",
        ),
        *("How do I learn to draw?", "Where can I print a poster?", "What does a house cost?"),
        *(
            "Who won the cup?",
            "Who won the game last night?",
            "How fast is a fish?",
            "Is tea healthy?",
        ),
        *(
            "How do you say hello in {l}?",
            "What does goodbye mean in {l}?",
            "Translate hello into {l}",
        ),
        *(
            "Translate 'thank you' into {l}",
            "Translate 'I love you' to {l} please",
            "Say yes in {l}",
        ),
        *("What is 'good luck' in {l}?", "Translate this into {l}: the house is {c}", "Speak {l}"),
    ),
    _ZH: (
        *("为什么天空是{c}的？", "{c}代表什么？", "怎么调出{c}？", "什么颜色配{c}？", "蛇危险吗？"),
        *("蛇吃什么？", "谁发明了乒乓球？", "鸟为什么会飞？", "时钟怎么工作？", "怎么提高记忆力？"),
        *(
            "太阳有多热？",
            "蛋糕要烤多久？",
            "鸡蛋煮几分钟？",
            "请告诉我{t}怎么用",
            "海报去哪里打印？",
        ),
        *(
            "昨晚的比赛谁赢了？",
            "房子多少钱？",
            "你会下棋吗？",
            "演讲要几页幻灯片？",
            "怎么学画画？",
        ),
        *("你好用英语怎么说？", "把谢谢翻译成法语", "把“我爱你”翻译成日语", "贪吃蛇是谁做的？"),
    ),
    _RU: (
        *("Почему небо {cg} цвета?", "Что значит {c} цвет?", "Как получить {c} цвет?"),
        *("Змеи опасны?", "Что едят змеи?", "Кто придумал Понг?", "Почему птицы летают?"),
        *("Как работают часы?", "Как улучшить память?", "Насколько горячее солнце?"),
        *("Сколько печь пирог?", "Сколько минут варить яйца?", "Скажи, как работает {t}"),
        *("Где напечатать плакат?", "Кто вчера выиграл?", "Сколько стоит дом?", "Умеешь играть?"),
        *(
            "Сколько слайдов нужно для доклада?",
            "Как научиться рисовать?",
            "Кто сделал Flappy Bird?",
        ),
        *("Как будет привет по-английски?", "Переведи спасибо на испанский", "Переведи слово дом"),
    ),
    _KO: (
        *("하늘은 왜 {c}이야?", "{c}은 무슨 뜻이야?", "{c}은 어떻게 만들어?", "뱀은 위험해?"),
        *("뱀은 뭘 먹어?", "퐁은 누가 만들었어?", "새는 왜 날아?", "시계는 어떻게 움직여?"),
        *("기억력을 어떻게 높여?", "해는 얼마나 뜨거워?", "케이크는 얼마나 구워?", "집은 얼마야?"),
        *("달걀은 몇 분 삶아?", "포스터는 어디서 인쇄해?", "어제 누가 이겼어?", "체스 잘해?"),
        *(
            "발표는 몇 장이 좋아?",
            "그림을 어떻게 배워?",
            "안녕을 영어로 뭐라고 해?",
            "고마워를 번역해 줘",
        ),
    ),
}
