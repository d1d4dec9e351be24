import pytest

from webapp.shelf.catalog import Writing
from webapp.shelf.writing import find_writing

ZH = "岩浆从地幔升起，冷却后形成新的土地。"
ZH_TRADITIONAL = "岩漿從地函升起，冷卻後形成新的土地。"
JA = "日本の火山は百以上あり、富士山は最も高い山です。"
KO = "한라산은 제주도에 있는 화산이며 높이는 1947미터이다."


@pytest.mark.parametrize(
    ("text", "writing"),
    [
        (ZH, Writing.HANS),
        (ZH_TRADITIONAL, Writing.HANT),
        (JA, Writing.JPAN),
        (KO, Writing.KORE),
        ("火山", Writing.HANS),
    ],
)
def test_the_letters_tell_the_writing(text: str, writing: Writing) -> None:
    assert find_writing(f"<!doctype html><h1>Volcano 1</h1><p>{text}</p>") is writing
    escaped = "".join(f"&#x{ord(one):x};" for one in text)
    assert find_writing(f"<p>{escaped}</p>") is writing
    scripted = "".join(f"\\u{ord(one):04x}" for one in text)
    assert find_writing(f"<script>document.title = '{scripted}'</script>") is writing


@pytest.mark.parametrize(
    ("language", "writing"),
    [
        ("ja", Writing.JPAN),
        ("ja-JP", Writing.JPAN),
        ("ko", Writing.KORE),
        ("zh", Writing.HANS),
        ("zh-CN", Writing.HANS),
        ("zh-Hant", Writing.HANT),
        ("zh-TW", Writing.HANT),
        ("zh-Hant-HK", Writing.HANT),
        ("en", Writing.HANS),
        ("jam", Writing.HANS),
    ],
)
def test_where_letters_do_not_tell_the_language_does(language: str, writing: Writing) -> None:
    assert find_writing(f'<!doctype html>\n<html lang="{language}"><body>火山</body>') is writing
    assert find_writing(f'<html><head></head><body lang="{language}">火山') is writing


def test_plain_chinese_is_told_apart_by_its_letters() -> None:
    assert find_writing(f'<html lang="zh">{ZH}') is Writing.HANS
    assert find_writing(f'<html lang="zh">{ZH_TRADITIONAL}') is Writing.HANT


def test_many_letters_of_one_writing_outweigh_a_wrong_language() -> None:
    assert find_writing(f'<html lang="zh-CN">{JA}') is Writing.JPAN
    assert find_writing(f'<html lang="ja">{KO}') is Writing.KORE


def test_a_foreign_line_does_not_change_the_writing() -> None:
    assert find_writing(f'<html lang="zh-CN">{ZH * 4}{JA}') is Writing.HANS
    assert find_writing(f'<html lang="ja">{ZH}{JA}') is Writing.JPAN


@pytest.mark.parametrize(
    "document",
    ["", "<p>Volcano</p>", "<p>Ærøskøbing — Žluťoučký · Ελλάδα 🌋</p>", "&#233; \\u00e9"],
)
def test_other_documents_have_none(document: str) -> None:
    assert find_writing(document) is None
