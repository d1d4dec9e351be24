"""Bad input, bad luck and bad artifacts: a sentence for the person, and nothing lost."""

import asyncio
import re

from playwright.async_api import Browser, BrowserContext, expect

from tests.browser.chat import Chat
from tests.browser.planting import html_document, open_document, plant
from tests.browser.product import Product

LONGEST = 32_000
BEYOND_THE_CONTEXT = "river " * 5_200

ENDLESS = "<!doctype html><p>Endless</p><script>setTimeout(() => { for (;;); }, 100)</script>"
FAILING = "<!doctype html><p>Failing</p><script>setTimeout(() => missing.call(), 100)</script>"
MARKDOWN = """<img src=x onerror="document.title='taken'"> <b>bold</b>

[press](javascript:document.title='taken') ![seen](http://127.0.0.1:9/pixel.png)

<script>document.title = 'taken'</script>"""


async def test_an_empty_message_is_not_sent(chat: Chat) -> None:
    await expect(chat.send_button).to_be_disabled()
    await chat.message.fill("  \n ")
    await chat.message.press("Enter")

    await expect(chat.send_button).to_be_disabled()
    await expect(chat.questions).to_have_count(0)
    assert (await chat.get_json("/api/conversations"))["conversations"] == []


async def test_an_over_long_message_is_told_kept_and_sent_once_it_is_shorter(chat: Chat) -> None:
    await chat.message.fill("a" * (LONGEST + 1))
    await chat.message.press("Enter")

    await expect(chat.alerts).to_have_text("The message is 1 character too long; shorten it.")
    await expect(chat.send_button).to_be_disabled()
    assert len(await chat.message.input_value()) == LONGEST + 1
    await chat.message.press("End")
    await chat.message.press("Backspace")
    await expect(chat.alerts).to_have_count(0)
    await expect(chat.send_button).to_be_enabled()


async def test_a_prompt_beyond_the_context_is_told_kept_and_the_chat_goes_on(chat: Chat) -> None:
    await chat.send(BEYOND_THE_CONTEXT)
    answer = await chat.wait_for_answer()

    await expect(answer.get_by_role("alert")).to_contain_text(
        re.compile(r"this model reads at most 4,?095; shorten the message or start a new chat")
    )
    await expect(answer.get_by_role("button", name="Try again")).to_have_count(0)
    stored = await chat.stored_conversation()
    assert stored["messages"][0]["parts"] == [{"kind": "text", "text": BEYOND_THE_CONTEXT}]
    assert stored["messages"][1]["turn"]["error"]["code"] == "context_length_exceeded"
    await chat.ask("Hello!")
    assert (await chat.stored_conversation())["messages"][3]["turn"]["state"] == "finished"


async def test_another_persons_conversation_is_not_found(
    chat: Chat, browser: Browser, product: Product
) -> None:
    owner = await browser.new_context(base_url=product.url)
    conversation = await plant(product, owner, [], title="A secret plan")
    await owner.close()

    await chat.open(f"/c/{conversation}")

    await expect(chat.alerts).to_contain_text("This chat does not exist, or it is not yours.")
    await expect(chat.page.get_by_text("A secret plan")).to_have_count(0)
    await chat.page.get_by_role("button", name="Start a new chat").click()
    await expect(chat.page).to_have_url(f"{product.url}/")


async def test_a_server_that_goes_away_is_told_and_the_draft_outlives_it(
    chat: Chat, product: Product
) -> None:
    banner = chat.page.get_by_text("No connection to the server.")
    await chat.message.fill("Half a th")

    await asyncio.to_thread(product.stop)
    await expect(banner).to_be_visible()
    await chat.message.press_sequentially("ought")
    await asyncio.to_thread(product.start)
    await expect(banner).to_be_hidden()

    assert await chat.message.input_value() == "Half a thought"
    await chat.message.press("Enter")
    await chat.wait_for_answer()
    assert await chat.stored_conversation()


async def test_a_draft_survives_a_reload(chat: Chat) -> None:
    await chat.message.fill("Not yet sent")
    await chat.page.reload()

    await expect(chat.message).to_have_value("Not yet sent")


async def test_an_endless_loop_freezes_the_made_thing_and_not_the_chat(
    product: Product, context: BrowserContext
) -> None:
    conversation = await plant(product, context, [html_document("Endless", ENDLESS)])
    chat = await open_document(context, conversation, "Endless")

    frozen = chat.panel.get_by_role("alert")
    await expect(frozen).to_contain_text("This artifact does not respond.")
    # Not before: a made thing that has just come takes the keyboard from an empty field.
    await chat.message.fill("Still here")
    await frozen.get_by_role("button", name="Stop artifact").click()

    await expect(chat.page.locator("iframe")).to_have_count(0)
    await expect(chat.panel).to_contain_text("This artifact is stopped.")
    await expect(chat.message).to_have_value("Still here")


async def test_an_error_in_the_made_thing_is_told_beside_it(
    product: Product, context: BrowserContext
) -> None:
    conversation = await plant(product, context, [html_document("Failing", FAILING)])
    chat = await open_document(context, conversation, "Failing")

    await expect(chat.panel).to_contain_text("1 error: Uncaught ReferenceError: missing is not")
    await expect(chat.preview.get_by_text("Failing")).to_be_visible()


async def test_markup_in_an_answer_stays_text(product: Product, context: BrowserContext) -> None:
    conversation = await plant(product, context, [], answer=MARKDOWN)
    chat = Chat(await context.new_page())
    requests: list[str] = []
    chat.page.on("request", lambda request: requests.append(request.url))
    await chat.open(f"/c/{conversation}")

    await expect(chat.answers).to_contain_text("<b>bold</b>")
    await expect(chat.answers).to_contain_text("press")
    assert await chat.answers.locator("img, b, script, a[href^=javascript]").count() == 0
    assert [url for url in requests if not url.startswith((product.url, "data:"))] == []
    await expect(chat.page).to_have_title(re.compile("Planted"))
    assert chat.problems == []
