"""What people put into their requests: dates, places, numbers and lines of notes, to be copied.

Whether a value is kept for the evaluation is decided by its hash, as with names.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass

from engine.training.corpus import everyday, names
from engine.training.corpus.languages import Choices, Language

_EN, _ZH, _RU, _KO = Language
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September"),
    *("October", "November", "December"),
)
_RUSSIAN_MONTHS = (
    *("января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября"),
    *("октября", "ноября", "декабря"),
)
_DAYS: Choices = {
    _EN: ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    _ZH: ("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
    _RU: ("понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье"),
    _KO: ("월요일", "화요일", "수요일", "목요일", "금요일", "토요일", "일요일"),
}
_DATES: Choices = {
    _EN: (
        *("{month} {d}", "{d} {month}", "{month} {d}, {y}", "{d} {month} {y}", "{y}-{m:02}-{d:02}"),
        *("{day}, {month} {d}", "{month} {d} at {h} pm", "{day}, {d} {month}, {h}:00", "{m}/{d}"),
    ),
    _ZH: (
        "{m}月{d}日",
        "{y}年{m}月{d}日",
        "{day}，{m}月{d}日",
        "{m}月{d}日晚上{h}点",
        "{y}-{m:02}-{d:02}",
    ),
    _RU: (
        "{d} {ru}",
        "{d} {ru} {y} года",
        "{day}, {d} {ru}",
        "{d} {ru} в {h}:00",
        "{d:02}.{m:02}.{y}",
    ),
    _KO: (
        "{m}월 {d}일",
        "{y}년 {m}월 {d}일",
        "{m}월 {d}일 {day}",
        "{m}월 {d}일 오후 {h}시",
        "{y}.{m:02}.{d:02}",
    ),
}
_PLACES: Choices = {
    _EN: (
        *("Town Hall", "City Park", "the old theater", "Room {k}", "Central Library", "Hall {k}"),
        *("{n} Hall", "{n} Square", "{n} Street {k}", "the {n} Hotel", "Paris", "Berlin", "Lima"),
        *("Oslo", "Cairo", "Boston", "Madrid", "Vienna", "Nairobi", "{n} Beach", "Cinema {n}"),
    ),
    _ZH: (
        *("市民中心", "中央公园", "{k}号厅", "图书馆", "{n}广场", "{n}路{k}号", "{n}剧院", "北京"),
        *("上海", "成都", "广州", "西安", "杭州", "{n}影院", "{n}酒店", "大礼堂"),
    ),
    _RU: (
        *("Дом культуры", "Парк Победы", "зал {k}", "Центральная библиотека", "улица Мира, {k}"),
        *("Москва", "Казань", "Самара", "Омск", "Сочи", "площадь Ленина", "кинотеатр «{n}»"),
        *("отель «{n}»", "театр «{n}»", "клуб «{n}»", "набережная, {k}"),
    ),
    _KO: (
        *("시민회관", "중앙공원", "{k}호실", "시립도서관", "{n} 광장", "{n}길 {k}", "{n} 극장"),
        *("서울", "부산", "대구", "인천", "제주", "{n} 호텔", "{n} 카페", "강남역 {k}번 출구"),
    ),
}
_EVERYDAY_SHARE = 0.25
_PLAIN_PLACES: Choices = {
    _EN: (
        *("{n}'s house", "my house", "our garden", "the school", "the library", "the beach"),
        *("the town square", "room {k}", "the park", "{n} park", "the office", "{n}'s place"),
    ),
    _ZH: ("我家", "学校礼堂", "公园", "{n}家", "{k}教室", "办公室", "海边"),
    _RU: ("наш дом", "школа", "парк", "библиотека", "кабинет {k}", "набережная", "офис"),
    _KO: ("우리 집", "학교 강당", "공원", "{n}네 집", "{k}호", "사무실", "바닷가"),
}
_NOTES: Choices = {
    _EN: (
        *("{n} starts on {d}", "{k} people came", "Sales grew by {k} percent", "Meet at {p}"),
        *("We need {k} chairs", "Ask {n} about the budget", "The price is {k} euros"),
        *("{n} is our new partner", "Open from {d}", "Next step: visit {p}", "Team {n} won"),
        *("{k} bugs are fixed", "Version {k} is ready", "Call {n} before {d}", "Bring {k} cups"),
        *("Costs fell to {k} dollars", "{n} and {m} work together", "The goal is {k} users"),
    ),
    _ZH: (
        *("{n}从{d}开始", "来了{k}个人", "销售增长了{k}%", "在{p}见面", "需要{k}把椅子"),
        *("问{n}关于预算", "价格是{k}元", "{n}是新伙伴", "下一步：去{p}", "{n}队赢了"),
        *("修好了{k}个错误", "第{k}版完成", "{d}之前联系{n}", "目标是{k}个用户"),
    ),
    _RU: (
        *("{n}: начало {d}", "Пришли {k} человек", "Продажи выросли на {k}%", "Встреча: {p}"),
        *("Нужно {k} стульев", "Спросить про бюджет: {n}", "Цена {k} рублей"),
        *("Новый партнёр: {n}", "Дальше: {p}", "Победила команда {n}", "Исправлено ошибок: {k}"),
        *("Версия {k} готова", "Позвонить до {d}", "Цель: {k} пользователей"),
    ),
    _KO: (
        *(
            "{n}: {d} 시작",
            "{k}명이 왔다",
            "판매가 {k}% 늘었다",
            "만나는 곳: {p}",
            "의자 {k}개 필요",
        ),
        *("예산은 {n}에게 묻기", "가격은 {k}원", "새 파트너: {n}", "다음: {p} 방문", "{n} 팀 우승"),
        *("오류 {k}개 해결", "버전 {k} 완성", "{d} 전에 전화", "목표는 사용자 {k}명"),
    ),
}


@dataclass(frozen=True, slots=True)
class Values:
    """Draws values in one language: those of the corpus, or only those kept for the evaluation."""

    rng: random.Random
    language: Language
    held_out: bool = False

    def name(self) -> str:
        """A name of one to three words, real or made up."""
        draw = names.draw_held_out_name if self.held_out else names.draw_name
        return draw(self.rng, self.language)

    def long_name(self) -> str:
        """A name that may be two names in a row: one to six words."""
        gap = "" if self.language is Language.CHINESE else " "
        if self.rng.random() < 0.7:
            return self.name()
        return self._draw(lambda: gap.join(self._part() for _ in "12"))

    def number(self) -> str:
        """A whole number of one to four digits."""
        digits = self.rng.choice((10, 100, 1000, 10000))
        return self._draw(lambda: str(self.rng.randrange(2, digits)))

    def date(self) -> str:
        """A date, sometimes with year, day of the week or time."""
        return self._draw(self._date)

    def place(self) -> str:
        """A city, a hall, an address."""
        if not self.held_out and self.rng.random() < _EVERYDAY_SHARE:
            return self._draw(lambda: self._fill(self.rng.choice(_PLAIN_PLACES[self.language])))
        return self._draw(lambda: self._fill(self.rng.choice(_PLACES[self.language])))

    def note(self) -> str:
        """A line of somebody's notes, without a stop at its end."""
        if not self.held_out and self.rng.random() < _EVERYDAY_SHARE:
            return self._draw(lambda: everyday.draw_words(self.rng, self.language, 6))
        return self._draw(lambda: self._fill(self.rng.choice(_NOTES[self.language])))

    def notes(self, number: int) -> tuple[str, ...]:
        """So many different lines."""
        lines: dict[str, None] = {}
        while len(lines) < number:
            lines[self.note()] = None
        return tuple(lines)

    def _part(self) -> str:
        """A name inside of a value; the evaluation's stay as short as they were."""
        draw = names.draw_part if self.held_out else names.draw_name
        return draw(self.rng, self.language)

    def _draw(self, make: Callable[[], str]) -> str:
        while True:
            value = make()
            if names.is_held_out(value) is self.held_out:
                return value

    def _date(self) -> str:
        month = self.rng.randrange(12)
        return self.rng.choice(_DATES[self.language]).format(
            **{"month": _MONTHS[month], "ru": _RUSSIAN_MONTHS[month], "m": month + 1},
            d=self.rng.randint(1, 28),
            y=self.rng.randint(2025, 2034),
            h=self.rng.randint(1, 11),
            day=self.rng.choice(_DAYS[self.language]),
        )

    def _fill(self, template: str) -> str:
        """Values inside of values are drawn freely: the whole is what is kept or not."""
        slots: dict[str, str] = {}
        if "{n}" in template:
            slots["n"] = self._part()
        if "{m}" in template:
            slots["m"] = self._part()
        if "{p}" in template:
            slots["p"] = self._fill(self.rng.choice(_PLACES[self.language]))
        if "{d}" in template:
            slots["d"] = self._date()
        return template.format(k=self.rng.randint(2, 900), **slots)
