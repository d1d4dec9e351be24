"""A portfolio: whose it is, the color, the trade, and the projects."""

from engine.training.corpus import asking
from engine.training.corpus.family import Family
from engine.training.corpus.languages import Language
from engine.training.corpus.pages import sheet
from engine.training.corpus.word_slots import ListSlot, TextSlot

_EN, _ZH, _RU, _KO = Language.ENGLISH, Language.CHINESE, Language.RUSSIAN, Language.KOREAN
_PAGE = (
    sheet.SHOW
    + """<p>@TRADE</p>
</header>
<section>
@PROJECTS
</section>
</html>"""
)
FAMILY = Family(
    name="portfolio",
    artifact_type="html",
    what="a portfolio",
    openers=asking.MAKE,
    subjects={
        _EN: ("a |portfolio", "a |portfolio page", "a |portfolio website", "a |personal page"),
        _ZH: ("一个|作品集网页", "一个|作品集", "一个|个人主页", "一个|个人作品集页面"),
        _RU: ("портфолио", "страницу-портфолио", "личную страницу с портфолио"),
        _KO: ("|포트폴리오", "|포트폴리오 페이지", "|개인 홈페이지", "|포트폴리오 웹사이트"),
    },
    title={_EN: "My Portfolio", _ZH: "我的作品集", _RU: "Моё портфолио", _KO: "내 포트폴리오"},
    title_clauses={
        _EN: (" for {n}", ". My name is {n}", ". Name: {n}", ". I am {n}", " of {n}"),
        _ZH: (",我叫{n}", ".我的名字是{n}", ".姓名：{n}", "<{n}的"),
        _RU: (". Меня зовут {n}", ". Имя: {n}", ", имя — {n}", " для {n}"),
        _KO: (". 내 이름은 {n}", ". 이름: {n}", ", 이름은 {n}", "<{n}의"),
    },
    title_chance=0.85,
    template=_PAGE,
    hint={
        _EN: "Tell me what to change.",
        _ZH: "想改什么就告诉我。",
        _RU: "Скажите, что изменить.",
        _KO: "바꿀 점을 말해 주세요.",
    },
    slots=(
        sheet.make_color_slot("indigo"),
        TextSlot(
            "TRADE",
            "Trade",
            {
                _EN: (". I work as: {v}", ". Job: {v}", ". Profession: {v}"),
                _ZH: (".职业：{v}", ",我是{v}", ".我的工作是{v}"),
                _RU: (". Профессия: {v}", ". Кто я: {v}", ". Моя работа: {v}"),
                _KO: (". 직업: {v}", ". 직업은 {v}", ". 하는 일: {v}"),
            },
            {
                _EN: (
                    *("Photographer", "Designer", "Illustrator", "Architect", "Developer"),
                    *("Writer", "Painter", "Musician", "Florist", "Potter", "Film maker", "Chef"),
                ),
                _ZH: (
                    "摄影师",
                    "设计师",
                    "插画师",
                    "建筑师",
                    "程序员",
                    "作家",
                    "画家",
                    "音乐人",
                    "花艺师",
                ),
                _RU: (
                    *("Фотограф", "Дизайнер", "Иллюстратор", "Архитектор", "Программист"),
                    *("Писатель", "Художник", "Музыкант", "Флорист", "Гончар", "Режиссёр"),
                ),
                _KO: (
                    *("사진작가", "디자이너", "일러스트레이터", "건축가", "개발자", "작가", "화가"),
                    *("음악가", "플로리스트", "도예가", "영화감독"),
                ),
            },
            {
                _EN: "I make things with care",
                _ZH: "用心做每一件作品",
                _RU: "Делаю вещи с душой",
                _KO: "정성껏 만듭니다",
            },
            chance=0.6,
        ),
        ListSlot(
            "PROJECTS",
            "Projects",
            {
                _EN: (". Projects: {v}", ". My works are {v}", ". Show {v}", " with {v}"),
                _ZH: (".作品：{v}", ".项目有{v}", ",展示{v}", ".作品有{v}"),
                _RU: (". Проекты: {v}", ". Работы: {v}", ". Покажи: {v}"),
                _KO: (". 프로젝트: {v}", ". 작품은 {v}", ". 작업물: {v}"),
            },
            {
                _EN: (
                    *("City at Night", "Tea House", "Blue Chairs", "Old Trains", "Garden Map"),
                    *("Paper Birds", "River Songs", "Winter Posters", "Small Kitchens", "Faces"),
                ),
                _ZH: (
                    *("城市夜景", "茶馆", "蓝色椅子", "老火车", "花园地图", "纸鸟", "河流之歌"),
                    *("冬日海报", "小厨房", "面孔"),
                ),
                _RU: (
                    *("Ночной город", "Чайный дом", "Синие стулья", "Старые поезда", "Лица"),
                    *("Карта сада", "Бумажные птицы", "Песни реки", "Зимние плакаты"),
                ),
                _KO: (
                    *("밤의 도시", "찻집", "파란 의자", "오래된 기차", "정원 지도", "종이 새"),
                    *("강의 노래", "겨울 포스터", "작은 부엌", "얼굴들"),
                ),
            },
            {
                _EN: "First work, Second work, Third work",
                _ZH: "作品一, 作品二, 作品三",
                _RU: "Первая работа, Вторая работа, Третья работа",
                _KO: "첫 작품, 둘째 작품, 셋째 작품",
            },
            "<article>{}</article>",
            chance=0.6,
        ),
    ),
)
