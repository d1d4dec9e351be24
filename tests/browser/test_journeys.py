"""What a new person does first: a game, a picture, a question; with glm-nano and everything real.

With `--screenshots DIR` the README's pictures are written as well.
"""

import re
import time
from pathlib import Path
from typing import Literal

from playwright.async_api import Frame, expect

from tests.browser.chat import Chat
from tests.browser.conftest import Measurements

GOLD = "rgb(255, 215, 0)"

# Height of the bird's middle, 0 (top) to 1: what differs from the sky in the bird's column.
BIRD_HEIGHT = """(() => {
  const {width, height} = document.querySelector('canvas');
  const copy = new OffscreenCanvas(width, height).getContext('2d', {willReadFrequently: true});
  copy.drawImage(document.querySelector('canvas'), 0, 0);
  const {data} = copy.getImageData(0, 0, width, height);
  const x = Math.round(width * .25);
  let count = 0, sum = 0;
  for (let y = Math.round(height * .15); y < height * .89; y++) {
    const here = (y * width + x) * 4, sky = y * width * 4;
    const distance = Math.abs(data[here] - data[sky]) + Math.abs(data[here + 1] - data[sky + 1])
      + Math.abs(data[here + 2] - data[sky + 2]);
    if (distance > 60) { count++; sum += y; }
  }
  return count < 10 ? null : sum / count / height;
})()"""
STANDS_STILL = """() => {
  const picture = document.querySelector('canvas').toDataURL();
  window.sameFrames = picture === window.lastPicture ? window.sameFrames + 1 : 0;
  window.lastPicture = picture;
  return window.sameFrames > 40;
}"""
# Plays on for the picture; knows the names in glm-nano's game.
AUTOPILOT = """() => new Promise((done) => {
  const step = () => {
    const next = pipes.find((pipe) => pipe.x > -.5);
    if (state !== 'play' || (v > 0 && y > (next ? next.top + 4.8 : 13))) flap();
    if (score > 2) done();
    requestAnimationFrame(step);
  };
  step();
})"""


async def dress(chat: Chat, scheme: Literal["light", "dark"]) -> None:
    await chat.page.set_viewport_size({"width": 1440, "height": 900})
    await chat.page.emulate_media(color_scheme=scheme)


async def take_picture(chat: Chat, folder: Path | None, name: str) -> None:
    if folder is not None:
        await chat.page.mouse.move(700, 600)
        await chat.page.screenshot(path=folder / f"{name}.png")


async def bird_rises_above(frame: Frame, height: float) -> None:
    await frame.wait_for_function(f"() => {BIRD_HEIGHT} < {height - 0.02}")


async def test_a_flappy_bird_is_thought_about_made_and_played(
    chat: Chat, measurements: Measurements, screenshots: Path | None
) -> None:
    await dress(chat, "light")
    started = time.monotonic()
    await chat.send("Make a Flappy Bird game")

    await expect(chat.page.get_by_role("button", name=re.compile("^Thinking"))).to_be_visible()
    frame = await chat.running_frame()
    measurements["seconds from send to a playable Flappy Bird"] = time.monotonic() - started
    answer = await chat.wait_for_answer()
    await assert_space_and_clicks_lift_the_bird(frame)
    assert chat.problems == []
    if screenshots is not None:
        await frame.evaluate(AUTOPILOT)
        await take_picture(chat, screenshots, "flappy-bird")

    thought = answer.get_by_role("button", name=re.compile("^Thought for")).first
    await expect(thought).to_have_attribute("aria-expanded", "false")
    await thought.click()
    trace = answer.get_by_role("region", name="Thinking").first
    await expect(trace).to_contain_text("Flappy Bird")


async def assert_space_and_clicks_lift_the_bird(frame: Frame) -> None:
    canvas = frame.locator("canvas")
    rest = await frame.evaluate(BIRD_HEIGHT)
    await frame.page.keyboard.press("Space")  # the finished game has the keyboard already
    await bird_rises_above(frame, rest)
    await frame.wait_for_function(STANDS_STILL)  # nobody plays on: it falls, and the game ends

    await canvas.click()
    await frame.wait_for_function(f"() => Math.abs({BIRD_HEIGHT} - {rest}) < .005")
    await canvas.click()
    await bird_rises_above(frame, rest)


async def test_a_badge_has_the_asked_words_and_color(chat: Chat, screenshots: Path | None) -> None:
    await dress(chat, "dark")
    await chat.ask("Draw an SVG badge that says Honey Bees in gold")

    drawing = chat.preview.locator("svg")
    await expect(drawing).to_be_visible()
    texts = await drawing.locator("text").all_text_contents()
    colors = await drawing.evaluate(
        "svg => [...svg.querySelectorAll('*')].map((one) => getComputedStyle(one))"
        ".flatMap((style) => [style.fill, style.stroke, style.stopColor])"
    )

    assert "Honey Bees" in " ".join(" ".join(texts).split())
    assert GOLD in colors
    assert chat.problems == []
    await take_picture(chat, screenshots, "badge")


async def test_a_question_of_fact_gets_the_honest_answer(
    chat: Chat, screenshots: Path | None
) -> None:
    await dress(chat, "light")
    answer = await chat.ask("What is the capital of Peru?")

    await expect(answer).to_contain_text(re.compile("small", re.IGNORECASE))
    await expect(answer).to_contain_text(re.compile("games.*decks", re.IGNORECASE))
    assert (await chat.stored_conversation())["artifacts"] == []
    await expect(chat.panel).to_be_hidden()
    await answer.get_by_role("button", name=re.compile("^Thought for")).click()
    await expect(answer.get_by_role("region", name="Thinking")).not_to_be_empty()
    assert chat.problems == []
    await take_picture(chat, screenshots, "honest")
