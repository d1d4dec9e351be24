(() => {
  "use strict";
  const find = (id) => document.getElementById(id);
  const { pages, shared } = JSON.parse(find("pages").textContent);
  const stage = find("stage"), notes = find("notes"), place = find("place");
  const frames = new Map();
  let current = 0;

  function frame(index) {
    if (!frames.has(index)) {
      const made = document.createElement("iframe");
      made.setAttribute("sandbox", "allow-scripts allow-popups");
      made.title = `Slide ${index + 1}: ${pages[index].title}`;
      made.srcdoc = pages[index].document.map((part) => typeof part === "number" ? shared[part] : part).join("");
      const later = [...frames.keys()].filter((other) => other > index).sort((a, b) => a - b)[0];
      stage.insertBefore(made, later === undefined ? null : frames.get(later));
      frames.set(index, made);
    }
    return frames.get(index);
  }

  function fit() {
    const scale = Math.min(stage.clientWidth / 1280, stage.clientHeight / 720);
    stage.style.setProperty("--scale", String(scale));
  }

  function show(index) {
    current = Math.max(0, Math.min(pages.length - 1, index));
    // A slide that was clicked keeps the keys, even when another one is shown.
    if (document.activeElement instanceof HTMLIFrameElement) stage.focus();
    frame(current);
    if (current + 1 < pages.length) frame(current + 1);
    for (const [number, made] of frames) {
      made.classList.toggle("shown", number === current);
      made.inert = number !== current;
    }
    place.textContent = `${current + 1} / ${pages.length}`;
    find("name").textContent = pages[current].title;
    notes.textContent = pages[current].notes || "No notes on this slide.";
    find("previous").disabled = current === 0;
    find("next").disabled = current === pages.length - 1;
    try { history.replaceState(null, "", `#${current + 1}`); } catch { /* Not where it is opened. */ }
  }

  function toggleNotes() {
    notes.hidden = !notes.hidden;
    find("show-notes").setAttribute("aria-pressed", String(!notes.hidden));
    fit();
  }

  function toggleFull() {
    if (document.fullscreenElement) document.exitFullscreen();
    else document.documentElement.requestFullscreen?.();
  }

  function press(key) {
    const dark = find("dark");
    if (!dark.hidden) { dark.hidden = true; return true; }
    switch (key) {
      case "ArrowRight": case "ArrowDown": case "PageDown": case " ": case "Enter": show(current + 1); return true;
      case "ArrowLeft": case "ArrowUp": case "PageUp": case "Backspace": show(current - 1); return true;
      case "Home": show(0); return true;
      case "End": show(pages.length - 1); return true;
      case "n": case "N": toggleNotes(); return true;
      case "f": case "F": toggleFull(); return true;
      case "b": case "B": case ".": dark.hidden = false; return true;
      default: return false;
    }
  }

  function swipe(distance) {
    if (Math.abs(distance) > 50) show(current + (distance < 0 ? 1 : -1));
  }

  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const onButton = event.target instanceof HTMLButtonElement && (event.key === " " || event.key === "Enter");
    if (!onButton && press(event.key)) event.preventDefault();
  });
  addEventListener("message", (event) => {
    if (event.source !== frames.get(current)?.contentWindow) return;
    const said = event.data?.atelier;
    if (typeof said?.key === "string") press(said.key);
    if (typeof said?.swipe === "number") swipe(said.swipe);
  });
  let start = null;
  stage.addEventListener("touchstart", (event) => { start = event.changedTouches[0].clientX; }, { passive: true });
  stage.addEventListener("touchend", (event) => {
    if (start !== null) swipe(event.changedTouches[0].clientX - start);
    start = null;
  }, { passive: true });
  addEventListener("resize", fit);
  addEventListener("beforeprint", () => pages.forEach((_, index) => frame(index)));
  find("previous").addEventListener("click", () => show(current - 1));
  find("next").addEventListener("click", () => show(current + 1));
  find("show-notes").addEventListener("click", toggleNotes);
  find("full").addEventListener("click", toggleFull);
  find("dark").addEventListener("click", () => { find("dark").hidden = true; });
  find("print").addEventListener("click", async () => {
    const waiting = pages.map((_, index) => frame(index)).map((made) => made.dataset.ready
      ? null : new Promise((done) => { made.addEventListener("load", done, { once: true }); setTimeout(done, 4000); }));
    await Promise.all(waiting);
    print();
  });
  stage.addEventListener("load", (event) => { event.target.dataset.ready = "yes"; }, true);
  fit();
  show(Number.parseInt(location.hash.slice(1), 10) - 1 || 0);
})();
