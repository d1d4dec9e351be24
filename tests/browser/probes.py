"""Documents that try every way out that a browser knows, each under a name of its own.

A document is written for one listener: `http(name)` is the address that a channel tries to reach.
"""

from collections.abc import Callable
from dataclasses import dataclass

from tests.browser.listener import Listener


@dataclass(frozen=True, slots=True)
class Probe:
    """A document that tries to get out, and what arrives at the listener where nothing stops it."""

    name: str
    write: Callable[[str], str]
    arrives: frozenset[str]

    def document(self, listener: Listener) -> str:
        """The document, aimed at this listener."""
        text = self.write(f"http://127.0.0.1:{listener.port}")
        return text.replace("BARE", f"http://127.0.0.1:{listener.bare_port}").replace(
            "STUN", f"stun:127.0.0.1:{listener.udp_port}"
        )


# Each entry is one attempt in JavaScript; its key is the path that it asks for.
ATTEMPTS = {
    "fetch": "fetch(H + '/fetch')",
    "fetch-no-cors": "fetch(H + '/fetch-no-cors', {mode: 'no-cors', method: 'POST', body: 'x'})",
    "xhr": "const x = new XMLHttpRequest(); x.open('GET', H + '/xhr'); x.send()",
    "beacon": "navigator.sendBeacon(H + '/beacon', 'x')",
    "websocket": "new WebSocket(H.replace('http', 'ws') + '/websocket')",
    "eventsource.sse": "new EventSource(H + '/eventsource.sse')",
    "image": "new Image().src = H + '/image'",
    "svg-image": "add('<svg><image href=\"' + H + '/svg-image\"/></svg>')",
    "css-background": "add('<i style=\"background: url(' + H + '/css-background)\">x</i>')",
    "css-import.css": "add('<style>@import \"' + H + '/css-import.css\"</style>')",
    "font": "new FontFace('f', 'url(' + H + '/font)').load()",
    "audio": "add('<audio preload=auto src=\"' + H + '/audio\"></audio>')",
    "object": "add('<object data=\"' + H + '/object\"></object>')",
    "embed": "add('<embed src=\"' + H + '/embed\">')",
    "frame": "add('<iframe src=\"' + H + '/frame\"></iframe>')",
    "frame-moved": "frame().contentWindow.location = H + '/frame-moved'",
    "stylesheet.css": "link({rel: 'stylesheet', href: H + '/stylesheet.css'})",
    "prefetch": "link({rel: 'prefetch', href: H + '/prefetch'})",
    "preload": "link({rel: 'preload', as: 'image', href: H + '/preload'})",
    "modulepreload.js": "link({rel: 'modulepreload', href: H + '/modulepreload.js'})",
    "script.js": "element('script', {src: H + '/script.js'})",
    "module.js": "element('script', {type: 'module', src: H + '/module.js'})",
    "import.js": "import(H + '/import.js')",
    "worker.js": "new Worker(H + '/worker.js')",
    "worker-fetch": "worker('fetch(H + \"/worker-fetch\")')",
    "worker-import.js": "worker('importScripts(H + \"/worker-import.js\")')",
    "worker-websocket": "worker('new WebSocket(H.replace(`http`, `ws`) + \"/worker-websocket\")')",
    "form": "form({action: H + '/form', method: 'post', target: 'other'})",
    "ping": "click({href: 'about:blank', ping: H + '/ping', target: 'third'})",
    "window-open": "window.open(H + '/window-open')",
    "srcdoc-image": "frame('<img src=\"' + H + '/srcdoc-image\">')",
    "srcdoc-fetch": "frame('<script>fetch(\"' + H + '/srcdoc-fetch\")<\\/script>')",
    "blank-fetch": "frame().contentWindow.fetch(H + '/blank-fetch')",
    "icon": "link({rel: 'icon', href: H + '/icon'})",
    "stun": """
      const peer = new RTCPeerConnection({iceServers: [{urls: 'STUN'}]});
      peer.createDataChannel('x');
      peer.createOffer().then((offer) => peer.setLocalDescription(offer))""",
}

