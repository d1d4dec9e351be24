"""Chats and their branches: begun, ordered, renamed, deleted, edited, asked again, by keyboard."""

from typing import Any

from playwright.async_api import Browser, BrowserContext, Locator, Page, expect

from tests.browser.chat import Chat
from tests.browser.product import Product

UNKNOWN = "00000000-0000-4000-8000-000000000000"
LAST_TAB_STOP = 25
# What shows that the element with the keyboard is the one: an outline, or the border of its box.
SHOWN_FOCUS = """() => {
    const style = getComputedStyle(document.activeElement);
    if (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) return true;
    const box = document.activeElement.closest("form > div");
    return box !== null && getComputedStyle(box).borderTopColor !== window.borderWithoutFocus;
}"""
NOTE_BORDER = """() => {
    const box = document.querySelector("textarea").closest("form > div");
    window.borderWithoutFocus = getComputedStyle(box).borderTopColor;
}"""


def listed(chat: Chat) -> Locator:
    """The chats in the list, newest first."""
    return chat.navigation.get_by_role("link")


async def choose_option(chat: Chat, title: str, option: str) -> None:
    """Opens the menu of a chat in the list and chooses in it."""
    await chat.navigation.get_by_role("link", name=title).hover()
    await chat.page.get_by_role("button", name=f"Options for {title}").click()
    await chat.page.get_by_role("menuitem", name=option).click()


async def begin_new_chat(chat: Chat) -> None:
    await chat.page.get_by_role("button", name="New chat").click()
    await expect(chat.questions).to_have_count(0)


def branches(message: Locator) -> Locator:
    """The picker of a message's versions."""
    return message.get_by_role("group", name="Versions of this message")


def words(message: dict[str, Any]) -> str:
    return "".join(part["text"] for part in message["parts"] if part["kind"] == "text")


async def focused(page: Page) -> str:
    name: str = await page.evaluate("document.activeElement.ariaLabel ?? ''")
    return name


async def press_until(page: Page, key: str, name: str) -> None:
    """Moves the keyboard to the control of this name; on the way it never gets lost."""
    for _ in range(LAST_TAB_STOP):
        await page.keyboard.press(key)
        await page.wait_for_function(SHOWN_FOCUS)
        if await focused(page) == name:
            return
    raise AssertionError(f"{name} is not reached by {key}")


async def test_new_chats_come_first_and_an_answered_one_comes_first_again(chat: Chat) -> None:
    await chat.ask("Hello")
    await begin_new_chat(chat)
    await chat.ask("Who are you?")
    await expect(listed(chat)).to_have_text(["Who are you?", "Hello"])
    await expect(chat.navigation.locator("[aria-current=page]")).to_have_text("Who are you?")

    await listed(chat).last.click()
    await expect(chat.questions).to_have_text(["Hello"])
    await chat.ask("Good morning")

    await expect(listed(chat)).to_have_text(["Hello", "Who are you?"])
    await expect(chat.questions).to_have_text(["Hello", "Good morning"])
    await chat.page.go_back()
    await expect(chat.questions).to_have_text(["Who are you?"])


async def test_a_renamed_chat_keeps_its_name(chat: Chat) -> None:
    await chat.ask("Hello")
    await choose_option(chat, "Hello", "Rename")
    title = chat.navigation.get_by_role("textbox", name="Title")
    await expect(title).to_be_focused()
    await title.fill("Greetings")
    await title.press("Enter")

    await expect(listed(chat)).to_have_text(["Greetings"])
    await expect(chat.page.get_by_role("heading", name="Greetings")).to_be_visible()
    await choose_option(chat, "Greetings", "Rename")
    await title.fill("Thought better of it")
    await title.press("Escape")
    await chat.page.reload()
    await expect(listed(chat)).to_have_text(["Greetings"])
    assert (await chat.stored_conversation())["title"] == "Greetings"


async def test_a_deleted_chat_comes_back_by_undo_and_is_gone_without(chat: Chat) -> None:
    await chat.ask("Hello")
    conversation = f"/api/conversations/{await chat.conversation_id()}"
    undo = chat.page.get_by_role("button", name="Undo")
    await choose_option(chat, "Hello", "Delete")
    await expect(listed(chat)).to_have_count(0)
    await expect(chat.questions).to_have_count(0)
    await undo.click()
    await expect(listed(chat)).to_have_text(["Hello"])
    await expect(chat.questions).to_have_text(["Hello"])
    await expect(chat.answers).to_have_count(1)

    await choose_option(chat, "Hello", "Delete")
    await expect(undo).to_be_visible()
    await chat.page.reload()
    await expect(chat.message).to_be_visible()
    await expect(listed(chat)).to_have_count(0)
    assert (await chat.page.request.get(conversation)).status == 404


