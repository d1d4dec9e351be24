import { describe, expect, it } from "vitest";
import { MarkdownBlocks, renderProse } from "./markdown";

const TEXT = `# Title

A paragraph with **bold** and a [link](https://example.com).

- one
- two

\`\`\`js
const a = 1;

const b = 2;
\`\`\`

| a | b |
|---|---|
| 1 | 2 |

The end.`;

describe("splitting markdown into blocks", () => {
  it("keeps code apart from prose", () => {
    const kinds = new MarkdownBlocks().update(TEXT).map((block) => block.kind);
    expect(kinds).toEqual(["prose", "prose", "prose", "code", "prose", "prose"]);
  });

  it("gives the same blocks however the text arrives", () => {
    const whole = new MarkdownBlocks().update(TEXT);
    for (const step of [1, 3, 17]) {
      const blocks = new MarkdownBlocks();
      for (let end = step; end < TEXT.length; end += step) blocks.update(TEXT.slice(0, end));
      expect(blocks.update(TEXT)).toEqual(whole);
    }
  });

  it("leaves finished blocks the same objects while text grows", () => {
    const blocks = new MarkdownBlocks();
    const before = blocks.update(TEXT);
    const after = blocks.update(`${TEXT} And more.\n\nAnother paragraph.`);
    expect(after.slice(0, 5).every((block, at) => block === before[at])).toBe(true);
    expect(after).toHaveLength(7);
  });

  it("starts again when the text is another one", () => {
    const blocks = new MarkdownBlocks();
    blocks.update(TEXT);
    expect(blocks.update("Other")).toEqual([{ kind: "prose", source: "Other" }]);
  });

  it("knows whether a fence is closed", () => {
    const open = new MarkdownBlocks().update("```py\nprint(1)\n``");
    expect(open).toEqual([
      { kind: "code", language: "py", text: "print(1)\n``", isClosed: false },
    ]);
    const closed = new MarkdownBlocks().update("~~~\na\n~~~");
    expect(closed).toEqual([{ kind: "code", language: "", text: "a", isClosed: true }]);
  });

  it("reads the line ends of other systems", () => {
    expect(new MarkdownBlocks().update("a\r\n\r\nb")).toHaveLength(2);
  });
});

describe("rendering a block", () => {
  it("shows raw HTML as text", () => {
    expect(renderProse("<script>alert(1)</script>", false)).not.toContain("<script");
    expect(renderProse("a <img src=x onerror=alert(1)> b", false)).not.toContain("<img");
  });

  it("never makes an image of a picture link", () => {
    const html = renderProse("![secret](https://example.com/leak.png)", false);
    expect(html).not.toContain("<img");
    expect(html).not.toContain("example.com");
    expect(html).toContain("secret");
  });

  it("completes what is half written, while it is open only", () => {
    expect(renderProse("so **bo", true)).toContain("<strong>bo</strong>");
    expect(renderProse("so **bo", false)).not.toContain("<strong>");
  });
});
