"""Open names in four scripts: real words, made-up words, words with a number.

Whether a name is kept for the evaluation is decided by a hash of the name alone, so any name that
anybody thinks of is either of the corpus or of the evaluation, on every machine.
"""

import random
import zlib
from collections.abc import Sequence

from engine.training.corpus.colors import COLORS
from engine.training.corpus.languages import Language
from engine.training.corpus.vocabulary import SYLLABLES
from engine.training.corpus.words import WORDS

HELD_OUT_PERCENT = 12
_NUMBER_SHARE = 0.12
_INVENTED_SHARE = 0.35
_LONG_SHARE = 0.25  # of the corpus' names: longer than those of the evaluation mostly are
_COLOR_SHARE = 0.08  # of the corpus' English names: a color at their beginning, which is none
_LATIN_SHARE = 0.2  # how often a Chinese, Russian or Korean request has a name in Latin letters
_CHINESE_FIRST = "星云海火月雪风龙梦花金银黑白红蓝小大飞快乐幸福神奇超级彩虹阳光冰山森林春夏秋冬"
_CHINESE_SECOND = "球王鸟蛇船城心石路光影河山谷湖岛塔门桥剑兔猫熊虎狮鹰鱼马羊狗茶书屋院社园队厂店家"
_RUSSIAN_ADJECTIVES = tuple(
    """
    Быстрый Смелый Золотой Тихий Яркий Весёлый Звёздный Северный Лунный Солнечный Добрый
    Зимний Морской Лесной Дикий Новый Старый Умный Синий Красный Белый Чёрный Вечерний
    Утренний Сладкий
    """.split()  # noqa: SIM905  (a column of quotes would hide the words)
)
_RUSSIAN_NOUNS = tuple(
    """
    Ветер Дракон Остров Мяч Кот Лис Волк Орёл Медведь Сад Город Дождь Снег Океан Корабль
    Рыцарь Замок Лев Кит Гром Рассвет Закат Мир Путь Сон Свет Огонь Лёд Космос Пират Робот
    Чемпион
    """.split()  # noqa: SIM905  (a column of quotes would hide the words)
)
_RUSSIAN_SYLLABLES = tuple(
    """
    ба во га ду зе ки ло ма но пу ра се ти фу ха ця бри кра вел дор мин лар сол тун зар
    """.split()  # noqa: SIM905  (a column of quotes would hide the words)
)
_KOREAN_FIRST = tuple(
    """
    별빛 바다 하늘 구름 달빛 무지개 겨울 여름 가을 봄날 황금 은빛 푸른 붉은
    작은 용감한 빠른 행복한 신나는 조용한
    """.split()  # noqa: SIM905  (a column of quotes would hide the words)
)
_KOREAN_SECOND = tuple(
    """
    토끼 고양이 여우 호랑이 나비 고래 요정 기사 용사 마을 정원 나라 여행 모험
    공방 책방 카페 학교 친구 로켓 섬 숲 꿈 길 성
    """.split()  # noqa: SIM905  (a column of quotes would hide the words)
)
_KOREAN_SYLLABLES = tuple(
    """
    가 나 다 라 마 바 사 아 자 차 카 타 파 하 노 도 로 모 보 소 루 미
    비 시 리 민 솔 별 담 온
    """.split()  # noqa: SIM905  (a column of quotes would hide the words)
)


def is_held_out(name: str) -> bool:
    """Whether `name`, in any letter case, is kept for the evaluation."""
    return zlib.crc32(name.casefold().encode()) % 100 < HELD_OUT_PERCENT


def draw_name(rng: random.Random, language: Language) -> str:
    """A name for the corpus: of the script of `language`, at times Latin."""
    return _draw(rng, language, held_out=False, lengthen=True)


def draw_part(rng: random.Random, language: Language) -> str:
    """A name of the corpus as it stands inside of a value that is held out as a whole."""
    return _draw(rng, language, held_out=False)


def draw_held_out_name(rng: random.Random, language: Language) -> str:
    """A name that `draw_name` never gives."""
    return _draw(rng, language, held_out=True)


def _draw(rng: random.Random, language: Language, *, held_out: bool, lengthen: bool = False) -> str:
    while True:
        name = _invent(rng, language)
        if lengthen:
            name = _lengthen(rng, language, name)
        if is_held_out(name) is held_out:
            return name


def _invent(rng: random.Random, language: Language) -> str:
    if language is not Language.ENGLISH and rng.random() < _LATIN_SHARE:
        language = Language.ENGLISH
    made_up = rng.random() < _INVENTED_SHARE
    name = {
        Language.ENGLISH: _english,
        Language.CHINESE: _chinese,
        Language.RUSSIAN: _russian,
        Language.KOREAN: _korean,
    }[language](rng, made_up=made_up)
    if rng.random() < _NUMBER_SHARE:
        gap = "" if language is Language.CHINESE else " "
        name += f"{gap}{rng.randint(2, 9999)}"
    return name


def _lengthen(rng: random.Random, language: Language, name: str) -> str:
    """At times one more part, or a color before an English name."""
    if rng.random() < _LONG_SHARE:
        gap = "" if language is Language.CHINESE else " "
        name += f"{gap}{_invent(rng, language)}"
    if language is Language.ENGLISH and rng.random() < _COLOR_SHARE:
        name = f"{rng.choice(COLORS).css.title()} {name}"
    return name


def _english(rng: random.Random, *, made_up: bool) -> str:
    if made_up:
        words = [_word(rng, SYLLABLES).title() for _ in range(rng.choice((1, 1, 2)))]
        return " ".join((*words, *rng.sample(WORDS, rng.choice((0, 0, 1)))))
    return " ".join(rng.sample(WORDS, rng.choice((1, 2, 2, 2, 3))))


def _chinese(rng: random.Random, *, made_up: bool) -> str:
    if made_up:
        return "".join(rng.sample(_CHINESE_FIRST + _CHINESE_SECOND, rng.choice((2, 3, 3, 4))))
    return "".join(rng.sample(_CHINESE_FIRST, 2)) + rng.choice(_CHINESE_SECOND)


def _russian(rng: random.Random, *, made_up: bool) -> str:
    if made_up:
        return _word(rng, _RUSSIAN_SYLLABLES).title()
    return f"{rng.choice(_RUSSIAN_ADJECTIVES)} {rng.choice(_RUSSIAN_NOUNS)}"


def _korean(rng: random.Random, *, made_up: bool) -> str:
    if made_up:
        return _word(rng, _KOREAN_SYLLABLES)
    return f"{rng.choice(_KOREAN_FIRST)} {rng.choice(_KOREAN_SECOND)}"


def _word(rng: random.Random, syllables: Sequence[str]) -> str:
    return "".join(rng.sample(syllables, rng.choice((2, 2, 3))))
