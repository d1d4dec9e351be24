"""The eighteen colors that people may ask for: CSS keywords, and their words in four languages."""

from dataclasses import dataclass

from engine.training.corpus.languages import Language


@dataclass(frozen=True, slots=True)
class Color:
    """A CSS color keyword with its words; `russian_genitive` as in "красного цвета"."""

    css: str
    chinese: str
    russian: str
    russian_genitive: str
    korean: str

    def word(self, language: Language) -> str:
        """How the color is called in `language`."""
        return {
            Language.ENGLISH: self.css,
            Language.CHINESE: self.chinese,
            Language.RUSSIAN: self.russian,
            Language.KOREAN: self.korean,
        }[language]


COLORS: tuple[Color, ...] = (
    Color("gold", "金色", "золотой", "золотого", "금색"),
    Color("red", "红色", "красный", "красного", "빨간색"),
    Color("teal", "蓝绿色", "бирюзово-зелёный", "бирюзово-зелёного", "청록색"),
    Color("navy", "藏青色", "тёмно-синий", "тёмно-синего", "남색"),
    Color("green", "绿色", "зелёный", "зелёного", "초록색"),
    Color("blue", "蓝色", "синий", "синего", "파란색"),
    Color("purple", "紫色", "фиолетовый", "фиолетового", "보라색"),
    Color("orange", "橙色", "оранжевый", "оранжевого", "주황색"),
    Color("pink", "粉色", "розовый", "розового", "분홍색"),
    Color("yellow", "黄色", "жёлтый", "жёлтого", "노란색"),
    Color("silver", "银色", "серебристый", "серебристого", "은색"),
    Color("crimson", "深红色", "малиновый", "малинового", "진홍색"),
    Color("turquoise", "绿松石色", "бирюзовый", "бирюзового", "터키석색"),
    Color("coral", "珊瑚色", "коралловый", "кораллового", "산호색"),
    Color("indigo", "靛蓝色", "индиговый", "индигового", "쪽색"),
    Color("lime", "青柠色", "лаймовый", "лаймового", "라임색"),
    Color("brown", "棕色", "коричневый", "коричневого", "갈색"),
    Color("violet", "紫罗兰色", "сиреневый", "сиреневого", "제비꽃색"),
)
