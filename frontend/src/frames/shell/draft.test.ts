// @vitest-environment jsdom
import { Idiomorph } from "idiomorph";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { parseDraft, showDraft } from "./draft";
import { toPage } from "./page";

const HOSTILE = [
  "<script>run()</script>",
  "<SCRIPT src=//e.com/x></SCRIPT>",
  "<script>run(", // still being written
  "<scr<script></script>ipt>run()</script>",
  "<svg><script>run()</script><a xlink:href='javascript:run()'>x</a></svg>",
  "<svg><script href='//e.com/x'/></svg>",
  "<img src=x onerror=run()>",
  "<body onload=run()>",
  "<div OnClick='run()' onpointerenter=run()>x</div>",
  "<a href='javascript:run()'>x</a>",
  "<a href=' java\tscript:run()'>x</a>",
  "<a href='JaVaScRiPt:run()'>x</a>",
  "<form action='javascript:run()'><button formaction='javascript:run()'>x</button></form>",
  "<iframe srcdoc='<script>run()</script>'></iframe>",
  "<iframe src='javascript:run()'></iframe>",
  "<object data='data:text/html,<script>run()</script>'></object>",
  "<embed src='javascript:run()'>",
  "<meta http-equiv=refresh content='0;url=javascript:run()'>",
  "<base href='//e.com/'>",
  "<link rel=stylesheet href='//e.com/x.css'>",
  "<math><mtext><script>run()</script></mtext></math>",
  "<template><script>run()</script></template>",
  "<noscript><script>run()</script></noscript>",
  "<style></style><script>run()</script>",
  "<!-- --><script>run()</script>",
];

function activeParts(page: Document): string[] {
  const found = [...page.querySelectorAll("script, iframe, object, embed, base, link, template")].map(
    (element) => element.localName,
  );
  for (const element of page.querySelectorAll("*")) {
    if (/script/i.test(element.localName) && element.localName !== "noscript") {
      found.push(element.localName);
    }
    for (const { name, value } of element.attributes) {
      const plain = value.replace(/\s/g, "").toLowerCase();
      if (name.toLowerCase().startsWith("on") || plain.startsWith("javascript:")) {
        found.push(`${element.localName}[${name}]`);
      }
    }
  }
  return found;
}

describe("a draft", () => {
  it.each(HOSTILE)("keeps nothing that runs of %s", (html) => {
    expect(activeParts(parseDraft(`<p>before</p>${html}`))).toEqual([]);
    expect(activeParts(parseDraft(html))).toEqual([]);
  });

  // Some 250 documents: seconds on a busy machine.
  it("keeps nothing that runs however far the page is written", { timeout: 30_000 }, () => {
    const html = `<!doctype html><html><head><style>p{color:red}</style></head><body onload="run()">
      <h1 onclick="run()">Game</h1><canvas></canvas><script>const a = "<b>"; run();</script>
      <a href="javascript:run()">x</a></body></html>`;
    for (let end = 0; end <= html.length; end += 1) {
      expect(activeParts(parseDraft(html.slice(0, end)))).toEqual([]);
    }
  });

  it("closes what is unfinished and shows what is there", () => {
    const page = parseDraft("<main><h1>Honey <em>Be");
    expect(page.body.innerHTML).toBe("<main><h1>Honey <em>Be</em></h1></main>");
  });

  it.each(["<p>a <", "<p>a </", "<p>a &", "<p>a &am", "<p>a &#12"])(
    "shows no beginning of a tag or an entity: %s",
    (html) => expect(parseDraft(html).body.innerHTML).toBe("<p>a </p>"),
  );

  it("drops a tag that is half written", () => {
    expect(parseDraft("<p>one</p><div cla").body.innerHTML).toBe("<p>one</p>");
  });
});

describe("showing drafts", () => {
  beforeEach(() => {
    document.head.innerHTML = "";
    document.body.innerHTML = "";
  });

  it("changes only what differs, so that nothing flickers", () => {
    showDraft("<h1>Title</h1><p>one</p>");
    const title = document.querySelector("h1");
    showDraft("<h1>Title</h1><p>one two</p><p>three</p>");
    expect(document.querySelector("h1")).toBe(title);
    expect([...document.querySelectorAll("p")].map((p) => p.textContent)).toEqual(["one two", "three"]);
  });

  it("is at every moment just what was written so far", { timeout: 30_000 }, () => {
    const html = `<body class="a"><main><h1>Honey &amp; bees</h1><table><tr><td>1<td>2</table>
      <ul><li>one<li>two</ul><p>a<div>b</div></p><!-- note --><svg><g><path d="M0 0"/></g></svg>
      <b>bold<i>both</b>slanted</i></main><footer style="color:red">end</footer></body>`;
    for (let end = 1; end <= html.length; end += 1) {
      showDraft(html.slice(0, end));
      expect(document.body.outerHTML).toBe(parseDraft(html.slice(0, end)).body.outerHTML);
    }
  });

  it("takes back what another draft does not have", () => {
    showDraft("<main><h1>Title</h1><p>one</p></main><p>after</p>");
    showDraft("<main><h1>Other</h1></main>");
    expect(document.body.innerHTML).toBe("<main><h1>Other</h1></main>");
  });

  it("leaves every node alone that was there, wherever it was cut", () => {
    let html = "<!doctype html><html><head><style>p{}</style></head><body>\n";
    for (let line = 0; line < 6; line += 1) html += `<p class="r${line}">${line} &lt;a and <b>b</b>.</p>\n`;
    showDraft(html.slice(0, 80));
    const first = document.querySelector("p");
    const morph = vi.spyOn(Idiomorph, "morph");
    for (let end = 80; end <= html.length; end += 1) showDraft(html.slice(0, end));
    expect(document.querySelector("p")).toBe(first);
    expect(document.querySelectorAll("b")).toHaveLength(6);
    expect(morph).not.toHaveBeenCalled();
    morph.mockRestore();
  });

  it("leaves alone what stands when something is added deep inside", () => {
    showDraft("<main><h1>Title</h1><section><p>one</p>");
    const one = document.querySelector("p");
    showDraft("<main><h1>Title</h1><section><p>one</p><p>two</p></section></main><footer>x</footer>");
    expect(document.querySelector("p")).toBe(one);
    expect(document.querySelectorAll("p")).toHaveLength(2);
  });

  it("applies styles of the head as they are written", () => {
    showDraft("<head><style>p { color: red");
    showDraft("<head><style>p { color: red }</style></head><body><p>x</p>");
    expect(document.querySelectorAll("style")).toHaveLength(1);
    expect(document.querySelector("style")?.textContent).toContain("color: red }");
  });

  it("puts a picture in the middle of a page", () => {
    showDraft(toPage("svg", "<svg viewBox='0 0 10 10'><circle r='4'"));
    expect(document.querySelector("body > svg")).not.toBeNull();
  });
});
