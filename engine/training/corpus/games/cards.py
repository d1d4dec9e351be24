"""The parts that games made of buttons and tiles share word for word."""

from engine.training.corpus.languages import Language, Texts

_EN, _ZH, _RU, _KO = Language.ENGLISH, Language.CHINESE, Language.RUSSIAN, Language.KOREAN
AGAIN: Texts = {_EN: "New game", _ZH: "重新开始", _RU: "Новая игра", _KO: "새 게임"}
WON: Texts = {_EN: "You win!", _ZH: "你赢了！", _RU: "Победа!", _KO: "승리!"}
HEAD = """<!DOCTYPE html>
<html lang="@LANG">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>@TITLE</title>
<style>
body{margin:0;min-height:100vh;display:grid;place-content:center;justify-items:center;gap:1.5vmin}
body{background:#222;color:white;font:20px system-ui;touch-action:none}
h1{margin:0;max-width:90vw;font-size:min(32px,6vmin);overflow-wrap:anywhere;text-align:center}
p{margin:0}
button{font:inherit;color:white;background:#444;border:0;border-radius:9px;padding:9px 18px}
main{display:grid;gap:1.5vmin}
"""
BODY = """</style>
<h1>@TITLE</h1>
<p role="status"></p>
<main></main>
<button onclick="reset()">@AGAIN</button>
<script>
"""
END = """reset();
</script>
</html>"""