async def test_an_edited_message_is_a_branch_beside_the_old_one(chat: Chat) -> None:
    await chat.ask("Hello")
    await chat.ask("Who are you?")
    await chat.questions.first.hover()
    await chat.questions.first.get_by_role("button", name="Edit message").click()
    edited = chat.page.get_by_role("textbox", name="Edited message")
    await expect(edited).to_have_value("Hello")
    await edited.fill("Good morning")
    await chat.page.get_by_role("button", name="Send edited").click()
    await expect(chat.questions).to_contain_text(["Good morning"])
    await chat.wait_for_answer()

    question = chat.questions.first
    await expect(branches(question)).to_contain_text("2 / 2")
    await question.get_by_role("button", name="Previous version").click()
    await expect(chat.questions).to_contain_text(["Hello", "Who are you?"])
    await expect(chat.answers).to_have_count(2)
    await chat.page.reload()
    await expect(chat.questions).to_contain_text(["Hello", "Who are you?"])
    await question.get_by_role("button", name="Next version").click()
    await expect(chat.questions).to_contain_text(["Good morning"])
    stored = (await chat.stored_conversation())["messages"]
    roots = [words(message) for message in stored if message["parent"] is None]
    assert roots == ["Hello", "Good morning"]


async def test_a_regenerated_answer_stands_beside_the_first(chat: Chat) -> None:
    first = await chat.ask("Hello")
    await first.get_by_role("button", name="Regenerate").click()
    await expect(branches(chat.answers.first)).to_contain_text("2 / 2")
    await chat.wait_for_answer()
    stored = (await chat.stored_conversation())["messages"]
    question, *answers = stored

    assert [message["parent"] for message in answers] == [question["id"]] * 2
    assert answers[0]["turn"]["id"] != answers[1]["turn"]["id"]
    picker = branches(chat.answers.first)
    await expect(chat.answers.first).to_contain_text(words(answers[1]))
    await picker.get_by_role("button", name="Previous version").click()
    await expect(picker).to_contain_text("1 / 2")
    await expect(chat.answers.first).to_contain_text(words(answers[0]))


async def test_each_conversation_keeps_the_draft_begun_in_it(chat: Chat) -> None:
    await chat.ask("Hello")
    await chat.message.fill("A reply for later")
    await begin_new_chat(chat)
    await expect(chat.message).to_have_value("")
    await chat.message.fill("Another beginning")
    await listed(chat).first.click()
    await expect(chat.message).to_have_value("A reply for later")
    await chat.page.reload()
    await expect(chat.message).to_have_value("A reply for later")
    await begin_new_chat(chat)
    await expect(chat.message).to_have_value("Another beginning")


async def test_the_address_of_another_persons_chat_says_that_it_does_not_exist(
    chat: Chat, browser: Browser, product: Product
) -> None:
    await chat.ask("Hello")
    conversation = await chat.conversation_id()
    stranger = await browser.new_context(base_url=product.url)
    visit = Chat(await stranger.new_page())
    refusals = []
    for id in (conversation, UNKNOWN):
        await visit.open(f"/c/{id}")
        await expect(visit.alerts).to_contain_text("does not exist")
        refusals.append(await (await stranger.request.get(f"/api/conversations/{id}")).json())

    assert refusals[0] == refusals[1]
    await expect(listed(visit)).to_have_count(0)
    await visit.alerts.get_by_role("button", name="Start a new chat").click()
    await expect(visit.message).to_be_focused()
    await stranger.close()


async def test_everything_works_by_keyboard_alone_and_shows_where_it_is(
    context: BrowserContext,
) -> None:
    chat = Chat(await context.new_page())
    keyboard = chat.page.keyboard
    await chat.open()
    await chat.page.evaluate(NOTE_BORDER)
    await press_until(chat.page, "Tab", "Message")
    await keyboard.type("Hello")
    await keyboard.press("Enter")
    await chat.wait_for_answer()

    await press_until(chat.page, "Shift+Tab", "Edit message")
    await keyboard.press("Enter")
    await expect(chat.page.get_by_role("textbox", name="Edited message")).to_be_focused()
    await keyboard.press("Escape")
    await expect(chat.questions).to_have_text(["Hello"])

    await keyboard.press("Control+k")
    await expect(chat.message).to_be_focused()
    await expect(chat.questions).to_have_count(0)
    await keyboard.type("Make a Snake game")
    await keyboard.press("Enter")
    await expect(chat.stop_button).to_be_visible()
    await keyboard.press("Escape")
    await chat.wait_for_answer()
    assert (await chat.stored_conversation())["messages"][-1]["turn"]["state"] == "stopped"

    await press_until(chat.page, "Shift+Tab", "Options for Make a Snake game")
    await keyboard.press("Enter")
    await expect(chat.page.get_by_role("menuitem", name="Rename")).to_be_focused()
    await keyboard.press("ArrowDown")
    await keyboard.press("Enter")
    await expect(listed(chat)).to_have_text(["Hello"])
    await keyboard.press("Control+b")
    await expect(chat.navigation).to_be_hidden()
    await keyboard.press("Control+b")
    await expect(chat.navigation).to_be_visible()
