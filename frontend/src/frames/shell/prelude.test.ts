// @vitest-environment jsdom
import { expect, it, vi } from "vitest";
import { provideStorage, removeConnections, startBeating } from "./prelude";

it("gives made things a storage that forgets", () => {
  provideStorage();
  localStorage.setItem("score", "3");
  localStorage.best = "9";
  expect([localStorage.getItem("score"), localStorage.score, localStorage.best]).toEqual(["3", "3", "9"]);
  expect(localStorage.length).toBe(2);
  expect(localStorage.missing).toBeUndefined();
  expect(localStorage.getItem("missing")).toBeNull();
  localStorage.removeItem("score");
  localStorage.clear();
  expect(localStorage.length).toBe(0);
  expect(sessionStorage.length).toBe(0);
});

it("takes away what opens connections past the policy", () => {
  Object.assign(window, { RTCPeerConnection: class {}, WebTransport: class {} });
  removeConnections();
  expect("RTCPeerConnection" in window).toBe(false);
  expect("WebTransport" in window).toBe(false);
});

it("goes on beating when the made thing clears every timer", () => {
  const cleared: unknown[] = [];
  vi.spyOn(window, "setInterval").mockReturnValue(7 as never);
  vi.spyOn(window, "clearInterval").mockImplementation((id) => void cleared.push(id));
  vi.spyOn(window, "clearTimeout").mockImplementation((id) => void cleared.push(id));
  const { clearInterval, clearTimeout } = window;
  startBeating(() => undefined);
  for (let id = 6; id <= 8; id += 1) {
    window.clearInterval(id);
    window.clearTimeout(id);
  }
  Object.assign(window, { clearInterval, clearTimeout });
  vi.restoreAllMocks();
  expect(cleared).toEqual([6, 6, 8, 8]);
});
