/** The shell: the one document of the artifact origin. It takes a port from the page that frames
 * it, shows drafts without running them, and loads a finished version once.
 *
 * Runs under its own policy on an opaque origin. Keep it small: it is inlined into frame.html.
 */
import { type HostMessage, PORT_MESSAGE, READY_MESSAGE } from "../messages";
import type { ShellMessage } from "../messages";
import { captureConsole, ErrorCapture, listenForErrors } from "./capture";
import { showDraft } from "./draft";
import { interceptLinks } from "./links";
import { Outline } from "./outline";
import { toPage } from "./page";
import { provideStorage, removeConnections, startBeating } from "./prelude";

let theme = "light";

function showTheme(): void {
  document.documentElement.dataset.theme = theme;
}

function load(page: string, tell: (message: ShellMessage) => void): void {
  const capture = new ErrorCapture((message, count) => tell({ type: "error", message, count }));
  captureConsole(capture);
  startBeating(() => tell({ type: "beat" }));
  document.open();
  // document.open took all listeners; these stand before the first line of the page runs.
  listenForErrors(capture);
  interceptLinks((href) => tell({ type: "link", href }));
  addEventListener("load", () => tell({ type: "loaded" }));
  document.write(page);
  document.close();
  showTheme();
}

function receive(
  message: HostMessage,
  outline: Outline,
  tell: (message: ShellMessage) => void,
): void {
  switch (message.type) {
    case "theme":
      theme = message.theme;
      return showTheme();
    case "draft":
      try {
        showDraft(toPage(message.kind, message.content), message.kind !== "deck");
        showTheme();
      } finally {
        // The next draft waits for this word, also where this one could not be drawn.
        tell({ type: "drawn" });
      }
      return;
    case "load":
      return load(toPage(message.kind, message.content), tell);
    default:
      return outline.receive(message);
  }
}

function connect(port: MessagePort): void {
  const send = port.postMessage.bind(port);
  const tell = (message: ShellMessage): void => send(message);
  const outline = new Outline(tell);
  port.onmessage = (event) => receive(event.data as HostMessage, outline, tell);
  tell({ type: "ready" });
}

function awaitPort(event: MessageEvent): void {
  const port = event.ports[0];
  if (event.source !== window.parent || event.data !== PORT_MESSAGE || !port) return;
  removeEventListener("message", awaitPort);
  connect(port);
}

provideStorage();
removeConnections();

// Opened directly in a tab there is nobody to speak to, and nothing happens.
if (window.parent !== window) {
  addEventListener("message", awaitPort);
  window.parent.postMessage(READY_MESSAGE, "*");
}
