"""Looking things up: `web_search`, then an answer in the words of the sources, with their"
" numbers."""

from collections.abc import Mapping

from engine.training.corpus.decks.topics import load_topics
from engine.training.corpus.languages import Choices, Language, Texts
from engine.training.corpus.saying import answer, say_one_of
from engine.training.corpus.turns import Step, Turn
from engine.training.corpus.values import Values

FAMILY = "search"
NOTHING_FOUND = "No results."
NOTHING_SHARE = 0.2
_EN, _ZH, _RU, _KO = Language
_REQUESTS: Choices = {
    _EN: (
        *("Search the web for {q}", "Look up {q}", "What is new about {q}?", "Any news about {q}?"),
        *("Find sources about {q}", "News on {q} please", "Search for {q}", "Find out about {q}"),
        *("What do people write about {q}?", "Give me sources on {q}", "Can you look up {q}?"),
        *("Please search {q} online", "What happened with {q} today?", "Latest news: {q}"),
        *("I need sources for {q}", "Check the web: {q}", "Google {q}", "Research {q} for me"),
    ),
    _ZH: (
        *("搜索一下{q}", "上网查{q}", "{q}有什么新闻?", "帮我查{q}的资料", "找一下{q}的来源"),
        *("{q}的最新消息", "请搜索{q}", "能查一下{q}吗?", "网上怎么说{q}?", "查一查{q}"),
    ),
    _RU: (
        *("Найди в интернете: {q}", "Поищи {q}", "Какие новости: {q}?", "Найди источники: {q}"),
        *("Что нового: {q}?", "Посмотри в сети: {q}", "Можешь поискать {q}?", "Новости: {q}"),
    ),
    _KO: (
        *(
            "{q} 검색해 줘",
            "{q} 찾아봐 줘",
            "{q} 뉴스 있어?",
            "{q} 자료를 찾아 줘",
            "{q} 출처 찾아 주세요",
        ),
        *("인터넷에서 {q} 검색해 줘", "{q} 최신 소식", "{q} 좀 알아봐 줄래?"),
    ),
}
_FOUND: Texts = {
    _EN: "This is what I found about {q}:\n\n{l}",
    _ZH: "关于{q}，我找到了：\n\n{l}",
    _RU: "Вот что нашлось: {q}\n\n{l}",
    _KO: "{q}에 대해 이렇게 나왔어요:\n\n{l}",
}
_NOTHING: Texts = {
    _EN: "I searched for {q} and found nothing. Try other words.",
    _ZH: "我搜索了{q}，没有找到结果。换个词试试吧。",
    _RU: "Я поискал: {q}. Ничего не нашлось, попробуйте другие слова.",
    _KO: "{q}을(를) 검색했지만 결과가 없어요. 다른 말로 해 보세요.",
}
_SITES = ("news", "daily", "wiki", "blog", "times", "science", "city", "open")
_ENDINGS = ("example", "test", "invalid")  # reserved for examples, so that no real site is quoted


def sample_turn(values: Values) -> Turn:
    """A question for the web, what came back, and an answer that quotes it or says that there is
    nothing."""
    rng = values.rng
    query = _query(values)
    prompt = say_one_of(rng, values.language, _REQUESTS, q=query)
    trace = f"The user wants something from the web.\nQuery: {query}"
    if rng.random() < NOTHING_SHARE:
        reply = answer(values.language, _NOTHING, q=query)
        return Turn(prompt, trace, reply, ((search_step(query, NOTHING_FOUND),),))
    found = [_sentence(values) for _ in range(rng.choice((1, 2, 2, 3)))]
    lines = [f"- {text} [{number}]" for number, text in enumerate(found, 1)]
    reply = answer(values.language, _FOUND, q=query, l="\n".join(lines))
    step = search_step(query, "\n".join(_source(values, n, t) for n, t in enumerate(found, 1)))
    return Turn(prompt, trace, reply, ((step,),))


def search_step(query: str, result: str) -> Step:
    """`web_search` with its numbered sources; later prompts leave it out."""
    arguments: Mapping[str, str] = {"query": query}
    return Step(tool="web_search", arguments=arguments, result=result)


def _query(values: Values) -> str:
    if values.rng.random() < 0.6:
        return values.name()
    topics = load_topics(values.language)
    return values.rng.choice(tuple(topics.values())).title


def _sentence(values: Values) -> str:
    """A line of somebody's news, or a fact."""
    if values.rng.random() < 0.6:
        return values.note()
    topic = values.rng.choice(tuple(load_topics(values.language).values()))
    return values.rng.choice(values.rng.choice(topic.pages).points)


def _source(values: Values, number: int, text: str) -> str:
    rng = values.rng
    address = f"https://{rng.choice(_SITES)}.{rng.choice(_ENDINGS)}/{rng.randint(1, 999)}"
    return f"{number}. {values.name()}\n{address}\n{text}"
