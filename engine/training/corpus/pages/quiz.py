"""A quiz from given questions with their answers: title, color, two to four questions."""

from collections.abc import Sequence

from engine.training.corpus import asking
from engine.training.corpus.family import Family
from engine.training.corpus.languages import Language
from engine.training.corpus.names import is_held_out
from engine.training.corpus.pages import sheet
from engine.training.corpus.slots import Lot
from engine.training.corpus.word_slots import RowsSlot

_EN, _ZH, _RU, _KO = Language.ENGLISH, Language.CHINESE, Language.RUSSIAN, Language.KOREAN
_CAPITALS = {
    _EN: """France Paris, Italy Rome, Spain Madrid, Japan Tokyo, China Beijing, Russia Moscow,
    Egypt Cairo, Germany Berlin, Poland Warsaw, Greece Athens, Norway Oslo, Peru Lima,
    Portugal Lisbon, Austria Vienna, Cuba Havana, Kenya Nairobi, Canada Ottawa, Ireland Dublin""",
    _ZH: """法国 巴黎, 意大利 罗马, 西班牙 马德里, 日本 东京, 中国 北京, 俄罗斯 莫斯科, 埃及 开罗,
    德国 柏林, 波兰 华沙, 希腊 雅典, 挪威 奥斯陆, 秘鲁 利马, 葡萄牙 里斯本, 奥地利 维也纳""",
    _RU: """Франции Париж, Италии Рим, Испании Мадрид, Японии Токио, Китая Пекин, России Москва,
    Египта Каир, Германии Берлин, Польши Варшава, Греции Афины, Норвегии Осло, Перу Лима,
    Португалии Лиссабон, Австрии Вена, Кубы Гавана, Кении Найроби, Канады Оттава""",
    _KO: """프랑스 파리, 이탈리아 로마, 스페인 마드리드, 일본 도쿄, 중국 베이징, 러시아 모스크바,
    이집트 카이로, 독일 베를린, 폴란드 바르샤바, 그리스 아테네, 노르웨이 오슬로, 페루 리마,
    포르투갈 리스본, 오스트리아 빈""",
}
_CAPITAL_QUESTIONS = {
    _EN: "What is the capital of {}?",
    _ZH: "{}的首都是哪里？",
    _RU: "Столица {}?",
    _KO: "{}의 수도는?",
}
_SUM_QUESTIONS = {
    _EN: "How much is {}?",
    _ZH: "{}等于多少？",
    _RU: "Сколько будет {}?",
    _KO: "{} 값은?",
}
_PAGE = (
    sheet.HEAD
    + sheet.CARD
    + """label{display:block;margin:18px 0}
input{display:block;box-sizing:border-box;width:100%;font:inherit;padding:9px;margin-top:6px}
input{border:2px solid #767676;border-radius:9px}
.right{border-color:green;background:#e4f7e4}
.wrong{border-color:firebrick;background:#fbe6e6}
output{margin-left:12px;font-weight:bold}
</style>
<main>
<h1>@TITLE</h1>
<form>
@QUESTIONS
<button>@CHECK</button>
<output></output>
</form>
</main>
<script>
const form=document.querySelector('form'),inputs=[...document.querySelectorAll('input')];
function isRight(input){
  return input.value.trim().toLowerCase()==input.dataset.answer.toLowerCase();
}
form.onsubmit=e=>{
  e.preventDefault();
  for(const input of inputs)input.className=isRight(input)?'right':'wrong';
  const count=inputs.filter(isRight).length;
  form.querySelector('output').textContent='@SCORE '+count+' / '+inputs.length;
};
"""
    + sheet.END
)


def draw_rows(lot: Lot) -> list[str]:
    """Two to four rows "question answer": sums of small numbers and capitals."""
    rng, rows = lot.rng, list[str]()
    count = rng.choice((2, 3, 3, 4))
    while len(rows) < count:
        row = _draw_capital(lot) if rng.random() < 0.5 else _draw_sum(lot)
        if is_held_out(row) is lot.held_out and row not in rows:
            rows.append(row)
    return rows


def tell_rows(lot: Lot, rows: Sequence[str]) -> str:
    """One row below the other, the answer behind the question mark in one of three ways."""
    joint = lot.rng.choice((" ", " - ", " = "))
    told = [joint.join(split_row(row)) for row in rows]
    return "\n" + "\n".join(told)


def write_rows(rows: Sequence[str]) -> str:
    """A field for every question; it knows its answer."""
    pairs = [split_row(row) for row in rows]
    return "\n".join(
        f'<label>{question}<input data-answer="{answer}"></label>' for question, answer in pairs
    )


def split_row(row: str) -> tuple[str, str]:
    """Question and answer: the answer follows the last space."""
    question, answer = row.rsplit(" ", 1)
    return question, answer


def _draw_capital(lot: Lot) -> str:
    country, capital = lot.rng.choice(_CAPITALS[lot.language].split(",")).split()
    return f"{_CAPITAL_QUESTIONS[lot.language].format(country)} {capital}"


def _draw_sum(lot: Lot) -> str:
    a, b = lot.rng.randint(2, 99), lot.rng.randint(2, 99)
    return f"{_SUM_QUESTIONS[lot.language].format(f'{a} + {b}')} {a + b}"


FAMILY = Family(
    name="quiz",
    artifact_type="html",
    what="a quiz",
    openers=asking.MAKE,
    subjects={
        _EN: ("a |quiz", "a |quiz page", "a |little quiz", "a |quiz for my class"),
        _ZH: ("一个|小测验", "一个|问答测验", "一个|测验网页", "一个|知识问答"),
        _RU: ("викторину", "небольшую викторину", "тест", "тест с вопросами"),
        _KO: ("|퀴즈", "|퀴즈 페이지", "|간단한 퀴즈", "|퀴즈 문제"),
    },
    title={_EN: "Quiz", _ZH: "小测验", _RU: "Викторина", _KO: "퀴즈"},
    template=_PAGE,
    hint={
        _EN: "Type the answers and press the button.",
        _ZH: "填写答案后按按钮。",
        _RU: "Впишите ответы и нажмите кнопку.",
        _KO: "답을 쓰고 버튼을 눌러요.",
    },
    slots=(
        sheet.make_color_slot("purple"),
        RowsSlot(
            "QUESTIONS",
            "Questions",
            {
                _EN: ("> Questions: {v}", "> The questions: {v}", "> Use these questions: {v}"),
                _ZH: (">题目：{v}", ">问题如下：{v}", ">用这些问题：{v}"),
                _RU: ("> Вопросы: {v}", "> Вот вопросы: {v}", "> Используй вопросы: {v}"),
                _KO: ("> 문제: {v}", "> 질문: {v}", "> 이 문제로 해 줘: {v}"),
            },
            draw_rows,
            tell_rows,
            write_rows,
            {
                _EN: "How much is 2 + 3? 5 | How much is 4 + 4? 8",
                _ZH: "2 + 3等于多少？ 5 | 4 + 4等于多少？ 8",
                _RU: "Сколько будет 2 + 3? 5 | Сколько будет 4 + 4? 8",
                _KO: "2 + 3 값은? 5 | 4 + 4 값은? 8",
            },
        ),
    ),
    words={
        "CHECK": {_EN: "Check", _ZH: "检查", _RU: "Проверить", _KO: "확인"},
        "SCORE": {_EN: "Right:", _ZH: "答对：", _RU: "Верно:", _KO: "정답:"},
    },
)