_TOOLS = """
const element = (name, attributes) => {
  const one = Object.assign(document.createElement(name), attributes);
  document.body.append(one);
  return one;
};
const link = (attributes) => document.head.append(
  Object.assign(document.createElement('link'), attributes));
const add = (html) => document.body.insertAdjacentHTML('beforeend', html);
const frame = (srcdoc) => element('iframe', srcdoc === undefined ? {} : {srcdoc});
const form = (attributes) => element('form', attributes).submit();
const click = (attributes) => element('a', attributes).click();
const worker = (source) => new Worker(URL.createObjectURL(
  new Blob(['const H = ' + JSON.stringify(H) + ';' + source])));
"""


def _all_attempts(origin: str) -> str:
    attempts = ",\n".join(
        f"  {name!r}: async () => {{ {code} }}" for name, code in ATTEMPTS.items()
    )
    return f"""<!doctype html><title>Probe</title><body>
<iframe name="other"></iframe><iframe name="third"></iframe><ul id="results"></ul>
<script>
const H = {origin!r};
{_TOOLS}
const attempts = {{
{attempts}
}};
const tell = (name, outcome) => {{
  const line = document.createElement('li');
  line.textContent = name + ': ' + outcome;
  document.getElementById('results').append(line);
}};
(async () => {{
  const all = Object.entries(attempts).map(([name, attempt]) =>
    attempt().then(() => 'tried', (error) => error.name).then((outcome) => tell(name, outcome)));
  await Promise.all(all);
  document.title = 'done';
  add('<p>All attempts are made.</p>');
}})();
</script>"""


def _leading_away(code: str) -> Callable[[str], str]:
    """A document that leaves for the listener as soon as it has loaded."""

    def write(origin: str) -> str:
        return (
            f"<!doctype html><body><p>Still here</p><script>const H = {origin!r};{_TOOLS}"
            f"addEventListener('load', () => setTimeout(() => {{ {code} }}, 50));</script>"
        )

    return write


def _refreshing(origin: str) -> str:
    return f'<!doctype html><meta http-equiv="refresh" content="0;url={origin}/away"><p>Still here'


EVERY_CHANNEL = Probe("Every channel", _all_attempts, frozenset(ATTEMPTS))

NAVIGATIONS = (
    Probe("Self navigation", _leading_away("location.href = H + '/away'"), frozenset({"away"})),
    Probe("Replacement", _leading_away("location.replace(H + '/away')"), frozenset({"away"})),
    Probe("Form to itself", _leading_away("form({action: H + '/away'})"), frozenset({"away"})),
    Probe("Meta refresh", _refreshing, frozenset({"away"})),
    Probe(
        "Link past the shell",
        _leading_away(
            "addEventListener('click', (e) => e.stopImmediatePropagation(), true);"
            "click({href: H + '/away'})"
        ),
        frozenset({"away"}),
    ),
    Probe("Top navigation", _leading_away("top.location = H + '/away'"), frozenset({"away"})),
)

_NESTED_PEER = """<!doctype html><p>Nested</p><script>
const frame = document.createElement('iframe');
frame.srcdoc = `<script>
  const peer = new RTCPeerConnection({iceServers: [{urls: 'STUN'}]});
  peer.createDataChannel('x');
  peer.createOffer().then((offer) => peer.setLocalDescription(offer));
<\\/script>`;
document.body.append(frame);
</script>"""

_PRECONNECT = """<!doctype html><p>Preconnecting</p><script>
document.head.append(
  Object.assign(document.createElement('link'), {rel: 'preconnect', href: 'BARE'}));
</script>"""

# What a content policy does not speak of; the header Connection-Allowlist does.
CONNECTIONS = (
    Probe("Nested peer", lambda origin: _NESTED_PEER, frozenset({"stun"})),
    Probe("Preconnect", lambda origin: _PRECONNECT, frozenset({"connect"})),
)
