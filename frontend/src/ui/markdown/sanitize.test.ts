// @vitest-environment jsdom
import { expect, it } from "vitest";
import { sanitizeHighlighted, sanitizeProse } from "./sanitize";

it("lets prose through and nothing that runs, loads or styles", () => {
  const html = String(
    sanitizeProse(
      `<p onclick="x()" style="position:fixed" class="a">a<script>x()</script><img src="//e.com/i"><b>b</b>
       <iframe src="//e.com"></iframe><svg onload="x()"></svg></p>`,
    ),
  );
  expect(html).not.toMatch(/script|img|iframe|svg|onclick|style|class/);
  expect(html).toContain("<p>");
});

it("keeps web and mail links, and takes their opener away", () => {
  const html = String(sanitizeProse(`<a href="https://e.com/">a</a><a href="javascript:x()">b</a>`));
  expect(html).toContain('href="https://e.com/"');
  expect(html).toContain('rel="noopener noreferrer nofollow"');
  expect(html).not.toContain("javascript");
});

it("keeps colors of source and nothing else", () => {
  expect(String(sanitizeHighlighted(`<span class="hljs-tag">a</span><a href="//e">b</a>`))).toBe(
    `<span class="hljs-tag">a</span>b`,
  );
});
