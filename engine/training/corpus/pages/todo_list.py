"""A to-do list: title, color and the things that are to be done at first."""

from engine.training.corpus import asking
from engine.training.corpus.family import Family
from engine.training.corpus.languages import Language
from engine.training.corpus.pages import sheet
from engine.training.corpus.word_slots import ListSlot

_EN, _ZH, _RU, _KO = Language.ENGLISH, Language.CHINESE, Language.RUSSIAN, Language.KOREAN
_PAGE = (
    sheet.HEAD
    + sheet.CARD
    + """form{display:flex;gap:9px;margin:18px 0}
input{flex:1;min-width:0;font:inherit;padding:9px}
ul{margin:0;padding:0;list-style:none}
li{display:flex;gap:9px;align-items:center;padding:9px 0}
li span{flex:1;overflow-wrap:anywhere}
.done span{text-decoration:line-through}
</style>
<main>
<h1>@TITLE</h1>
<form>
<input aria-label="@NEW" placeholder="@NEW">
<button>@ADD</button>
</form>
<ul>
@ITEMS
</ul>
</main>
<script>
const list=document.querySelector('ul'),input=document.querySelector('input');
function dress(item){
  const text=item.textContent;
  item.innerHTML='<button aria-label="@DONE">✓</button><span></span>'
    +'<button aria-label="@REMOVE">✕</button>';
  const [done,label,gone]=item.children;
  label.textContent=text;
  done.onclick=()=>item.classList.toggle('done');
  gone.onclick=()=>item.remove();
}
for(const item of list.children)dress(item);
document.querySelector('form').onsubmit=e=>{
  e.preventDefault();
  if(!input.value.trim())return;
  const item=document.createElement('li');
  item.textContent=input.value;
  dress(item);
  list.append(item);
  input.value='';
};
"""
    + sheet.END
)
FAMILY = Family(
    name="todo_list",
    artifact_type="html",
    what="a to-do list",
    openers=asking.MAKE,
    subjects={
        _EN: ("a |to-do list", "a |todo list", "a |todo app", "a |task list"),
        _ZH: ("一个|待办清单", "一个|待办事项列表", "一个|任务清单", "一个|待办应用"),
        _RU: ("список дел", "приложение со списком дел", "страницу со списком задач"),
        _KO: ("|할 일 목록", "|투두 리스트", "|할 일 앱", "|작업 목록"),
    },
    more_subjects={
        _EN: ("a |shopping list", "a |checklist", "a |list of things to do"),
        _ZH: ("一个|购物清单", "一个|清单"),
        _RU: ("список покупок", "чек-лист"),
        _KO: ("|장보기 목록", "|체크리스트"),
    },
    title={_EN: "To-do", _ZH: "待办清单", _RU: "Список дел", _KO: "할 일"},
    template=_PAGE,
    hint={
        _EN: "Add things, tick them off or remove them.",
        _ZH: "可以添加、勾选或删除事项。",
        _RU: "Добавляйте дела, отмечайте и удаляйте их.",
        _KO: "할 일을 더하고, 표시하고, 지울 수 있어요.",
    },
    slots=(
        sheet.make_color_slot("teal"),
        ListSlot(
            "ITEMS",
            "Items",
            {
                _EN: (" with {v}", ". Items: {v}", ". I have to do: {v}", ". Start with {v}"),
                _ZH: (".事项：{v}", ".内容有{v}", ",里面有{v}", ".先放{v}"),
                _RU: (". Дела: {v}", ". Пункты: {v}", ". Начни с этого: {v}", ". Задачи: {v}"),
                _KO: (". 할 일: {v}", ". 항목은 {v}", ", 항목: {v}", ". 처음 항목은 {v}"),
            },
            {
                _EN: (
                    *(
                        "buy milk",
                        "call Anna",
                        "water the plants",
                        "clean the kitchen",
                        "buy bread",
                    ),
                    *("walk the dog", "write the report", "pay the rent", "book a flight", "read"),
                    *("feed the cat", "wash the car", "do the laundry", "bake a cake", "run"),
                ),
                _ZH: (
                    *("买牛奶", "打电话", "浇花", "打扫厨房", "买面包", "遛狗", "写报告", "交房租"),
                    *("订机票", "看书", "喂猫", "洗车", "洗衣服", "烤蛋糕", "跑步", "学英语"),
                ),
                _RU: (
                    *("купить молоко", "позвонить Анне", "полить цветы", "убрать кухню", "бег"),
                    *("купить хлеб", "выгулять собаку", "написать отчёт", "заплатить за квартиру"),
                    *("заказать билет", "почитать", "покормить кота", "помыть машину", "постирать"),
                ),
                _KO: (
                    *("우유 사기", "전화하기", "화분에 물 주기", "부엌 청소", "빵 사기", "책 읽기"),
                    *("강아지 산책", "보고서 쓰기", "월세 내기", "비행기 예약", "고양이 밥 주기"),
                    *("세차하기", "빨래하기", "케이크 굽기", "달리기", "영어 공부"),
                ),
            },
            {
                _EN: "first thing, second thing",
                _ZH: "第一件事, 第二件事",
                _RU: "первое дело, второе дело",
                _KO: "첫 번째 일, 두 번째 일",
            },
            "<li>{}</li>",
            chance=0.65,
        ),
    ),
    words={
        "NEW": {_EN: "New item", _ZH: "新事项", _RU: "Новое дело", _KO: "새 할 일"},
        "ADD": {_EN: "Add", _ZH: "添加", _RU: "Добавить", _KO: "추가"},
        "DONE": {_EN: "Done", _ZH: "完成", _RU: "Готово", _KO: "완료"},
        "REMOVE": {_EN: "Remove", _ZH: "删除", _RU: "Удалить", _KO: "삭제"},
    },
)
