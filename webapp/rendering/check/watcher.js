// Runs before the page's own scripts: notes which input is listened to, and how long the frames take
// that the page draws.
(() => {
  const seen = { keys: false, pointer: false, frames: 0, frame_ms: 0 };
  const KEYS = /^key(down|up|press)$/;
  const POINTER = /^(pointer|mouse)(down|up|move)$|^(click|touchstart|touchend)$/;
  const note = (type) => {
    seen.keys ||= KEYS.test(type);
    seen.pointer ||= POINTER.test(type);
  };
  const listen = EventTarget.prototype.addEventListener;
  EventTarget.prototype.addEventListener = function (type, ...rest) {
    note(String(type));
    return listen.call(this, type, ...rest);
  };
  const frame = window.requestAnimationFrame.bind(window);
  window.requestAnimationFrame = (callback) => frame((now) => {
    const begin = performance.now();
    try { callback(now); } finally {
      seen.frames += 1;
      seen.frame_ms += performance.now() - begin;
    }
  });
  const handlers = () => {
    const canvases = document.querySelectorAll("canvas");
    for (const target of [window, document, document.body, ...canvases]) {
      for (const type of ["keydown", "keyup", "keypress", "pointerdown", "mousedown", "click"]) {
        if (target?.[`on${type}`]) note(type);
      }
    }
    return seen;
  };
  Object.defineProperty(window, "atelierWatch", { value: handlers });
})();
