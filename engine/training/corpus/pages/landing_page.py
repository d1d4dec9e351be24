"""A landing page: name, color, a line below the name, three or four good points."""

from engine.training.corpus import asking, everyday
from engine.training.corpus.family import Family
from engine.training.corpus.languages import Language
from engine.training.corpus.pages import sheet
from engine.training.corpus.word_slots import ListSlot, TextSlot

_EN, _ZH, _RU, _KO = Language.ENGLISH, Language.CHINESE, Language.RUSSIAN, Language.KOREAN
_PAGE = (
    sheet.SHOW
    + """<p>@LINE</p>
<a href="#more">@MORE</a>
</header>
<section id="more">
@POINTS
</section>
</html>"""
)
FAMILY = Family(
    name="landing_page",
    artifact_type="html",
    what="a landing page",
    openers=asking.MAKE,
    subjects={
        _EN: ("a |landing page", "a |landing page", "a |start page", "a |product page"),
        _ZH: ("一个|落地页", "一个|产品介绍页", "一个|宣传网页", "一个|首页"),
        _RU: ("лендинг", "посадочную страницу", "рекламную страницу", "главную страницу"),
        _KO: ("|랜딩 페이지", "|소개 페이지", "|제품 페이지", "|홍보 페이지"),
    },
    title={_EN: "Welcome", _ZH: "欢迎", _RU: "Добро пожаловать", _KO: "환영합니다"},
    title_clauses={
        _EN: (" for {n}", " for {n}", ' for "{n}"', " called {n}", ". The name is {n}"),
        _ZH: (",名字叫{n}", "<{n}的", ",品牌叫{n}", ".名称：{n}", ",给{n}用"),
        _RU: (" для {n}", " для «{n}»", ". Название: {n}", ", название — {n}"),
        _KO: ("<{n} ", ", 이름은 {n}", ". 이름: {n}", ". 브랜드는 {n}"),
    },
    title_chance=0.85,
    title_words={_EN: everyday.BUSINESSES},
    more_subjects={
        _EN: ("a |website", "a |web page", "a |homepage", "a |website"),
        _ZH: ("一个|网站", "一个|网页", "一个|官网"),
        _RU: ("сайт", "страницу", "веб-страницу"),
        _KO: ("|웹사이트", "|홈페이지", "|웹 페이지"),
    },
    template=_PAGE,
    hint={
        _EN: "Tell me what to change.",
        _ZH: "想改什么就告诉我。",
        _RU: "Скажите, что изменить.",
        _KO: "바꿀 점을 말해 주세요.",
    },
    slots=(
        sheet.make_color_slot("royalblue"),
        TextSlot(
            "LINE",
            "Line",
            {
                _EN: (". Tagline: {v}", '. The slogan is "{v}"', ". Slogan: {v}"),
                _ZH: (".口号：{v}", ",口号是“{v}”", ".标语：{v}"),
                _RU: (". Слоган: {v}", ". Слоган — «{v}»", ". Подзаголовок: {v}"),
                _KO: (". 슬로건: {v}", ". 슬로건은 '{v}'", ". 문구: {v}"),
            },
            {
                _EN: (
                    *("Fresh bread every day", "Coffee with heart", "Learn something new"),
                    *("Made by hand", "Your city on two wheels", "Sleep well tonight"),
                    *("Small steps every day", "Books that travel", "Light for every room"),
                    *("Good food, no rush", "Music for everyone", "Plants that stay alive"),
                ),
                _ZH: (
                    *("每天新鲜面包", "用心做咖啡", "每天学一点", "手工制作", "骑行看城市"),
                    *("今晚睡个好觉", "音乐属于每个人", "慢慢吃好饭", "让书去旅行", "点亮每个房间"),
                ),
                _RU: (
                    *("Свежий хлеб каждый день", "Кофе с душой", "Узнай новое", "Сделано руками"),
                    *("Город на двух колёсах", "Спите спокойно", "Музыка для всех"),
                    *("Еда без спешки", "Книги в пути", "Свет для каждой комнаты"),
                ),
                _KO: (
                    *(
                        "매일 갓 구운 빵",
                        "마음을 담은 커피",
                        "매일 조금씩 배우기",
                        "손으로 만든 것",
                    ),
                    *("두 바퀴로 만나는 도시", "오늘 밤 푹 자요", "모두를 위한 음악"),
                    *("천천히 맛있게", "여행하는 책", "모든 방에 빛을"),
                ),
            },
            {
                _EN: "Good things, made simple",
                _ZH: "美好的东西，简单一点",
                _RU: "Хорошие вещи, и всё просто",
                _KO: "좋은 것을 쉽게",
            },
        ),
        ListSlot(
            "POINTS",
            "Points",
            {
                _EN: (". Features: {v}", ". Sections: {v}", ". Show {v}", ". Highlights: {v}"),
                _ZH: (".特点：{v}", ".卖点是{v}", ",要写上{v}", ".板块：{v}"),
                _RU: (". Преимущества: {v}", ". Разделы: {v}", ". Покажи: {v}", ". Плюсы: {v}"),
                _KO: (". 장점: {v}", ". 특징은 {v}", ". 항목: {v}", ". 내용은 {v}"),
            },
            {
                _EN: (
                    *("Fast delivery", "Fair prices", "Friendly team", "Open every day", "Easy"),
                    *("Free parking", "Fresh ideas", "Local food", "Quiet rooms", "Great views"),
                    *("Warm welcome", "Small groups", "Live music", "Good coffee", "Safe"),
                ),
                _ZH: (
                    *("送货快", "价格公道", "服务友好", "每天营业", "免费停车", "本地食材"),
                    *("安静舒适", "风景优美", "小班教学", "现场音乐", "安全可靠", "简单易用"),
                ),
                _RU: (
                    *("Быстрая доставка", "Честные цены", "Дружная команда", "Каждый день"),
                    *("Бесплатная парковка", "Местные продукты", "Тихие номера", "Живая музыка"),
                    *("Красивый вид", "Малые группы", "Хороший кофе", "Надёжно"),
                ),
                _KO: (
                    *("빠른 배송", "정직한 가격", "친절한 직원", "연중무휴", "무료 주차"),
                    *("신선한 재료", "조용한 방", "좋은 전망", "소규모 수업", "라이브 음악"),
                    *("맛있는 커피", "안전해요"),
                ),
            },
            {
                _EN: "Simple, Fast, Friendly",
                _ZH: "简单, 快速, 友好",
                _RU: "Просто, Быстро, Дружелюбно",
                _KO: "쉬워요, 빨라요, 친절해요",
            },
            "<article>{}</article>",
            counts=(3, 3, 4),
        ),
    ),
    words={"MORE": {_EN: "Learn more", _ZH: "了解更多", _RU: "Узнать больше", _KO: "더 알아보기"}},
)
