import type { Wire } from "./socket";

/** Opens a WebSocket of the page's own server. */
export function openBrowserSocket(path = "/ws"): Wire {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  return new WebSocket(`${scheme}://${location.host}${path}`) as Wire;
}
