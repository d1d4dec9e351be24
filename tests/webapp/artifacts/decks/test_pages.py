"""Order of pages: what is not meant stays as it is, and ids are for life."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from webapp.artifacts.decks.pages import (
    MAX_PAGES,
    DeckRefused,
    Page,
    check_remarks,
    find_page,
    insert_page,
    move_page,
    new_page_id,
    order_pages,
    remove_pages,
    replace_page,
)


def page(name: str) -> Page:
    return Page(id=name, title=name.upper(), sha256=name * 64)


def deck(names: str) -> tuple[Page, ...]:
    return tuple(page(name) for name in names)


def names(pages: tuple[Page, ...]) -> str:
    return "".join(one.id for one in pages)


def test_pages_are_inserted_removed_moved_and_ordered() -> None:
    assert names(insert_page(deck("abc"), 1, page("x"))) == "xabc"
    assert names(insert_page(deck("abc"), 4, page("x"))) == "abcx"
    assert names(remove_pages(deck("abcde"), {2, 4})) == "ace"
    assert names(move_page(deck("abcde"), 1, 4)) == "bcdae"
    assert names(move_page(deck("abcde"), 5, 1)) == "eabcd"
    assert names(order_pages(deck("abc"), "cab")) == "cab"
    assert names(order_pages(deck("abc"), "ca")) == "ca"


@pytest.mark.parametrize("order", ["abca", "abx", "aa"])
def test_an_order_of_other_pages_is_refused(order: str) -> None:
    with pytest.raises(DeckRefused):
        order_pages(deck("abc"), order)


def test_one_page_changes_and_all_others_are_the_same_values() -> None:
    pages = deck("abc")
    new = Page(id="b", title="New", sha256="f" * 64)
    changed = replace_page(pages, new)
    assert changed[1] is new
    assert (changed[0], changed[2]) == (pages[0], pages[2])
    assert find_page(changed, "b") == (2, new)
    with pytest.raises(DeckRefused, match="no page with the id"):
        find_page(changed, "../../etc")


def test_a_deck_has_an_end() -> None:
    full = tuple(page(f"{number:08x}") for number in range(MAX_PAGES))
    with pytest.raises(DeckRefused, match="at most 200 pages"):
        insert_page(full, 1, page("x"))
    with pytest.raises(DeckRefused, match="notes are longer"):
        check_remarks("x" * 20_001, ())
    with pytest.raises(DeckRefused, match="at most 50 sources"):
        check_remarks("", ["s"] * 51)


def test_an_id_is_the_same_for_the_same_call_and_never_taken() -> None:
    first = new_page_id("message/1.0", set())
    assert first == new_page_id("message/1.0", {"00000000"})
    assert len(first) == 8
    assert int(first, 16) >= 0
    assert new_page_id("message/1.0", {first}) != first


@settings(deadline=None)
@given(count=st.integers(1, 9), data=st.data())
def test_a_move_is_undone_by_the_move_back(count: int, data: st.DataObject) -> None:
    pages = deck("abcdefghi"[:count])
    start, target = (data.draw(st.integers(1, count)) for _ in range(2))
    moved = move_page(pages, start, target)
    assert moved[target - 1] == pages[start - 1]
    assert move_page(moved, target, start) == pages
