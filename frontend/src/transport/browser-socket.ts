import type { Wire } from "./socket";

/** Opens the page's WebSocket. */
export function openBrowserSocket(): Wire {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  return new WebSocket(`${scheme}://${location.host}/ws`) as Wire;
}
