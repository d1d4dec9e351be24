"""The parts that pages share word for word, so that they are learned once.

White text stands on a dark shade of the asked color, so it can be read on all eighteen.
"""

from engine.training.corpus.languages import Language, Texts
from engine.training.corpus.slots import ColorSlot

_EN, _ZH, _RU, _KO = Language.ENGLISH, Language.CHINESE, Language.RUSSIAN, Language.KOREAN
_PAGE: Texts = {_EN: "page", _ZH: "页面", _RU: "страницы", _KO: "페이지는"}
_TOP = """<!DOCTYPE html>
<html lang="@LANG">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>@TITLE</title>
<style>
:root{--bright:@COLOR;--dark:color-mix(in srgb,@COLOR 42%,black)}
body{margin:0;font:18px/1.5 system-ui;color:#222;background:#f6f6f4}
h1{margin:0;font-size:clamp(26px,7vmin,52px);line-height:1.2;overflow-wrap:anywhere}
header{padding:8vmin 6vw;text-align:center;color:white;background:var(--dark)}
header{border-bottom:9px solid var(--bright)}
"""
HEAD = (
    _TOP
    + """button{font:inherit;color:white;background:var(--dark);border:0;border-radius:9px}
button{padding:9px 18px}
"""
)
# One card in the middle, for the pages that are a tool.
CARD = """main{width:min(360px,84vw);margin:6vmin auto;padding:24px;border-radius:18px}
main{background:white;border-top:9px solid var(--bright);box-shadow:0 9px 36px #0003}
main h1{font-size:26px;text-align:center}
"""
# The whole beginning of a page that shows something: a header, then a row of cards.
SHOW = (
    _TOP
    + """p{margin:18px 0;font-size:22px}
a{color:white}
section{display:flex;flex-wrap:wrap;gap:24px;padding:24px}
article{flex:1 1 150px;padding:24px;border-radius:18px;background:white;text-align:center}
article{border-top:9px solid var(--bright);overflow-wrap:anywhere}
</style>
<header>
<h1>@TITLE</h1>
"""
)
END = """</script>
</html>"""


def make_color_slot(default: str) -> ColorSlot:
    """The color of the page: "@COLOR"."""
    return ColorSlot("COLOR", "Color", _PAGE, default, chance=0.5, main=True)
