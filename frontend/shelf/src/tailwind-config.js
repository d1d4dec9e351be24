/** `tailwind.config = { … }` of Tailwind 3's browser build, said in the style that version 4 reads:
 * colors, fonts and other tokens of `theme` and `theme.extend`, and dark mode by class. */

const NAMESPACES = {
  colors: "color",
  fontFamily: "font",
  fontSize: "text",
  borderRadius: "radius",
  boxShadow: "shadow",
  spacing: "spacing",
  screens: "breakpoint",
  animation: "animate",
  letterSpacing: "tracking",
  lineHeight: "leading",
  maxWidth: "container",
};

/** Nested colors become names with hyphens: `brand: { DEFAULT, 500 }` → brand, brand-500. */
function* flatten(value, prefix) {
  if (Array.isArray(value)) {
    const first = typeof value[0] === "string" && typeof value[1] === "object";
    yield [prefix, first ? value[0] : value.join(", ")];
  } else if (typeof value === "object" && value !== null) {
    for (const [key, inner] of Object.entries(value)) {
      yield* flatten(inner, key === "DEFAULT" ? prefix : `${prefix}-${key}`);
    }
  } else if (typeof value === "string" || typeof value === "number") {
    yield [prefix, String(value)];
  }
}

function themeLines(theme) {
  const lines = [];
  for (const [section, namespace] of Object.entries(NAMESPACES)) {
    for (const [name, value] of flatten(theme?.[section] ?? {}, `--${namespace}`)) {
      lines.push(`${name.replaceAll(".", "_")}: ${value};`);
    }
  }
  return lines;
}

function keyframes(theme) {
  const blocks = Object.entries(theme?.keyframes ?? {}).map(([name, steps]) => {
    const rules = Object.entries(steps).map(([at, style]) => {
      const body = Object.entries(style).map(([key, value]) => {
        const property = key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
        return `${property}: ${value};`;
      });
      return `${at} { ${body.join(" ")} }`;
    });
    return `@keyframes ${name} { ${rules.join(" ")} }`;
  });
  return blocks.join("\n");
}

function toStyle(config) {
  const themes = [config?.theme, config?.theme?.extend];
  const dark = [config?.darkMode].flat()[0];
  return [
    '@import "tailwindcss";',
    dark === "class" || dark === "selector" ? "@custom-variant dark (&:where(.dark, .dark *));" : "",
    `@theme { ${themes.flatMap(themeLines).join(" ")} ${themes.map(keyframes).join(" ")} }`,
  ].join("\n");
}

function show(config) {
  let style = document.getElementById("tailwind-config");
  if (!style) {
    style = document.createElement("style");
    style.id = "tailwind-config";
    style.type = "text/tailwindcss";
    document.head.append(style);
  }
  style.textContent = toStyle(config);
}

let current = {};
globalThis.tailwind = {
  get config() {
    return current;
  },
  set config(config) {
    current = config;
    show(config);
  },
};
