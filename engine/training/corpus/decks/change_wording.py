"""How people ask to change a deck, and what is answered, in four languages."""

from engine.training.corpus.languages import Choices, Language, Texts

_EN, _ZH, _RU, _KO = Language
TITLE: Choices = {
    _EN: (
        *("Change the title of page {k} to {n}", "Call page {k} {n}", "Rename slide {k} to {n}"),
        *("The title of slide {k} should be {n}", 'Set the title of page {k} to "{n}"'),
        *("Page {k} should be called {n}", "Can you rename page {k} to {n}?", "Title page {k} {n}"),
        *("Make the heading of page {k} {n}", "On page {k}, change the title to {n}"),
    ),
    _ZH: (
        *("把第{k}页的标题改成{n}", "第{k}页标题改为{n}", "请把第{k}页改名为{n}", "第{k}页叫{n}"),
        *("第{k}张的标题换成{n}", "能把第{k}页的标题改成{n}吗?", "将第{k}页的标题设为“{n}”"),
    ),
    _RU: (
        *("Поменяй заголовок страницы {k} на {n}", "Назови страницу {k} {n}"),
        *("Заголовок слайда {k} должен быть {n}", "Переименуй слайд {k} в {n}"),
        *("На странице {k} сделай заголовок «{n}»", "Можешь назвать слайд {k} «{n}»?"),
    ),
    _KO: (
        *(
            "{k}쪽 제목을 {n}(으)로 바꿔 줘",
            "{k}쪽 제목은 {n}",
            "{k}번 슬라이드 제목을 {n}(으)로 해 줘",
        ),
        *("{k}쪽 이름을 '{n}'(으)로 바꿔 주세요", "{k}페이지 제목을 {n}(으)로 고쳐 줘"),
    ),
}
TEXT: Choices = {
    _EN: (
        *('On page {k}, replace "{o}" by "{n}"', 'Change "{o}" on page {k} to "{n}"'),
        *("Slide {k}: instead of {o} write {n}", 'Page {k} should say "{n}" instead of "{o}"'),
        *('Replace the text "{o}" on slide {k} with "{n}"', "On slide {k} change {o} to {n}"),
    ),
    _ZH: (
        *("把第{k}页的“{o}”改成“{n}”", "第{k}页：{o} 换成 {n}", "请把第{k}页里的{o}改为{n}"),
        *("第{k}页不要写“{o}”，写“{n}”", "将第{k}页的“{o}”替换为“{n}”"),
    ),
    _RU: (
        *("На странице {k} замени «{o}» на «{n}»", "Слайд {k}: вместо «{o}» напиши «{n}»"),
        *(
            "Поменяй на странице {k} текст «{o}» на «{n}»",
            "На слайде {k} вместо {o} пусть будет {n}",
        ),
    ),
    _KO: (
        *(
            "{k}쪽의 '{o}'을(를) '{n}'(으)로 바꿔 줘",
            "{k}쪽: {o} 대신 {n}",
            "{k}쪽에서 {o} 말고 {n}",
        ),
        *(
            "{k}번 슬라이드의 '{o}'을(를) '{n}'(으)로 고쳐 주세요",
            "{k}페이지에 '{o}' 대신 '{n}' 써 줘",
        ),
    ),
}
POINT: Choices = {
    _EN: (
        *("On page {k}, the {i} point should be: {n}", "Change the {i} point of page {k} to {n}"),
        *("Page {k}, {i} line: {n}", 'Make the {i} point on slide {k} "{n}"'),
        *("Set the {i} point of slide {k} to {n}", "The {i} point on page {k} should say {n}"),
    ),
    _ZH: (
        "把第{k}页的第{i}点改成{n}",
        "第{k}页第{i}条：{n}",
        "第{k}页的第{i}点应该是{n}",
        "请将第{k}页第{i}行改为{n}",
    ),
    _RU: (
        *("На странице {k} {i} пункт: {n}", "Поменяй {i} пункт на слайде {k} на {n}"),
        *("Пусть {i} пункт страницы {k} будет {n}", "Страница {k}, {i} строка: {n}"),
    ),
    _KO: (
        *("{k}쪽의 {i} 줄을 {n}(으)로 바꿔 줘", "{k}쪽 {i} 항목: {n}", "{k}쪽 {i} 줄은 {n}"),
        *("{k}번 슬라이드 {i} 항목을 {n}(으)로 해 주세요",),
    ),
}
ORDINALS: Choices = {
    _EN: ("first", "second", "third"),
    _ZH: ("一", "二", "三"),
    _RU: ("первый", "второй", "третий"),
    _KO: ("첫째", "둘째", "셋째"),
}
REMOVE: Choices = {
    _EN: (
        *("Remove page {k}", "Delete slide {k}", "Take out page {k}", "Page {k} can go"),
        *(
            "Drop slide {k}",
            "I do not need page {k}",
            "Can you delete page {k}?",
            "Without page {k}",
        ),
        *("Please remove slide {k}", "Get rid of page {k}"),
    ),
    _ZH: (
        "删掉第{k}页",
        "去掉第{k}页",
        "请删除第{k}页",
        "不要第{k}页",
        "第{k}页可以删了",
        "能删掉第{k}张吗?",
    ),
    _RU: (
        *("Убери страницу {k}", "Удали слайд {k}", "Страница {k} не нужна", "Выкинь слайд {k}"),
        *("Можешь удалить страницу {k}?", "Удалите страницу {k}"),
    ),
    _KO: (
        "{k}쪽을 지워 줘",
        "{k}쪽 삭제해 줘",
        "{k}번 슬라이드 빼 줘",
        "{k}쪽은 필요 없어",
        "{k}페이지를 없애 주세요",
    ),
}
REMOVE_LAST: Choices = {
    _EN: (
        *("Remove the last page", "Delete the last slide", "The last page can go"),
        *("Drop the last slide", "I do not need the last page", "Without the last slide please"),
    ),
    _ZH: ("删掉最后一页", "去掉最后一张", "最后一页不要了", "请删除最后一页"),
    _RU: ("Убери последнюю страницу", "Удали последний слайд", "Последний слайд не нужен"),
    _KO: ("마지막 쪽을 지워 줘", "마지막 슬라이드 삭제해 줘", "마지막 쪽은 필요 없어"),
}
MOVE: Choices = {
    _EN: (
        *("Move page {k} to {i}", "Move slide {k} to position {i}", "Put page {k} at place {i}"),
        *(
            "Page {k} should be page {i}",
            "Make slide {k} the number {i}",
            "Page {k} goes to place {i}",
        ),
        *("Can you move page {k} to position {i}?", "Shift slide {k} to {i}"),
    ),
    _ZH: (
        "把第{k}页移到第{i}页",
        "第{k}页放到第{i}位",
        "将第{k}页移动到第{i}位",
        "第{k}页应该是第{i}页",
    ),
    _RU: (
        *("Перемести страницу {k} на место {i}", "Поставь слайд {k} на место {i}"),
        *("Страница {k} должна быть {i}-й", "Передвинь слайд {k} на позицию {i}"),
    ),
    _KO: (
        "{k}쪽을 {i}쪽으로 옮겨 줘",
        "{k}번 슬라이드를 {i}번째로 옮겨 줘",
        "{k}쪽이 {i}쪽이 되게 해 줘",
        "{k}쪽을 {i}번 자리로",
    ),
}
ADD: Choices = {
    _EN: (
        *(
            "Add a page called {n} with the points {a}; {b}; {c}",
            "New page at the end: {n}: {a}; {b}; {c}",
        ),
        *("Add a slide {n} with {a}; {b}; {c}", "One more page, title {n}, points: {a}; {b}; {c}"),
        *(
            "Append a page titled {n} that says {a}; {b}; {c}",
            "Please add a page {n}: {a}; {b}; {c}",
        ),
    ),
    _ZH: (
        *(
            "加一页，标题{n}，内容：{a}；{b}；{c}",
            "最后添加一页{n}：{a}；{b}；{c}",
            "再加一张叫{n}的：{a}；{b}；{c}",
        ),
        *("请在末尾加一页“{n}”，要点是{a}；{b}；{c}",),
    ),
    _RU: (
        *("Добавь страницу {n}: {a}; {b}; {c}", "Ещё одна страница в конце, {n}: {a}; {b}; {c}"),
        *(
            "Добавь слайд с названием {n} и пунктами {a}; {b}; {c}",
            "Новый слайд {n}: {a}; {b}; {c}",
        ),
    ),
    _KO: (
        *("{n} 쪽을 추가해 줘: {a}; {b}; {c}", "끝에 한 쪽 더, 제목은 {n}, 내용은 {a}; {b}; {c}"),
        *("{n} 슬라이드를 추가해 주세요. {a}; {b}; {c}", "새 쪽 {n}: {a}; {b}; {c}"),
    ),
}
THEME: Choices = {
    _EN: (
        *("Show the deck in {c}", "Make the slides {c}", "Change the theme to {c}", "Now in {c}"),
        *("The whole deck in {c}, please", "Can you make the deck {c}?", "Use {c} for all pages"),
    ),
    _ZH: ("把幻灯片换成{c}", "整套改成{c}", "主题换成{c}", "全部用{c}", "能换成{c}吗?"),
    _RU: (
        *(
            "Сделай презентацию в {c} цвете",
            "Теперь всё в {c} цвете",
            "Поменяй тему, хочу в {c} цвете",
        ),
        *("Все слайды в {c} цвете",),
    ),
    _KO: (
        "슬라이드를 {c}으로 바꿔 줘",
        "전부 {c}으로",
        "테마를 {c}으로 해 줘",
        "모두 {c}으로 해 주세요",
    ),
}
SHORT_THEME: Choices = {
    _EN: (
        "Make it {c}",
        "Now in {c} please",
        "In {c} please",
        "Can you make it {c}?",
        "{c} please",
    ),
    _ZH: ("改成{c}", "换成{c}", "要{c}的", "能变成{c}吗?"),
    _RU: ("Сделай в {c} цвете", "Теперь в {c} цвете", "Можно в {c} цвете?"),
    _KO: ("{c}으로 바꿔 줘", "{c}으로 해 줘", "{c}으로 될까?"),
}
UNDO: Choices = {
    _EN: (
        *("Undo that", "Undo", "Take that back", "No, as it was before", "Go back", "Revert that"),
        *("Please undo the last change", "I liked it better before", "Can you undo that?"),
        *("That was wrong, undo it", "Back to how it was", "Bring back the old one"),
    ),
    _ZH: (
        "撤销",
        "撤回刚才的修改",
        "还是改回去吧",
        "恢复原来的",
        "能撤销吗?",
        "还是之前的好",
        "退回上一步",
    ),
    _RU: (
        *("Отмени", "Верни как было", "Отмени последнее изменение", "Нет, верни обратно"),
        *("Раньше было лучше", "Можешь отменить?", "Верни старую версию"),
    ),
    _KO: (
        "취소해 줘",
        "되돌려 줘",
        "방금 바꾼 것 취소",
        "원래대로 해 줘",
        "전이 더 좋았어",
        "되돌릴 수 있어?",
        "이전으로 돌려 주세요",
    ),
}
DONE_TITLE: Texts = {
    _EN: "Page {k} is now called {n}. Everything else is as it was.",
    _ZH: "第{k}页的标题现在是{n}，其他不变。",
    _RU: "Страница {k} теперь называется «{n}». Остальное не изменилось.",
    _KO: "{k}쪽 제목은 이제 {n}입니다. 나머지는 그대로예요.",
}
DONE_TEXT: Texts = {
    _EN: "Page {k} now says: {n}. Everything else is as it was.",
    _ZH: "第{k}页现在写的是：{n}。其他不变。",
    _RU: "На странице {k} теперь написано: {n}. Остальное не изменилось.",
    _KO: "{k}쪽에 이제 이렇게 적혀 있어요: {n}. 나머지는 그대로예요.",
}
DONE_REMOVE: Texts = {
    _EN: "Page {k} is gone. Say undo if you want it back.",
    _ZH: "第{k}页已删除。想恢复就说撤销。",
    _RU: "Страницы {k} больше нет. Скажите «отмени», если она нужна.",
    _KO: "{k}쪽을 지웠어요. 되돌리려면 취소라고 말해 주세요.",
}
DONE_REMOVE_LAST: Texts = {
    _EN: "The last page is gone. Say undo if you want it back.",
    _ZH: "最后一页已删除。想恢复就说撤销。",
    _RU: "Последней страницы больше нет. Скажите «отмени», если она нужна.",
    _KO: "마지막 쪽을 지웠어요. 되돌리려면 취소라고 말해 주세요.",
}
DONE_MOVE: Texts = {
    _EN: "Page {k} is now page {i}.",
    _ZH: "原来的第{k}页现在是第{i}页。",
    _RU: "Страница {k} теперь на месте {i}.",
    _KO: "{k}쪽이 이제 {i}쪽이에요.",
}
DONE_ADD: Texts = {
    _EN: "The page {n} is added as page {k}.",
    _ZH: "已添加第{k}页：{n}。",
    _RU: "Страница «{n}» добавлена, её номер {k}.",
    _KO: "{n} 쪽을 {k}쪽에 추가했어요.",
}
DONE_THEME: Texts = {
    _EN: "The deck now has the theme {c}. No text has changed.",
    _ZH: "幻灯片现在用{c}主题，文字没有变。",
    _RU: "Теперь у презентации тема {c}. Тексты не изменились.",
    _KO: "이제 {c} 테마예요. 글은 그대로예요.",
}
DONE_UNDO: Texts = {
    _EN: "It is again as it was before.",
    _ZH: "已经恢复原样。",
    _RU: "Всё снова как было.",
    _KO: "다시 전과 같아요.",
}
