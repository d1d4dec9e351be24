import { expect, it } from "vitest";
import { slideDraft } from "./slide-draft";

const THEME = {
  name: "Ember",
  colors: {
    background: "#1a1210",
    surface: "#2a1d18",
    text: "#fff",
    muted: "#ccc",
    accent: "#f63",
    accent2: "</style><script>x</script>",
  },
  fonts: { heading: "Georgia, serif", body: "Inter" },
  radius: 12,
};

it("puts a draft into the deck's look", () => {
  const html = slideDraft("<h1>Magma", THEME);
  expect(html).toContain("--background:#1a1210");
  expect(html).toContain("--heading-font:Georgia, serif");
  expect(html).toContain("--radius:12px");
  expect(html.endsWith("</style><h1>Magma")).toBe(true);
});

it("lets nothing out of the style element", () => {
  expect(slideDraft("", THEME).match(/<\/style>/g)).toHaveLength(1);
});

it("has the size of a slide without a theme as well", () => {
  expect(slideDraft("x", undefined)).toContain("width:1280px;height:720px");
});
