// Runs in the page before its layout is read: ends animations, and takes transforms away so that
// rectangles are upright. What was taken away comes back as numbers, with the theme's tokens.
() => {
  for (const animation of document.getAnimations()) {
    try { animation.finish(); } catch { animation.cancel(); }
  }
  const turn = (style) => {
    const matrix = new DOMMatrix(style.transform === "none" ? "" : style.transform);
    const before = new DOMMatrix();
    if (style.rotate && style.rotate !== "none") before.multiplySelf(new DOMMatrix(`rotate(${style.rotate})`));
    if (style.scale && style.scale !== "none") {
      const [x, y] = style.scale.split(" ").map(Number);
      before.multiplySelf(new DOMMatrix().scaleSelf(x, y ?? x));
    }
    return before.multiplySelf(matrix);
  };
  const near = (left, right) => Math.abs(left - right) < 1e-4;
  const isPlain = (m) => near(m.a, 1) && near(m.b, 0) && near(m.c, 0) && near(m.d, 1) && m.is2D;
  const isSimple = (m) => m.is2D && (
    (near(m.a, m.d) && near(m.b, -m.c)) || (near(m.b, 0) && near(m.c, 0) && m.a > 0 && m.d > 0)
  );
  const turned = [];
  for (const element of document.querySelectorAll("body *")) {
    const style = getComputedStyle(element);
    if (style.visibility === "hidden") element.setAttribute("data-export-hidden", "");
    if (element.ownerSVGElement) continue;
    let matrix;
    try { matrix = turn(style); } catch { continue; }
    if (isPlain(matrix)) continue;
    if (!isSimple(matrix)) { element.setAttribute("data-export-skewed", ""); continue; }
    turned.push({ element, matrix, origin: style.transformOrigin.split(" ").map(parseFloat) });
  }
  for (const { element } of turned) {
    for (const name of ["transition", "animation", "transform", "rotate", "scale"]) {
      element.style.setProperty(name, "none", "important");
    }
  }
  const transforms = turned.map(({ element, matrix, origin }, index) => {
    element.setAttribute("data-export-transform", String(index));
    const box = element.getBoundingClientRect();
    const { a, b, c, d, e, f } = matrix;
    return { a, b, c, d, e, f, origin_x: box.left + origin[0], origin_y: box.top + origin[1] };
  });
  // The layout knows no anchors of words in drawings: each line is measured where it is drawn.
  const lines = "svg text, svg tspan[x], svg tspan[y], svg tspan[dy]";
  for (const text of document.querySelectorAll(lines)) {
    const m = text.getScreenCTM(), box = text.getBBox();
    if (!m || !(box.width > 0)) continue;
    const x = box.x + box.width / 2, y = box.y + box.height / 2;
    const numbers = [
      m.a * x + m.c * y + m.e, m.b * x + m.d * y + m.f, box.width, box.height,
      Math.hypot(m.c, m.d), (Math.atan2(m.b, m.a) * 180) / Math.PI,
    ];
    text.setAttribute("data-export-text", numbers.map((n) => n.toFixed(3)).join(" "));
  }
  const forms = "svg path, svg rect, svg circle, svg ellipse, svg line, svg polyline, svg polygon";
  for (const form of document.querySelectorAll(forms)) {
    const m = form.getScreenCTM();
    if (m) form.setAttribute("data-export-matrix", [m.a, m.b, m.c, m.d, m.e, m.f].join(" "));
  }
  const root = getComputedStyle(document.documentElement);
  const names = ["background", "surface", "text", "muted", "accent", "accent2"];
  const probe = document.createElement("i");
  document.body.append(probe);
  const tokens = {};
  for (const name of names) {
    if (!root.getPropertyValue(`--${name}`).trim()) continue;
    probe.style.color = `var(--${name})`;
    tokens[name] = getComputedStyle(probe).color;
  }
  probe.remove();
  // A family is there if letters in it are not as wide as in what stands in for it.
  const families = new Set();
  for (const element of document.querySelectorAll("body, body *")) {
    for (const name of getComputedStyle(element).fontFamily.split(",")) {
      families.add(name.trim().replace(/^["']|["']$/g, ""));
    }
  }
  const pen = document.createElement("canvas").getContext("2d");
  const width = (font) => {
    pen.font = `72px ${font}`;
    return pen.measureText("mmmmwwwwlliiQ@1").width;
  };
  const fonts = [...families].slice(0, 100).filter((name) => !name.includes('"') &&
    ["monospace", "serif"].some((other) => width(`"${name}", ${other}`) !== width(other)));
  return { transforms, tokens, fonts };
}
