"""What goes wrong with a page or the browser costs that check and nothing else."""

import asyncio
from pathlib import Path

import psutil
import pytest

from tests.webapp.rendering.conftest import LIBRARY
from webapp.core.events import ArtifactKind, CheckState
from webapp.rendering.browser.pool import PoolOptions, RenderPool
from webapp.rendering.check.checker import Checker, CheckJob
from webapp.rendering.check.rules.layouts import are_alike, find_repeats
from webapp.rendering.check.target import deck_page, window

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]
HTML = window(ArtifactKind.HTML)
GOOD = "<!doctype html><body style='background:#fff;color:#222;font-size:32px'><h1>Good</h1></body>"
ENDLESS = "<p>x</p><script>while (true);</script>"
GREEDY = """<p>x</p><script>const kept = [];
for (;;) kept.push(new Uint8Array(2e7).fill(1));</script>"""


async def test_bad_pages_cost_only_their_own_check(pool: RenderPool) -> None:
    checker = Checker(pool, load_ms=1500)
    documents = (ENDLESS, GOOD, GREEDY, GOOD)
    looks = await asyncio.gather(*(checker.check(document, HTML) for document in documents))
    assert [look.report.state for look in looks] == [
        CheckState.FAILED,
        CheckState.PASSED,
        CheckState.FAILED,
        CheckState.PASSED,
    ]
    assert [one.code for one in looks[0].report.findings] == ["never_ends"]
    assert looks[2].report.findings[0].code in ("crashed", "never_ends")


async def test_a_browser_killed_in_mid_check_is_replaced(pool: RenderPool) -> None:
    checker = Checker(pool)
    await checker.check(GOOD, HTML)
    checking = asyncio.create_task(checker.check(GOOD, HTML))
    await asyncio.sleep(0.15)
    psutil.Process(pool.browser_pid).kill()
    assert (await checking).report.state is CheckState.PASSED


async def test_a_broken_page_of_a_deck_leaves_the_others_checked(pool: RenderPool) -> None:
    pages = [GOOD, ENDLESS, GOOD.replace("Good", "Lorem ipsum")]
    jobs = [
        CheckJob(document=page, target=deck_page(f"0000000{number}"))
        for number, page in enumerate(pages)
    ]
    looks = await Checker(pool, load_ms=1500).check_all(jobs)
    codes = [[(one.code, one.page) for one in look.report.findings] for look in looks]
    assert codes == [[], [("never_ends", "00000001")], [("placeholder", "00000002")]]


async def test_pages_of_a_deck_that_look_the_same_are_told_apart_from_others(
    pool: RenderPool,
) -> None:
    style = "background:#fff;color:#222;padding:64px;font:28px sans-serif"
    lists = [
        f"<body style='{style}'><h1>{title}</h1><ul>{items}</ul></body>"
        for title, items in (
            ("Rain", "<li>It falls</li><li>It runs off</li><li>It rises</li>"),
            (
                "Snow",
                "<li>It falls</li><li>It lies</li><li>It melts in spring</li><li>It returns</li>",
            ),
            (
                "Hail",
                "<li>It breaks glass, now and then even roofs</li><li>It melts</li><li>Ice</li>",
            ),
        )
    ]
    cards = f"""<body style='{style}'><h1>Fog</h1><div style='display:flex;gap:40px'>
        <p style='background:#eee'>By day</p><p style='background:#eee'>By night</p></div></body>"""
    title = f"<body style='{style}'><h1>Weather</h1></body>"
    jobs = [
        CheckJob(document=page, target=deck_page(f"0000000{number}"))
        for number, page in enumerate((*lists, cards, title))
    ]
    rain, snow, hail, fog, weather = [look.layout for look in await Checker(pool).check_all(jobs)]
    assert are_alike(rain, snow)
    assert are_alike(snow, hail)
    assert not are_alike(hail, fog)
    assert weather is None
    assert [index for index, _ in find_repeats([weather, rain, snow, hail, fog])] == [3]


async def test_numbers_come_with_a_finding(pool: RenderPool) -> None:
    document = "<body style='background:#fff'><p id='p' style='color:#999;margin:40px'>x y z</p>"
    (finding,) = (await Checker(pool).check(document, HTML)).report.findings
    assert (finding.code, finding.element) == ("low_contrast", "#p")
    assert finding.numbers == {"ratio": 2.85, "needed": 4.5, "font_px": 16.0}


async def test_without_a_browser_a_check_is_unavailable(tmp_path: Path) -> None:
    program = tmp_path / "chromium"
    program.write_text("#!/bin/sh\nexit 1\n")
    program.chmod(0o755)
    pool = RenderPool(PoolOptions(program=program), LIBRARY.get)
    look = await Checker(pool).check(GOOD, HTML)
    assert look.report.state is CheckState.UNAVAILABLE
    assert look.report.findings == ()
    await pool.close()
