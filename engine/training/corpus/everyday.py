"""Everyday words in lower case, as people type lists, notes and occasions.

Names in title case are what `names` draws. The evaluation draws none of these.
"""

import random

from engine.training.corpus.languages import Choices, Language

_EN, _ZH, _RU, _KO = Language
WORDS: Choices = {
    _EN: tuple(
        """
        apples pears plums bread milk eggs cheese butter sugar salt rice pasta soup tea coffee
        juice water honey onions carrots beans tomatoes lemons grapes berries cake cookies soap
        towels paper pens pencils books boxes bags shoes socks shirts coats hats lamps chairs
        tables beds doors windows keys phones cables batteries tickets maps letters stamps photos
        plants seeds flowers trees dogs cats birds fish horses cows sheep ducks bikes cars trains
        buses boats planes roads bridges houses rooms kitchen garden school office shop market
        bank hotel station airport museum library beach forest lake river morning evening monday
        friday sunday january may june july week month year meeting lunch dinner breakfast party
        trip class lesson exam report budget price cost sales profit rent tax money team group
        client boss friend mother father sister brother child doctor teacher driver cook green
        red old new big small fast slow early late open closed ready free full empty clean fresh
        cold warm call write read send buy sell pay fix wash paint plan check order book visit
        meet ask bring move start finish share learn walk run swim
        """.split()  # noqa: SIM905  (a column of quotes would hide the words)
    ),
    _ZH: tuple(
        """
        鸡蛋 奶酪 黄油 白糖 米饭 面条 汤 果汁 水 蜂蜜 洋葱 胡萝卜 豆子 番茄 葡萄 蛋糕 饼干 肥皂
        毛巾 纸 铅笔 书包 箱子 鞋子 袜子 衬衫 外套 帽子 台灯 椅子 桌子 床 门 窗户 钥匙 手机 电池
        车票 地图 信 照片 植物 种子 马 牛 羊 鸭子 自行车 公交车 船 飞机 路 桥 厨房 花园 学校
        办公室 商店 市场 银行 酒店 车站 机场 博物馆 海滩 早上 晚上 星期一 六月 会议 午饭 晚饭
        早饭 聚会 旅行 上课 考试 报告 预算 价格 成本 销量 利润 房租 团队 客户 老板 朋友 妈妈 爸爸
        医生 老师 司机 打电话 写信 付款 修车 洗碗 检查 订票 见面 开始 完成 学习 散步 游泳
        """.split()  # noqa: SIM905  (a column of quotes would hide the words)
    ),
    _RU: tuple(
        """
        яйца сыр масло сахар соль рис суп сок вода мёд лук морковь фасоль помидоры виноград торт
        печенье мыло полотенца бумага карандаши коробки сумки обувь носки рубашки пальто шапки
        лампы стулья столы двери окна ключи телефон батарейки билеты карты письма фото цветы
        семена кони коровы утки машины автобус лодка самолёт дорога мост кухня сад школа офис
        магазин рынок банк гостиница вокзал музей пляж утро вечер понедельник июнь встреча обед
        ужин завтрак праздник поездка урок экзамен отчёт бюджет цена расходы продажи прибыль
        аренда деньги команда клиент друг мама папа врач учитель водитель позвонить написать
        купить продать заплатить починить помыть проверить заказать встретить начать закончить
        учить гулять плавать новый старый
        """.split()  # noqa: SIM905  (a column of quotes would hide the words)
    ),
    _KO: tuple(
        """
        달걀 치즈 버터 설탕 소금 밥 국수 국 주스 물 꿀 양파 당근 콩 토마토 포도 케이크 과자 비누
        수건 종이 연필 가방 상자 신발 양말 셔츠 외투 모자 전등 의자 책상 침대 문 창문 열쇠 전화
        건전지 표 지도 편지 사진 씨앗 말 소 양 오리 자전거 버스 배표 비행기 길 다리 부엌 정원
        학교 사무실 가게 시장 은행 호텔 역 공항 박물관 바닷가 아침 저녁 월요일 유월 회의 점심
        모임 여행 수업 시험 보고서 예산 가격 비용 판매 이익 집세 팀 고객 사장 친구 엄마 아빠 의사
        선생님 기사 쓰기 읽기 보내기 사기 고치기 닦기 확인 주문 만나기 시작 끝내기 배우기 걷기
        수영
        """.split()  # noqa: SIM905  (a column of quotes would hide the words)
    ),
}
# What a poster is for when it has no name of its own, and how it is called then.
OCCASIONS: Choices = {
    _EN: (
        *("jazz concert", "rock concert", "birthday party", "garden party", "summer festival"),
        *("book sale", "flea market", "bake sale", "school play", "wine tasting", "charity run"),
        *("yoga class", "open day", "art show", "chess club", "food market", "dance night"),
        *("music festival", "science fair", "winter market", "poetry night", "film festival"),
        *("garage sale", "wedding", "graduation", "picnic", "football match", "beach party"),
        *("coffee tasting", "farmers market", "photo exhibition", "job fair", "quiz night"),
    ),
    _ZH: (
        *("爵士音乐会", "生日聚会", "夏日音乐节", "旧书市集", "跳蚤市场", "校园话剧", "品酒会"),
        *("公益跑", "瑜伽课", "开放日", "艺术展", "美食市集", "舞会", "科学展", "摄影展", "婚礼"),
    ),
    _RU: (
        *("Джазовый концерт", "День рождения", "Летний фестиваль", "Книжная ярмарка"),
        *("Школьный спектакль", "Благотворительный забег", "День открытых дверей"),
        *("Выставка картин", "Вечер танцев", "Научная ярмарка", "Фотовыставка", "Свадьба"),
    ),
    _KO: (
        *(
            "재즈 콘서트",
            "생일 파티",
            "여름 축제",
            "책 장터",
            "벼룩시장",
            "학교 연극",
            "와인 시음회",
        ),
        *("자선 달리기", "요가 수업", "공개의 날", "미술 전시", "댄스 파티", "과학 축제", "사진전"),
    ),
}
# English: what a page may be for, told with an article and shown as a title.
BUSINESSES = (
    *("Bakery", "Coffee Shop", "Bike Shop", "Book Shop", "Flower Shop", "Yoga Studio", "Gym"),
    *("Pizza Place", "Restaurant", "Hotel", "Dog School", "Music School", "Language School"),
    *("Hair Salon", "Travel Agency", "Farm", "Brewery", "Startup", "Museum", "Dentist"),
    *("Photo Studio", "Toy Store", "Tea House", "Kindergarten", "Law Firm", "Bar"),
)


def draw_words(rng: random.Random, language: Language, most: int) -> str:
    """One to `most` words, as they are typed."""
    gap = "" if language is _ZH else " "
    return gap.join(rng.sample(WORDS[language], rng.randint(1, most)))
