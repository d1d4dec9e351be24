// Collects plain facts of the page as it is shown: text fragments by line, surfaces and what they are
// painted with, pictures, canvases, fonts. Decides nothing; returns JSON text. Runs once, after the page has settled.
(mostFragments, mostSurfaces) => {
  // Those of East Asia are what a document gets for its writing, and have no Latin letters.
  const GENERIC = /^(serif|sans-serif|monospace|cursive|fantasy|system-ui|ui-.*|math|emoji|-apple-system|blinkmacsystemfont|inherit|initial|noto sans cjk (sc|tc|jp|kr))$/i;
  const round = (value) => Math.round(value * 10) / 10;
  const box = (rect) => [round(rect.left), round(rect.top), round(rect.right), round(rect.bottom)];

  // A selector that a person and a model can find again: the id, or a short way from one.
  const paths = new Map();
  const step = (element) => {
    const name = element.localName;
    const kind = element.classList?.[0] ? `${name}.${CSS.escape(element.classList[0])}` : name;
    const twins = [...(element.parentElement?.children ?? [])].filter((other) => other.matches(kind));
    return twins.length > 1 ? `${name}:nth-child(${[...element.parentElement.children].indexOf(element) + 1})` : kind;
  };
  const path = (element) => {
    if (!paths.has(element)) {
      let text;
      if (element.id) text = `#${CSS.escape(element.id)}`;
      else if (element === document.body || !element.parentElement) text = element.localName;
      else {
        const above = element.parentElement;
        text = above === document.body ? step(element) : `${path(above)} > ${step(element)}`;
      }
      paths.set(element, text.split(" > ").slice(-4).join(" > "));
    }
    return paths.get(element);
  };

  const brush = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  brush.canvas.width = brush.canvas.height = 1;
  const colors = new Map();
  const rgba = (color) => {
    if (!colors.has(color)) {
      brush.clearRect(0, 0, 1, 1);
      brush.fillStyle = "#000";
      brush.fillStyle = color;
      brush.fillRect(0, 0, 1, 1);
      const [r, g, b, a] = brush.getImageData(0, 0, 1, 1).data;
      colors.set(color, [r, g, b, a / 255]);
    }
    return colors.get(color);
  };

  const clipsText = (style) => style.webkitBackgroundClip === "text" || style.backgroundClip === "text";

  // What an element hands down to the text in it.
  const inherited = new Map();
  const clipOf = (element, style) => {
    if (element === document.body || element === document.documentElement) return null;
    const clipsX = style.overflowX !== "visible";
    const clipsY = style.overflowY !== "visible";
    if (!clipsX && !clipsY) return null;
    if (element instanceof SVGElement && element.localName !== "svg") return null;
    const rect = element.getBoundingClientRect();
    const scale = element.offsetWidth ? rect.width / element.offsetWidth : 1;
    const inner = {
      left: rect.left + (element.clientLeft || 0) * scale,
      top: rect.top + (element.clientTop || 0) * scale,
      right: rect.right - parseFloat(style.borderRightWidth || 0) * scale,
      bottom: rect.bottom - parseFloat(style.borderBottomWidth || 0) * scale,
    };
    return {
      path: path(element), box: box(inner), x: clipsX, y: clipsY,
      scrolls: /auto|scroll/.test(style.overflowX + style.overflowY),
      cuts: style.textOverflow === "ellipsis" || style.webkitLineClamp !== "none",
      is_view_box: element.localName === "svg",
    };
  };
  const hand = (element) => {
    if (!element) {
      return { opacity: 1, scale: 1, turned: false, clips: [], overlaps: false, silent: false, odd: false, unseen: false };
    }
    if (!inherited.has(element)) {
      const style = getComputedStyle(element);
      const above = hand(element.parentElement);
      const matrix = style.transform === "none" ? null : new DOMMatrix(style.transform);
      const turn = style.rotate !== "none" && style.rotate !== "0deg";
      const clip = clipOf(element, style);
      const out = /absolute|fixed/.test(style.position);
      inherited.set(element, {
        opacity: above.opacity * parseFloat(style.opacity),
        scale: above.scale * (matrix ? Math.hypot(matrix.a, matrix.b) : 1) * (style.zoom ? parseFloat(style.zoom) || 1 : 1),
        turned: above.turned || turn || (matrix !== null && (!matrix.is2D || Math.abs(matrix.b) + Math.abs(matrix.c) > 0.001)) || style.writingMode !== "horizontal-tb",
        clips: clip ? [...above.clips, clip] : above.clips,
        overlaps: above.overlaps || element.dataset?.overlap === "ok",
        silent: above.silent || element.getAttribute("aria-hidden") === "true",
        odd: above.odd || style.mixBlendMode !== "normal" || style.filter !== "none" || clipsText(style),
        // Texts that are meant for listeners only.
        unseen: above.unseen || /^inset\((50|100)%/.test(style.clipPath) || /^rect\(0px|^rect\(1px/.test(style.clip),
        placed: out,
      });
    }
    return inherited.get(element);
  };

  const block = (element) => {
    let found = element;
    while (found.parentElement && /^(inline|contents|ruby)/.test(getComputedStyle(found).display) &&
      !(found instanceof SVGElement)) found = found.parentElement;
    return found;
  };

  const blocks = new Map();
  const numberOf = (element) => {
    if (!blocks.has(element)) blocks.set(element, blocks.size);
    return blocks.get(element);
  };

  const shown = (element) => element.checkVisibility?.({ visibilityProperty: true }) ?? true;

  // What an eye sees as one thing: boxes with a ground, an edge or a shadow of their own, and pictures.
  const PICTURES = /^(img|canvas|video|svg)$/;
  const surfaces = [];
  const surfaceNumbers = new Map();
  const paints = new Map();
  const paint = (element, color, alpha) => {
    const [r, g, b, a] = rgba(color);
    const key = `${r},${g},${b}`;
    if (a * alpha > 0.5 && !paints.has(key)) paints.set(key, { path: path(element), color: [r, g, b] });
  };
  const isPicture = (element) => PICTURES.test(element.localName);
  const edgesOf = (style) => ["Top", "Right", "Bottom", "Left"].filter((side) =>
    parseFloat(style[`border${side}Width`]) > 0 && rgba(style[`border${side}Color`])[3] > 0.04);
  const surfaceAbove = (element) => {
    let found = element.parentElement;
    while (found && !surfaceNumbers.has(found)) found = found.parentElement;
    return found ? surfaceNumbers.get(found) : -1;
  };
  const noteShape = (element, style, from) => {
    if (!(element instanceof SVGGeometryElement)) return;
    const opacity = from.opacity * parseFloat(style.fillOpacity);
    if (!/url|none/.test(style.fill)) paint(element, style.fill, opacity);
    if (!/url|none/.test(style.stroke)) paint(element, style.stroke, from.opacity);
  };
  const noteSurface = (element) => {
    const style = getComputedStyle(element);
    const from = hand(element);
    if (from.unseen || from.opacity <= 0.15 || style.display === "contents") return;
    const inDrawing = element instanceof SVGElement && element.localName !== "svg";
    if (inDrawing) return noteShape(element, style, from);
    const edges = edgesOf(style);
    for (const side of edges) paint(element, style[`border${side}Color`], from.opacity);
    const ground = rgba(style.backgroundColor);
    const hasGround = ground[3] > 0.04 && !clipsText(style);
    if (hasGround) paint(element, style.backgroundColor, from.opacity);
    const isSeen = hasGround || edges.length || style.boxShadow !== "none" ||
      (style.backgroundImage !== "none" && !clipsText(style));
    const rect = element.getBoundingClientRect();
    if (rect.width <= 1 || rect.height <= 1) return;
    if (!isPicture(element) && (!isSeen || style.display === "inline")) return;
    surfaceNumbers.set(element, surfaces.push({
      path: path(element),
      box: box(rect),
      above: surfaceAbove(element),
      is_picture: isPicture(element),
      turned: from.turned,
      silent: from.silent,
    }) - 1);
  };
  if (document.body) paint(document.body, getComputedStyle(document.body).backgroundColor, 1);
  for (const element of document.body?.querySelectorAll("*") ?? []) {
    if (surfaces.length >= mostSurfaces) break;
    if (shown(element) && !element.closest("defs, symbol, clipPath, mask, head")) noteSurface(element);
  }

  const elements = [];
  const numbers = new Map();
  const describe = (element) => {
    if (numbers.has(element)) return numbers.get(element);
    const style = getComputedStyle(element);
    const from = hand(element);
    const isSvg = element instanceof SVGElement;
    const ink = isSvg ? style.fill : style.webkitTextFillColor;
    const isOdd = from.odd || /url|none/.test(ink);
    const color = isOdd ? [0, 0, 0, 1] : rgba(ink);
    const matrix = isSvg && element.getScreenCTM ? element.getScreenCTM() : null;
    const scale = matrix ? Math.hypot(matrix.a, matrix.b) : from.scale;
    const turned = from.turned || (matrix !== null && Math.abs(matrix.b) + Math.abs(matrix.c) > 0.001);
    const around = block(element);
    const number = elements.push({
      path: path(element),
      block: numberOf(around),
      surface: surfaceNumbers.get(around) ?? surfaceAbove(around),
      is_flush: !isSvg && /^(start|left|justify|-webkit-left)$/.test(getComputedStyle(around).textAlign) &&
        getComputedStyle(around).direction === "ltr",
      is_formula: element.closest(".katex, math, mjx-container") !== null,
      font_px: round(parseFloat(style.fontSize) * scale),
      weight: parseInt(style.fontWeight, 10) || 400,
      color: color.slice(0, 3),
      alpha: round(color[3] * from.opacity * 100) / 100,
      painted_oddly: isOdd,
      turned,
      overlaps: from.overlaps,
      silent: from.silent,
      clips: from.clips,
      is_code: element.closest("pre, code, kbd, samp") !== null,
      is_small_by_nature: element.closest("sup, sub, rt, figcaption sup") !== null,
      is_disabled: element.closest(":disabled, [aria-disabled=true]") !== null,
    }) - 1;
    numbers.set(element, number);
    return number;
  };

  const fragments = [];
  const families = new Map();
  const walker = document.createTreeWalker(document.body ?? document.documentElement, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  // The rectangles of a text node, line by line. Where spaces are kept, those that indent a line are
  // no part of its text.
  const pieces = function* (node, keepsSpaces) {
    const lines = keepsSpaces ? node.data.matchAll(/[^\n]*\S/g) : [[node.data]];
    for (const match of lines) {
      const start = match.index ?? 0;
      const indent = keepsSpaces ? match[0].length - match[0].trimStart().length : 0;
      range.setStart(node, start + indent);
      range.setEnd(node, start + match[0].length);
      const text = match[0].replace(/\s+/g, " ").trim().slice(0, 200);
      for (const rect of range.getClientRects()) {
        if (rect.width > 1 && rect.height > 1) yield { text, box: box(rect) };
      }
    }
  };
  const SKIPPED = /^(script|style|noscript|template|title|desc|defs|option|textarea)$/;
  while (walker.nextNode() && fragments.length < mostFragments) {
    const node = walker.currentNode;
    const element = node.parentElement;
    const text = node.data.replace(/\s+/g, " ").trim();
    if (!text || !element || SKIPPED.test(element.localName)) continue;
    if (element.closest("defs, symbol, clipPath, mask")) continue;
    if (element.checkVisibility && !element.checkVisibility({ visibilityProperty: true })) continue;
    if (hand(element).unseen) continue;
    const style = getComputedStyle(element);
    const found = [...pieces(node, style.whiteSpaceCollapse.startsWith("preserve"))];
    if (!found.length) continue;
    const number = describe(element);
    for (const piece of found) fragments.push({ element: number, ...piece });
    if (!families.has(style.fontFamily)) families.set(style.fontFamily, path(element));
  }

  // A family that is there measures differently from at least one generic one.
  const SAMPLE = "mmmmiiiWW@#0123456789 agGQ";
  const widthOf = (font) => {
    brush.font = `72px ${font}`;
    return brush.measureText(SAMPLE).width;
  };
  const isThere = (family) =>
    ["monospace", "serif"].some((generic) => widthOf(`"${family}", ${generic}`) !== widthOf(generic));
  const fonts = [];
  for (const [list, where] of families) {
    const first = list.split(",")[0].trim().replace(/^["']|["']$/g, "");
    if (!GENERIC.test(first)) fonts.push({ family: first, path: where, there: isThere(first) });
  }
  for (const face of document.fonts) {
    if (face.status === "error") {
      fonts.push({ family: face.family.replace(/^["']|["']$/g, ""), path: "@font-face", there: false });
    }
  }

  const pictures = [];
  for (const element of document.querySelectorAll("img, canvas, video, svg, input[type=image]")) {
    if (element.localName === "svg" && element.parentElement?.closest("svg")) continue;
    if (!shown(element)) continue;
    const rect = element.getBoundingClientRect();
    const style = getComputedStyle(element);
    const from = hand(element);
    pictures.push({
      kind: element.localName,
      path: path(element),
      box: box(rect),
      broken: element.localName === "img" && element.complete && element.naturalWidth === 0,
      source: (element.getAttribute("src") ?? "").slice(0, 120),
      decorative: from.silent || element.getAttribute("alt") === "" || style.objectFit === "cover",
      placed: from.placed === true,
      faint: from.opacity < 0.05,
    });
  }

  return JSON.stringify({
    width: innerWidth,
    height: innerHeight,
    title: document.title.slice(0, 200),
    elements,
    fragments,
    surfaces,
    paints: [...paints.values()],
    pictures,
    fonts,
  });
}
